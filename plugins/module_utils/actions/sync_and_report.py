# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What module sync does: the sync itself, its report, and the table of one record's way."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, Task
from ansible_collections.telephony.connector.plugins.module_utils.actions.attempt_notes import with_note
from ansible_collections.telephony.connector.plugins.module_utils.actions.report_request import ReportRequest
from ansible_collections.telephony.connector.plugins.module_utils.actions.sync import SyncArguments
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.store import attempts, profiles
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.sync import run
from ansible_collections.telephony.connector.plugins.module_utils.sync.outcome import Outcome


@dataclass(frozen=True)
class SyncResult:
    """What came out of a sync, and the table of one record's way, if that is asked for."""

    outcome: Outcome
    way: str = ""

    def as_dict(self) -> dict[str, t.Any]:
        """Return the module's result."""
        result = self.outcome.as_dict()
        if self.way:
            result["diff"] = [*result.get("diff", ()), {"prepared": self.way}]
        return result


def sync_with_report(task: Task, wanted: SyncArguments) -> SyncResult:
    """Run or simulate the sync of one profile (module sync), write its report, and note how it ended."""
    if wanted.only:  # one record tells nothing of the profile
        return _synced(task, wanted)
    return with_note(
        task, attempts.PROFILE, wanted.profile, lambda: _synced(task, wanted), lambda done: done.outcome.result
    )


sync_and_report = Action(SyncArguments.from_params, sync_with_report)


def _synced(task: Task, wanted: SyncArguments) -> SyncResult:
    store, request = task.store, wanted.request(task)
    outcome = run.synchronise(store, request) if wanted.report is None else _reported(task, request, wanted.report)
    explained = outcome.as_dict().get("explain") if request.diff and request.explain else None
    return SyncResult(outcome, _way(store, request, explained) if explained else "")


def _reported(task: Task, request: run.SyncRequest, report: ReportRequest) -> Outcome:
    """Sync, and write the report."""
    from ansible_collections.telephony.connector.plugins.module_utils.actions.run_and_report import run_and_report

    def sync(simulate: bool) -> Outcome:
        return run.synchronise(task.store, replace(request, simulate=simulate))

    return run_and_report(task, report, sync, Outcome.as_dict)


def _way(store: Store, request: run.SyncRequest, explained: t.Mapping[str, t.Any]) -> str:
    """Return the table of a record's way through the profile."""
    from ansible_collections.telephony.connector.plugins.module_utils.reporting.explained import table

    definition = request.definition
    if definition is None:
        with store.snapshot():
            stored = profiles.find(store, request.profile)
        definition = Definition.from_options({"name": request.profile, **(stored.options if stored else {})})
    return table(explained, definition.variables, definition.structure)
