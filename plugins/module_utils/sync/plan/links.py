# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The objects of records that have a link: the record's object is known, whatever its name and number are now."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterator, Mapping
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import Fields, decode, encode
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import IDENTIFIERS, KINDS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import mask
from ansible_collections.telephony.connector.plugins.module_utils.store import secret_marks
from ansible_collections.telephony.connector.plugins.module_utils.store.bulk import Row
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync import entry_owners
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import (
    device_pairing,
    quick_changes,
    repetitions,
    staging,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.digest import operation_hash
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import RecordRef
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.known_records import KnownRecords
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.merge import Merged, merge
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import Intake
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.updates import reason_of

#: Flat field -> (its space, column of the staging table).
_IDENTIFIERS = {
    field: (space, "fax_number" if field == "fax_extension" else space) for field, space in IDENTIFIERS.items()
}

#: Where the fingerprints, the link's and the row's, and the object's id stand in what a staged row is compared by.
_OLD_MARK, _MARK, _ID = 8, 11, 12

#: Slot -> the flat field names that the structure sets there.
Mapped = Mapping[str, frozenset[str]]


class Current(t.NamedTuple):
    """An object as it is now, with its link to this profile if it has one (`applied` empty otherwise)."""

    object_id: int
    version: int
    fields: Fields
    applied: Fields
    origin: str


def follow_links(context: PlanContext, intake: Intake, known: KnownRecords) -> list[RecordRef]:
    """Turn staged rows whose record has a link into an update of that object, or a touch where nothing changes.

    Return the records that are the same as another one.
    """
    if not context.linked:
        return []
    staged, links, objects = context.staging.table.c, context.schema.links.c, context.schema.objects.c
    # outer joins, so that each row looks its link up: SQLite would go through all links again for each chunk of rows
    joined = context.staging.table.outerjoin(
        context.schema.links,
        (links.profile_id == context.profile_id) & (links.key == staged.key) & (links.slot == staged.slot),
    ).outerjoin(context.schema.objects, objects.id == links.object_id)
    query = sa.select(
        staged.seq, staged.record, staged.key, staged.slot, staged.kind, staged.name, staged.fields, links.applied,
        links.fingerprint, links.version, links.origin, staged.fingerprint, objects.id, objects.version, objects.fields,
    ).select_from(joined).where(staged.action == staging.CREATE)  # fmt: skip
    repeated: list[RecordRef] = []
    followed = {slot: quick_changes.followed(context, mapped) for slot, mapped in intake.mapped.items()}
    for is_first, rows in _portions(context, query):
        touched = _follow(context, intake, known, followed, rows, repeated)
        if not intake.unchanged and is_first and touched > len(rows) // 2:
            quick_changes.touch_all(context)  # the rest, which promises to be like the first ones
    return repeated


def _portions(context: PlanContext, query: sa.Select[t.Any]) -> Iterator[tuple[bool, t.Sequence[t.Any]]]:
    """Yield (whether they are the first, rows) of a select of staged rows with their links, some thousands at a time.

    SQLite looks a portion up at a time. For PostgreSQL all but the first are one statement, since it would go through
    all links for each portion; rows that are changed meanwhile are changed behind what it reads.
    """
    staged, store = context.staging.table.c, context.store
    if store.is_sqlite:
        for first, last in context.staging.chunks():
            yield first == 1, list(store.rows(query.where(staged.seq.between(first, last))))
        return
    yield True, store.connection.execute(query.where(staged.seq <= staging.CHUNK)).all()
    if context.staging.last > staging.CHUNK:
        rows = store.rows(query.where(staged.seq > staging.CHUNK).order_by(staged.seq), staging.CHUNK)
        while portion := list(islice(rows, staging.CHUNK)):
            yield False, portion


def _follow(
    context: PlanContext,
    intake: Intake,
    known: KnownRecords,
    followed: Mapping[str, quick_changes.Followed],
    rows: t.Sequence[t.Any],
    repeated: list[RecordRef],
) -> int:
    """Do it for some rows, and return how many of them are only touched; `repeated` gets those that came before."""
    updates: list[dict[str, t.Any]] = []
    touches: list[dict[str, t.Any]] = []
    plain: list[Row] = []
    marks: list[tuple[int, bytes]] = []
    any_came_as_it_was = bool(intake.unchanged)
    kept = _kept_secrets(context, rows)
    for row in rows:
        seq, record, key, slot, kind, name, wanted, applied, old_mark, link_version, origin, mark, *target = row
        if origin is None:
            continue  # it has no link
        if any_came_as_it_was and known.has_seen(bytes(old_mark)):
            updates.append(_comes_twice(context, RecordRef(record, key, name), row, repeated))
            continue
        if seq in context.staging.secrets:
            object_id, version, text = target
            marked = with_secret_marks(context, seq, json.loads(wanted), object_id, version, text, kept)
            wanted = encode(marked)
        if applied is None and wanted == target[2] and link_version == target[1]:
            # the same text, from a record or by a definition that reads otherwise
            touches.append(_touch(seq, origin, *target[:2]))
            continue
        if applied is None and seq not in context.staging.secrets:
            texts = quick_changes.changed_texts(followed[slot].names, target[2], wanted)
            if texts:
                marks.append((seq, operation_hash(key, slot, kind, staging.UPDATE, name, *texts)))
                values = (followed[slot].reason, origin, target[0], target[1] + 1, *texts, None, None, None)
                plain.append((staging.UPDATE, *values, seq))
                continue
        fields = decode(target[2])
        current = Current(target[0], target[1], fields, decode(applied) if applied else fields, origin)
        update = become_update(context, intake.mapped[slot], seq, KINDS[kind], decode(wanted), current)
        if update["action"] == staging.UPDATE and seq not in context.staging.secrets:
            told = (update["name"], update["before"], update["after"])
            marks.append((seq, operation_hash(key, slot, kind, staging.UPDATE, *told)))
        updates.append(update)
    write_updates(context, updates)
    context.staging.change(touches)
    context.staging.change_rows(quick_changes.UPDATED, plain)
    for seq, mark in marks:
        context.staging.marks.set(seq, mark)
    return len(touches)


def _comes_twice(context: PlanContext, record: RecordRef, row: Row, repeated: list[RecordRef]) -> dict[str, t.Any]:
    """Return the change of a row whose link's record came as it was the last time, too: which of them is right?"""
    if bytes(row[_MARK]) == bytes(row[_OLD_MARK]):
        repeated.append(record)
        return repetitions.repetition(row[0])
    context.findings.conflict(record, f'the record with the key "{record.key}" stands in the source twice')
    return {"row": row[0], "action": staging.CONFLICT, "reason": staging.DUPLICATE_KEY}


def _kept_secrets(context: PlanContext, rows: t.Sequence[t.Any]) -> dict[int, secret_marks.Kept]:
    """Return what is kept of the secrets of the objects that these rows are of, where a row has a secret."""
    waiting = context.staging.secrets
    ids = [row[_ID] for row in rows if row[0] in waiting and row[_ID] is not None] if waiting else []
    return secret_marks.kept_of(context.store, ids) if ids else {}


def with_secret_marks(
    context: PlanContext,
    seq: int,
    wanted: Fields,
    object_id: int,
    version: int,
    text: str,
    kept: Mapping[int, secret_marks.Kept],
) -> Fields:
    """Return a staged row's fields with the marks that its secrets have in the object, whose fields are `text`."""
    known, secrets = kept.get(object_id, {}), context.staging.secrets[seq]
    wanted, context.staging.secrets[seq] = secret_marks.with_marks(
        context.store, object_id, version, json.loads(text), known, wanted, secrets
    )
    return wanted


def _touch(seq: int, origin: str, object_id: int, version: int) -> dict[str, t.Any]:
    """Return the change that makes a staged row a touch of an object which has all that the record says already."""
    nothing_new = {"username": None, "number": None, "fax_number": None}
    return {
        "row": seq,
        "action": staging.TOUCH,
        "object_id": object_id,
        "version": version,
        "origin": origin,
        **nothing_new,
    }


def become_update(
    context: PlanContext,
    mapped: frozenset[str],
    seq: int,
    kind: t.Any,
    wanted: Fields,
    current: Current,
    reason: str = "",
    adopt: bool = False,
) -> dict[str, t.Any]:
    """Return the change that makes a staged row an update of `current` (or a touch, when no field changes).

    `mapped` are the fields that the profile's structure sets. Without a `reason` it is told by what the profile had set
    the last time.
    """
    merged = _merged(context, mapped, kind, wanted, current)
    merged = device_pairing.require_on_rename(context, kind, merged)
    changed = bool(merged.before or merged.after)
    fields = merged.fields
    update: dict[str, t.Any] = {
        "row": seq,
        "action": staging.UPDATE if changed or adopt else staging.TOUCH,
        "reason": reason or _reason(context, merged, current),
        "object_id": current.object_id,
        "version": current.version + changed,
        "origin": current.origin,
        "name": kind.name_of(merged.fields),
        "before": encode(mask(merged.before)),
        "after": encode(mask(merged.after)),
        "username": None,
        "number": None,
        "fax_number": None,
        "lacks_number": kind.name == "user" and "extension" not in merged.fields,
    }
    if fields != wanted or seq in context.staging.secrets:  # otherwise they are staged as they are to be
        update["fields"] = encode(fields)
    if merged.applied != fields:
        update["applied"] = encode(merged.applied)
    context.staging.has_lacking_numbers |= update["lacks_number"]
    context.staging.has_fax_numbers |= "fax_extension" in merged.after
    update["released"] = []
    if _IDENTIFIERS.keys().isdisjoint(merged.after) and _IDENTIFIERS.keys().isdisjoint(merged.before):
        return update  # as nearly always
    for field, (space, column) in _IDENTIFIERS.items():
        if field in merged.after:
            update[column] = merged.after[field]
        if field in merged.before:
            update["released"].append({"space": space, "value": merged.before[field], "seq": seq})
    return update


def _reason(context: PlanContext, merged: Merged, current: Current) -> str:
    return reason_of(merged.before, merged.after, current.applied, current.fields, context.is_same_profile)


def _merged(context: PlanContext, mapped: frozenset[str], kind: t.Any, wanted: Fields, current: Current) -> Merged:
    policy, keep = context.definition.field_policy, bool(context.pools)

    def merged(applied: t.Mapping[str, t.Any], wanted: t.Mapping[str, t.Any]) -> Merged:
        return merge(kind, current.fields, applied, wanted, mapped, policy, keep_number=keep)

    if entry_owners.CURRENT_OWNER in current.applied and "owner" in mapped:
        return entry_owners.merge_with_heir(merged, current.fields, current.applied, wanted, context.knows_users)
    return merged(current.applied, wanted)


def write_updates(context: PlanContext, updates: list[dict[str, t.Any]]) -> None:
    """Write changes of staged rows, the identifiers that they give up included."""
    released = [entry for update in updates for entry in update.pop("released", ())]
    alike: dict[tuple[str, ...], list[dict[str, t.Any]]] = {}
    for update in updates:
        alike.setdefault(tuple(update), []).append(update)
    for rows in alike.values():
        context.staging.change(rows)
    if released:
        context.store.connection.execute(context.staging.released.insert(), released)
