# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Profiles as they lie in the store: their declared options with the secrets encrypted, and their checkpoint."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

_ENCRYPTED = "encrypted"


@dataclass(frozen=True)
class Stored:
    """A profile in the store; `options` as declared, secrets in clear.

    `unencrypted` are the options of its source that lie there as they are.
    """

    id: int
    name: str
    options: dict[str, t.Any]
    checkpoint: dict[str, t.Any] | None
    unencrypted: frozenset[str] = frozenset()

    def count_links(self, store: Store) -> int:
        """Return how many objects belong to the profile."""
        return count_links(store, self.id)


def count_links(store: Store, profile_id: int) -> int:
    """Return how many objects belong to a profile."""
    links = store.schema.links.c
    query = sa.select(sa.func.count()).where(links.profile_id == profile_id)
    return int(store.connection.scalar(query) or 0)


def find(store: Store, name: str) -> Stored | None:
    """Return the profile of that name, or None."""
    profiles = store.schema.profiles
    row = store.connection.execute(sa.select(profiles).where(profiles.c.name == name)).one_or_none()
    return _stored(store, row) if row else None


def every(store: Store) -> list[Stored]:
    """Return all profiles by name."""
    profiles = store.schema.profiles
    return [
        _stored(store, row) for row in store.connection.execute(sa.select(profiles).order_by(profiles.c.name)).all()
    ]


def save(store: Store, name: str, options: Mapping[str, t.Any], secret_names: Collection[str]) -> None:
    """Insert or replace a profile (inside a writing transaction); `secret_names` are options of its source."""
    profiles = store.schema.profiles
    text = json.dumps(_sealed(store, options, secret_names), ensure_ascii=False)
    updated = store.connection.execute(profiles.update().where(profiles.c.name == name).values(options=text))
    if not updated.rowcount:
        store.connection.execute(profiles.insert().values(name=name, options=text))


def save_checkpoint(store: Store, profile_id: int, checkpoint: Mapping[str, t.Any] | None) -> None:
    """Keep what the next read may be given (inside a writing transaction)."""
    profiles = store.schema.profiles
    text = json.dumps(checkpoint) if checkpoint else None
    store.connection.execute(profiles.update().where(profiles.c.id == profile_id).values(checkpoint=text))


def _sealed(store: Store, options: Mapping[str, t.Any], secret_names: Collection[str]) -> dict[str, t.Any]:
    source = {
        name: {_ENCRYPTED: store.vault.encrypt(str(value))} if name in secret_names and value else value
        for name, value in (options.get("source") or {}).items()
    }
    return {**options, "source": source}


def _stored(store: Store, row: t.Any) -> Stored:
    options = json.loads(row.options)
    unencrypted = frozenset(
        name for name, value in (options.get("source") or {}).items()
        if value and not (isinstance(value, dict) and _ENCRYPTED in value)
    )  # fmt: skip
    options["source"] = {
        name: store.vault.decrypt(value[_ENCRYPTED]) if isinstance(value, dict) and _ENCRYPTED in value else value
        for name, value in (options.get("source") or {}).items()
    }
    return Stored(row.id, row.name, options, json.loads(row.checkpoint) if row.checkpoint else None, unencrypted)
