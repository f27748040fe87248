# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The ledger: what an output has written, entry by entry. Only that is ever changed or removed.

What a run is about to write is noted first (`pending`), so that after a kill the next run knows its own hand.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import decode, encode
from ansible_collections.telephony.connector.plugins.module_utils.publishing.scratch import Scratch
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

_ENTRY_COLUMNS = ("output_id", "key", "place", "name", "mark", "token", "pending", "content")
_BLOCK_COLUMNS = ("output_id", "number", "entries", "content")
#: Blocks of entries that are in memory at a time.
_BLOCKS_AT_ONCE = 2
_FILE_COLUMNS = ("output_id", "path", "entries", "sha256", "pending", "kind")


@dataclass(frozen=True)
class KnownFile:
    """One file (or page, or folder) that an output wrote, or was about to.

    `pending`: what runs were about to write that did not get to their end, set apart by /, which neither a hash nor
    the name of a folder holds.
    """

    path: str
    entries: int
    sha256: str
    pending: str = ""
    kind: str = "file"

    @property
    def ours(self) -> frozenset[str]:
        """The contents that are this output's own hand."""
        return frozenset((self.sha256, *self.unfinished)) - {""}

    @property
    def unfinished(self) -> frozenset[str]:
        """What killed runs were about to write."""
        return frozenset(self.pending.split("/")) - {""}

    def intending(self, content: str) -> KnownFile:
        """Return it with one more content that is about to be written; those of killed runs may still lie there."""
        return replace(self, pending="/".join(sorted({*self.unfinished, content})))


@dataclass(frozen=True)
class Published:
    """What the ledger says of one output; `id` is None for one that never published."""

    name: str
    id: int | None = None
    format: str = ""
    target: str = ""
    state: dict[str, t.Any] = field(default_factory=dict)
    files: tuple[KnownFile, ...] = ()
    entries: int = 0


def find(store: Store, name: str) -> Published:
    """Return what the ledger says of an output."""
    outputs = store.schema.outputs
    row = store.connection.execute(sa.select(outputs).where(outputs.c.name == name)).one_or_none()
    return _published(store, row) if row else Published(name)


def every(store: Store) -> list[Published]:
    """Return all outputs by name."""
    outputs = store.schema.outputs
    rows = store.connection.execute(sa.select(outputs).order_by(outputs.c.name)).all()
    return [_published(store, row) for row in rows]


def _published(store: Store, row: t.Any) -> Published:
    files, entries, blocks = store.schema.output_files, store.schema.output_entries, store.schema.output_blocks
    query = sa.select(files).where(files.c.output_id == row.id).order_by(files.c.path)
    known = tuple(
        KnownFile(one.path, one.entries, one.sha256, one.pending, one.kind)
        for one in store.connection.execute(query).all()
    )
    written = sa.select(sa.func.count()).where(entries.c.output_id == row.id, entries.c.mark != "")
    in_blocks = sa.select(sa.func.sum(blocks.c.entries)).where(blocks.c.output_id == row.id)
    count = int(store.connection.scalar(written) or 0) + int(store.connection.scalar(in_blocks) or 0)
    return Published(row.name, row.id, row.format, row.target, json.loads(row.state), known, count)


def entries(store: Store, published: Published) -> Iterator[tuple[t.Any, ...]]:
    """Yield (key, place, name, mark, token, pending, content) of every entry, streamed."""
    if published.id is None:
        return
    blocks, table = store.schema.output_blocks.c, store.schema.output_entries.c
    for (block,) in store.rows(sa.select(blocks.content).where(blocks.output_id == published.id), _BLOCKS_AT_ONCE):
        for key, place, name, mark, content in decode(block):
            yield key, place, name, mark, "", "", content
    columns = (table.key, table.place, table.name, table.mark, table.token, table.pending, table.content)
    yield from store.rows(sa.select(*columns).where(table.output_id == published.id))


def begin(store: Store, published: Published, format_name: str, target: str) -> int:
    """Make the output's row if it has none (inside a transaction); return its id. It has published nothing yet."""
    outputs = store.schema.outputs
    if published.id is not None:
        return published.id
    row = {"name": published.name, "format": format_name, "target": target, "state": "{}"}
    inserted = store.connection.execute(outputs.insert().values(row))
    return int(inserted.inserted_primary_key[0])  # type: ignore[index]


def finish(store: Store, output_id: int, format_name: str, target: str, state: dict[str, t.Any]) -> None:
    """Set what the output is and how its last run ended."""
    outputs = store.schema.outputs
    values = {"format": format_name, "target": target, "state": json.dumps(state, ensure_ascii=False)}
    store.connection.execute(outputs.update().where(outputs.c.id == output_id).values(values))


def put_entries(store: Store, scratch: Scratch, output_id: int, select: str) -> None:
    """Insert the entries that a select from the scratch tables gives; those of the same key are gone before.

    `select` begins with "?", which becomes the output's id, then key, place, name, mark, token, pending, content.
    """
    # in the order of the table, which grows at its end then
    for rows in scratch.many(f"SELECT {select} ORDER BY key", output_id):
        store.insert_rows(store.schema.output_entries, _ENTRY_COLUMNS, rows)


def put_blocks(store: Store, scratch: Scratch, output_id: int, select: str) -> None:
    """Replace all entries of an output of files by those that a select from the scratch tables gives.

    The select gives key, place, name, mark, content.
    """
    schema = store.schema
    for table in (schema.output_blocks, schema.output_entries):
        store.connection.execute(table.delete().where(table.c.output_id == output_id))
    for number, rows in enumerate(scratch.many(select)):
        store.insert_rows(schema.output_blocks, _BLOCK_COLUMNS, [(output_id, number, len(rows), encode(rows))])


def drop_entries(store: Store, output_id: int, keys: Sequence[str]) -> None:
    """Take entries out of the ledger."""
    if keys:
        mark = "?" if store.is_sqlite else "%s"
        statement = f"DELETE FROM output_entries WHERE output_id = {mark} AND key = {mark}"  # noqa: S608
        store.connection.exec_driver_sql(statement, [(output_id, key) for key in keys])


def put_files(store: Store, output_id: int, files: Iterable[KnownFile]) -> None:
    """Replace what the ledger says of the output's files."""
    table = store.schema.output_files
    store.connection.execute(table.delete().where(table.c.output_id == output_id))
    rows = [(output_id, one.path, one.entries, one.sha256, one.pending, one.kind) for one in files]
    store.insert_rows(table, _FILE_COLUMNS, rows)


def forget(store: Store, output_id: int) -> None:
    """Forget an output (inside a transaction)."""
    schema = store.schema
    for table in (schema.output_entries, schema.output_blocks, schema.output_files):
        store.connection.execute(table.delete().where(table.c.output_id == output_id))
    store.connection.execute(schema.outputs.delete().where(schema.outputs.c.id == output_id))
