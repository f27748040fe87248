# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Records in conflict are used whole or not at all, also where each becomes several objects.

A link with the fingerprint of such a record would have it taken for one that is settled: it would not be looked at
again, and whoever it is in conflict with would have what is wanted by both.
"""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext


def set_rest_aside(context: PlanContext) -> None:
    """Leave the other objects of records in conflict as they are."""
    if not context.staging.has(staging.CONFLICT):
        return
    rest, known = context.staging.table.alias("rest").c, context.staging.table.c
    in_conflict = (known.record == rest.record) & (known.action == staging.CONFLICT)
    query = sa.select(rest.seq, known.reason).where(
        in_conflict, rest.action.in_((staging.CREATE, staging.UPDATE, staging.TOUCH))
    )
    reasons = {row.seq: row.reason for row in context.store.connection.execute(query).all()}
    context.staging.change(
        [{"row": seq, "action": staging.CONFLICT, "reason": reason} for seq, reason in reasons.items()]
    )
