# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a plan is made with, and what every phase of planning may use: nothing here changes while a plan is made.

What a phase finds out is its own result, which the planner hands to those after it. Only two things are filled on the
way, and only ever added to: the staging tables, and the findings that a person is told of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.leavers import Leaver
from ansible_collections.telephony.connector.plugins.module_utils.store.pools import Pool
from ansible_collections.telephony.connector.plugins.module_utils.store.schema.tables import Schema
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.staging import Staging


@dataclass(frozen=True)
class PlanContext:
    """One plan's surroundings.

    `profile_id` is None for a profile that is only declared in this task (check mode); `linked` is the number of
    objects that the profile has. `pools`: those that give numbers, by name. `only`: handle the one record of this key.
    `knows_users`: the source asks the phone system who its users are, so that the logins it names are those of today.
    `is_same_profile`: what a record becomes is decided as in the last run. `has_record_ids`: the source itself gives
    every record an id that is its key, so that no typing error can make another one of it.
    `leavers` are those of the profile by their ids; `day` decides who of them is due.
    """

    store: Store
    definition: Definition
    profile_id: int | None
    linked: int
    pools: Mapping[str, Pool]
    staging: Staging
    findings: Findings
    only: str | None = None
    explaining: bool = False
    knows_users: bool = False
    is_same_profile: bool = True
    has_record_ids: bool = False
    leavers: Mapping[int, Leaver] = field(default_factory=dict)
    day: date = date.min

    @property
    def schema(self) -> Schema:
        """The tables of the store."""
        return self.store.schema
