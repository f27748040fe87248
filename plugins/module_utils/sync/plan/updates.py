# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What the updates of a plan mean to people: who gets another login or number, which changes by hand are set back."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Collection, Mapping

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.profiles.policies import LIST_FIELDS, policy_of
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext

FROM_SOURCE = "changed in the source"
FROM_EITHER = "changed in the source, or by the profile, which has changed since the last run"
SET_BACK = "set back to what the source says"
BOTH = "changed in the source, and a change by hand set back"
_SHOWN = 3


def reason_of(
    before: Mapping[str, t.Any],
    after: Mapping[str, t.Any],
    applied: Mapping[str, t.Any],
    current: Mapping[str, t.Any],
    is_same_profile: bool,
) -> str:
    """Return why an object is updated: by what the profile had set the last time, whatever runs lay between."""
    changed = {*before, *after}
    by_hand = {name for name in changed if _was_changed(current.get(name), applied.get(name))}
    if not by_hand:
        return FROM_SOURCE if is_same_profile else FROM_EITHER
    set_back = {name for name in by_hand if after.get(name) == applied.get(name)}
    return SET_BACK if set_back == changed else BOTH


def _was_changed(have: t.Any, last: t.Any) -> bool:
    """Say whether somebody else changed what the profile had set; what a person added to a list is no such change."""
    if not isinstance(last, list):
        return last is not None and have != last
    return any(item not in (have or []) for item in last)


def is_renumbered(tables: staging.Staging) -> t.Any:
    """Match updates that give an object another login, extension or speed-dial number, or take it away."""
    staged = tables.table.c
    moves = staged.username.is_not(None) | staged.before.like('%"extension":%')
    moves |= (staged.kind == "speed_dial") & staged.number.is_not(None)
    return (staged.action == staging.UPDATE) & moves


def count_renumbered(context: PlanContext) -> int:
    """Return how many updates are such."""
    if not context.staging.has_renumbered:
        return 0
    query = sa.select(sa.func.count()).select_from(context.staging.table).where(is_renumbered(context.staging))
    return int(context.store.connection.scalar(query) or 0)


def tell_set_back(context: PlanContext) -> int:
    """Warn of objects whose changes by hand are set back, naming the first ones; return how many there are."""
    if not context.staging.has_set_back:
        return 0
    staged = context.staging.table.c
    reasons = [start + reason for start in ("", staging.BACK_AND) for reason in (SET_BACK, BOTH)]
    is_set_back = (staged.action == staging.UPDATE) & staged.reason.in_(reasons)
    execute = context.store.connection.execute
    count = int(execute(sa.select(sa.func.count()).select_from(context.staging.table).where(is_set_back)).scalar() or 0)
    if not count:
        return 0
    query = sa.select(staged.kind, staged.name, staged.before, staged.after, staged.object_id).where(is_set_back)
    rows = execute(query.order_by(staged.seq).limit(_SHOWN)).all()
    named = [(row, _by_hand(context, row)) for row in rows]
    first = "; ".join(f"{KINDS[row.kind].title} {row.name}: {', '.join(fields)}" for row, fields in named)
    more = f" and {count - _SHOWN} more" if count > _SHOWN else ""
    context.findings.warn(
        f"{count} object{'s' if count > 1 else ''} changed by hand {'are' if count > 1 else 'is'} set back to what the"
        f" source says ({first}{more}){_hint(context, dict.fromkeys(name for _row, names in named for name in names))}"
    )
    return count


def _by_hand(context: PlanContext, row: t.Any) -> list[str]:
    """Return the fields of an update that somebody else has changed; all that it changes where nobody has noted it."""
    links, objects = context.schema.links.c, context.schema.objects
    query = sa.select(links.applied, objects.c.fields).join(objects, objects.c.id == links.object_id)
    is_meant = (links.profile_id == context.profile_id) & (links.object_id == row.object_id)
    link = context.store.connection.execute(query.where(is_meant)).first()
    changed = list({**json.loads(row.before or "{}"), **json.loads(row.after or "{}")})
    if link is None or link.applied is None:
        return changed
    applied, current = json.loads(link.applied), json.loads(link.fields)
    return [name for name in changed if _was_changed(current.get(name), applied.get(name))] or changed


def _hint(context: PlanContext, fields: Collection[str]) -> str:
    """Name the policies that would keep these changes; lists are merged whatever their policy."""
    policy = context.definition.field_policy
    plain = [name for name in fields if name not in LIST_FIELDS]
    named = ", ".join(f"{name}: keep" for name in plain if policy_of(name, policy, "force") == "force")
    return f"; field_policy: {{{named}}} in the profile keeps such changes" if named else ""
