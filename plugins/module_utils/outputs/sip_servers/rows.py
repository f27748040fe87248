# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The rows of one account in the tables of a SIP server, and how they stand in the values of an item.

A value is called `table.column`, or `table.label.column` where a table has several rows of one account.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

Columns = dict[str, Any]


@dataclass(frozen=True)
class TableUse:
    """How a format uses a table.

    `key`: the columns that identify a row. `alone`: the columns of which no two rows may have the same values, whatever
    the table itself allows; the key when not given. `scope`: {column: value} of the rows that are looked at.
    `origin` ends the sentence about a missing table or column: which version has it, and how it is made.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    origin: str
    alone: tuple[str, ...] = ()
    scope: Mapping[str, str] | None = None

    @property
    def claim(self) -> tuple[str, ...]:
        """The columns that a row has alone."""
        return self.alone or self.key


class RowKey(NamedTuple):
    """A row: its table and the values of its key."""

    table: str
    values: tuple[str, ...]


def as_text(value: Any) -> str:
    """Return a value of a database as it is compared: nothing and an empty text are the same."""
    return "" if value is None else str(value)


def rows_of(uses: Mapping[str, TableUse], values: Mapping[str, Any], secret: str = "") -> dict[RowKey, Columns]:
    """Return the rows that the values of an item and its secret (JSON of further values) stand for."""
    labelled: dict[tuple[str, str], Columns] = {}
    for name, value in (*values.items(), *(json.loads(secret) if secret else {}).items()):
        table, label, column = _parts(name)
        if table in uses:
            labelled.setdefault((table, label), {})[column] = value
    return {key_of(uses[table], columns): columns for (table, _label), columns in labelled.items()}


@lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[str, str, str]:
    table, _dot, rest = name.partition(".")
    label, _dot, column = rest.rpartition(".")
    return table, label, column


def key_of(use: TableUse, columns: Mapping[str, Any]) -> RowKey:
    """Return which row this is."""
    return RowKey(use.name, tuple(as_text(columns.get(name)) for name in use.key))


def claim_of(use: TableUse, columns: Mapping[str, Any]) -> RowKey:
    """Return what the row has alone."""
    return RowKey(use.name, tuple(as_text(columns.get(name)) for name in use.claim))


def mark_of(rows: Iterable[tuple[RowKey, Columns]], key: bytes) -> str:
    """Return a keyed hash of rows, in no particular order; they hold digests of secrets."""
    texts = sorted(
        json.dumps([*one, sorted((name, as_text(value)) for name, value in columns.items())]) for one, columns in rows
    )
    return hashlib.blake2b("\n".join(texts).encode(), digest_size=16, key=key).hexdigest()
