# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The limits that stop an undo before it does harm: those of a sync, as far as they have a meaning here."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.errors import capital
from ansible_collections.telephony.connector.plugins.module_utils.profiles.policies import allowance
from ansible_collections.telephony.connector.plugins.module_utils.undoing.plan import Plan

#: The guards of a sync that an undo has, too.
NAMES = ("max_removals", "max_renumbered", "max_updates")


def refusal(plan: Plan, guards: Mapping[str, str | int]) -> str | None:
    """Return why the plan must not be carried out (one sentence that says how to proceed), or None."""
    whose = "its profile's" if plan.run.profile_id is not None else "the store's"
    for name, count, words in (
        ("max_removals", plan.actions["remove"] + plan.disabled, "removed or disabled" if plan.disabled else "removed"),
        ("max_renumbered", plan.renumbered, "given another login or number"),
        ("max_updates", plan.actions["update"], "updated"),
    ):
        total = plan.total if name == "max_removals" else max(plan.total, count)
        allowed = allowance(guards[name], total)
        if count > allowed:
            return (
                f"{capital(str(plan.run))} is not taken back: {count} of {whose} {plan.total} objects would be"
                f" {words}, {name} ({guards[name]}) allows {allowed}; nothing was changed: look at the plan with"
                f" --check --diff, and if it is right run again with expect_plan: {plan.digest}."
            )
    return None
