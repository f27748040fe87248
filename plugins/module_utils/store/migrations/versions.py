# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Which version a store is of, and the way from there to the newest one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError, capital
from ansible_collections.telephony.connector.plugins.module_utils.store.schema.tables import SCHEMA_VERSION, Schema
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

Step = Callable[["sa.Connection"], None]


def steps() -> dict[int, Step]:
    """Return the steps by the version that each leads to; imported only where a store needs them.

    A step says in its own words what it changes, never by the tables of today: it must do the same in ten years.
    """
    from ansible_collections.telephony.connector.plugins.module_utils.store.migrations import (
        to_2,
        to_3,
        to_4,
        to_5,
        to_6,
        to_7,
        to_8,
        to_9,
        to_10,
    )

    modules = (to_2, to_3, to_4, to_5, to_6, to_7, to_8, to_9, to_10)
    return {version: module.migrate for version, module in enumerate(modules, 2)}


def stored_version(connection: sa.Connection, schema: Schema, where: str) -> int:
    """Return the store's schema version, 0 for an empty database; refuse a database that is not ours or is newer."""
    tables = set(sa.inspect(connection).get_table_names())
    if not tables:
        return 0
    if "meta" not in tables or "links" not in tables:
        raise StoreError(
            f"{capital(where)} is a database, but not one of telephony.connector (it has the table"
            f" {sorted(tables)[0]!r}): name another file or database in the option store."
        )
    meta = schema.meta
    version = str(connection.scalar(sa.select(meta.c.value).where(meta.c.name == "schema_version")))
    if not version.isdigit():
        raise StoreError(f"{capital(where)} has no schema version: it is damaged, restore it from a backup.")
    if int(version) > SCHEMA_VERSION:
        raise StoreError(
            f"{capital(where)} was written by a newer version of telephony.connector (store version {version}, this"
            f" collection knows {SCHEMA_VERSION}): upgrade the collection on this machine."
        )
    return int(version)


def create(connection: sa.Connection, schema: Schema, facts: Mapping[str, str]) -> None:
    """Make all tables, with `facts` in the table meta (inside the caller's transaction)."""
    schema.metadata.create_all(connection)
    rows = [{"name": name, "value": value} for name, value in facts.items()]
    connection.execute(schema.meta.insert(), [*rows, {"name": "schema_version", "value": str(SCHEMA_VERSION)}])


def migrate(connection: sa.Connection, schema: Schema, version: int) -> None:
    """Take a store from `version` to the newest one, step by step (inside the caller's transaction)."""
    way = steps()
    for target in range(version + 1, SCHEMA_VERSION + 1):
        way[target](connection)
    meta = schema.meta
    connection.execute(meta.update().where(meta.c.name == "schema_version").values(value=str(SCHEMA_VERSION)))
