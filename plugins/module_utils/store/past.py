# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Keeps what objects were before a run changes them, with their links and secrets as they lie in the store.

The journal calls this for every change that it notes, so a change that is in the journal before it is written (as all
are) can be undone. What hangs on an object and stands in a table of its own has one line in `tables`.
"""

from __future__ import annotations

import contextlib
import typing as t
from collections.abc import Sequence

from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

#: Objects named in one statement.
_CHUNK = 500
_LINK = ("version", "fingerprint", "origin", "applied")


class Kept(t.NamedTuple):
    """A table of what hangs on objects, and the one beside it: rows are found by the object's id."""

    now: sa.Table
    past: sa.Table


def tables(store: Store) -> list[Kept]:
    """Return the tables with what hangs on objects, apart from links, which are kept with their profiles' names."""
    schema = store.schema
    return [Kept(schema.credentials, schema.past_credentials), Kept(schema.leavers, schema.past_leavers)]


def keep(store: Store, run_id: int, object_ids: Sequence[int]) -> None:
    """Keep what some objects are now (inside a writing transaction, before they are changed in this run).

    An object that this run has created, or changed already, has been something else before.
    """
    changes = store.schema.changes.c
    for start in range(0, len(object_ids), _CHUNK):
        part = list(object_ids[start : start + _CHUNK])
        query = sa.select(changes.object_id).where(changes.object_id.in_(part), changes.run_id == run_id)
        known = set(store.connection.execute(query).scalars())
        if fresh := [object_id for object_id in part if object_id not in known]:
            _keep(store, run_id, fresh)


def keep_changed(store: Store, run_id: int) -> None:
    """Keep what the objects are now that a run, whose whole journal is written, is about to change."""
    changes = store.schema.changes.c
    _keep(
        store,
        run_id,
        sa.select(changes.object_id).where(changes.run_id == run_id, changes.action != "create").distinct(),
    )


def _keep(store: Store, run_id: int, ids: t.Any) -> None:
    schema, execute = store.schema, store.connection.execute
    links, profiles, run = schema.links.c, schema.profiles, sa.literal(run_id)
    objects = schema.objects.c
    found = sa.select(run, objects.id, objects.kind, objects.version, objects.name, objects.fields)
    columns = ["run_id", "object_id", "kind", "version", "name", "fields"]
    execute(schema.past_objects.insert().from_select(columns, found.where(objects.id.in_(ids))))
    named = sa.select(run, links.object_id, profiles.c.name, links.key, links.slot, *(links[name] for name in _LINK))
    named = named.join_from(schema.links, profiles, profiles.c.id == links.profile_id)
    columns = ["run_id", "object_id", "profile", "key", "slot", *_LINK]
    execute(schema.past_links.insert().from_select(columns, named.where(links.object_id.in_(ids))))
    for kept in tables(store):
        names = kept.now.columns.keys()
        rows = sa.select(run, *kept.now.c).where(kept.now.c.object_id.in_(ids))
        execute(kept.past.insert().from_select(["run_id", *names], rows))


def keep_touched(store: Store, run_id: int, profile_id: int, is_meant: t.Any = None) -> None:
    """Keep links of a profile that this run renews or takes away without changing their objects.

    `is_meant` is a condition on links, None for all of the profile. What an earlier run had touched is forgotten: an
    undo of that one would not find the links as it had left them.
    """
    schema, execute = store.schema, store.connection.execute
    links, profiles, touched = schema.links.c, schema.profiles, schema.touched_links
    name = store.connection.scalar(sa.select(profiles.c.name).where(profiles.c.id == profile_id))
    own = links.profile_id == profile_id
    query = sa.select(
        sa.literal(name, sa.Text), links.key, links.slot, sa.literal(run_id), links.object_id,
        *(links[column] for column in _LINK),
    ).where(own if is_meant is None else own & is_meant)  # fmt: skip
    old = touched.delete().where(touched.c.profile == name)
    if is_meant is not None:
        renewed = sa.select(links.key).where(own, is_meant)
        old = old.where((touched.c.run_id != run_id) | touched.c.key.in_(renewed))
    execute(old)
    execute(touched.insert().from_select(["profile", "key", "slot", "run_id", "object_id", *_LINK], query))


def forget(store: Store, run_ids: Sequence[int]) -> None:
    """Forget what was before some runs (inside a writing transaction)."""
    schema = store.schema
    past = [kept.past for kept in tables(store)]
    for table in (schema.past_objects, schema.past_links, schema.touched_links, *past):
        store.connection.execute(table.delete().where(table.c.run_id.in_(run_ids)))
