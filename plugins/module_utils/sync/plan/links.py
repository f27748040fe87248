# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The objects of records that have a link: the record's object is known, whatever its name and number are now."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import Fields, encode
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import IDENTIFIERS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import mask
from ansible_collections.telephony.connector.plugins.module_utils.store import secret_marks
from ansible_collections.telephony.connector.plugins.module_utils.sync import entry_owners
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import (
    device_pairing,
    staging,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.merge import Merged, merge
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.updates import BOTH, SET_BACK, reason_of

#: Flat field -> (its space, column of the staging table).
_IDENTIFIERS = {
    field: (space, "fax_number" if field == "fax_extension" else space) for field, space in IDENTIFIERS.items()
}

#: Slot -> the flat field names that the structure sets there.
Mapped = Mapping[str, frozenset[str]]


class Current(t.NamedTuple):
    """An object as it is now, with its link to this profile if it has one (`applied` empty otherwise)."""

    object_id: int
    version: int
    fields: Fields
    applied: Fields
    origin: str


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
    context.staging.has_set_back |= update["reason"] in (SET_BACK, BOTH)
    context.staging.has_lacking_numbers |= update["lacks_number"]
    context.staging.has_fax_numbers |= "fax_extension" in merged.after
    update["released"] = []
    if _IDENTIFIERS.keys().isdisjoint(merged.after) and _IDENTIFIERS.keys().isdisjoint(merged.before):
        return update  # as nearly always
    context.staging.has_renumbered = True
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
