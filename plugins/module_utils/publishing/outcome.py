# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a publication returns: counts, findings, the first changes, and the diff that people know from Ansible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.outputs.findings import Finding
from ansible_collections.telephony.connector.plugins.module_utils.publishing.plan import (
    CONFLICT,
    CREATE,
    MADE,
    MISSING,
    RECORD,
    REMOVE,
    UPDATE,
    Plan,
    Row,
    operations,
)

#: What the entries of a format are called in `changes`.
_KINDS = {"phonebook": "phonebook_entry", "accounts": "account", "users": "user", "devices": "device"}


def result_of(plan: Plan, refusal: str | None) -> dict[str, Any]:
    """Return the task's result, while the plan's tables are still there."""
    order, scratch = plan.staged.order, plan.staged.scratch
    kind = _KINDS[order.format.sends if order.format else "phonebook"]
    rows = list(operations(scratch, order.changes_limit))
    changes = [_shown(row, kind) for row in rows]
    total = scratch.number("SELECT count(*) FROM operations WHERE action IN ('create', 'update', 'remove')")
    result = {
        **summary_of(plan, refusal),
        # also of a refused plan: Ansible shows no --diff of a task without a change
        "changed": plan.changes_something,
        "changes": changes,
        "changes_truncated": total > len(changes),
    }
    if order.diff:
        result["diff"] = [_diff(change) for change in changes] + _file_diffs(plan)
        if total > len(changes):
            result["diff"].append(_not_shown(total - len(changes)))
    return result


def summary_of(plan: Plan, refusal: str | None) -> dict[str, Any]:
    """Return the result without its changes: what a failed task shows."""
    findings, order = plan.staged.findings, plan.staged.order
    about = f'Output "{order.name}": '
    warnings = [about + text for text in (*plan.staged.warnings, *plan.warnings)]
    if refusal:
        warnings.append(refusal)  # which names the output
    return {
        "changed": plan.changes_something and not refusal,
        "result": _word(plan, refusal),
        "name": order.name,
        "format": order.format.NAME if order.format else plan.staged.published.format,
        "target": order.format.target if order.format else plan.staged.published.target,
        "plan_digest": plan.digest,
        "counts": dict(plan.counts),
        "summary": sentence(plan),
        "left_out": [_found(one) for one in findings.left_out],
        "cut": [_found(one) for one in findings.cut],
        "conflicts": [dict(one) for one in plan.conflicts],
        "files": files_of(plan),
        "warnings": warnings,
    }


def files_of(plan: Plan) -> list[dict[str, Any]]:
    """Return the files that the output has, or would have."""
    return [
        {"path": one.path, "entries": one.entries, "sha256": one.sha256}
        for one in plan.files
        if one.action not in (REMOVE, CONFLICT) and one.kind != "folder"
    ]


def sentence(plan: Plan) -> str:
    """Return the counts as one line for people."""
    values = plan.staged.findings.left_out_values
    counts = {**plan.counts, "values": values, "left_out": plan.counts["left_out"] - values}
    words = (
        ("created", "created"),
        ("updated", "updated"),
        ("removed", "removed"),
        ("conflicts", "in conflict"),
        ("left_out", "entry left out" if counts["left_out"] == 1 else "entries left out"),
        ("values", "value left out" if values == 1 else "values left out"),
        ("cut", "cut"),
        (MADE, "SIP password made" if counts.get(MADE) == 1 else "SIP passwords made"),
    )
    parts = [f"{counts[name]} {word}" for name, word in words if counts.get(name)]
    set_back = sum(one.by_hand and one.action == UPDATE for one in plan.files)
    if set_back:
        parts.append(f"{set_back} file set back" if set_back == 1 else f"{set_back} files set back")
    gone = sum(one.action == CREATE and one.reason == MISSING for one in plan.files)
    if gone:
        parts.append(
            "1 file written again, it was gone" if gone == 1 else f"{gone} files written again, they were gone"
        )
    if not any(counts.get(name) for name in ("created", "updated", "removed")):
        same = counts["unchanged"] if counts.get("conflicts") else counts["entries"]
        words_of_few = {0: "0 entries", 1: "1 entry unchanged"}  # of an empty book that is new, nothing is unchanged
        parts.insert(0, words_of_few.get(same) or f"{same} entries unchanged")
    return ", ".join(parts)


def _word(plan: Plan, refusal: str | None) -> str:
    if refusal:
        return "refused"
    if plan.conflicts:
        return "partial"
    return "changed" if plan.changes_something else "unchanged"


def _found(finding: Finding) -> dict[str, str]:
    return {"name": finding.name, "field": finding.field, "value": finding.value[:200], "rule": finding.rule}


def _shown(row: Row, kind: str) -> dict[str, Any]:
    before, after = row.before, row.after
    if row.action == UPDATE:
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        if not names and row.old_mark != row.mark and row.old_place == row.place:
            what = "secret" if kind == "account" else "form"  # nothing of it that could be shown
            before, after = {what: "as before"}, {what: "changed"}
        else:
            before = {name: before[name] for name in names if name in before}
            after = {name: after[name] for name in names if name in after}
        if row.old_place != row.place:
            before, after = {**before, "place": row.old_place}, {**after, "place": row.place}
    return {
        "action": row.action,
        "kind": kind,
        "name": row.name,
        "key": row.key,
        "reason": row.reason,
        "before": before if row.action != "create" else {},
        "after": after if row.action != REMOVE else {},
    }


def _diff(change: Mapping[str, Any]) -> dict[str, str]:
    header = f"{change['kind']} {change['name']} ({change['reason']})"
    return {
        "before_header": header,
        "after_header": header,
        "before": _lines(change["before"]),
        "after": _lines(change["after"]),
    }


def _lines(values: Mapping[str, Any]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in values.items())


def _file_diffs(plan: Plan) -> list[dict[str, str]]:
    changed = [one for one in plan.files if one.action and one.action != RECORD]
    if not changed:
        return []
    before = {one.path: one.sha256 for one in plan.staged.published.files}
    texts = {
        "before_header": "files",
        "after_header": "files",
        "before": "".join(f"{one.path} {before[one.path]}\n" for one in changed if one.path in before),
        "after": "".join(
            f"{one.path} {one.sha256}{f' ({one.reason})' if one.reason else ''}\n"
            for one in changed
            if one.action != REMOVE
        ),
    }
    return [texts]


def _not_shown(count: int) -> dict[str, str]:
    header = f"{count} more changes are not shown; changes_limit says how many are"
    return {"before_header": header, "after_header": header, "before": "", "after": ""}
