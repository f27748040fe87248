# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Objects that a person makes, changes or removes: one at a time, with the same rules as a sync."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ansible_collections.telephony.connector.plugins.module_utils.actions import set_back_warnings
from ansible_collections.telephony.connector.plugins.module_utils.actions.action import (
    Action,
    Result,
    Task,
    if_any,
    if_given,
)
from ansible_collections.telephony.connector.plugins.module_utils.actions.object_info import shown
from ansible_collections.telephony.connector.plugins.module_utils.actions.wanted_object import (
    ObjectArguments,
    wanted_change,
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import capital
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import phone_number
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.numbers import can_be_dialled
from ansible_collections.telephony.connector.plugins.module_utils.store import clock, journal, number_use, pools
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.objects import find_object
from ansible_collections.telephony.connector.plugins.module_utils.sync import entry_owners
from ansible_collections.telephony.connector.plugins.module_utils.sync.counts import Counts
from ansible_collections.telephony.connector.plugins.module_utils.sync.diff import object_diff
from ansible_collections.telephony.connector.plugins.module_utils.sync.object_changes import Change, diff_of, write


@dataclass(frozen=True)
class ObjectResult(Result):
    """The object as it is, or would be; None when it was removed."""

    object: Mapping[str, t.Any] | None
    diff: Sequence[Mapping[str, t.Any]] | None = if_given()
    warnings: Sequence[str] = if_any()


def set_object(task: Task, arguments: ObjectArguments) -> ObjectResult:
    """Make, change or remove one object by hand; DefinitionError where the phone system cannot take it."""
    store = task.store
    with store.snapshot():
        change = wanted_change(store, arguments)
        entries = _private_entries(store, change)
        undone = set_back_warnings.of_change(store, change)
        object_id = change.object_id if change else None
    if not task.check_mode and change is not None and not change.is_empty:
        with store.writing():
            # as the store is now: somebody may have been quicker
            change = wanted_change(store, arguments)
            if change is not None and not change.is_empty:
                entries = _private_entries(store, change)
                run = journal.Run(None, journal.MANUAL_MODE, clock.stamp(), "changed")
                run_id = journal.start(store, run, _counts(change, entries), _warnings(change, entries))
                object_id = write(store, change, run_id, 1)
                entry_owners.write(store, entries, run_id, 2)
    is_changed = change is not None and not change.is_empty
    without = _without_number(store, change) + _without_owner(store, change) + _nothing_to_dial(change)
    return ObjectResult(
        changed=is_changed,
        object=_after(store, change, object_id),
        diff=_diff(change if is_changed else None, entries) if task.diff else None,
        warnings=[] if change is None else _warnings(change, entries) + undone + without,
    )


declare_user = Action(partial(ObjectArguments.from_params, "user"), set_object)
declare_phonebook_entry = Action(partial(ObjectArguments.from_params, "phonebook_entry"), set_object)
declare_speed_dial = Action(partial(ObjectArguments.from_params, "speed_dial"), set_object)


def _after(store: Store, change: Change | None, object_id: int | None) -> Mapping[str, t.Any] | None:
    if change is None or change.fields is None:
        return None
    with store.snapshot():
        (after,) = shown(store, change.kind, [(object_id, change.fields)])
    if change.returns:  # a simulation still finds the leaver
        after = {**after, "profiles": []}
        after.pop("leaver", None)
    return after


def _diff(change: Change | None, entries: list[entry_owners.Followed]) -> list[Mapping[str, t.Any]]:
    return [*([] if change is None else [diff_of(change)]), *(object_diff(one.as_change()) for one in entries)]


def _without_number(store: Store, change: Change | None) -> list[str]:
    """Say why a user got no number although there is a pool."""
    if change is None or change.kind.name != "user" or change.fields is None or "extension" in change.fields:
        return []
    with store.snapshot():
        pool = pools.load(store)
        return [f"User {change.name} has no extension: {number_use.why_none(store, pool)}."] if pool.is_declared else []


def _without_owner(store: Store, change: Change | None) -> list[str]:
    """Warn of a private entry of somebody who is not there."""
    if change is None or change.kind.name != "phonebook_entry" or not change.fields:
        return []
    owner = change.fields.get("owner")
    if not owner:
        return []
    with store.snapshot():
        if find_object(store, "username", owner, "username") is not None:
            return []
    return [f'Phonebook entry "{change.name}": there is no user "{owner}", so nobody can see it until there is one.']


def _nothing_to_dial(change: Change | None) -> list[str]:
    """Warn of numbers set now that have no digit, such as "none"."""
    if change is None or change.fields is None:
        return []
    given = [(name, change.fields.get(name)) for name, one in change.kind.fields.items() if one.rule is phone_number]
    odd = [(name, value) for name, value in given if value != change.old.get(name) and value]
    return [
        f'{capital(change.kind.title)} "{change.name}": {name} "{value}" has no digit, so nobody can dial it: leave'
        ' it empty ("") if there is no number.'
        for name, value in odd
        if not can_be_dialled(str(value))
    ]


def _private_entries(store: Store, change: Change | None) -> list[entry_owners.Followed]:
    """Return the private entries that go with a user who is renamed or removed."""
    before = change.old.get("username") if change else None
    after = (change.fields or {}).get("username") if change else None
    if before is None or before == after:
        return []
    return [one for part in entry_owners.followed(store, entry_owners.heirs_of({before: after})) for one in part]


def _counts(change: Change, entries: list[entry_owners.Followed]) -> dict[str, int]:
    counts = Counts(updated=len(entries)).as_dict()
    counts["returned" if change.returns else f"{change.action}d"] += 1
    return counts


def _warnings(change: Change, entries: list[entry_owners.Followed]) -> list[str]:
    return [entry_owners.warning([change.name], len(entries))] if change.fields is None and entries else []
