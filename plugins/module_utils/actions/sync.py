# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Runs or simulates the sync of one profile (module sync)."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, Task
from ansible_collections.telephony.connector.plugins.module_utils.actions.report_request import ReportRequest
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.sync import run
from ansible_collections.telephony.connector.plugins.module_utils.sync.outcome import Outcome


@dataclass(frozen=True)
class SyncArguments:
    """What a task wants of a sync; `definition` are the options of a profile, which `request` reads."""

    profile: str
    definition: Mapping[str, t.Any] | None
    expect_plan: str | None
    only: str | None
    explain: bool
    changes_limit: int
    report: ReportRequest | None

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> SyncArguments:
        """Read the module's options."""
        return cls(
            profile=params["profile"],
            definition=params.get("definition"),
            expect_plan=params.get("expect_plan"),
            only=params.get("only"),
            explain=bool(params.get("explain")),
            changes_limit=params["changes_limit"],
            report=ReportRequest.from_params("sync", params),
        )

    def request(self, task: Task) -> run.SyncRequest:
        """Return what is asked of the engine; DefinitionError for what is wrong with it."""
        given = self.definition
        named = None if given is None else {**given, "name": given.get("name") or self.profile}
        return run.SyncRequest(
            profile=self.profile,
            definition=None if named is None else Definition.from_options(named),
            expect_plan=self.expect_plan,
            only=self.only,
            explain=self.explain,
            changes_limit=self.changes_limit,
            simulate=task.check_mode,
            diff=task.diff,
        )


def sync_profile(task: Task, wanted: SyncArguments) -> Outcome:
    """Run or simulate the sync of one profile; see `run.synchronise` for the errors."""
    return run.synchronise(task.store, wanted.request(task))


#: the sync alone, without its report and the note of how it ended, which sync_and_report has
synchronise = Action(SyncArguments.from_params, sync_profile)
