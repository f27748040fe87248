# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The guards of outputs: what a publication may not do unless a person has seen it."""

from __future__ import annotations

import re

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.publishing.order import Guards, Order
from ansible_collections.telephony.connector.plugins.module_utils.publishing.plan import CONFLICT, Plan

#: Removals and updates that a percentage always allows, so that small books can live with it.
ALWAYS_ALLOWED = 5


def check_limits(guards: Guards) -> None:
    """Refuse a limit that is neither a whole number nor a percentage (DefinitionError)."""
    for name, limit in (("max_removals", guards.max_removals), ("max_updates", guards.max_updates)):
        if not re.fullmatch(r"[0-9]{1,9}|[0-9]{1,3}(\.[0-9]{1,3})?%", str(limit).strip()):
            raise DefinitionError(
                f'The option guards.{name} must be a number such as 50 or a percentage such as 20%, not "{limit}".'
            )


def refusal(plan: Plan) -> str | None:
    """Return why the plan must not be carried out (one sentence with how to proceed), or None.

    `expect_plan` lifts the limits, not the rule that an empty book never replaces a filled one.
    """
    staged = plan.staged
    order, counts, filled = staged.order, plan.counts, staged.published.entries
    who = f'Output "{order.name}"'
    expected = order.expect_plan
    if expected is not None and expected != plan.digest:
        return (
            f"{who}: The plan is not the one that was reviewed (expected {expected}, it is {plan.digest}); nothing was"
            " changed: look at the plan again with --check --diff."
        )
    if order.absent:
        return None
    if plan.conflicts and all(one.action in (CONFLICT, "") for one in plan.files) and plan.files:
        return (
            f"{who}: {plan.files[0].path} {plan.files[0].reason}; nothing was changed: move it away, name another"
            " path, or set adopt: true."
        )
    if not staged.wanted and (filled or any(one.by_hand for one in plan.files)):
        return (
            f"{who}: {_nothing(order)}, and {filled} entries are published; nothing was changed: check the filter and"
            " the store (to take them away on purpose, use state: absent)."
        )
    if expected is not None:
        return None
    for done, limit, option in (
        ("removed", order.guards.max_removals, "max_removals"),
        ("updated", order.guards.max_updates, "max_updates"),
    ):
        # with those that a killed run may have written
        known = max(filled, staged.scratch.number("SELECT count(*) FROM known"))
        allowed = allowance(limit, known)
        if counts[done] > allowed:
            return (
                f"{who}: {counts[done]} of its {known} entries would be {done}, {option} ({limit}) allows {allowed};"
                " nothing was changed: look at the plan with --check --diff, and if it is right run again with"
                f" expect_plan: {plan.digest}."
            )
    return None


def _nothing(order: Order) -> str:
    sends = order.format.sends if order.format else "phonebook"
    return "the book is empty" if sends == "phonebook" else f"there are no {sends}"


def allowance(limit: str, total: int) -> int:
    """Return how many of `total` a limit allows: a number as it is; a percentage, but never fewer than five."""
    text = str(limit).strip()
    if text.endswith("%"):
        return max(ALWAYS_ALLOWED, int(float(text[:-1]) * total / 100))
    return int(text)
