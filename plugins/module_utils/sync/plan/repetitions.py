# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Records of one key: those that are the same in all columns count once, of the others none is used."""

from __future__ import annotations

import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import RecordRef


def find(context: PlanContext) -> list[RecordRef]:
    """Records of one key: which of them is right cannot be told, so none is used; unless they are the same anyway.

    Return those that are the same as another one.
    """
    staged = context.staging.table
    present = staged.c.key.is_not(None) & staged.c.slot.is_not(None)
    twice = sa.select(staged.c.key, staged.c.slot).where(present).group_by(staged.c.key, staged.c.slot)
    doubled = twice.having(sa.func.count() > 1).subquery()
    query = (
        sa.select(staged.c.seq, staged.c.record, staged.c.key, staged.c.slot, staged.c.name, staged.c.fingerprint)
        .join(doubled, (doubled.c.key == staged.c.key) & (doubled.c.slot == staged.c.slot))
        .where(staged.c.action.in_((staging.CREATE, staging.UPDATE, staging.TOUCH)))
        .order_by(staged.c.seq)
    )
    by_key: dict[tuple[str, str], list[t.Any]] = {}
    for row in context.store.connection.execute(query).all():
        by_key.setdefault((row.key, row.slot), []).append(row)
    changes: list[dict[str, t.Any]] = []
    repeated: list[RecordRef] = []
    for rows in by_key.values():
        if len({bytes(row.fingerprint) for row in rows}) == 1:
            repeated += [RecordRef(row.record, row.key, row.name) for row in rows[1:]]
            changes += [repetition(row.seq) for row in rows[1:]]
            continue
        for row in rows:
            words = f'several records of the source have the key "{row.key}"'
            context.findings.conflict(RecordRef(row.record, row.key, row.name), words)
            changes.append({"row": row.seq, "action": staging.CONFLICT, "reason": staging.DUPLICATE_KEY})
    context.staging.change(changes)
    return repeated


def repetition(seq: int) -> dict[str, t.Any]:
    """Return the change that leaves out a row which stands in the source twice, the same to the letter."""
    return {"row": seq, "action": staging.IGNORED, "reason": "repeated"}


def warn(context: PlanContext, repeated: list[RecordRef]) -> None:
    """Say which records are the same as another one, and count once."""
    records = {one.record: one for one in sorted(repeated, key=lambda one: one.record)}
    if records:
        first = next(iter(records.values()))
        are, stand = ("record is a repetition", "counts") if len(records) == 1 else ("records are repetitions", "count")
        context.findings.warn(
            f"{len(records)} {are} of another one, the same in all columns, and {stand} once only (first: record"
            f" {first.record}, {first.name})"
        )
