# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The guards: what a plan may not do unless a person has seen it."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.profiles.policies import allowance
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.empty_read import all_of
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.plan import Plan

_WAY_ON = "look at the plan with --check --diff, and if it is right run again with expect_plan: {digest}"


def refusal(plan: Plan, expected: str | None) -> str | None:
    """Return why the plan must not be applied (one sentence that says how to proceed), or None.

    `expected` is the digest that a person has reviewed: it lifts the limits, not the rule that an empty read removes
    nothing. A plan other than the expected one is the caller's to refuse.
    """
    definition = plan.definition
    counts = plan.counts
    who = f'Profile "{definition.name}"'
    if plan.is_empty_read:
        linked = plan.linked
        stays = f"{linked} objects stay as they are" if linked > 1 else "1 object stays as it is"
        return (
            f"{who}: The source returned no records, and its {stays}; check the source (to remove them on"
            " purpose, delete the profile with objects: remove)."
        )
    if expected is not None:
        return None
    way_on = _WAY_ON.format(digest=plan.digest)
    # an incremental read brings a few records: the limits hold for all that there are
    # a user who becomes a leaver counts as removed, and not once more when the days are over
    leaving = counts.removed - plan.due + counts.disabled
    is_all = plan.read.full or leaving >= plan.linked
    if is_all and leaving and 0 < counts.read == counts.filtered:
        return (
            f"{who}: The filter leaves out {all_of(counts.read)}, so {leaving} object{'s' * (leaving > 1)} would be"
            f" {_gone(plan)}; nothing was changed: check the filter and the columns it looks at, or {way_on}."
        )
    # adopting fills a profile that has no object yet
    objects = max(plan.linked, counts.updated)
    for count, limit, words in (
        (leaving, "max_removals", f"{leaving} of its {plan.linked} objects would be {_gone(plan)}"),
        (plan.due, "max_removals", f"{plan.due} of its {plan.linked} objects, all leavers, would be removed"),
        (
            plan.renumbered,
            "max_renumbered",
            f"{plan.renumbered} of its {objects} objects would get another login or number",
        ),
        (counts.updated, "max_updates", f"{counts.updated} of its {objects} objects would be updated"),
    ):
        total = plan.linked if limit == "max_removals" else objects
        allowed = allowance(definition.guards[limit], total)
        if count > allowed:
            return (
                f"{who}: {words}, {limit} ({definition.guards[limit]}) allows {allowed}; nothing was changed: {way_on}."
            )
    records = counts.read if plan.read.full else max(counts.read, plan.read.records or plan.linked)
    allowed = allowance(definition.guards["max_rejected"], records)
    if counts.rejected > allowed:
        first = plan.rejected[0]
        record = f"record {first['record']}" + (f" ({first['name']})" if first["name"] else "")
        return (
            f"{who}: {counts.rejected} of {records} records cannot be used (the first: {record},"
            f" {first['field']}: {first['rule']}), max_rejected ({definition.guards['max_rejected']}) allows {allowed};"
            f" nothing was changed: {way_on}."
        )
    return None


def _gone(plan: Plan) -> str:
    """Return words for what becomes of the objects without a record."""
    if not plan.counts.disabled:
        return "removed"
    return "disabled" if plan.counts.removed == plan.due else "disabled or removed"
