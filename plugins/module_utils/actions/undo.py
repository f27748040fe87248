# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The module `undo`: its options, and its report."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, Task
from ansible_collections.telephony.connector.plugins.module_utils.actions.report_request import ReportRequest
from ansible_collections.telephony.connector.plugins.module_utils.profiles.policies import read_guards
from ansible_collections.telephony.connector.plugins.module_utils.undoing.outcome import Outcome
from ansible_collections.telephony.connector.plugins.module_utils.undoing.run import UndoRequest, take_back

UNDO_SPEC: dict[str, dict[str, t.Any]] = {
    "run": {"type": "int", "required": True},
    "only": {"type": "list", "elements": "str", "default": []},
    "hold": {"type": "bool", "default": True},
    "guards": {
        "type": "dict",
        "options": {
            "max_removals": {"type": "raw"},
            "max_renumbered": {"type": "raw"},
            "max_updates": {"type": "raw"},
        },
    },
    "expect_plan": {"type": "str"},
    "changes_limit": {"type": "int", "default": 500},
    "report": {"type": "path"},
}


@dataclass(frozen=True)
class UndoArguments:
    """What a task wants of an undo; the engine's request lacks only whether it is a simulation, and the diff."""

    request: UndoRequest
    report: ReportRequest | None

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> UndoArguments:
        """Read the module's options; DefinitionError for guards that cannot be."""
        request = UndoRequest(
            run_id=params["run"],
            only=tuple(params.get("only") or ()),
            hold=params.get("hold") is not False,
            guards=read_guards(params.get("guards") or {}),
            expect_plan=params.get("expect_plan"),
            changes_limit=params["changes_limit"],
        )
        return cls(request, ReportRequest.from_params("undo", params))


def undo_run(task: Task, wanted: UndoArguments) -> Outcome:
    """Take a run back, or simulate it (module undo); see `take_back` for the errors."""
    request = replace(wanted.request, simulate=task.check_mode, diff=task.diff)
    if wanted.report is not None:
        return _reported(task, request, wanted.report)
    return take_back(task.store, request)


undo = Action(UndoArguments.from_params, undo_run)


def _reported(task: Task, request: UndoRequest, report: ReportRequest) -> Outcome:
    """Take back, and write the report, which names all that is kept or in conflict."""
    from ansible_collections.telephony.connector.plugins.module_utils.actions.run_and_report import run_and_report

    def take(simulate: bool) -> Outcome:
        return take_back(task.store, replace(request, simulate=simulate))

    def result_of(outcome: Outcome) -> dict[str, t.Any]:
        return outcome.as_dict() | {"kept": outcome.plan.kept, "conflicts": outcome.plan.conflicts}

    return run_and_report(task, report, take, result_of)
