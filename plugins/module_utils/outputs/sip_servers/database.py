# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Accounts as rows in the tables of a SIP server: compared as they lie there, written in one transaction.

An account is one entry, with rows in several tables. Only rows that the ledger knows are changed or removed; columns
that the format does not set are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Item, TargetError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.entry_format import (
    Operation,
    Present,
    Written,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.row_target import Expected, Obstacle
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.live_database import LiveDatabase
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.rows import (
    Columns,
    RowKey,
    TableUse,
    as_text,
    claim_of,
    key_of,
    mark_of,
    rows_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

Rows = dict[RowKey, Columns]


class RowsTarget:
    """The tables of a SIP server as a target; see EntryTarget and RowTarget in outputs/base.py."""

    def __init__(self, database: LiveDatabase, uses: Sequence[TableUse]) -> None:
        self._database = database
        self._uses = {use.name: use for use in uses}
        self._key = b""
        self._known: dict[
            str, set[RowKey]
        ] = {}  # key of the account -> its rows, also what killed runs were about to write
        self._places: dict[str, set[RowKey]] = {}  # place in the ledger -> those rows
        self._wanted: dict[str, tuple[str, Rows]] = {}  # key of the account -> its place and rows
        self._there: Rows = {}
        self._claims: dict[RowKey, list[RowKey]] = {}

    def expect(self, known: Iterable[Expected], wanted: Iterable[Expected], key: bytes) -> None:
        """Take what the ledger knows and what is wanted; `key` is for hashes of what holds secrets."""
        self._key = key
        for one in known:
            rows = {row for values in one.contents for row in rows_of(self._uses, values)}
            self._known[one.key] = rows
            self._places[one.place] = rows
        for one in wanted:
            self._wanted[one.key] = one.place, rows_of(self._uses, one.contents[0], one.secret)
        self._there, self._claims = self._read()

    def present(self, known: Mapping[str, str]) -> Iterator[Present]:
        """Yield the accounts of which rows lie there: those of the ledger, and those that lie there as wanted."""
        there = self._there
        for place, rows in self._places.items():
            found = [(row, there[row]) for row in rows if row in there]
            if found:
                yield Present(place, mark_of(found, self._key))
        for place, wanted in self._wanted.values():
            if place not in self._places and self._lies_there(wanted):
                # the ledger takes it over with this token, and knows by it in later runs that nobody has changed it
                yield Present(place, mark_of([(row, there[row]) for row in wanted], self._key))

    def holds(self, item: Item, present: Present) -> bool:
        """Say whether all rows of an account lie there as they would be written, and no other of it."""
        rows = rows_of(self._uses, item.values, item.secret)
        left = self._known.get(item.key, set()) - rows.keys()
        return self._lies_there(rows) and not any(row in self._there for row in left)

    def obstacles(self) -> Iterator[Obstacle]:
        """Yield the accounts that cannot be written because a row of somebody else is in the way."""
        ours = set().union(*self._known.values())
        for key, (place, rows) in self._wanted.items():
            for row, columns in rows.items():
                in_the_way = self._in_the_way(row, columns, ours)
                if in_the_way:
                    reason = f"{_shown(in_the_way[0])} is there already and was not written by this output"
                    yield Obstacle(key, place, reason)
                    break

    def write(self, operations: Iterator[Operation]) -> Iterator[Written]:
        """Do all operations in one transaction."""
        todo = list(operations)
        after: Rows = {}
        before: set[RowKey] = set()
        written = []
        for one in todo:
            rows = self._wanted[one.key][1] if one.action != "remove" else {}
            before |= self._known.get(one.key, set())
            after.update(rows)
            written.append(Written(one.key, mark_of(rows.items(), self._key) if rows else ""))
        ours = set().union(*self._known.values())
        adopted = {other for row, columns in after.items() for other in self._in_the_way(row, columns, ours)}
        touched = before | after.keys() | adopted
        with self._database.writing([*self._uses]) as connection:
            there, _claims = self._read(connection)
            if any(there.get(row) != self._there.get(row) for row in touched):
                raise TargetError(
                    f"{self._database.where} was changed by somebody else while this run was at it; nothing was"
                    " changed: run again."
                )
            self._delete(connection, (before | adopted) - after.keys())
            self._put(connection, after)
        return iter(written)

    def close(self) -> None:
        """Close the connection."""
        self._database.close()

    def _lies_there(self, rows: Rows) -> bool:
        return all(row in self._there and _equal(self._there[row], columns) for row, columns in rows.items())

    def _in_the_way(self, row: RowKey, columns: Columns, ours: set[RowKey]) -> list[RowKey]:
        """Return the rows of others that have what this one must have alone, or are this one with other values."""
        same = row in self._there and row not in ours and not _equal(self._there[row], columns)
        claimed = self._claims.get(claim_of(self._uses[row.table], columns), ())
        return [row] * same + [other for other in claimed if other != row and other not in ours]

    def _read(self, connection: sa.Connection | None = None) -> tuple[Rows, dict[RowKey, list[RowKey]]]:
        """Return what lies there: the columns that the format sets, by row, and the rows by what they have alone."""
        if connection is None:
            with self._database.connected() as opened:
                return self._read(opened)
        there: Rows = {}
        claims: dict[RowKey, list[RowKey]] = {}
        for use in self._uses.values():
            table = self._database.table(use)
            names = list(dict.fromkeys((*use.key, *use.columns)))
            query = sa.select(*(table.c[name] for name in names))
            for name, value in (use.scope or {}).items():
                query = query.where(table.c[name] == value)
            for values in connection.execute(query):
                columns = dict(zip(names, values, strict=True))
                row = key_of(use, columns)
                there[row] = columns
                if use.alone:
                    claims.setdefault(claim_of(use, columns), []).append(row)
        return there, claims

    def _delete(self, connection: sa.Connection, rows: Iterable[RowKey]) -> None:
        for table, use, found in self._by_table(rows):
            statement = table.delete().where(*_is_row(table, use))
            connection.execute(statement, [_bound(use, row) for row in found])

    def _put(self, connection: sa.Connection, rows: Rows) -> None:
        """Update the rows that are there and insert the others."""
        for table, use, found in self._by_table(rows):
            # of the same columns, so that one statement does for all
            for is_there in (True, False):
                for names, part in _by_columns({row: rows[row] for row in found if (row in self._there) == is_there}):
                    if is_there:
                        values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in names}
                        connection.execute(
                            table.update().where(*_is_row(table, use)).values(values),
                            [
                                {**_bound(use, row), **{f"new_{name}": rows[row][name] for name in names}}
                                for row in part
                            ],
                        )
                    else:
                        connection.execute(table.insert(), [rows[row] for row in part])

    def _by_table(self, rows: Iterable[RowKey]) -> Iterator[tuple[sa.Table, TableUse, list[RowKey]]]:
        """Yield the rows by their table, in the order of the format."""
        ordered = sorted(rows)
        for use in self._uses.values():
            found = [row for row in ordered if row.table == use.name]
            if found:
                yield self._database.table(use), use, found


def _by_columns(rows: Rows) -> Iterator[tuple[tuple[str, ...], list[RowKey]]]:
    groups: dict[tuple[str, ...], list[RowKey]] = {}
    for row, columns in rows.items():
        groups.setdefault(tuple(columns), []).append(row)
    yield from groups.items()


def _is_row(table: sa.Table, use: TableUse) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == sa.bindparam(f"key_{name}") for name in use.key]


def _bound(use: TableUse, row: RowKey) -> dict[str, Any]:
    return {f"key_{name}": value for name, value in zip(use.key, row.values, strict=True)}


def _equal(there: Columns, columns: Columns) -> bool:
    return all(as_text(there.get(name)) == as_text(value) for name, value in columns.items())


def _shown(row: RowKey) -> str:
    return f"{row.table} {' '.join(value for value in row.values if value)}"
