# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Objects that a person makes, changes or removes: one at a time, with the same rules as a sync."""

from __future__ import annotations

import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.actions import set_back
from ansible_collections.telephony.connector.plugins.module_utils.actions.object_info import shown
from ansible_collections.telephony.connector.plugins.module_utils.actions.wanted_object import (
    ObjectArguments,
    wanted_change,
)
from ansible_collections.telephony.connector.plugins.module_utils.store import clock, journal, number_use, pools
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.sync import entry_owners
from ansible_collections.telephony.connector.plugins.module_utils.sync.counts import Counts
from ansible_collections.telephony.connector.plugins.module_utils.sync.diff import object_diff
from ansible_collections.telephony.connector.plugins.module_utils.sync.object_changes import Change, diff_of, write

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call


def declare_object(call: Call, kind_name: str) -> dict[str, t.Any]:
    """Make, change or remove one object by hand (modules user, phonebook_entry, speed_dial)."""
    wanted = ObjectArguments.from_params(kind_name, call.params)
    return set_object(call.store, wanted, call.check_mode, call.diff)


def set_object(
    store: Store, arguments: ObjectArguments, check_mode: bool = False, diff: bool = False
) -> dict[str, t.Any]:
    """Make, change or remove one object; DefinitionError where the phone system cannot take it."""
    with store.snapshot():
        change = wanted_change(store, arguments)
        entries = _private_entries(store, change)
        undone = set_back.warnings(store, change)
        object_id = change.object_id if change else None
    if not check_mode and change is not None and not change.is_empty:
        with store.writing():
            # as the store is now: somebody may have been quicker
            change = wanted_change(store, arguments)
            if change is not None and not change.is_empty:
                entries = _private_entries(store, change)
                run = journal.Run(None, journal.MANUAL_MODE, clock.stamp(), "changed")
                run_id = journal.start(store, run, _counts(change, entries), _warnings(change, entries))
                object_id = write(store, change, run_id, 1)
                entry_owners.write(store, entries, run_id, 2)
    result: dict[str, t.Any] = {"changed": change is not None and not change.is_empty, "object": None}
    if change is not None and change.fields is not None:
        with store.snapshot():
            result["object"] = shown(store, arguments.kind, [(object_id, change.fields)])[0]
        if change.returns:  # a simulation still finds the leaver
            result["object"] = {**result["object"], "profiles": []}
            result["object"].pop("leaver", None)
    if diff:
        result["diff"] = [diff_of(change)] if result["changed"] and change is not None else []
        result["diff"] += [object_diff(one.as_change()) for one in entries]
    without = _without_number(store, change)
    if change is not None and (entries or undone or without):
        result["warnings"] = _warnings(change, entries) + undone + without
    return result


def _without_number(store: Store, change: Change | None) -> list[str]:
    """Say why a user got no number although there is a pool."""
    if change is None or change.kind.name != "user" or change.fields is None or "extension" in change.fields:
        return []
    with store.snapshot():
        pool = pools.load(store)
        return [f"User {change.name} has no extension: {number_use.why_none(store, pool)}."] if pool.is_declared else []


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
