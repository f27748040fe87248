# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Keeps what objects were before a run changes them, with their links and secrets as they lie in the store.

The journal calls this for every change that it notes, so a change that is in the journal before it is written (as all
are) can be undone. What hangs on an object and stands in a table of its own has one line in `tables`.
"""

from __future__ import annotations

import typing as t
from collections.abc import Sequence

from ansible_collections.telephony.connector.plugins.module_utils.store.bulk import Row
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.schema.objects import LINK_STATE
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: Objects named in one statement.
_CHUNK = 500


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
    named = sa.select(
        run, links.object_id, profiles.c.name, links.key, links.slot, *(links[name] for name in LINK_STATE)
    )
    named = named.join_from(schema.links, profiles, profiles.c.id == links.profile_id)
    columns = ["run_id", "object_id", "profile", "key", "slot", *LINK_STATE]
    execute(schema.past_links.insert().from_select(columns, named.where(links.object_id.in_(ids))))
    for kept in tables(store):
        if store.connection.scalar(sa.select(kept.now.c.object_id).limit(1)) is None:
            continue  # to find out whose rows to look for takes longer than all else
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
        *(links[column] for column in LINK_STATE),
    ).where(own if is_meant is None else own & is_meant)  # fmt: skip
    old = touched.delete().where(touched.c.profile == name)
    if is_meant is not None:
        renewed = sa.select(links.key).where(own, is_meant)
        old = old.where((touched.c.run_id != run_id) | touched.c.key.in_(renewed))
    execute(old)
    execute(touched.insert().from_select(["profile", "key", "slot", "run_id", "object_id", *LINK_STATE], query))


def bring_back(store: Store, run_id: int, object_ids: Sequence[int]) -> None:
    """Make objects what they were before a run, with all that hangs on them (inside a writing transaction).

    Their identifiers are the caller's to claim. Links of profiles that are gone stay away; a profile that was declared
    again gets those of its name.
    """
    schema, execute = store.schema, store.connection.execute
    objects, were, links, linked = schema.objects, schema.past_objects.c, schema.links, schema.past_links.c
    for start in range(0, len(object_ids), _CHUNK):
        ids = object_ids[start : start + _CHUNK]
        of_run = (were.run_id == run_id) & were.object_id.in_(ids)
        names = ("kind", "version", "name", "fields")
        execute(
            objects.update()
            .where(objects.c.id == were.object_id, of_run)
            .values({name: were[name] for name in names if name != "kind"})
        )
        is_there = sa.select(objects.c.id).where(objects.c.id == were.object_id).exists()
        gone = sa.select(were.object_id, *(were[name] for name in names)).where(of_run, ~is_there)
        execute(objects.insert().from_select(["id", *names], gone))
        execute(links.delete().where(links.c.object_id.in_(ids)))
        profiles = schema.profiles.c
        back = sa.select(profiles.id, linked.key, linked.slot, linked.object_id, *(linked[name] for name in LINK_STATE))
        back = back.where(linked.run_id == run_id, linked.object_id.in_(ids), profiles.name == linked.profile)
        execute(links.insert().from_select(["profile_id", "key", "slot", "object_id", *LINK_STATE], back))
        for kept in tables(store):
            execute(kept.now.delete().where(kept.now.c.object_id.in_(ids)))
            columns = kept.now.columns.keys()
            rows = sa.select(*(kept.past.c[name] for name in columns))
            rows = rows.where(kept.past.c.run_id == run_id, kept.past.c.object_id.in_(ids))
            execute(kept.now.insert().from_select(columns, rows))


def touched_since(store: Store, run_id: int) -> bool:
    """Say whether there are links that a run had renewed and nobody has touched since."""
    return store.connection.execute(_touched(store, run_id).limit(1)).first() is not None


def bring_back_touched(store: Store, run_id: int, new_run_id: int) -> int:
    """Make such links what they were before that run; return how many of them had been taken away.

    What they are now is kept for the run `new_run_id`, which does this.
    """
    schema, links = store.schema, store.schema.links.c
    touched, taken = schema.touched_links, 0
    rows = store.connection.execute(_touched(store, run_id)).all()
    by_profile: dict[int, list[Row]] = {}
    for row in rows:
        by_profile.setdefault(row.profile_id, []).append(row)
    for profile_id, wanted in by_profile.items():
        own = sa.select(links.key, links.slot, links.object_id).where(links.profile_id == profile_id)
        held = {(key, slot): object_id for key, slot, object_id in store.rows(own)}
        linked = set(held.values())
        meant = [one for one in wanted if held.get((one.key, one.slot), one.object_id) == one.object_id]
        back = [one for one in meant if (one.key, one.slot) in held or one.object_id not in linked]
        taken += sum((one.key, one.slot) not in held for one in back)
        for start in range(0, len(back), _CHUNK):
            part = back[start : start + _CHUNK]
            keys = [(one.key, one.slot) for one in part]
            is_meant = (links.profile_id == profile_id) & sa.tuple_(links.key, links.slot).in_(keys)
            name = part[0].profile
            columns = (
                links.key,
                links.slot,
                sa.literal(new_run_id),
                links.object_id,
                *(links[one] for one in LINK_STATE),
            )
            are = sa.select(sa.literal(name, sa.Text), *columns).where(is_meant)
            now = [tuple(row) for row in store.connection.execute(are).all()]
            store.connection.execute(schema.links.delete().where(is_meant))
            theirs = (touched.c.profile == name) & sa.tuple_(touched.c.key, touched.c.slot).in_(keys)
            store.connection.execute(touched.delete().where(theirs))
            store.insert_rows(touched, ["profile", "key", "slot", "run_id", "object_id", *LINK_STATE], now)
            values = [
                (profile_id, one.key, one.slot, one.object_id, *(getattr(one, c) for c in LINK_STATE)) for one in part
            ]
            store.insert_rows(schema.links, ["profile_id", "key", "slot", "object_id", *LINK_STATE], values)
    return taken


def _touched(store: Store, run_id: int) -> t.Any:
    """Select the links that a run had touched, of objects that no later run has changed."""
    touched, changes = store.schema.touched_links.c, store.schema.changes.c
    profiles, objects = store.schema.profiles.c, store.schema.objects.c
    later = sa.select(changes.run_id).where(changes.object_id == touched.object_id, changes.run_id > run_id).exists()
    return sa.select(
        profiles.id.label("profile_id"), touched.profile, touched.key, touched.slot, touched.object_id,
        *(touched[name] for name in LINK_STATE),
    ).where(
        touched.run_id == run_id, profiles.name == touched.profile, objects.id == touched.object_id, ~later
    )  # fmt: skip


def forget(store: Store, run_ids: Sequence[int]) -> None:
    """Forget what was before some runs (inside a writing transaction)."""
    schema = store.schema
    past = [kept.past for kept in tables(store)]
    for table in (schema.past_objects, schema.past_links, schema.touched_links, *past):
        store.connection.execute(table.delete().where(table.c.run_id.in_(run_ids)))
