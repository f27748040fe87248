# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The module `undo`: its options, and its report."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError
from ansible_collections.telephony.connector.plugins.module_utils.profiles.policies import read_guards
from ansible_collections.telephony.connector.plugins.module_utils.undoing.outcome import Outcome
from ansible_collections.telephony.connector.plugins.module_utils.undoing.run import UndoRequest, take_back

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call

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


def undo(call: Call) -> dict[str, t.Any]:
    """Take a run back, or simulate it; see `take_back` for the errors."""
    if call.params.get("report"):
        return _reported(call)
    return take_back(call.store, _request(call)).as_dict()


def _request(call: Call, simulate: bool = False) -> UndoRequest:
    """Read the module's options."""
    params: Mapping[str, t.Any] = call.params
    return UndoRequest(
        run_id=params["run"],
        only=tuple(params.get("only") or ()),
        hold=params.get("hold") is not False,
        guards=read_guards(params.get("guards") or {}),
        expect_plan=params.get("expect_plan"),
        changes_limit=params["changes_limit"],
        simulate=call.check_mode or simulate,
        diff=call.diff,
    )


def _reported(call: Call) -> dict[str, t.Any]:
    """Take back, and write the report: of a run out of the journal, else of the plan. A refused plan is made again."""
    from ansible_collections.telephony.connector.plugins.module_utils.actions import reported
    from ansible_collections.telephony.connector.plugins.module_utils.reporting.writing import paths_of

    paths_of(call.params["report"])  # a place that is not there is told before anything is done
    try:
        outcome = take_back(call.store, _request(call))
    except RefusedError as error:
        _write(call, take_back(call.store, _request(call, simulate=True)), error.message)
        raise
    result = outcome.as_dict()
    _write(call, outcome, reported.refusal_of(result))
    return result


def _write(call: Call, outcome: Outcome, refusal: str) -> None:
    from ansible_collections.telephony.connector.plugins.module_utils.actions import reported

    result = outcome.as_dict()
    if refusal:
        result["result"] = "refused"
    left = {"kept": outcome.plan.kept, "conflicts": outcome.plan.conflicts}
    reported.write(call, "undo", {**result, **left}, refusal, outcome.plan.operations.every)
