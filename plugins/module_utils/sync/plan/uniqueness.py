# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Everything that must be unique, decided on the state after the run: user names and the one number space.

Numbers that an update or a removal of the same plan gives up may be claimed, so that two users can swap extensions.
"""

from __future__ import annotations

import contextlib
import typing as t
from collections.abc import Collection
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import encode, with_field
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.store import pools
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import dropped_numbers, staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import RecordRef

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

_CLAIMING = (staging.CREATE, staging.UPDATE)


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
        if not (context.pool.is_declared and _give_numbers(context, slots, named)):
            break
    context.findings.tell_dropped_numbers()


def parts_of_claims(tables: staging.Staging, refused_too: bool = False) -> list[sa.Select[t.Any]]:
    """Return (seq, space, value, field) of what staged rows claim anew, a select for each column with claims.

    `refused_too`: also what records claim that are not used.
    """
    staged = tables.table.c
    parts = []
    for column, space, field in (
        (staged.username, "username", sa.literal("username")),
        (staged.number, "number", sa.case((staged.kind == "user", "extension"), else_="number")),
        (staged.fax_number, "number", sa.literal("fax_extension")),
    )[: 3 if tables.has_fax_numbers else 2]:
        part = sa.select(staged.seq, sa.literal(space).label("space"), column.label("value"), field.label("field"))
        part = part.where(column.is_not(None))
        parts.append(part if refused_too else part.where(staged.action.in_(_CLAIMING)))
    return parts


def _all_claims(context: PlanContext, refused_too: bool = False) -> sa.Subquery:
    return sa.union_all(*parts_of_claims(context.staging, refused_too)).subquery("claims")


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
    claimed, identifiers, staged = _all_claims(context), context.schema.identifiers.c, context.staging.table
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
    return clashes + [(*row[:3], f"must be unique: {row[3]} has it already") for row in taken_rows]


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
    staged = context.staging.table
    for record in records:
        query = staged.update().where(staged.c.record == record, staged.c.action.in_((*_CLAIMING, staging.TOUCH)))
        context.store.connection.execute(query.values(action=staging.REJECTED))


def warn_of_no_pool(context: PlanContext) -> None:
    """Say who gets no number since there is no pool."""
    if context.pool.is_declared or not context.staging.has_lacking_numbers:
        return
    staged = context.staging.table.c
    query = sa.select(sa.func.count()).where(staged.lacks_number.is_(True), staged.action == staging.CREATE)
    if number := context.store.connection.scalar(query):
        context.findings.warn(
            f"{number} new user{'s have' if number > 1 else ' has'} no extension, and there is no extension pool to"
            " give them one (module extension_pool; a simulation does not see one that the same play declares)"
        )


def _give_numbers(context: PlanContext, slots: int, named: Collection[str]) -> bool:
    """Give every user without a number the lowest free one, in the order of the records' keys.

    A number that any record names is not free, be the record refused: once mended, it would find somebody else there.
    Return whether records had to be rejected because there are too few; then nobody has been given one yet.
    """
    if not context.staging.has_lacking_numbers:
        return False
    staged = context.staging.table.c
    query = (
        sa.select(staged.seq, staged.record, staged.key, staged.action, staged.kind, staged.fields, staged.applied,
                  staged.before, staged.after, staged.version, staged.reason)
        .where(staged.lacks_number.is_(True), staged.action.in_((*_CLAIMING, staging.TOUCH)))
        .order_by(staged.key, staged.slot)
    )  # fmt: skip
    waiting = context.store.connection.execute(query).all()
    free = (
        pools.free_numbers(context.store, context.pool, _all_claims(context, refused_too=True)) if waiting else iter(())
    )
    numbers = list(islice((number for number in free if number not in named), len(waiting)))
    rule = "no number is free in the extension pool: give it more ranges with the module extension_pool"
    if _reject(context, slots, [(row.seq, "extension", "", rule) for row in waiting[len(numbers) :]]):
        return True
    context.staging.change([_with_number(row, number) for row, number in zip(waiting, numbers, strict=True)])
    return False


def _with_number(row: t.Any, number: str) -> dict[str, t.Any]:
    """Return the change that adds a number to a staged row; it is not among the values that the source applied."""
    kind = KINDS[row.kind]

    def add(text: str | None) -> str:
        return with_field(kind, text, "extension", number)

    is_new = row.action == staging.CREATE
    return {
        "row": row.seq,
        "action": row.action if is_new else staging.UPDATE,
        "reason": row.reason if row.action != staging.TOUCH else "given a number from the extension pool",
        "number": number,
        "fields": add(row.fields),
        "applied": row.applied or row.fields,
        "before": row.before if is_new else row.before or encode({}),
        "after": add(row.after or (row.fields if is_new else None)),
        "version": row.version if is_new or row.action == staging.UPDATE else row.version + 1,
    }
