# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Everything that must be unique, decided on the state after the run: user names and the one number space.

Numbers that an update or a removal of the same plan gives up may be claimed, so that two users can swap extensions.
"""

from __future__ import annotations

import contextlib
import json
import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.sync import pool, staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.merge import encode, ordered
from ansible_collections.telephony.connector.plugins.module_utils.sync.work import Work

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

_CLAIMING = (staging.CREATE, staging.UPDATE)


def settle(work: Work) -> None:
    """Reject the records that claim what another object has or will have, then give numbers out of the pool.

    A rejected record keeps what it has, which may be what another one counted on: repeated until nothing changes.
    """
    while _reject(work, _clashes(work)):
        pass
    if work.pool.is_declared:
        _give_numbers(work)
    else:
        _tell_of_no_pool(work)


def claims(work: Work, *actions: str) -> sa.Subquery:
    """Return (seq, space, value, field) of everything that staged rows with one of the actions claim anew."""
    staged = work.staging.table.c
    parts = []
    for column, space, field in (
        (staged.username, "username", sa.literal("username")),
        (staged.number, "number", sa.case((staged.kind == "user", "extension"), else_="number")),
        (staged.fax_number, "number", sa.literal("fax_extension")),
    ):
        part = sa.select(staged.seq, sa.literal(space).label("space"), column.label("value"), field.label("field"))
        parts.append(part.where(column.is_not(None), staged.action.in_(actions)))
    return sa.union_all(*parts).subquery("claims")


def _clashes(work: Work) -> list[t.Any]:
    """Return (seq, field, value, rule) of the claims that cannot be met."""
    claimed, identifiers, staged = claims(work, *_CLAIMING), work.schema.identifiers.c, work.staging.table
    released, objects, other = work.staging.released, work.schema.objects, staged.alias("giver")
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
    removed = sa.select(other.c.seq).where(
        other.c.action == staging.REMOVE, other.c.object_id == identifiers.object_id
    )  # fmt: skip
    taken = (
        sa.select(claimed.c.seq, claimed.c.field, claimed.c.value, objects.c.name)
        .join(
            work.schema.identifiers,
            (identifiers.space == claimed.c.space) & (identifiers.value == claimed.c.value),
        )
        .join(objects, objects.c.id == identifiers.object_id)
        .where(~given_up.exists(), ~removed.exists())
    )
    execute = work.store.connection.execute
    clashes = [(*row[:3], "another record of the source claims it too") for row in execute(twice).all()]
    return clashes + [(*row[:3], f"{row[3]} has it already") for row in execute(taken).all()]


def _reject(work: Work, clashes: list[t.Any]) -> bool:
    """Reject the records of the clashing rows; return whether there were any."""
    if not clashes:
        return False
    staged = work.staging.table.c
    said: dict[int, tuple[str, str, str]] = {}
    for seq, field, value, rule in clashes:
        said.setdefault(seq, (field, value, rule))
    rejected: list[t.Any] = []
    for place in range(0, len(said), staging.CHUNK):
        part = sorted(said)[place : place + staging.CHUNK]
        query = sa.select(staged.seq, staged.record, staged.key).where(staged.seq.in_(part)).order_by(staged.seq)
        rejected += work.store.connection.execute(query).all()
    for row in rejected:
        field, value, rule = said[row.seq]
        work.findings.reject(row.record, row.key, field, value, f"must be unique: {rule}")
    work.staging.change([{"row": row.seq, "action": staging.REJECTED, "reason": "must be unique"} for row in rejected])
    _reject_rest_of_record(work, {row.record for row in rejected})
    return True


def _reject_rest_of_record(work: Work, records: set[int]) -> None:
    """A record is used whole or not at all, also where it becomes several objects."""
    if len(work.mapped) > 1:
        staged = work.staging.table
        for record in records:
            query = staged.update().where(staged.c.record == record, staged.c.action.in_((*_CLAIMING, staging.TOUCH)))
            work.store.connection.execute(query.values(action=staging.REJECTED))


def _tell_of_no_pool(work: Work) -> None:
    staged = work.staging.table.c
    query = sa.select(sa.func.count()).where(staged.lacks_number.is_(True), staged.action == staging.CREATE)
    if number := work.store.connection.scalar(query):
        work.findings.warn(
            f"{number} new user{'s have' if number > 1 else ' has'} no extension, and there is no extension pool to"
            " give them one (module extension_pool; a simulation does not see one that the same play declares)"
        )


def _give_numbers(work: Work) -> None:
    """Give every user without a number the lowest free one, in the order of the records' keys."""
    staged = work.staging.table.c
    query = (
        sa.select(staged.seq, staged.record, staged.key, staged.action, staged.kind, staged.fields, staged.applied,
                  staged.before, staged.after, staged.version, staged.reason)
        .where(staged.lacks_number.is_(True), staged.action.in_((*_CLAIMING, staging.TOUCH)))
        .order_by(staged.key, staged.slot)
    )  # fmt: skip
    waiting = work.store.connection.execute(query).all()
    if not waiting:
        return
    free = pool.free_numbers(work.store, work.pool, claims(work, *_CLAIMING))
    changes = []
    for row in waiting:
        number = next(free, None)
        if number is None:
            rule = "no number is free in the extension pool: give it more ranges with the module extension_pool"
            work.findings.reject(row.record, row.key, "extension", "", rule)
            changes.append({"row": row.seq, "action": staging.REJECTED, "reason": rule})
        else:
            changes.append(_with_number(row, number))
    with_number = [change for change in changes if "number" in change]
    work.staging.change(with_number)
    work.staging.change([change for change in changes if "number" not in change])


def _with_number(row: t.Any, number: str) -> dict[str, t.Any]:
    """Return the change that adds a number to a staged row; it is not among the values that the source applied."""
    kind = KINDS[row.kind]

    def add(text: str | None) -> str:
        return encode(ordered(kind, {**json.loads(text or "{}"), "extension": number}))

    is_new = row.action == staging.CREATE
    return {
        "row": row.seq,
        "action": row.action if is_new else staging.UPDATE,
        "reason": row.reason if row.action != staging.TOUCH else "given a number from the extension pool",
        "number": number,
        "fields": add(row.fields),
        "applied": row.applied or row.fields,
        "before": row.before,
        "after": add(row.after or (row.fields if is_new else None)),
        "version": row.version if is_new or row.action == staging.UPDATE else row.version + 1,
    }
