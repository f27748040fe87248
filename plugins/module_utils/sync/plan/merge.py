# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What becomes of one object's fields: the current ones, those the source wants, and those it set the last time.

Field values are compared as they are stored: flat names, secrets as keyed fingerprints.
"""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Mapping
from functools import lru_cache

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import (
    Fields,
    differing,
    ordered,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import Kind
from ansible_collections.telephony.connector.plugins.module_utils.profiles.policies import LIST_FIELDS, policy_of

#: what stands for the policy of fields that are lists: they are merged item by item, whatever the policy
_LIST = "list"


class Merged(t.NamedTuple):
    """The outcome of a merge; `before` and `after` hold the changed fields only."""

    fields: Fields
    applied: Fields
    before: Fields
    after: Fields


def merge(
    kind: Kind,
    current: Mapping[str, t.Any],
    applied: Mapping[str, t.Any],
    wanted: Mapping[str, t.Any],
    mapped: Collection[str],
    policy: Mapping[str, str],
    keep_number: bool = False,
) -> Merged:
    """Return the new fields of an object.

    `applied` are the values this profile set the last time (empty for an object it adopts now), `mapped` the names that
    the profile's structure sets; all others stay as they are. `keep_number`: an extension that the source no longer
    names stays (the pool gave the user a number, and a user keeps it for good).
    """
    if applied is current and _may_replace(current, wanted, mapped, policy, keep_number):  # as nearly always
        fields = ordered(kind, wanted)
        return Merged(fields, fields, *differing(kind, current, fields))
    fields = dict(current)
    # what the source says nothing about now (its column is missing), it may say something about again
    now_applied: Fields = {name: value for name, value in applied.items() if name not in mapped}
    policies = _policies(frozenset(mapped), tuple(policy.items()))
    # a field that is nowhere stays so
    for name in {**wanted, **current} if applied is current else {**wanted, **current, **applied}:
        its_policy = policies.get(name)
        if its_policy is None:
            continue  # not mapped
        want = wanted.get(name)
        if want and its_policy == "force":  # as nearly always
            fields[name] = now_applied[name] = want
            continue
        last, have = applied.get(name), current.get(name)
        new: t.Any
        if name == "roles":
            new, set_by_us = _merge_roles(have or [], last or [], want or []), want
        elif name == "devices":
            new, set_by_us = _merge_devices(have or [], last or [], want or []), want
        else:
            new, set_by_us = _merge_value(have, last, want, its_policy)
            if name == "extension" and not new and keep_number:
                new = have
        if new:
            fields[name] = new
        else:
            fields.pop(name, None)
        if set_by_us:
            now_applied[name] = set_by_us
    return Merged(ordered(kind, fields), ordered(kind, now_applied), *differing(kind, current, fields))


def _may_replace(
    current: Mapping[str, t.Any],
    wanted: Mapping[str, t.Any],
    mapped: Collection[str],
    policy: Mapping[str, str],
    keep_number: bool,
) -> bool:
    """Say whether an object that is as the profile had set it becomes just what the source says."""
    plain = replaceable(frozenset(mapped), tuple(policy.items()))
    if not (plain.issuperset(wanted) and plain.issuperset(current)) or not all(wanted.values()):
        return False
    return not (keep_number and "extension" in current and "extension" not in wanted)


@lru_cache(maxsize=64)
def replaceable(mapped: frozenset[str], policy: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """Return the fields that are mapped, are no lists, and follow the source whatever they are now."""
    return frozenset(name for name, its in _policies(mapped, policy).items() if its == "force")


@lru_cache(maxsize=64)
def _policies(mapped: frozenset[str], policy: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Return the policy of each mapped field; the same for all records of a run."""
    policies = {name: policy_of(name, dict(policy), "force") for name in sorted(mapped)}
    return {name: _LIST if name in LIST_FIELDS else its for name, its in policies.items()}


def _merge_value(have: t.Any, last: t.Any, want: t.Any, policy: str) -> tuple[t.Any, t.Any]:
    """Return (the new value, what counts as set by the profile)."""
    touched_by_hand = have != last
    if not want:
        # only what this profile had set, and nobody changed since, is cleared
        return (have, None) if touched_by_hand or not last or policy == "create_only" else (None, None)
    if policy == "force" or (policy == "keep" and (not have or not touched_by_hand)):
        return want, want
    return have, last


def _merge_roles(have: list[str], last: list[str], want: list[str]) -> list[str]:
    """Roles that the profile gave and no longer names go; roles that a person gave stay."""
    kept = [role for role in have if role in want or role not in last]
    return kept + [role for role in want if role not in kept]


def _merge_devices(have: list[Fields], last: list[Fields], want: list[Fields]) -> list[Fields]:
    """Devices of the profile are the n-th of their type: updated in place, so that their pairing stays."""
    replaced: dict[int, Fields] = {}
    added: list[Fields] = []
    same = [_place(have, device) for device in want]
    for device, place in zip(want, same, strict=True):
        if place is None:
            previous = _place_of_previous(have, last, want, device)
            place = None if previous in same else previous  # another one that is wanted as it is
        if place is None or place in replaced:
            added.append(device)
        else:
            pairing = {name: value for name, value in have[place].items() if name == "pairing"}
            replaced[place] = {**device, **pairing, **{name: device[name] for name in pairing if name in device}}
    kept = [
        replaced.get(place, held)
        for place, held in enumerate(have)
        if place in replaced or _place(last, held) is None  # not ours: added by hand
    ]
    return kept + added


def _place(devices: list[Fields], device: Fields) -> int | None:
    return next((place for place, other in enumerate(devices) if _is_same(other, device)), None)


def _is_same(one: Mapping[str, t.Any], other: Mapping[str, t.Any]) -> bool:
    names = ("type", "mac", "number", "username")
    return [one.get(name) for name in names] == [other.get(name) for name in names]


def _place_of_previous(have: list[Fields], last: list[Fields], want: list[Fields], device: Fields) -> int | None:
    """Return where the device is that had this one's place among the profile's devices of its type."""
    nth = [other for other in want if other["type"] == device["type"]].index(device)
    previous = [other for other in last if other["type"] == device["type"]]
    return _place(have, previous[nth]) if nth < len(previous) else None
