# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a store knows of itself: its version, revision, salts and counters."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.bulk import Bulk
from ansible_collections.telephony.connector.plugins.module_utils.store.schema.tables import Schema
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


class MetaTable(Bulk):
    """What an open store can tell of itself, and note of itself inside a writing transaction."""

    schema: Schema

    def facts(self) -> dict[str, str]:
        """Return the table meta: revision, salt, next_object_id ..."""
        meta = self.schema.meta
        return {row.name: row.value for row in self.connection.execute(sa.select(meta.c.name, meta.c.value))}

    def revision(self) -> int:
        """Return the number of transactions that have changed more than the journal."""
        meta = self.schema.meta
        return int(self.connection.scalar(sa.select(meta.c.value).where(meta.c.name == "revision")) or 0)

    def set_fact(self, name: str, value: str) -> None:
        """Set one entry of the table meta (inside a writing transaction)."""
        self.put(self.schema.meta, name, value)

    def put(self, table: sa.Table, name: str, value: str) -> None:
        """Insert or replace a (name, value) row of meta or settings."""
        updated = self.connection.execute(table.update().where(table.c.name == name).values(value=value))
        if not updated.rowcount:
            self.connection.execute(table.insert().values(name=name, value=value))

    def take_object_ids(self, count: int) -> int:
        """Reserve `count` object ids (inside a writing transaction) and return the first; ids are never used again."""
        first = int(self.facts()["next_object_id"])
        self.set_fact("next_object_id", str(first + count))
        return first
