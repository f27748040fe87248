# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a sync returns: counts, findings, the first changes, and the diff that people know from Ansible."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import nested_change
from ansible_collections.telephony.connector.plugins.module_utils.sync.diff import object_diff
from ansible_collections.telephony.connector.plugins.module_utils.sync.overview import not_shown, overview
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.plan import Plan


class Outcome:
    """The result of one sync, taken from its plan before the plan's tables are gone."""

    def __init__(self, plan: Plan, refusal: str | None, diff: bool, limit: int, explain: bool) -> None:
        self.run_id: int | None = None
        self.plan = plan
        self._refusal = refusal
        self._warnings = list(plan.warnings)
        changes = plan.operations.first(limit)
        self._changes = [_shown(change) for change in changes]
        self._diff = _diff(plan, changes) if diff else None
        self._explain = _explained(plan) if explain else None

    def warn(self, text: str) -> None:
        """Add a warning to the result."""
        self._warnings.append(text)

    @property
    def result(self) -> str:
        """unchanged | changed | partial | refused."""
        counts = self.plan.counts
        if self._refusal:
            return "refused"
        if counts.rejected or counts.conflicts or not self.plan.read.complete:
            return "partial"
        return "changed" if self.plan.changes_something else "unchanged"

    def summary(self) -> dict[str, t.Any]:
        """Return the result without its lists of records and changes: what a failed task shows."""
        plan = self.plan
        about = f'Profile "{plan.definition.name}": '
        return {
            "changed": plan.changes_something and not self._refusal,
            "result": self.result,
            "profile": plan.definition.name,
            "mode": plan.definition.mode,
            "run_id": self.run_id,
            "plan_digest": plan.digest,
            "complete": plan.read.complete,
            "source_unchanged": plan.read.source_unchanged,
            "counts": plan.counts.as_dict(),
            "summary": plan.summary,
            # in a loop Ansible shows the warnings apart from the item
            "warnings": [about + text.removeprefix(about) for text in self._warnings],
        }

    def as_dict(self) -> dict[str, t.Any]:
        """Return the task's result."""
        plan = self.plan
        result = {
            **self.summary(),
            # also of a refused plan: Ansible shows no --diff of a task without a change
            "changed": plan.changes_something,
            "changes": self._changes,
            "changes_truncated": plan.total > len(self._changes),
            "rejected": list(plan.rejected),
            "rejected_by": list(plan.rejected_by),
            "conflicts": list(plan.conflicts),
        }
        if self._diff is not None:
            result["diff"] = self._diff
        if self._explain is not None:
            result["explain"] = self._explain
        return result


def _diff(plan: Plan, changes: list[dict[str, t.Any]]) -> list[dict[str, str]]:
    """Return the totals, the changes, and how many more there are, as Ansible prints them with --diff."""
    if not plan.changes_something:
        return []
    rest = not_shown(plan, len(changes))
    told: list[dict[str, str]] = [{"prepared": overview(plan)}, *(object_diff(change) for change in changes)]
    return [*told, {"prepared": rest}] if rest else told


def _shown(change: Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {**change, **nested_change(change["kind"], change["before"], change["after"])}


def _explained(plan: Plan) -> dict[str, t.Any]:
    """Return the record's way through the profile, with the operation that came out at its end."""
    explanation = plan.read.intake.explanation or {"record": None, "key": plan.only, "row": None}
    operations = [
        {name: change[name] for name in ("action", "kind", "name", "reason", "before", "after")}
        for change in map(_shown, plan.operations.first(10))
    ]
    operation = operations[0] if len(operations) == 1 else operations or None
    refused = next(iter(plan.rejected), None)
    if refused and operation is None and explanation.get("key") == refused["key"]:
        # by what else is in the source or the store, which the record alone does not show
        words = {name: refused[name] for name in ("field", "value", "rule")}
        return {**explanation, "rejected": explanation.get("rejected", words), "operation": None}
    return {**explanation, "operation": operation}
