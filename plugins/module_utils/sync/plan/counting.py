# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Counts what a plan does, once it is settled which records are used and which objects go."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.telephony.connector.plugins.module_utils.sync.counts import Counts
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import (
    leavers,
    private_entries,
    staging,
    updates,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.private_entries import Followers
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import ReadOutcome


def count(context: PlanContext, read: ReadOutcome) -> tuple[Counts, Followers]:
    """Count the operations, and add those of private entries that go with their owner."""
    created, updated, disabled, removed, touched = context.staging.count(
        staging.CREATE, staging.UPDATE, staging.DISABLE, staging.REMOVE, staging.TOUCH
    )
    returned = leavers.count_returns(context) if updated else 0
    followers = private_entries.stage(context, bool(updated), bool(removed))
    intake, is_all = read.intake, context.only is None
    counts = Counts(
        read=intake.read if is_all else intake.own_read,
        filtered=intake.filtered if is_all else intake.own_filtered,
        created=created,
        updated=updated - returned + followers.entries + followers.touched,
        unchanged=(intake.unchanged if is_all else 0) + touched - followers.touched,
        removed=removed,
        rejected=context.findings.rejected_count,
        conflicts=context.findings.conflict_count,
        dropped=context.findings.dropped_count,
        set_back=updates.tell_set_back(context) if updated else 0,
        disabled=disabled,
        returned=returned,
    )
    return counts, followers


def count_lifted(context: PlanContext, counts: Counts, followers: Followers) -> tuple[Counts, Followers]:
    """Count anew once the suspects go as well, with the private entries of theirs."""
    removed, disabled = context.staging.count(staging.REMOVE, staging.DISABLE)
    more = private_entries.stage(context, False, True, staging.SEEN_BY_A_PERSON)
    updated = counts.updated + more.entries + more.touched
    unchanged = counts.unchanged - more.touched
    counts = replace(counts, removed=removed, disabled=disabled, updated=updated, unchanged=unchanged)
    return counts, Followers(followers.entries + more.entries, followers.touched + more.touched)
