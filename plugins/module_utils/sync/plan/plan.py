# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The finished plan: a value that tells all that guards, report and apply need, and a cursor over its operations."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.run_summary import summary_line
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.counts import Counts
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import Entry
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import ReadOutcome
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.suspects import Suspicion

#: What a change without words of its own says.
DEFAULT_REASONS = {staging.CREATE: "new in the source"}

#: What the lists of changes tell of.
_CHANGES = (*staging.OPERATIONS, staging.FOLLOW)


class Operations:
    """A cursor over the operations of a plan, which lie in the staging tables of its session."""

    def __init__(self, store: Store, tables: staging.Staging) -> None:
        self.store = store
        self.staging = tables

    def first(self, limit: int) -> list[dict[str, t.Any]]:
        """Return the first operations in the plan's order; before and after hold flat field names, secrets masked."""
        with self.store.snapshot():
            return list(self._each(_CHANGES, limit))

    def every(self) -> Iterator[dict[str, t.Any]]:
        """Yield all operations and releases, as the journal will have them; to be gone through inside a snapshot."""
        return self._each((*_CHANGES, staging.RELEASE), None)

    def _each(self, told_of: tuple[str, ...], limit: int | None) -> Iterator[dict[str, t.Any]]:
        if not self.staging.has(*told_of):
            return
        staged, told = self.staging.table.c, self.staging.told()
        created = sa.func.coalesce(staged.after, staged.fields)
        after = sa.case((staged.action == staging.CREATE, created), else_=staged.after).label("after")
        query = (
            sa.select(told, staged.kind, staged.name, staged.key, staged.reason, staged.before, after)
            .where(staged.action.in_(told_of))
            .order_by(staged.seq)
            .limit(limit)
        )
        for action, kind, name, key, reason, before, changed in self.store.rows(query):
            yield {
                "action": action,
                "kind": kind,
                "name": name,
                "key": key,
                "reason": reason or DEFAULT_REASONS.get(action, ""),
                "before": json.loads(before or "{}"),
                "after": json.loads(changed or "{}"),
            }


@dataclass(frozen=True)
class Plan:
    """What a sync would do. `revision` is the state of the store that the plan is for.

    `linked`: objects that the profile has. `renumbered`: those of the updated objects whose login, extension or
    speed-dial number changes. `releases`: objects that stay and no longer belong to it. `followers`: private entries of
    others that go with their owner. `due`: those of the removed that are leavers whose days are over. `forecast`: what
    the next days will do, "" for nothing. `is_empty_read`: nothing was read where there was something. `suspects` are
    the ids of objects without a record that stay, by `suspicion`. `checkpoint` is what the next run is given, None
    where this one leaves none.
    """

    definition: Definition
    profile_id: int | None
    linked: int
    only: str | None
    revision: int
    digest: str
    counts: Counts
    warnings: tuple[str, ...]
    rejected: tuple[Entry, ...]
    rejected_by: tuple[Entry, ...]
    conflicts: tuple[Entry, ...]
    read: ReadOutcome
    operations: Operations
    renumbered: int
    releases: int
    followers: int
    due: int
    is_empty_read: bool
    forecast: str
    checkpoint: Mapping[str, t.Any] | None
    suspicion: Suspicion
    suspects: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many objects the plan creates, updates or removes, leavers included."""
        counts = self.counts
        return counts.created + counts.updated + counts.disabled + counts.returned + counts.removed

    @property
    def summary(self) -> str:
        """The plan in one line, for people."""
        return summary_line(self.counts.as_dict(), self.renumbered, self.releases)

    @property
    def changes_something(self) -> bool:
        """Whether a run of the plan would write objects or let some go."""
        return bool(self.total or self.releases)
