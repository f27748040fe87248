# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Writing the report of a task that has just run or been simulated: the option `report` of sync, publish and undo."""

from __future__ import annotations

import json
import shlex
import typing as t
from collections.abc import Callable, Iterable, Mapping

from ansible_collections.telephony.connector.plugins.module_utils.actions.report import (
    RangeFill,
    causes_of,
    find_run,
    report_of_run,
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError
from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import Change, Report, change_of
from ansible_collections.telephony.connector.plugins.module_utils.reporting.writing import paths_of, write_report
from ansible_collections.telephony.connector.plugins.module_utils.store.run_summary import summary_line

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call

#: more changes than there can be
_ALL = 2**31 - 1
#: option -> how it is called in the command that applies the plan
_NAMED_BY = ("profile", "run", "name")

Action = Callable[["Call"], dict[str, t.Any]]


def reported(call: Call, module: str, action: Action) -> dict[str, t.Any]:
    """Carry out `action`, and write its report where the option `report` says so.

    The report has all changes, the result as many as `changes_limit` lets through. A refused run is reported, too; its
    plan is made once more for that.
    """
    path = call.params.get("report")
    if not path:
        return action(call)
    paths_of(path)  # a place that is not there is told before anything is done
    limit = call.params["changes_limit"]
    call.params["changes_limit"] = _ALL
    try:
        result = action(call)
    except RefusedError as error:
        simulated, call.check_mode = call.check_mode, True
        plan = action(call)
        call.check_mode = simulated
        write(call, module, {**plan, "result": "refused"}, error.message)
        raise
    finally:
        call.params["changes_limit"] = limit
    write(call, module, result, refusal_of(result))
    return _limited(result, limit)


def refusal_of(result: Mapping[str, t.Any]) -> str:
    """Return why a simulation is refused: its last warning, as the guard's words are."""
    warnings = result.get("warnings")
    return str(warnings[-1]) if result.get("result") == "refused" and warnings else ""


def write(
    call: Call,
    module: str,
    result: Mapping[str, t.Any],
    refusal: str,
    changes: Callable[[], Iterable[Mapping[str, t.Any]]] | None = None,
) -> None:
    """Write the report of a result to where the option `report` says. `changes`: all of them, where it has some only.

    A sync that has run is reported out of the journal.
    """
    with call.store.snapshot():
        for path in paths_of(call.params["report"]):
            fill = RangeFill(call.store)
            if result.get("run_id") and module in ("sync", "undo"):
                report = report_of_run(call.store, find_run(call.store, result["run_id"]), fill.fills)
            else:
                every = result.get("changes") or () if changes is None else changes()
                report = _of_result(call, module, result, refusal, fill, map(change_of, every))
            write_report(path, report)


def _of_result(
    call: Call, module: str, result: Mapping[str, t.Any], refusal: str, fill: RangeFill, changes: Iterable[Change]
) -> Report:
    is_open = call.check_mode or result["result"] == "refused"  # nothing of it is carried out yet
    rejected = [*(result.get("rejected") or ()), *(result.get("left_out") or ())]
    return Report(
        about=_about(module, call.params, result),
        mode=str(result.get("mode") or ""),
        result=str(result["result"]),
        is_simulation=call.check_mode,
        summary=result.get("summary") or summary_line(result.get("counts") or {}),
        counts=result.get("counts") or {},
        plan_digest=str(result.get("plan_digest") or ""),
        refusal=refusal,
        apply=_command(module, call.params, result) if is_open and result.get("changes") else "",
        changes=fill.watch(changes) if is_open and module != "publish" else changes,
        rejected_by=result.get("rejected_by") or causes_of(rejected),
        rejected=rejected,
        conflicts=result.get("conflicts") or (),
        kept=result.get("kept") or (),
        warnings=result.get("warnings") or (),
        pools=fill.fills if module != "publish" else tuple,
    )


def _about(module: str, params: Mapping[str, t.Any], result: Mapping[str, t.Any]) -> str:
    if module == "publish":
        return f"output {result.get('name') or params.get('name')}"
    if module == "undo":
        return f"taking back run {params.get('run')}"
    return f"profile {result.get('profile') or params.get('profile')}"


def _command(module: str, params: Mapping[str, t.Any], result: Mapping[str, t.Any]) -> str:
    """Return the command that carries exactly this plan out. A publication needs its play, which has the target."""
    digest = result.get("plan_digest")
    if not digest:
        return ""
    if module == "publish":
        return f"expect_plan: {digest}"
    options = {name: params[name] for name in _NAMED_BY if params.get(name) is not None}
    location = params.get("store")
    if location and "@" not in location:  # one with a password has no place in a report
        options["store"] = location
    arguments = json.dumps({**options, "expect_plan": digest}, ensure_ascii=False)
    return f"ansible localhost -m telephony.connector.{module} -a {shlex.quote(arguments)}"


def _limited(result: dict[str, t.Any], limit: int) -> dict[str, t.Any]:
    """Return the result with as many changes as were asked for."""
    for name in ("left_out", "cut"):
        if name in result:
            result = {**result, name: result[name][:limit]}
    changes = result.get("changes") or []
    hidden = len(changes) - limit
    if hidden <= 0:
        return result
    limited = {**result, "changes": changes[:limit], "changes_truncated": True}
    diff = result.get("diff")
    if isinstance(diff, list):
        header = f"{hidden} more changes are not shown; the report has them all"
        rest = {"before_header": header, "after_header": header, "before": "", "after": ""}
        limited["diff"] = [*diff[:limit], *diff[len(changes) :], rest]
    return limited
