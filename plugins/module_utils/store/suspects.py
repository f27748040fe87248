# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reads and writes what a profile remembers of records that may be anybody's, and of its suspects."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


class Unattributed(NamedTuple):
    """A record whose key nobody could tell: what is known of it by its keyed fingerprint.

    `run_id` is the run in which it was new, `total` how many of the same content there were when it was last seen.
    """

    fingerprint: bytes
    run_id: int
    total: int


class Suspect(NamedTuple):
    """An object that lost its record in the run in which such records were new."""

    object_id: int
    run_id: int


def load_unattributed(store: Store, profile_id: int) -> list[Unattributed]:
    """Return what is remembered of such records."""
    table = store.schema.unattributed
    query = sa.select(table.c.fingerprint, table.c.run_id, table.c.count).where(table.c.profile_id == profile_id)
    return [Unattributed(bytes(row[0]), row[1], row[2]) for row in store.rows(query)]


def load_suspects(store: Store, profile_id: int) -> list[Suspect]:
    """Return the objects that stay because of them."""
    table = store.schema.suspects
    query = sa.select(table.c.object_id, table.c.run_id).where(table.c.profile_id == profile_id)
    return [Suspect(*row) for row in store.rows(query)]


def save(store: Store, profile_id: int, records: Iterable[Unattributed], suspects: Collection[Suspect]) -> None:
    """Remember these and no others (inside a writing transaction)."""
    for table in (store.schema.unattributed, store.schema.suspects):
        store.connection.execute(table.delete().where(table.c.profile_id == profile_id))
    store.insert_rows(
        store.schema.unattributed,
        ("profile_id", "fingerprint", "run_id", "count"),
        [(profile_id, *record) for record in sorted(set(records))],
    )
    store.insert_rows(
        store.schema.suspects,
        ("profile_id", "object_id", "run_id"),
        [(profile_id, *suspect) for suspect in sorted(set(suspects))],
    )
