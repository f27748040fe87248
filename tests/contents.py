# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a store really holds, read with the database's own driver and nothing of the engine."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path
from typing import Any

Contents = dict[str, list[tuple[Any, ...]]]


def is_path(location: str) -> bool:
    return "://" not in location


def contents(location: str) -> Contents:
    """Return every row of every table of a store, in an order that hangs on the values alone."""
    read = _read_sqlite if is_path(location) else _read_postgresql
    return {table: sorted(rows, key=repr) for table, rows in read(location).items()}


def _read_sqlite(location: str) -> Contents:
    connection = sqlite3.connect(location)
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    finally:
        connection.close()


def _read_postgresql(location: str) -> Contents:
    import psycopg

    with psycopg.connect(location.replace("+psycopg", "")) as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        tables = [name for (name,) in connection.execute(query).fetchall()]
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}


def everything(location: str) -> bytes:
    """Return all that lies on the disk or comes out of the tables, to look for what must not be there."""
    if is_path(location):
        return b"".join(path.read_bytes() for path in sorted(Path(location).parent.glob("*.db*")))
    return repr(contents(location)).encode()


def fingerprints(directory: Path) -> dict[str, tuple[str, int]]:
    """Return name -> (hash of the bytes, mode) of every file in a directory."""
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mode)
        for path in sorted(directory.iterdir())
        if path.is_file()
    }
