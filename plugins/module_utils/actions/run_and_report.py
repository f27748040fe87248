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

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Task
from ansible_collections.telephony.connector.plugins.module_utils.actions.report import (
    RangeFill,
    causes_of,
    find_run,
    report_of_run,
)
from ansible_collections.telephony.connector.plugins.module_utils.actions.report_request import ReportRequest
from ansible_collections.telephony.connector.plugins.module_utils.errors import (
    ConnectorError,
    RefusedError,
    ReportMissingError,
)
from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import Change, Report, change_of
from ansible_collections.telephony.connector.plugins.module_utils.reporting.writing import paths_of, write_report
from ansible_collections.telephony.connector.plugins.module_utils.store.run_summary import summary_line

#: more changes than there can be
_ALL = 2**31 - 1


class Planned(t.Protocol):
    """What came out of a sync or an undo, while the operations of its plan can still be gone through."""

    @property
    def plan(self) -> t.Any:
        """Its plan, which has `operations`."""


Done = t.TypeVar("Done", bound=Planned)


def run_and_report(
    task: Task, request: ReportRequest, run: Callable[[bool], Done], result_of: Callable[[Done], dict[str, t.Any]]
) -> Done:
    """Return what `run` (whether to simulate) returns, and write its report, which has all changes.

    A run is reported out of the journal, a simulation out of its plan, and so is a refused run. One that is on hold has
    made no plan: it is simulated for the report. Raises ReportMissingError, with the result, where the run is done and
    its report cannot be written.
    """
    paths_of(request.path)  # a place that is not there is told before anything is done
    try:
        done = run(task.check_mode)
    except RefusedError as error:
        refused = run(True) if error.outcome is None else t.cast(Done, error.outcome)
        result = {**result_of(refused), "result": "refused"}
        write(task, request, result, error.message, refused.plan.operations.every)
        raise
    result = result_of(done)
    try:
        write(task, request, result, refusal_of(result), done.plan.operations.every)
    except ConnectorError as error:
        run_id = result["run_id"]
        if not run_id:  # a simulation, or an undo that had nothing to take back
            raise
        raise ReportMissingError(
            f"Run {run_id} is carried out and complete in the store, only its report is missing: {error.message} The"
            f" module report (run: {run_id}) writes it afterwards.",
            **result,
        ) from error
    return done


def publish_and_report(
    task: Task, request: ReportRequest, limit: int, run: Callable[[int], dict[str, t.Any]]
) -> dict[str, t.Any]:
    """Return the result of `run` (how many changes to return), and write its report.

    The report has all changes, the result `limit` of them. A refused run is reported, too. Raises ReportMissingError,
    with the result, where the work is done and its report cannot be written.
    """
    paths_of(request.path)  # a place that is not there is told before anything is done
    try:
        result = run(_ALL)
    except RefusedError as error:
        write(task, request, error.outcome, error.message)
        raise
    limited = _limited(result, limit)
    try:
        write(task, request, result, refusal_of(result))
    except ConnectorError as error:
        if task.check_mode:
            raise
        raise ReportMissingError(
            f'The output "{result["name"]}" is done as asked, only the report of it is missing: {error.message}',
            **limited,
        ) from error
    return limited


def refusal_of(result: Mapping[str, t.Any]) -> str:
    """Return why a simulation is refused: its last warning, as the guard's words are."""
    warnings = result.get("warnings")
    return str(warnings[-1]) if result.get("result") == "refused" and warnings else ""


def write(
    task: Task,
    request: ReportRequest,
    result: Mapping[str, t.Any],
    refusal: str,
    changes: Callable[[], Iterable[Mapping[str, t.Any]]] | None = None,
) -> None:
    """Write the report of a result. `changes`: all of them, where it has some only.

    A sync that has run is reported out of the journal.
    """
    store = task.store
    with store.snapshot():
        for path in paths_of(request.path):
            fill = RangeFill(store)
            if result.get("run_id") and request.module in ("sync", "undo"):
                report = report_of_run(store, find_run(store, result["run_id"]), fill.fills)
            else:
                every = result.get("changes") or () if changes is None else changes()
                report = _of_result(request, task.check_mode, result, refusal, fill, map(change_of, every))
            write_report(path, report)


def _of_result(
    request: ReportRequest,
    is_simulation: bool,
    result: Mapping[str, t.Any],
    refusal: str,
    fill: RangeFill,
    changes: Iterable[Change],
) -> Report:
    is_open = is_simulation or result["result"] == "refused"  # nothing of it is carried out yet
    rejected = [*(result.get("rejected") or ()), *(result.get("left_out") or ())]
    is_output = request.module == "publish"
    return Report(
        about=_about(request, result),
        mode=str(result.get("mode") or ""),
        result=str(result["result"]),
        is_simulation=is_simulation,
        summary=result.get("summary") or summary_line(result.get("counts") or {}),
        counts=result.get("counts") or {},
        plan_digest=str(result.get("plan_digest") or ""),
        refusal=refusal,
        apply=_command(request, result) if is_open and result.get("changes") else "",
        changes=fill.watch(changes) if is_open and not is_output else changes,
        rejected_by=result.get("rejected_by") or causes_of(rejected),
        rejected=rejected,
        conflicts=result.get("conflicts") or (),
        kept=result.get("kept") or (),
        warnings=result.get("warnings") or (),
        pools=tuple if is_output else fill.fills,
    )


def _about(request: ReportRequest, result: Mapping[str, t.Any]) -> str:
    if request.module == "publish":
        return f"output {result.get('name') or request.named.get('name')}"
    if request.module == "undo":
        return f"taking back run {request.named.get('run')}"
    return f"profile {result.get('profile') or request.named.get('profile')}"


def _command(request: ReportRequest, result: Mapping[str, t.Any]) -> str:
    """Return the command that carries exactly this plan out. A publication needs its play, which has the target."""
    digest = result.get("plan_digest")
    if not digest:
        return ""
    if request.module == "publish":
        return f"expect_plan: {digest}"
    arguments = json.dumps({**request.named, "expect_plan": digest}, ensure_ascii=False)
    return f"ansible localhost -m telephony.connector.{request.module} -a {shlex.quote(arguments)}"


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
