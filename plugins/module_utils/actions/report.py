# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reports of runs: a past one out of the journal (module report), and how full the number ranges are."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, Result, Task, if_given
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import Change, Fill, Report, flat
from ansible_collections.telephony.connector.plugins.module_utils.reporting.writing import format_of, write_report
from ansible_collections.telephony.connector.plugins.module_utils.store import journal, number_use, pools
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

_NUMBERS = ("extension", "fax_extension", "number")
_FACTS = ("started", "finished", "actor")


@dataclass(frozen=True)
class ReportArguments:
    """The run to report, or the profile whose last run it is, and where to."""

    path: str
    run: int | None
    profile: str | None

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> ReportArguments:
        """Read the module's options."""
        return cls(params["path"], params.get("run"), params.get("profile"))


@dataclass(frozen=True)
class ReportResult(Result):
    """The report that was written."""

    path: str
    format: str
    run_id: int
    summary: str
    diff: Mapping[str, str] | None = if_given()


def write_run(task: Task, wanted: ReportArguments) -> ReportResult:
    """Write the report of a past run; raises DefinitionError when there is no such run or no such place."""
    store, path = task.store, wanted.path
    form = format_of(path)
    with store.snapshot():
        run = _run(store, wanted)
        report = report_of_run(store, run)
        changed = write_report(path, report, simulate=task.check_mode)
    diff = {"before_header": path, "after_header": path, "before": "", "after": f"{report.summary}\n"}
    return ReportResult(changed, path, form, run["id"], report.summary, diff if task.diff and changed else None)


report_run = Action(ReportArguments.from_params, write_run)


def report_of_run(store: Store, run: Mapping[str, t.Any], pools: Callable[[], Sequence[Fill]] = tuple) -> Report:
    """Return the report of a run (its row of the journal), to be written inside a snapshot.

    `pools`: how full the number ranges are, where the run is the last one.
    """
    findings, counts = json.loads(run["findings"]), json.loads(run["counts"])
    who = {name: run[name] for name in _FACTS if run[name]}
    if run["job_id"]:
        who["actor"] = f"{who.get('actor', '')}, job {run['job_id']} ({run['job_user'] or 'unknown'})"
    left = findings.get("conflicts") or ()
    # of an undo, the journal has both in one; what is in conflict names what of it is taken
    kept = [one for one in left if run["mode"] == "undo" and "field" not in one]
    conflicts = [one for one in left if one not in kept] if kept else left
    return Report(
        about=f"profile {run['profile']}" if run["profile"] else "by hand",
        mode=run["mode"],
        result=run["result"],
        is_simulation=False,
        summary=run["summary"],
        counts=counts,
        plan_digest=run["plan_digest"],
        run_id=run["id"],
        facts=who,
        changes=_changes(store, run["id"]),
        rejected_by=findings.get("rejected_by") or causes_of(findings.get("rejected") or ()),
        rejected=findings.get("rejected") or (),
        conflicts=conflicts,
        kept=kept,
        warnings=findings.get("warnings") or (),
        pools=pools,
    )


def find_run(store: Store, run_id: int) -> Mapping[str, t.Any]:
    """Return the row of a run; DefinitionError when there is none."""
    runs = store.schema.runs
    found = None
    if 0 < run_id <= journal.LARGEST_RUN:
        found = store.connection.execute(sa.select(runs).where(runs.c.id == run_id)).mappings().first()
    if found is None:
        raise DefinitionError(f"There is no run {run_id} in {store.where}: the module run_info shows which there are.")
    return dict(found)


def _run(store: Store, wanted: ReportArguments) -> Mapping[str, t.Any]:
    if wanted.run is not None:
        return find_run(store, wanted.run)
    runs, name = store.schema.runs, wanted.profile or ""
    newest = sa.select(runs).where(runs.c.profile == name).order_by(runs.c.id.desc()).limit(1)
    found = store.connection.execute(newest).mappings().first()
    if found is None:
        query = sa.select(runs.c.profile).where(runs.c.profile.is_not(None)).distinct()
        known = list(store.connection.execute(query).scalars())
        raise DefinitionError(f'The profile "{name}" has no run in {store.where}.{nearest(name, known)}')
    return dict(found)


def _changes(store: Store, run_id: int) -> Iterator[Change]:
    changes = store.schema.changes.c
    columns = (changes.action, changes.kind, changes.name, changes.key, changes.reason, changes.before, changes.after)
    for row in store.rows(sa.select(*columns).where(changes.run_id == run_id).order_by(changes.seq)):
        yield change_of_row(*row)


def change_of_row(
    action: str, kind: str, name: str | None, key: str | None, reason: str | None, before: str | None, after: str | None
) -> Change:
    """Return a change as a report has it, of what stands in the journal or in a plan (before and after as JSON)."""
    old, new = (json.loads(text or "{}") for text in (before, after))
    return Change(action, kind, name or "", key or "", reason or "", flat(old), flat(new), (old, new))


def causes_of(rejected: Sequence[Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Group rejected records by their cause, as `rejected_by` does."""
    causes: dict[tuple[str, str], dict[str, t.Any]] = {}
    for record in rejected:
        key = (str(record.get("rule")), str(record.get("field")))
        empty: dict[str, t.Any] = {
            "rule": key[0],
            "field": key[1],
            "column": record.get("column"),
            "count": 0,
            "first": [],
        }
        cause = causes.setdefault(key, empty)
        cause["count"] += 1
        if len(cause["first"]) < 3 and record.get("name"):
            cause["first"].append(record["name"])
    return sorted(causes.values(), key=lambda cause: -cause["count"])


# ------------------------------------------------------------------------------------------------------ number ranges


class RangeFill:
    """How full the ranges of all pools are once changes are carried out that are not in the store yet."""

    def __init__(self, store: Store) -> None:
        self._forecast = number_use.Forecast(store)

    def watch(self, changes: Iterable[Change]) -> Iterator[Change]:
        """Yield the changes, and count the numbers that they take and give up."""
        for change in changes:
            for name in _NUMBERS if change.kind in ("user", "speed_dial") else ():
                had, has = change.before.get(name), change.after.get(name)
                if had:
                    self._forecast.give_up(had, rests=change.action == "remove" and change.kind == "user")
                if has:
                    self._forecast.take(has)
            yield change

    def fills(self) -> list[Fill]:
        """Return the ranges; what rests can be given out no more than what is reserved."""
        return [
            Fill(
                use.range if use.pool == pools.DEFAULT else f"{use.pool} {use.range}",
                use.size,
                use.used,
                use.reserved + use.resting,
            )
            for use in self._forecast.ranges()
        ]
