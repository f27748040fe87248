# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Copies a whole store into an empty one, on the same database or the other, and proves that all of it arrived.

One snapshot is read and one transaction written. Before that ends, every table of the copy is read back and compared:
the number of its rows, and a digest of their values with the secrets decrypted.
"""

from __future__ import annotations

import hashlib
import itertools
import typing as t
from collections.abc import Callable, Iterator
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils import progress
from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError, capital
from ansible_collections.telephony.connector.plugins.module_utils.store import vault
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

_CHUNK = 5000
#: Facts that are sealed with a store's key.
_SEALED = ("key_check", "fingerprint_keys")
Row = tuple[t.Any, ...]


class TableState(t.NamedTuple):
    """How many rows a table has, and a digest of them that hangs on no order."""

    rows: int
    digest: int


def states(store: Store, expected: int | None = None) -> dict[str, TableState]:
    """Return the state of every table but meta (inside a snapshot); equal for equal content, whatever the key.

    `expected`: how many rows there are, where that is known.
    """
    progress.phase("comparing", expected)
    count = itertools.count()
    return {table.name: _state(store, table, count) for table in _tables(store)}


def is_filled(store: Store) -> bool:
    """Say whether anything was ever done with a store (inside a snapshot)."""
    return any(store.connection.execute(sa.select(table).limit(1)).first() for table in _tables(store))


def copy(source: Store, target: Store, target_key: str | None, expected: int | None = None) -> dict[str, int]:
    """Copy `source` into the empty `target`; return the number of rows of every table.

    `target_key` is what the copy is encrypted with; `expected`: how many rows there are, where that is known.
    StoreError, and nothing is kept, when the copy is not the same.
    """
    with target.writing(), source.snapshot():
        facts = source.facts()  # of the same moment as all else
        source.check_key_again(facts)
        sealing = vault.Vault(target_key, facts["salt"], target.where)
        if is_filled(target):
            raise StoreError(
                f"{capital(target.where)} is not empty, so nothing was copied: name an empty database or a new file."
            )
        progress.phase("copying", expected)
        done = 0
        for table in _tables(source):
            done = _copy_table(source, target, table, sealing, done)
        _copy_facts(source, target, facts, sealing)
        _copy_counters(source, target)
        target.vault = vault.Vault(target_key, facts["salt"], target.where, target.facts().get("fingerprint_keys"))
        before, after = states(source, expected), states(target, expected)
        wrong = [name for name, state in before.items() if after[name] != state]
        if wrong:
            raise StoreError(f"The copy in {target.where} differs in the table {wrong[0]}, so nothing was copied.")
    return {name: state.rows for name, state in before.items()}


def _tables(store: Store) -> list[sa.Table]:
    """Return all tables but meta, those first that others refer to."""
    return [table for table in store.schema.metadata.sorted_tables if table is not store.schema.meta]


def _rows(store: Store, table: sa.Table) -> Iterator[Row]:
    """Yield the rows of a table as Python values, the same on both databases."""
    shapes = [_shape(column) for column in table.columns]
    for row in store.rows(sa.select(table)):
        yield tuple([value if value is None else shape(value) for shape, value in zip(shapes, row, strict=True)])


def _shape(column: sa.Column[t.Any]) -> Callable[[t.Any], t.Any]:
    if isinstance(column.type, sa.Boolean):
        return bool  # SQLite has numbers
    return bytes if isinstance(column.type, sa.LargeBinary) else lambda value: value


def _copy_table(source: Store, target: Store, table: sa.Table, sealing: vault.Vault, done: int) -> int:
    """Copy a table after `done` rows of others; return how many are done then."""
    columns = [column.name for column in table.columns]
    rows = (_sealed_again(row, source.vault, sealing) for row in _rows(source, table))
    while chunk := list(islice(rows, _CHUNK)):
        target.insert_rows(table, columns, chunk)
        done += len(chunk)
        progress.at(done)
    return done


def _sealed_again(row: Row, opening: vault.Vault, sealing: vault.Vault) -> Row:
    if not any(isinstance(value, str) and "gAAAA" in value for value in row):
        return row  # nearly all
    return tuple(
        vault.replace_tokens(value, opening, sealing.encrypt) if isinstance(value, str) and "gAAAA" in value else value
        for value in row
    )


def _copy_facts(source: Store, target: Store, facts: t.Mapping[str, str], sealing: vault.Vault) -> None:
    for name, value in facts.items():
        if name not in _SEALED:
            target.set_fact(name, value)
    if sealing.has_key:
        target.set_fact("key_check", sealing.encrypt(vault.CHECK_TEXT))
    if sealing.has_key and source.vault.has_key:
        target.set_fact("fingerprint_keys", sealing.seal_layers(source.vault.layers()))


def _copy_counters(source: Store, target: Store) -> None:
    """Have the copy give no id again that the store has given, also to what is gone since."""
    for table in _tables(source):
        key = table.autoincrement_column
        if key is None:
            continue
        highest = max(_counter(source, table), int(source.connection.scalar(sa.select(sa.func.max(key))) or 0))
        if not highest:
            continue
        if not target.is_sqlite:
            sequence = sa.func.pg_get_serial_sequence(table.name, key.name)
            target.connection.execute(sa.select(sa.func.setval(sequence, highest)))
        elif _counts_on(table):
            # made by SQLite itself with the first row that was copied, or not yet
            for statement in (
                "DELETE FROM sqlite_sequence WHERE name = ?",
                f"INSERT INTO sqlite_sequence (name, seq) VALUES (?, {highest})",  # noqa: S608  # a number of ours
            ):
                target.connection.exec_driver_sql(statement, (table.name,))


def _counts_on(table: sa.Table) -> bool:
    return bool(table.dialect_options["sqlite"]["autoincrement"])


def _counter(store: Store, table: sa.Table) -> int:
    """Return the highest id that a table has ever given, as far as the database knows."""
    if store.is_sqlite:
        if not _counts_on(table):
            return 0
        query = "SELECT seq FROM sqlite_sequence WHERE name = ?"
        return int(store.connection.exec_driver_sql(query, (table.name,)).scalar() or 0)
    name = table.primary_key.columns.keys()[0]
    sequence = store.connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, name)))
    return int(store.connection.exec_driver_sql(f"SELECT last_value FROM {sequence}").scalar() or 0)  # noqa: S608


def _state(store: Store, table: sa.Table, all_rows: Iterator[int]) -> TableState:
    count = digest = 0
    for row, done in zip(_rows(store, table), all_rows, strict=False):
        if not done % progress.EVERY:
            progress.at(done)
        count += 1
        digest += int.from_bytes(hashlib.blake2b(_plain(row, store.vault), digest_size=32).digest())
    return TableState(count, digest % 2**256)


def _plain(row: Row, opening: vault.Vault) -> bytes:
    """Return a row as bytes, with its secrets as they are: encrypted they are never the same twice."""
    values = [
        vault.replace_tokens(value, opening, lambda secret: f"\0{secret}\0")
        if isinstance(value, str) and "gAAAA" in value
        else value
        for value in row
    ]
    return repr(values).encode("utf-8", "surrogatepass")
