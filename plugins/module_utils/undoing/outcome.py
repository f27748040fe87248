# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a person is told of an undo."""

from __future__ import annotations

import typing as t
from collections import Counter
from collections.abc import Sequence

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import nested_change
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.sync.diff import object_diff
from ansible_collections.telephony.connector.plugins.module_utils.undoing.plan import Entry, Plan

#: Later runs that a warning names.
_MOST_RUNS = 3
_DONE = {"create": "back", "update": "as before", "remove": "removed again"}


class Outcome:
    """The result of one undo, taken from its plan before the plan is carried out."""

    def __init__(self, plan: Plan, refusal: str | None, diff: bool, limit: int) -> None:
        self.plan = plan
        self.run_id: int | None = None
        self.hold: dict[str, str] | None = None
        self.warnings: list[str] = []
        self._refusal = refusal
        self._limit = limit
        changes = plan.operations.first(limit)
        self._changes = [
            {**change, **nested_change(change["kind"], change["before"], change["after"])} for change in changes
        ]
        self._diff = _diff(plan, changes) if diff else None

    @property
    def result(self) -> str:
        """unchanged | changed | partial | refused."""
        counts = self.plan.counts
        if self._refusal:
            return "refused"
        if counts.kept or counts.conflicts:
            return "partial"
        return "changed" if counts.restored else "unchanged"

    def summary(self) -> dict[str, t.Any]:
        """Return the result without its lists: what a failed task shows."""
        plan = self.plan
        return {
            "changed": plan.changes_something and not self._refusal,
            "result": self.result,
            "run": plan.run.id,
            "profile": plan.run.profile,
            "mode": "undo",
            "run_id": self.run_id,
            "plan_digest": plan.digest,
            "counts": plan.counts.as_dict(),
            "summary": sentence(plan),
            "hold": self.hold,
            "warnings": [*self.warnings, *_warnings(plan)],
        }

    def as_dict(self) -> dict[str, t.Any]:
        """Return the task's result."""
        plan, limit = self.plan, self._limit
        result = {
            **self.summary(),
            # also of a refused plan: Ansible shows no --diff of a task without a change
            "changed": plan.changes_something,
            "changes": self._changes,
            "changes_truncated": plan.counts.restored > len(self._changes),
            "kept": list(plan.kept[:limit]),
            "conflicts": list(plan.conflicts[:limit]),
        }
        if self._refusal:
            result["warnings"] = [*result["warnings"], self._refusal]
        if self._diff is not None:
            result["diff"] = self._diff
        return result


def sentence(plan: Plan) -> str:
    """Return the counts as one line for people."""
    counts = plan.counts
    parts = [f"{counts.restored} restored{_in_brackets(plan)}"] if counts.restored else []
    parts += [f"{counts.kept} kept"] if counts.kept else []
    parts += [f"{counts.conflicts} in conflict"] if counts.conflicts else []
    return ", ".join(parts) or "nothing to take back"


def _in_brackets(plan: Plan) -> str:
    words = [f"{plan.actions[name]} {_DONE[name]}" for name in _DONE if plan.actions[name]]
    if plan.renumbered:
        words.append(f"{plan.renumbered} renumbered")
    return f" ({', '.join(words)})"


def _warnings(plan: Plan) -> list[str]:
    """Name the first objects that stay as they are."""
    words = []
    for what, entries in (("kept", plan.kept), ("in conflict", plan.conflicts)):
        if entries:
            first = "; ".join(_named(entry) for entry in entries[:3])
            more = f"; and {len(entries) - 3} more" if len(entries) > 3 else ""
            objects = "object is" if len(entries) == 1 else "objects are"
            if entries is plan.kept:
                what = "kept as it is" if len(entries) == 1 else "kept as they are"
            words.append(f"{len(entries)} {objects} {what}: {first}{more}{_way_on(plan, entries)}")
    return words


def _way_on(plan: Plan, entries: Sequence[Entry]) -> str:
    """Say which later runs would have to be taken back before this one."""
    later = sorted({entry["run_id"] for entry in entries if (entry.get("run_id") or 0) > plan.run.id}, reverse=True)
    if not later or len(later) > _MOST_RUNS:
        return ""
    *first, last = map(str, later)
    runs = f"runs {', '.join(first)} and {last}, in this order," if first else f"run {last}"
    return f". Take {runs} back first if {'it' if len(entries) == 1 else 'they'} should be restored, too"


def _named(entry: Entry) -> str:
    by = f", by {entry['who']}" if entry.get("who") else ""
    run = f" (run {entry['run_id']} at {entry['when']}{by})" if entry.get("run_id") else ""
    fields = f": {', '.join(entry['fields'])}" if entry.get("fields") else ""
    return f'{KINDS[entry["kind"]].title} "{entry["name"]}": {entry["reason"]}{fields}{run}'


def _diff(plan: Plan, changes: Sequence[Entry]) -> list[dict[str, str]]:
    """Return the totals, the changes, and what stays, as Ansible prints them with --diff."""
    if not (plan.changes_something or plan.kept or plan.conflicts):
        return []
    kinds = Counter((entry["kind"], entry["reason"]) for entry in (*plan.kept, *plan.conflicts))
    lines = [f"{plan.run} taken back: {sentence(plan)}"]
    lines += [
        f"  not restored: {count} {kind.replace('_', ' ')}: {reason}" for (kind, reason), count in kinds.most_common(10)
    ]
    head = "\n".join([*lines, f"  plan: {plan.digest}", ""])
    told: list[dict[str, str]] = [{"prepared": head}, *(object_diff(change) for change in changes)]
    rest = plan.counts.restored - len(changes)
    if rest > 0:
        more = f"{rest} more change{'s are' if rest > 1 else ' is'} not shown. To see all {plan.counts.restored}:"
        told.append({"prepared": f"{more} changes_limit: {plan.counts.restored}, or report: changes.html.\n"})
    return told
