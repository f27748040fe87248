# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Carries the plan of an undo out: one transaction that writes the journal, and then the objects as they were."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence

from ansible_collections.telephony.connector.plugins.module_utils import progress
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import encode
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import labels_in
from ansible_collections.telephony.connector.plugins.module_utils.store import (
    holds,
    journal,
    past_objects,
    profiles,
    writer,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.undoing.plan import Operation, Plan

#: The mode of the run that the journal has of an undo.
MODE = "undo"
#: Objects removed by one statement; SQLite takes 32,766 values.
_REMOVED_AT_ONCE = 20_000


class Written(t.NamedTuple):
    """What was written: the run, the hold that was set (None: none, or there was one), links that are back."""

    run_id: int
    hold: holds.Hold | None
    links_back: int


def apply(plan: Plan, started: str, result: str, summary: str, warnings: Sequence[str], hold: bool) -> Written:
    """Write the plan; `StaleError` (nothing written) when the store has changed since.

    Each object is written after its change is in the journal, which keeps what it is now: an undo can be undone.
    """
    store = plan.operations.store
    progress.phase("waiting for the store")
    with store.writing(expected_revision=plan.revision):
        # nothing is pruned by this run: it could be the one that is taken back
        head = journal.Run(plan.run.profile, MODE, started, result, True, plan.digest, summary)
        run_id = journal.start(
            store, head, plan.counts.as_dict(), warnings, (), [*plan.kept, *plan.conflicts], prunes=False
        )
        progress.phase("writing", plan.counts.restored)
        written = _Restoration(store, plan, run_id)
        written.note()
        written.clear()
        written.bring_back()
        taken = past_objects.bring_back_touched(store, plan.run.id, run_id) if plan.touches else 0
        for profile_id in _profiles_of(store, plan, written.profiles):
            # what the next read would leave out may be just what was taken back
            profiles.save_checkpoint(store, profile_id, None)
        return Written(run_id, _hold(store, plan, run_id) if hold else None, taken)


class _Restoration:
    """The objects of a plan on their way back."""

    def __init__(self, store: Store, plan: Plan, run_id: int) -> None:
        self._store, self._plan, self._run_id = store, plan, run_id
        self._given_up: list[writer.Claim] = []
        self._claims: list[tuple[int, writer.Claim]] = []
        self._removed: list[int] = []
        self._returning: list[int] = []
        self._roles: set[str] = set()
        self._labels: set[str] = set()
        self.profiles: set[str] = set()

    def note(self) -> None:
        """Write the journal, which keeps what the objects are now, and collect what is to be written."""
        place = 1
        for part in self._plan.operations.parts():
            journal.add_changes(self._store, [self._row(one, place + seq) for seq, one in enumerate(part)])
            for one in part:
                self._collect(one)
            place += len(part)
            progress.at(place)

    def _row(self, one: Operation, place: int) -> tuple[object, ...]:
        pair = one.pair
        return (
            self._run_id, place, pair.action, pair.touched.kind, pair.touched.object_id, one.name, pair.either.key,
            one.reason, encode(one.before), encode(one.after),
        )  # fmt: skip

    def _collect(self, one: Operation) -> None:
        object_id, now, before = one.pair.touched.object_id, one.pair.now, one.pair.before
        for state in (now, before):
            self.profiles.update(link.profile for link in (state.links if state else ()))
        if now is not None and before is not None:
            self._given_up += writer.claims_of(now.fields)
        if before is None:
            self._removed.append(object_id)
            return
        self._returning.append(object_id)
        self._claims += [(object_id, claim) for claim in writer.claims_of(before.fields)]
        self._roles.update(before.fields.get("roles", ()))
        self._labels |= labels_in(before.fields)

    def clear(self) -> None:
        """Make room: numbers, logins and records that change hands are nobody's for a moment."""
        writer.give_up_each(self._store, self._given_up)
        for start in range(0, len(self._removed), _REMOVED_AT_ONCE):
            writer.remove_objects(self._store, self._removed[start : start + _REMOVED_AT_ONCE])
        for start in range(0, len(self._returning), _REMOVED_AT_ONCE):
            writer.remove_links(self._store, self._returning[start : start + _REMOVED_AT_ONCE])

    def bring_back(self) -> None:
        """Write the objects as they were."""
        past_objects.bring_back(self._store, self._plan.run.id, self._returning)
        writer.claim_each(self._store, self._claims)
        writer.ensure_roles_and_labels(self._store, self._roles, self._labels)


def _profiles_of(store: Store, plan: Plan, names: set[str]) -> set[int]:
    found = [profiles.find(store, name) for name in sorted(names)]
    ids = {one.id for one in found if one is not None}
    return ids if plan.run.profile_id is None else ids | {plan.run.profile_id}


def _hold(store: Store, plan: Plan, run_id: int) -> holds.Hold | None:
    """Put the profile on hold, unless it is already."""
    profile_id = plan.run.profile_id
    if profile_id is None or holds.state_of(store, profile_id).hold is not None:
        return None
    return holds.set_hold(store, profile_id, f"run {plan.run.id} was taken back by run {run_id}")
