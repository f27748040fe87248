# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Numbers that users get out of the extension pools: the one they had before, else the lowest free one."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Collection, Iterator
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.errors import nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import encode, with_field
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.store import number_use, pools
from ansible_collections.telephony.connector.plugins.module_utils.store.pools import Before, Pool
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import claims, staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext

_TAKING = (staging.CREATE, staging.UPDATE, staging.TOUCH)
#: Numbers looked up at a time.
_CHUNK = 500

Clash = tuple[int, str, str, str]
"""(seq, field, value, rule) of a row that cannot be given a number."""


def give(context: PlanContext, claimed: sa.Subquery, named: Collection[str]) -> list[Clash]:
    """Give every user without a number one, in the order of the records' keys; `claimed`: what the plan claims.

    A number that any record names (`named`) is not free, be the record refused: once mended, it would find somebody
    else there. Return the rows for which there is none; then nobody has been given one yet.
    """
    is_asked = bool(context.pools) or context.definition.pool is not None
    if not is_asked or not context.staging.has_lacking_numbers:
        return []
    waiting: dict[str, list[t.Any]] = {}
    for row in _waiting(context):
        waiting.setdefault(row.pool or pools.DEFAULT, []).append(row)
    given: dict[str, t.Any] = {}
    clashes: list[Clash] = []
    for name, rows in sorted(waiting.items()):
        pool = context.pools.get(name)
        if pool is None:
            clashes += _unknown(context, name, rows)
            continue
        without = _give_of(context, pool, rows, claimed, named, given)
        if without:
            why = number_use.why_none(context.store, pool, {*given, *_claimed(context)})
            clashes += [(row.seq, "extension", "", why) for row in without]
    if not clashes:
        context.staging.change([_with_number(row, number) for number, row in given.items()])
        context.staging.giving_pools.update(row.pool or pools.DEFAULT for row in given.values())
    return clashes


def _claimed(context: PlanContext) -> list[str]:
    """Return the numbers that the records of the plan bring along."""
    claimed = claims.all_claims(context).c
    return list(context.store.connection.scalars(sa.select(claimed.value).where(claimed.space == "number")))


def _waiting(context: PlanContext) -> list[t.Any]:
    staged = context.staging.table.c
    query = (
        sa.select(staged.seq, staged.record, staged.key, staged.action, staged.kind, staged.fields, staged.applied,
                  staged.before, staged.after, staged.version, staged.reason, staged.pool)
        .where(staged.lacks_number.is_(True), staged.action.in_(_TAKING))
        .order_by(staged.key, staged.slot)
    )  # fmt: skip
    return list(context.store.connection.execute(query).all())


def _unknown(context: PlanContext, name: str, rows: list[t.Any]) -> list[Clash]:
    """Nobody is refused for want of the default pool, which not everybody has."""
    if name == pools.DEFAULT:
        return []
    hint = nearest(name, context.pools)
    rule = (
        f"there is no extension pool of this name: declare it with the module extension_pool{'.' if hint else ''}{hint}"
    )
    return [(row.seq, "pool", name, rule) for row in rows]


def _give_of(
    context: PlanContext,
    pool: Pool,
    rows: list[t.Any],
    claimed: sa.Subquery,
    named: Collection[str],
    given: dict[str, t.Any],
) -> list[t.Any]:
    """Add number -> row to `given`; return the rows for which the pool has none."""
    again = _own_numbers(context, pool, rows, claimed, named)
    given.update((number, row) for number, row in again.items() if number not in given)
    served = {row.seq for row in given.values()}
    others = [row for row in rows if row.seq not in served]
    free = pools.free_numbers(context.store, pool, claimed) if others else iter(())
    numbers = list(islice((number for number in free if number not in named and number not in given), len(others)))
    given.update(zip(numbers, others, strict=False))
    return others[len(numbers) :]


def _own_numbers(
    context: PlanContext, pool: Pool, rows: list[t.Any], claimed: sa.Subquery, named: Collection[str]
) -> dict[str, t.Any]:
    """Return number -> row of users who had a number that rests: the same record, login or e-mail address."""
    resting = list(_available(context, pool, claimed, named))
    former, found = pools.FormerHolders(resting), dict[str, t.Any]()
    for row in rows if resting else ():
        fields = json.loads(row.fields)
        own = former.numbers_of(context.definition.name, row.key, fields["username"], fields.get("email", ""))
        number = next((one for one in own if one not in found), None)
        if number is not None:
            found[number] = row
    return found


def _available(context: PlanContext, pool: Pool, claimed: sa.Subquery, named: Collection[str]) -> Iterator[Before]:
    before = pools.numbers_of_before(context.store, pool)
    for start in range(0, len(before), _CHUNK):
        part = before[start : start + _CHUNK]
        taken = pools.taken_of(context.store, [one.number for one in part], claimed)
        yield from (one for one in part if one.number not in taken and one.number not in named)


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
        "lacks_number": False,
    }


# -- what a person is told ----------------------------------------------------------------------------------------


def warn(context: PlanContext) -> None:
    """Say who gets no number since there is no pool, and which pools will soon have none left."""
    if not context.staging.has_lacking_numbers:
        return
    staged = context.staging.table.c
    query = sa.select(sa.func.count()).where(staged.lacks_number.is_(True), staged.action == staging.CREATE)
    number = 0 if pools.DEFAULT in context.pools else context.store.connection.scalar(query)
    if number:
        context.findings.warn(
            f"{number} new user{'s have' if number > 1 else ' has'} no extension, and there is no extension pool to"
            " give them one (module extension_pool; a simulation does not see one that the same play declares)"
        )
    for name in sorted(context.staging.giving_pools):
        if words := _nearly_full(context, context.pools[name]):
            context.findings.warn(words)


def _nearly_full(context: PlanContext, pool: Pool) -> str:
    claimed = claims.all_claims(context, refused_too=True)
    left = sum(1 for _number in islice(pools.free_numbers(context.store, pool, claimed), pool.few + 1))
    return pool.words_if_few(left)
