# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Leavers in a plan: who becomes one, who comes back, who is due, and what the next days will bring.

A user without a record becomes a leaver (`staging.DISABLE`), see `removals`. A leaver whose record comes is an update
as of any other user, marked as a return: nothing of the user has changed meanwhile. Leavers without a record are
missing in every run, also when nothing of them was read, so that they are removed when their days are over.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping
from datetime import timedelta

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import encode
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.store import leavers
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.leavers import Leaver
from ansible_collections.telephony.connector.plugins.module_utils.store.profiles import Stored
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext

#: What a person is shown as changed; no dates, since the digest of a plan does not hang on the day.
_IS_LEAVER = "leaver"
_AHEAD = 7
_SHOWN = 10
BECOMES = encode({_IS_LEAVER: False}), encode({_IS_LEAVER: True})


def of_profile(store: Store, stored: Stored | None, definition: Definition) -> Mapping[int, Leaver]:
    """Return the leavers of a profile by their ids; when they go is said by the definition that is planned for."""
    if stored is None:
        return {}
    found = leavers.of_profile(store, stored.id, definition.leavers, definition.mode != "create_update")
    return {one.object_id: one for one in found}


def mark_returns(context: PlanContext) -> None:
    """Make updates, and touches, of leavers returns: their record came, or a record that means them."""
    staged, table = context.staging.table.c, context.schema.leavers.c
    if not leavers.is_any(context.store):
        return
    query = sa.select(staged.seq, staged.action, staged.reason, staged.before, staged.after).where(
        staged.object_id.in_(sa.select(table.object_id)), staged.action.in_((staging.UPDATE, staging.TOUCH))
    )
    context.staging.change([_as_return(row) for row in context.store.connection.execute(query).all()])


def _as_return(row: t.Any) -> dict[str, t.Any]:
    is_update = row.action == staging.UPDATE
    before, after = (json.loads(text) if is_update and text else {} for text in (row.before, row.after))
    return {
        "row": row.seq,
        "action": staging.UPDATE,
        "returns": True,
        "reason": staging.BACK_AND + row.reason if is_update and row.reason else staging.BACK,
        "before": encode({_IS_LEAVER: True, **before}),
        "after": encode({_IS_LEAVER: False, **after}),
    }


def forecast(context: PlanContext) -> str:
    """Return a sentence about the leavers who go within the next days, "" if nobody does."""
    if not context.leavers:
        return ""
    staged = context.staging.table.c
    settled = sa.select(staged.object_id).where(
        staged.object_id.is_not(None), staged.action.in_((staging.UPDATE, staging.REMOVE, staging.RELEASE))
    )
    gone = set(context.store.connection.execute(settled).scalars())
    last = context.day + timedelta(days=_AHEAD)
    going = [one for one in context.leavers.values() if one.object_id not in gone and one.is_due(last)]
    if not going:
        return ""
    told = ", ".join(f"{one.username} on {one.until}" for one in going[:_SHOWN])
    more = f" and {len(going) - _SHOWN} more" if len(going) > _SHOWN else ""
    leavers_are, their = ("leavers are", "their records come") if len(going) > 1 else ("leaver is", "the record comes")
    return f"{len(going)} {leavers_are} removed within {_AHEAD} days, unless {their} back: {told}{more}"


def count_returns(context: PlanContext) -> int:
    """Return by how many updates a leaver is a user again."""
    if not leavers.is_any(context.store):
        return 0
    staged = context.staging.table.c
    returned = (staged.action == staging.UPDATE) & staged.returns.is_(True)
    return int(context.store.connection.scalar(sa.select(sa.func.count()).where(returned)) or 0)


def count_due(context: PlanContext) -> int:
    """Return how many leavers are removed because their days are over."""
    staged = context.staging.table.c
    is_due = (staged.action == staging.REMOVE) & staged.object_id.in_(sa.select(context.schema.leavers.c.object_id))
    return int(context.store.connection.scalar(sa.select(sa.func.count()).where(is_due)) or 0)
