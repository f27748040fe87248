# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Removes profiles, with or without what they have brought."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import (
    Action,
    Result,
    Task,
    if_any,
    if_given,
)
from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_info import masked
from ansible_collections.telephony.connector.plugins.module_utils.errors import nearest
from ansible_collections.telephony.connector.plugins.module_utils.store import (
    attempts,
    clock,
    journal,
    profiles,
    writer,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync import entry_owners
from ansible_collections.telephony.connector.plugins.module_utils.sync.counts import Counts
from ansible_collections.telephony.connector.plugins.module_utils.sync.diff import object_diff
from ansible_collections.telephony.connector.plugins.module_utils.sync.object_changes import (
    diff_of,
    removal,
    remove_all,
)

#: Objects, and private entries of others, that --diff shows at most.
_SHOWN = 500


@dataclass(frozen=True)
class RemovalArguments:
    """The profile to remove, and whether what it has created goes as well."""

    name: str
    removes_objects: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> RemovalArguments:
        """Read the module's options."""
        return cls(params["name"], params.get("objects") == "remove")


@dataclass(frozen=True)
class RemovalResult(Result):
    """What went with the profile; `profile` is None, as there is none any more."""

    profile: None
    removed_objects: int
    diff: Sequence[Mapping[str, t.Any]] | None = if_given()
    warnings: Sequence[str] = if_any()


def remove_profile(task: Task, wanted: RemovalArguments) -> RemovalResult:
    """Remove a profile: its objects stay, or go with `objects: remove` unless a person had made them."""
    store, name = task.store, wanted.name
    with store.snapshot():
        stored = profiles.find(store, name)
        going = _created_by(store, stored.id) if stored and wanted.removes_objects else []
        entries = _private_entries(store, going)
        warnings = [] if stored else _misspelt(store, name)
        shown = going[:_SHOWN] if task.diff else ()
        changes = [removal(store, object_id, f'the profile "{name}" was removed') for object_id in shown]
    if stored and not task.check_mode:
        with store.writing():
            going = _created_by(store, stored.id) if wanted.removes_objects else []
            entries = _private_entries(store, going)
            _remove_profile(store, stored, going, entries)
    diff: list[Mapping[str, t.Any]] = []
    if task.diff:
        diff = [{"before": masked(stored.options) if stored else {}, "after": {}}]
        diff += [*map(diff_of, changes), *(object_diff(entry.as_change()) for entry in entries[:_SHOWN])]
    return RemovalResult(
        changed=stored is not None,
        profile=None,
        removed_objects=len(going),
        diff=diff if task.diff else None,
        warnings=warnings + ([entry_owners.warning({one.old for one in entries}, len(entries))] if entries else []),
    )


forget = Action(RemovalArguments.from_params, remove_profile)


def _misspelt(store: Store, name: str) -> list[str]:
    """Warn of a name that there is not and never was, as far as the journal goes, but one that is like it."""
    runs = store.schema.runs.c
    hint = nearest(name, [profile.name for profile in profiles.every(store)])
    if not hint or store.connection.scalar(sa.select(runs.id).where(runs.profile == name).limit(1)) is not None:
        return []
    return [f'There is no profile "{name}" in {store.where}, so nothing was removed.{hint}']


def _created_by(store: Store, profile_id: int) -> list[int]:
    links = store.schema.links.c
    query = sa.select(links.object_id).where(links.profile_id == profile_id, links.origin == "created")
    return list(store.connection.execute(query.order_by(links.object_id)).scalars())


def _private_entries(store: Store, going: list[int]) -> list[entry_owners.Followed]:
    """Return the private entries, of others, of the users among the objects that go."""
    table = store.schema.objects.c
    users: dict[str, str | None] = {}
    for start in range(0, len(going), 500):
        part = table.id.in_(going[start : start + 500])
        names = store.connection.execute(sa.select(table.name).where(part, table.kind == "user")).scalars()
        users.update(dict.fromkeys(names))
    found = entry_owners.followed(store, entry_owners.heirs_of(users), without=frozenset(going)) if users else iter(())
    return [entry for some in found for entry in some]


def _remove_profile(
    store: Store, stored: profiles.Stored, going: list[int], entries: list[entry_owners.Followed]
) -> None:
    """Remove a profile with the objects that go with it, and keep a run that tells."""
    counts = Counts(removed=len(going), updated=len(entries))
    run = journal.Run(stored.name, journal.MANUAL_MODE, clock.stamp(), "changed")
    run_id = journal.start(store, run, counts.as_dict())
    remove_all(store, going, f'the profile "{stored.name}" was removed', run_id)
    entry_owners.write(store, entries, run_id, len(going) + 1)
    writer.remove_profile(store, stored.id, run_id)
    attempts.forget(store, attempts.PROFILE, stored.name)
