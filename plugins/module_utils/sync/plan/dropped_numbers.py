# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Numbers that a record claims in vain and goes on without: by `on_invalid: drop`, or as a person has moved them."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import encode
from ansible_collections.telephony.connector.plugins.module_utils.profiles.policies import policy_of
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging, updates
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext

#: Field -> column of the staging table; a speed dial's number and a login cannot be gone without.
_COLUMNS = {"extension": "number", "fax_extension": "fax_number"}

Clash = t.Any
"""(seq, field, value, rule) of a claim that cannot be met."""


def drop(context: PlanContext, clashes: list[Clash]) -> list[Clash]:
    """Take numbers out of the rows that may go on without them; return the clashes of all other rows."""
    by_policy = {field for field in _COLUMNS if policy_of(field, context.definition.on_invalid, "reject") == "drop"}
    kept = {field for field in _COLUMNS if policy_of(field, context.definition.field_policy, "force") == "keep"}
    if not by_policy and not kept:
        return clashes
    rest: list[Clash] = []
    seen: set[tuple[int, str]] = set()
    staged = context.staging.table.c
    for clash in clashes:
        seq, field, value, rule = clash
        if (seq, field) in seen:
            continue
        seen.add((seq, field))
        row = context.store.connection.execute(sa.select(context.staging.table).where(staged.seq == seq)).one()
        if field in by_policy and row.kind == "user":
            _take_out(context, row, field)
            context.findings.drop_number(field, value, rule, row.name)
        elif field in kept and (link := _link(context, row)) and json.loads(link.applied or "{}").get(field) == value:
            # the profile had given it, a person took it away and gave it to another
            _take_out(context, row, field)
            if link.version != row.version - 1:  # not looked at since
                holder = rule.partition(": ")[2]
                context.findings.warn(
                    f"User {row.name} stays without the {field} {value}, which a person has moved: {holder}"
                )
        else:
            rest.append(clash)
    return rest


def _link(context: PlanContext, row: t.Any) -> t.Any:
    """Return the link of a row that is an update of an object which the profile has, else None."""
    if row.action != staging.UPDATE:
        return None
    links, objects = context.schema.links.c, context.schema.objects.c
    query = sa.select(links.version, links.applied, objects.fields).join(
        context.schema.objects, objects.id == links.object_id
    )
    query = query.where(links.profile_id == context.profile_id)
    return context.store.connection.execute(query.where(links.object_id == row.object_id)).first()


def _take_out(context: PlanContext, row: t.Any, field: str) -> None:
    """Change a staged row to one that leaves the field as the object has it."""
    fields, before = json.loads(row.fields), json.loads(row.before or "{}")
    after = json.loads(row.after) if row.after is not None else None
    applied = json.loads(row.applied or row.fields)
    had = before.pop(field, None)
    fields = {name: had if name == field else value for name, value in fields.items() if name != field or had}
    if after is not None:
        after.pop(field, None)
    link = _link(context, row)
    # the profile has not set the number now: what it had set the last time stays the last
    last = json.loads(link.applied or link.fields).get(field) if link else None
    applied = {name: last if name == field else value for name, value in applied.items() if name != field or last}
    change: dict[str, t.Any] = {
        "row": row.seq,
        "fields": encode(fields),
        "applied": None if applied == fields else encode(applied),
        "after": None if after is None else encode(after),
        "before": row.before if row.before is None else encode(before),
        "action": row.action,
        "reason": _reason(context, row.reason, link, fields, {**before, **(after or {})}) if link else row.reason,
        "version": row.version,
        "lacks_number": "extension" not in fields,
        _COLUMNS[field]: None,
    }
    if row.action == staging.UPDATE and not before and not after and row.reason != staging.ADOPTED:
        change.update(action=staging.TOUCH, version=row.version - 1)
    context.staging.has_lacking_numbers |= change["lacks_number"]
    context.staging.change([change])
    released = context.staging.released
    if had is not None:
        given_up = (released.c.seq == row.seq) & (released.c.space == "number") & (released.c.value == had)
        context.store.connection.execute(released.delete().where(given_up))


def _reason(
    context: PlanContext, reason: str, link: t.Any, fields: dict[str, t.Any], changed: t.Collection[str]
) -> str:
    """Return the reason of an update that sets no longer back what was taken out of it."""
    start = staging.BACK_AND if reason.startswith(staging.BACK_AND) else ""
    if reason not in (start + updates.SET_BACK, start + updates.BOTH):
        return reason
    current = json.loads(link.fields)
    before = {name: current[name] for name in changed if name in current}
    after = {name: fields[name] for name in changed if name in fields}
    applied = json.loads(link.applied or link.fields)
    return start + updates.reason_of(before, after, applied, current, context.is_same_profile)
