# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Everything that must be unique, decided on the state after the run: user names and the one number space.

Numbers that an update or a removal of the same plan gives up may be claimed, so that two users can swap extensions.
"""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Mapping
from datetime import date

from ansible_collections.telephony.connector.plugins.module_utils.store import leavers
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import (
    claims,
    dropped_numbers,
    given_numbers,
    staging,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import RecordRef


def reject_clashes(context: PlanContext, slots: int) -> None:
    """Reject the records that claim what another object has or will have; see `resolve`."""
    while clashes := _clashes(context):
        left = dropped_numbers.drop(context, clashes)
        if not (_reject(context, slots, left) or len(left) < len(clashes)):
            break


def resolve(context: PlanContext, slots: int, named: Collection[str]) -> None:
    """Reject the records that claim what another object has or will have, then give numbers out of the pool.

    A rejected record keeps what it has, which may be what another one counted on: repeated until nothing changes.
    `slots`: how many kinds of objects a record becomes at most. `named`: numbers of records that cannot be used.
    """
    while True:
        reject_clashes(context, slots)
        claimed = claims.all_claims(context, refused_too=True)
        if not _reject(context, slots, given_numbers.give(context, claimed, named)):
            break
    context.findings.tell_dropped_numbers()


def _may_be_doubled(context: PlanContext) -> bool:
    """Say whether some value is claimed twice, from the indexes alone: looking at the rows costs ten times as much."""
    if context.staging.has_fax_numbers:
        return True  # a number may be claimed in two columns, which no index tells
    staged = context.staging.table.c
    for column in (staged.username, staged.number):
        twice = sa.select(column).where(column.is_not(None)).group_by(column).having(sa.func.count() > 1).limit(1)
        if context.store.connection.execute(twice).first():
            return True
    return False


def _clashes(context: PlanContext) -> list[t.Any]:
    """Return (seq, field, value, rule) of the claims that cannot be met."""
    if not claims.are_any(context.staging):
        return []
    claimed, identifiers, staged = claims.all_claims(context), context.schema.identifiers.c, context.staging.table
    released, objects, other = context.staging.released, context.schema.objects, staged.alias("giver")
    doubled = (
        sa.select(claimed.c.space, claimed.c.value).group_by(claimed.c.space, claimed.c.value)
        .having(sa.func.count() > 1).subquery()
    )  # fmt: skip
    twice = sa.select(claimed.c.seq, claimed.c.field, claimed.c.value, sa.literal(None)).join(
        doubled, (doubled.c.space == claimed.c.space) & (doubled.c.value == claimed.c.value)
    )
    given_up = sa.select(released.c.seq).join(other, other.c.seq == released.c.seq).where(
        released.c.space == claimed.c.space, released.c.value == claimed.c.value, other.c.action == staging.UPDATE
    )  # fmt: skip
    # not correlated: it is asked for many identifiers, and would go through all staged rows for each
    removed = sa.select(other.c.object_id).where(other.c.action == staging.REMOVE)
    # correlated, so that each claim is looked up: SQLite would go through all claims for each identifier of the store
    holder = (
        sa.select(objects.c.name)
        .join(context.schema.identifiers, identifiers.object_id == objects.c.id)
        .where(
            identifiers.space == claimed.c.space,
            identifiers.value == claimed.c.value,
            identifiers.object_id.not_in(removed),
        )
        .scalar_subquery()
    )
    asked = sa.select(claimed.c.seq, claimed.c.field, claimed.c.value, holder.label("holder"))
    held = asked.where(~given_up.exists()).subquery()
    taken = sa.select(held).where(held.c.holder.is_not(None))
    execute = context.store.connection.execute
    doubled_rows = execute(twice).all() if _may_be_doubled(context) else []
    # each claim is looked up, which an empty store need not
    has_identifiers = execute(sa.select(identifiers.value).limit(1)).first() is not None
    taken_rows = execute(taken).all() if has_identifiers else []
    clashes = [(*row[:3], "must be unique: another record of the source claims it too") for row in doubled_rows]
    leaving = {one.username: one.until for one in leavers.every(context.store)} if taken_rows else {}
    return clashes + [
        (*row[:3], f"must be unique: {row[3]} has it already{_leaving(row[3], leaving)}") for row in taken_rows
    ]


def _leaving(holder: str, leaving: Mapping[str, date | None]) -> str:
    """Say of a holder who has left until when the number is held; who comes back has it again."""
    until = leaving.get(holder)
    return f", as a leaver until {until}" if until else ", as a leaver" if holder in leaving else ""


def _reject(context: PlanContext, slots: int, clashes: list[t.Any]) -> bool:
    """Reject the records of rows that clash, each (seq, field, value, rule); return whether there were any."""
    if not clashes:
        return False
    staged = context.staging.table.c
    said: dict[int, tuple[str, str, str]] = {}
    for seq, field, value, rule in clashes:
        said.setdefault(seq, (field, value, rule))
    rejected: list[t.Any] = []
    for place in range(0, len(said), staging.CHUNK):
        part = sorted(said)[place : place + staging.CHUNK]
        query = sa.select(staged.seq, staged.record, staged.key, staged.name).where(staged.seq.in_(part))
        rejected += context.store.connection.execute(query.order_by(staged.seq)).all()
    told: set[int] = set()
    for row in rejected:
        if row.record not in told:
            told.add(row.record)
            context.findings.reject(RecordRef(row.record, row.key, row.name), *said[row.seq])
    context.staging.change([{"row": row.seq, "action": staging.REJECTED} for row in rejected])
    if slots > 1:
        _reject_rest_of_record(context, told)
    return True


def _reject_rest_of_record(context: PlanContext, records: set[int]) -> None:
    """A record is used whole or not at all, also where it becomes several objects."""
    staged, numbers = context.staging.table.c, sorted(records)
    used = staged.action.in_((*claims.CLAIMING, staging.TOUCH))
    for place in range(0, len(numbers), staging.CHUNK):
        query = sa.select(staged.seq).where(staged.record.in_(numbers[place : place + staging.CHUNK]), used)
        rest = context.store.connection.execute(query).scalars().all()
        # row by row, so that none of them counts in the digest as what it was staged as
        context.staging.change([{"row": seq, "action": staging.REJECTED} for seq in rest])
