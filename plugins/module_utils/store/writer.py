# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The one writer of objects and of all that hangs on them: identifiers, links, secrets, roles, labels.

All of it inside a writing transaction. Many rows come as a select, so that they are copied within the database; what a
person changes comes as values. Every change goes into the journal as well (`journal.add_changes`).
"""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Iterable, Mapping, Sequence

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import Fields, encode
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import IDENTIFIERS
from ansible_collections.telephony.connector.plugins.module_utils.store import (
    clock,
    leavers,
    past_objects,
    resting_numbers,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.bulk import Row
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.schema.objects import LINK_STATE
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: Objects named in one statement.
_CHUNK = 500
#: No object has this version, so a link that has it is looked at again.
_NO_VERSION = -1

Query = t.Any
Claim = tuple[str, str, str]
"""What an object has alone: (space, value, field)."""


def claims_of(fields: Mapping[str, t.Any]) -> list[Claim]:
    """Return what an object with these fields has alone."""
    return [(space, fields[field], field) for field, space in IDENTIFIERS.items() if field in fields]


# -- objects ------------------------------------------------------------------------------------------------------


def insert_objects(store: Store, query: Query) -> None:
    """Make objects of a select of (id, kind, version, name, fields)."""
    columns = ["id", "kind", "version", "name", "fields"]
    store.connection.execute(store.schema.objects.insert().from_select(columns, query))


def insert_object(store: Store, object_id: int, kind: str, name: str, fields: Fields) -> None:
    """Make one object, with the roles and labels that it names; its identifiers are claimed apart."""
    values = {"id": object_id, "kind": kind, "version": 1, "name": name, "fields": encode(fields)}
    store.connection.execute(store.schema.objects.insert().values(values))


def update_objects(store: Store, is_meant: Query, **values: Query) -> None:
    """Set columns of the objects that a condition over another table means, to columns of that table."""
    objects = store.schema.objects
    store.connection.execute(objects.update().where(is_meant).values(values))


def update_by_hand(store: Store, rows: Sequence[tuple[str, Fields, int, int]]) -> None:
    """Give objects other fields, each (name, fields, version, id), beside the profiles that they belong to."""
    _write_out_applied(store, [object_id for *_values, object_id in rows])
    values = [(name, encode(fields), version, object_id) for name, fields, version, object_id in rows]
    store.update_rows(store.schema.objects, ("name", "fields", "version"), "id", values)


def _write_out_applied(store: Store, object_ids: Sequence[int]) -> None:
    """Write down what a profile had applied where that is "all fields as they are": they are about to be others."""
    objects, links = store.schema.objects, store.schema.links
    before_this = sa.select(objects.c.fields).where(objects.c.id == links.c.object_id).scalar_subquery()
    for start in range(0, len(object_ids), _CHUNK):
        unwritten = links.c.object_id.in_(object_ids[start : start + _CHUNK]) & links.c.applied.is_(None)
        store.connection.execute(links.update().where(unwritten).values(applied=before_this))


def remove_objects(store: Store, ids: Query) -> None:
    """Remove objects, given as a select of ids or a list of them, with all that hangs on them."""
    schema, execute = store.schema, store.connection.execute
    resting_numbers.begin(store, ids)
    for table in (schema.identifiers, schema.credentials, schema.links, schema.leavers):
        execute(table.delete().where(table.c.object_id.in_(ids)))
    execute(schema.objects.delete().where(schema.objects.c.id.in_(ids)))


def remove_by_hand(store: Store, object_id: int, run_id: int) -> None:
    """Remove one object; a record that has made others beside it is looked at again."""
    _look_again(store, object_id, run_id)
    remove_objects(store, [object_id])


def _look_again(store: Store, object_id: int, run_id: int) -> None:
    links, objects = store.schema.links, store.schema.objects
    own = sa.select(links.c.profile_id, links.c.key).where(links.c.object_id == object_id)
    for profile_id, key in store.connection.execute(own).all():
        fields = sa.select(objects.c.fields).where(objects.c.id == links.c.object_id).scalar_subquery()
        beside = (links.c.key == key) & (links.c.object_id != object_id)
        others = (links.c.profile_id == profile_id) & beside
        if store.connection.scalar(sa.select(links.c.key).where(others).limit(1)) is None:
            continue
        past_objects.keep_touched(store, run_id, profile_id, beside)
        values = {"applied": sa.func.coalesce(links.c.applied, fields), "version": _NO_VERSION}
        store.connection.execute(links.update().where(others).values(values))


def start_leaving(store: Store, ids: Query) -> None:
    """Make users leavers as of now, a select of ids or a list of them; all that is theirs stays as it is."""
    table, objects = store.schema.leavers, store.schema.objects.c
    query = sa.select(objects.id, sa.literal(clock.stamp())).where(objects.id.in_(ids))
    query = query.where(~leavers.is_leaver(store, objects.id))
    store.connection.execute(table.insert().from_select(["object_id", "since"], query))


def end_leaving(store: Store, ids: Query) -> None:
    """Make leavers users as before, a select of ids or a list of them."""
    table = store.schema.leavers
    store.connection.execute(table.delete().where(table.c.object_id.in_(ids)))


# -- identifiers --------------------------------------------------------------------------------------------------


def claim(store: Store, object_id: int, claims: Iterable[Claim]) -> None:
    """Give an object what it has alone from now on."""
    columns = ("space", "value", "field", "object_id")
    claimed = list(claims)
    store.insert_rows(store.schema.identifiers, columns, [(*one, object_id) for one in claimed])
    resting_numbers.end(store, [value for space, value, _field in claimed if space == "number"])


def claim_each(store: Store, claims: Sequence[tuple[int, Claim]]) -> None:
    """Give objects what they have alone from now on, each (object id, claim)."""
    columns = ("space", "value", "field", "object_id")
    store.insert_rows(store.schema.identifiers, columns, [(*one, object_id) for object_id, one in claims])
    numbers = [value for _object_id, (space, value, _field) in claims if space == "number"]
    for start in range(0, len(numbers), _CHUNK):
        resting_numbers.end(store, numbers[start : start + _CHUNK])


def give_up_each(store: Store, claims: Sequence[Claim]) -> None:
    """Take many identifiers away."""
    identifiers = store.schema.identifiers
    for start in range(0, len(claims), _CHUNK):
        held = [(space, value) for space, value, _field in claims[start : start + _CHUNK]]
        is_held = sa.tuple_(identifiers.c.space, identifiers.c.value).in_(held)
        store.connection.execute(identifiers.delete().where(is_held))


def claim_all(store: Store, query: Query) -> None:
    """Give objects what they have alone, a select of (space, value, object id, field)."""
    columns = ["space", "value", "object_id", "field"]
    store.connection.execute(store.schema.identifiers.insert().from_select(columns, query))
    if resting_numbers.is_any(store):
        claimed = query.subquery("claimed")
        resting_numbers.end(store, sa.select(claimed.c.value).where(claimed.c.space == "number"))


def give_up(store: Store, claims: Query) -> None:
    """Take identifiers away, a select of (space, value) or a list of claims."""
    identifiers = store.schema.identifiers
    if isinstance(claims, list):
        for space, value, _field in claims:
            held = (identifiers.c.space == space) & (identifiers.c.value == value)
            store.connection.execute(identifiers.delete().where(held))
        return
    given_up = sa.tuple_(identifiers.c.space, identifiers.c.value).in_(claims)
    store.connection.execute(identifiers.delete().where(given_up))


# -- links --------------------------------------------------------------------------------------------------------


def remove_links(store: Store, ids: Query) -> None:
    """Take the links of objects away, a select of their ids; the objects stay."""
    links = store.schema.links
    store.connection.execute(links.delete().where(links.c.object_id.in_(ids)))


def insert_links(store: Store, query: Query) -> None:
    """Link records, a select of (profile, key, slot, object, version, fingerprint, origin, applied)."""
    columns = ["profile_id", "key", "slot", "object_id", *LINK_STATE]
    store.connection.execute(store.schema.links.insert().from_select(columns, query))


def update_links(store: Store, is_meant: Query, **values: Query) -> int:
    """Set columns of the links that a condition over another table means, to columns of that table; return how many."""
    links = store.schema.links
    return int(store.connection.execute(links.update().where(is_meant).values(values)).rowcount)


def update_entries(store: Store, objects: Sequence[Row], links: Sequence[Row]) -> None:
    """Set (fields, version) of objects and (applied, version) of their links, each row with the object's id last."""
    store.update_rows(store.schema.objects, ("fields", "version"), "id", objects)
    store.update_rows(store.schema.links, ("applied", "version"), "object_id", links)


def remove_profile(store: Store, profile_id: int, run_id: int) -> None:
    """Remove a profile; its objects stay, and belong to nobody."""
    links, profiles = store.schema.links, store.schema.profiles
    past_objects.keep_touched(store, run_id, profile_id)
    store.connection.execute(links.delete().where(links.c.profile_id == profile_id))
    store.connection.execute(profiles.delete().where(profiles.c.id == profile_id))


# -- secrets ------------------------------------------------------------------------------------------------------


def put_credentials(store: Store, entries: Sequence[tuple[int, str, str, str]]) -> None:
    """Keep secrets, hashed or encrypted, in place of those of the same name.

    Each is (object id, name, value, fingerprint); see `Vault.fingerprint_of`.
    """
    if not entries:
        return
    remove_credentials(store, [entry[:2] for entry in entries])
    store.insert_rows(store.schema.credentials, ("object_id", "field", "value", "fingerprint"), entries)


def remove_credentials(store: Store, entries: Sequence[tuple[int, str]]) -> None:
    """Remove secrets, each (object id, name): a password that is gone must not open anything."""
    credentials = store.schema.credentials
    statement = credentials.delete().where(
        credentials.c.object_id == sa.bindparam("old_id"), credentials.c.field == sa.bindparam("old_field")
    )
    if entries:
        store.connection.execute(statement, [{"old_id": one, "old_field": name} for one, name in entries])


def keep_credentials(store: Store, object_id: int, names: Collection[str]) -> None:
    """Remove all secrets of an object but these."""
    credentials = store.schema.credentials
    others = (credentials.c.object_id == object_id) & credentials.c.field.not_in(names)
    store.connection.execute(credentials.delete().where(others))


# -- roles and labels ---------------------------------------------------------------------------------------------


def ensure_roles_and_labels(store: Store, roles: Collection[str], labels: Collection[str]) -> None:
    """Make the roles and labels that are named and not there yet."""
    for table, names in ((store.schema.roles, roles), (store.schema.labels, labels)):
        known = set(store.connection.execute(sa.select(table.c.name)).scalars()) if names else set()
        store.insert_rows(table, ("name",), [(name,) for name in sorted(set(names) - known)])
