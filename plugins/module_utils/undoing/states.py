# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What an object is, or was before a run: its row with its links, its secrets, and whatever else hangs on it."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import Fields, differing
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.store import past_objects
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: Objects looked at at a time.
CHUNK = 500
#: The table of leavers, as the rows that hang on an object name it.
_LEAVERS = "leavers"
#: That of secrets, whose rows begin with the field.
_SECRETS = "credentials"
_OBJECT = ("kind", "version", "name", "fields")

States = dict[int, "State"]


class Link(t.NamedTuple):
    """A record of a profile that an object is linked to."""

    profile: str
    key: str
    slot: str
    origin: str


@dataclass(frozen=True)
class State:
    """One object with all that hangs on it. `hanging`: (table, values) of each such row; secrets by their fingerprints.

    Two states are the same when nothing tells them apart but how often the object was changed.
    """

    kind: str
    version: int
    name: str
    text: str
    links: frozenset[Link]
    hanging: frozenset[tuple[t.Any, ...]]

    @cached_property
    def fields(self) -> Fields:
        """The object's flat fields, with the marks of its secrets."""
        found: Fields = json.loads(self.text)
        return found

    @property
    def key(self) -> str | None:
        """The key of the record that the object is from."""
        return min((link.key for link in self.links), default=None)

    @property
    def is_leaver(self) -> bool:
        """Whether the user is a leaver."""
        return any(table == _LEAVERS for table, *_values in self.hanging)

    def is_like(self, other: State | None) -> bool:
        """Say whether another state is the same to everybody who looks."""
        mine, others = (None if one is None else _looks(one) for one in (self, other))
        return mine == others


def _looks(state: State) -> tuple[t.Any, ...]:
    return state.kind, state.name, state.text, state.links, state.hanging


def changed_fields(before: State, after: State) -> tuple[str, ...]:
    """Return by which of their fields two states of one object differ, those of what hangs on it included."""
    kind = KINDS[before.kind]
    names = set().union(*differing(kind, before.fields, after.fields))
    names |= {values[0] if table == _SECRETS else "leaver" for table, *values in before.hanging ^ after.hanging}
    if before.links != after.links:
        names.add("profile")
    return tuple(sorted(names))


def now(store: Store, ids: Collection[int]) -> States:
    """Return what objects are; one that is not there is left out."""
    schema = store.schema
    links, profiles = schema.links.c, schema.profiles
    linked = sa.select(links.object_id, profiles.c.name, links.key, links.slot, links.origin)
    linked = linked.join_from(schema.links, profiles, profiles.c.id == links.profile_id)
    objects = schema.objects.c
    return _read(
        store,
        sa.select(objects.id, *(objects[name] for name in _OBJECT)).where(objects.id.in_(ids)),
        linked.where(links.object_id.in_(ids)),
        [(kept.now, kept.now.c.object_id.in_(ids)) for kept in past_objects.tables(store)],
    )


def before(store: Store, run_id: int, ids: Collection[int]) -> States:
    """Return what objects were before a run; one that was not there is left out. Of profiles that are gone no links."""
    schema = store.schema
    objects, links, profiles = schema.past_objects.c, schema.past_links.c, schema.profiles
    linked = sa.select(links.object_id, links.profile, links.key, links.slot, links.origin)
    linked = linked.join_from(schema.past_links, profiles, profiles.c.name == links.profile)

    def of_run(columns: t.Any) -> t.Any:
        return (columns.run_id == run_id) & columns.object_id.in_(ids)

    return _read(
        store,
        sa.select(objects.object_id, *(objects[name] for name in _OBJECT)).where(of_run(objects)),
        linked.where(of_run(links)),
        [(kept.past, of_run(kept.past.c)) for kept in past_objects.tables(store)],
    )


def _read(store: Store, objects: t.Any, linked: t.Any, hanging: list[tuple[sa.Table, t.Any]]) -> States:
    links: dict[int, set[Link]] = {}
    for object_id, *link in store.rows(linked):
        links.setdefault(object_id, set()).add(Link(*link))
    others: dict[int, set[tuple[t.Any, ...]]] = {}
    for table, condition in hanging:
        of = table.name.removeprefix("past_")
        names = [name for name in table.columns.keys() if name not in ("run_id", "object_id")]  # noqa: SIM118
        query = sa.select(table.c.object_id, *(table.c[name] for name in names)).where(condition)
        for object_id, *values in store.rows(query):
            others.setdefault(object_id, set()).add((of, *_told_apart(dict(zip(names, values, strict=True)))))
    return {
        object_id: State(
            kind, version, name, text, frozenset(links.get(object_id, ())), frozenset(others.get(object_id, ()))
        )
        for object_id, kind, version, name, text in store.rows(objects)
    }


def _told_apart(row: dict[str, t.Any]) -> t.Iterator[t.Any]:
    """Yield the values by which a row differs from another: encrypted with another key, a secret is still the same."""
    has_mark = row.get("fingerprint") is not None
    return (value for name, value in row.items() if not (has_mark and name == "value"))
