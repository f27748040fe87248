# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Checks the options that every module with a plan has: `expect_plan` and `changes_limit`."""

from __future__ import annotations

import re

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError


def check_plan_options(expect_plan: str | None, changes_limit: int) -> None:
    """Refuse (DefinitionError) what is no plan digest, and a limit below 0."""
    if expect_plan is not None and not re.fullmatch("sha256:[0-9a-f]{64}", expect_plan):
        raise DefinitionError(
            'The option expect_plan must be the plan_digest of a simulation, "sha256:" and 64 hexadecimal digits,'
            f' not "{expect_plan[:100]}".'
        )
    if changes_limit < 0:
        raise DefinitionError("The option changes_limit must be 0 or more.")
