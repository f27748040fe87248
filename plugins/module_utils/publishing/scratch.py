# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Where wanted and known entries are laid side by side: a private SQLite database that lives as long as the run.

It spills to a temporary file of its own, so that a book of any size needs little memory; what holds secrets stays in
memory.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

#: Rows inserted, or read, at a time.
_CHUNK = 1000
_TABLES = """
CREATE TABLE wanted (key TEXT PRIMARY KEY, place TEXT, name TEXT, sort TEXT, mark TEXT, content TEXT, secret TEXT,
  text TEXT) WITHOUT ROWID;
CREATE TABLE known (key TEXT PRIMARY KEY, place TEXT, name TEXT, mark TEXT, token TEXT, pending TEXT, content TEXT)
  WITHOUT ROWID;
CREATE TABLE present (place TEXT PRIMARY KEY, token TEXT) WITHOUT ROWID;
CREATE TABLE operations (key TEXT PRIMARY KEY, action TEXT, reason TEXT, token TEXT) WITHOUT ROWID;
CREATE TABLE written (key TEXT PRIMARY KEY, token TEXT, error TEXT) WITHOUT ROWID;
"""


class Scratch:
    """The tables of one plan; `close` when done."""

    def __init__(self, in_memory: bool) -> None:
        self._connection = sqlite3.connect(":memory:" if in_memory else "", isolation_level=None)
        self._connection.execute("PRAGMA page_size = 16384")  # a page holds some dozens of entries: fewer of them
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA cache_size = -4096")  # 4 MiB, and the rest on the disk
        self._connection.executescript(_TABLES)
        self._connection.execute("BEGIN")

    def add(self, table: str, rows: Iterable[tuple[Any, ...]], width: int) -> None:
        """Insert rows; a key that is there already is replaced."""
        marks = ", ".join("?" * width)
        statement = f"INSERT OR REPLACE INTO {table} VALUES ({marks})"  # noqa: S608
        waiting = iter(rows)
        while chunk := list(itertools.islice(waiting, _CHUNK)):
            self._connection.executemany(statement, chunk)

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        """Run one statement."""
        return self._connection.execute(statement, values)

    def rows(self, statement: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Return the rows of a select, one after the other."""
        return self._connection.execute(statement, values)

    def many(self, statement: str, *values: Any) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a select, some thousand at a time."""
        cursor = self._connection.execute(statement, values)
        while rows := cursor.fetchmany(_CHUNK):
            yield rows

    def number(self, statement: str, *values: Any) -> int:
        """Return the one number that a select gives."""
        return int(self._connection.execute(statement, values).fetchone()[0] or 0)

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()
