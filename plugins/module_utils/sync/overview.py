# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A plan on one screen: what --diff shows before the single changes, and what it says of those it does not show."""

from __future__ import annotations

import json
import typing as t
from collections import Counter

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging, updates
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.plan import Plan

#: Renamings and new numbers that are named.
SHOWN = 50
_DONE = {
    staging.CREATE: "created",
    staging.UPDATE: "updated",
    staging.DISABLE: "disabled",
    staging.RETURN: "returned",
    staging.REMOVE: "removed",
    staging.RELEASE: "released",
}
_NUMBERS = ("username", "extension", "number")


def overview(plan: Plan) -> str:
    """Return the totals by kind, action and field, the renamings and new numbers, and the plan's digest."""
    lines = [f'profile "{plan.definition.name}": {plan.summary}']
    lines += [f"  {KINDS[kind].title}: {totals}" for kind, totals in _totals(plan).items()]
    if plan.renumbered:
        lines += ["  other logins and numbers:", *(f"    {line}" for line in _renumbered(plan))]
    if plan.renumbered > SHOWN:
        lines.append(f"    and {plan.renumbered - SHOWN} more")
    return "\n".join([*lines, f"  plan: {plan.digest}", ""])


def not_shown(plan: Plan, shown: int) -> str:
    """Return how many changes are not shown and how to see them, "" where all are."""
    rest = plan.total - shown
    if rest <= 0:
        return ""
    return (
        f"{rest} more change{'s are' if rest > 1 else ' is'} not shown. To see all {plan.total}: changes_limit:"
        f" {plan.total} (with the role: -e sync_changes_limit={plan.total}), or report: changes.html.\n"
    )


def _totals(plan: Plan) -> dict[str, str]:
    """Return kind -> words for its actions, updates with the fields that change."""
    tables = plan.operations.staging
    staged, told = tables.table.c, tables.told()
    counts: dict[str, Counter[str]] = {}
    fields: dict[str, Counter[str]] = {}
    query = sa.select(staged.kind, staged.action, staged.before, staged.after)
    with plan.operations.store.snapshot():
        groups = sa.select(staged.kind, told, sa.func.count()).group_by(staged.kind, told)
        for kind, action, count in plan.operations.store.rows(groups.where(told.in_(tuple(_DONE)))):
            counts.setdefault(kind, Counter())[_DONE[action]] += count
        changing = query.where(told == staging.UPDATE).order_by(staged.seq)
        for kind, _action, before, after in plan.operations.store.rows(changing):
            changed = dict.fromkeys((*json.loads(before or "{}"), *json.loads(after or "{}")))
            fields.setdefault(kind, Counter()).update(changed.keys())
    return {
        kind: ", ".join(
            f"{counts[kind][done]} {done}{_in_brackets(fields.get(kind)) if done == 'updated' else ''}"
            for done in _DONE.values()
            if counts[kind][done]
        )
        for kind in KINDS
        if kind in counts
    }


def _in_brackets(fields: Counter[str] | None) -> str:
    told = ", ".join(f"{name} {count}" for name, count in (fields or Counter()).most_common())
    return f" ({told})" if told else ""


def _renumbered(plan: Plan) -> t.Iterator[str]:
    """Yield a line for each of the first renamings and new numbers."""
    tables = plan.operations.staging
    staged = tables.table.c
    query = sa.select(staged.kind, staged.name, staged.before, staged.after).where(updates.is_renumbered(tables))
    with plan.operations.store.snapshot():
        rows = plan.operations.store.connection.execute(query.order_by(staged.seq).limit(SHOWN)).all()
    for kind, name, before_text, after_text in rows:
        before, after = json.loads(before_text or "{}"), json.loads(after_text or "{}")
        changes = [f"{field} {before.get(field, '(none)')} -> {after.get(field, '(none)')}" for field in _NUMBERS
                   if field in before]  # fmt: skip
        yield f"{KINDS[kind].title} {name}: {', '.join(changes)}"
