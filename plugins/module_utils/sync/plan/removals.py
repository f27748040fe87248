# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Objects that have lost their record: which they are, and what becomes of them."""

from __future__ import annotations

import contextlib
import json
import typing as t
from collections.abc import Collection
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import encode
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import mask
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.known_records import KnownRecords
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import ReadOutcome
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.suspects import Suspicion

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

#: Parts of a source that are looked for at a time.
_PARTS = 100


def find_missing(context: PlanContext, read: ReadOutcome, known: KnownRecords) -> None:
    """Fill the table `missing` with the links whose record was not read this time."""
    if not context.linked or not (read.full or read.intake.gone or read.full_prefixes or context.staging.last):
        return
    links, staged, missing = context.schema.links.c, context.staging.table, context.staging.missing
    again = sa.select(staged.c.seq).where(
        staged.c.key == links.key,
        # a rejected record's objects stay as they are; a filtered one is not wanted any more
        (staged.c.action == staging.REJECTED) | ((staged.c.slot == links.slot) & (staged.c.action != staging.FILTERED)),
    )
    # when nearly all were seen, SQLite is to go through the links as they lie, not in the order of keys
    is_scan = read.full and context.only is None and bool(read.intake.unchanged)
    ours = links.profile_id + 0 == context.profile_id if is_scan else links.profile_id == context.profile_id
    query = sa.select(links.object_id, links.key, links.slot).where(ours, ~again.exists())
    if not read.full:
        gone = context.staging.gone
        context.store.insert_rows(gone, ("key",), [(key,) for key in read.intake.gone])
        _add_gone_of_parts(context, read, known)
        # besides what is gone, a record that changed may make fewer objects than before, or none
        heard_of = sa.union_all(sa.select(gone.c.key), sa.select(staged.c.key).where(staged.c.key.is_not(None)))
        query = query.where(links.key.in_(heard_of))
    else:
        if not (known.unseen or known.dirty):
            return
        if read.intake.unchanged:  # else all of them are
            query = query.where(links.fingerprint.in_(_unseen(context, known)))
    context.store.connection.execute(missing.insert().from_select(["object_id", "key", "slot"], query))
    for prefix in read.unreadable_prefixes:
        context.store.connection.execute(missing.delete().where(_begins(missing.c.key, prefix)))


def _unseen(context: PlanContext, known: KnownRecords) -> sa.Select[t.Any]:
    """Return the fingerprints of what the reader knew and has not seen again."""
    unseen = context.staging.unseen
    marks = ((mark,) for mark in known.not_seen_again())
    while chunk := list(islice(marks, staging.CHUNK)):  # there may be a million
        context.store.insert_rows(unseen, ("fingerprint",), chunk)
    return sa.select(unseen.c.fingerprint)


def _add_gone_of_parts(context: PlanContext, read: ReadOutcome, known: KnownRecords) -> None:
    """Add to the gone the keys that did not come, of parts that an incremental read told in full."""
    links, gone = context.schema.links.c, context.staging.gone
    query = sa.select(links.key).where(links.profile_id == context.profile_id).distinct()
    if read.full_prefixes and known.is_loaded:  # what is as it was has not been staged, so it would look like missing
        query = query.where(links.fingerprint.in_(_unseen(context, known)))
    parts = iter(read.full_prefixes)
    while some := list(islice(parts, _PARTS)):
        news = query.where(
            sa.or_(*(_begins(links.key, part) for part in some)), links.key.not_in(sa.select(gone.c.key))
        )
        context.store.connection.execute(gone.insert().from_select(["key"], news))


def _begins(key: t.Any, prefix: str) -> t.Any:
    # not LIKE, for which letter case does not count on SQLite
    return sa.func.substr(key, 1, len(prefix)) == prefix


def forget_missing(context: PlanContext, object_ids: list[int]) -> None:
    """Take objects out of the missing: their record came after all, or somebody may be meant by it."""
    missing = context.staging.missing
    context.store.connection.execute(missing.delete().where(missing.c.object_id.in_(object_ids)))


def count_missing(context: PlanContext, keys: Collection[str] | None = None) -> int:
    """Return how many objects of the profile, or of some keys, have lost their record."""
    missing = context.staging.missing
    query = sa.select(sa.func.count()).select_from(missing)
    if keys is not None:
        query = query.where(missing.c.key.in_(keys))
    return int(context.store.connection.scalar(query) or 0)


# -- what becomes of them -----------------------------------------------------------------------------------------


def stage(context: PlanContext, suspicion: Suspicion) -> None:
    """Stage what becomes of objects whose record is gone: removed, released if a person had made them, or they stay."""
    context.staging.flush()
    removals: list[tuple[t.Any, ...]] = []
    for object_id, key, slot, kind, name, text, origin, filtered, is_here in context.store.rows(_missing(context)):
        action = staging.RELEASE if origin == "adopted" and not context.definition.remove_adopted else staging.REMOVE
        reason = "left out by the filter" if filtered else staging.NO_LONGER_THERE
        otherwise = None
        if not is_here and suspicion.holds(object_id):
            action, otherwise = staging.SUSPECT, action
        before = encode(mask(json.loads(text)))
        removals.append((action, kind, name, key, slot, object_id, reason, before, otherwise))
        if len(removals) >= staging.CHUNK:
            _write_removals(context, removals)
    _write_removals(context, removals)


def warn_of_releases(context: PlanContext) -> None:
    """Say which objects stay although their record is gone, because a person had made them."""
    staged = context.staging.table.c
    query = sa.select(staged.kind, staged.name, staged.reason).where(staged.action == staging.RELEASE)
    for kind, name, reason in context.store.rows(query.order_by(staged.seq)):
        context.findings.warn(
            f'{kind} "{name}" is {reason}, but a person had made it: it stays, and no longer belongs to the profile'
        )


def _write_removals(context: PlanContext, removals: list[tuple[t.Any, ...]]) -> None:
    columns = ("action", "kind", "name", "key", "slot", "object_id", "reason", "before", "origin")
    context.staging.add_rows(columns, removals)
    removals.clear()


def _missing(context: PlanContext) -> sa.Select[t.Any]:
    missing, objects, links, staged = (
        context.staging.missing,
        context.schema.objects,
        context.schema.links,
        context.staging.table,
    )
    link = (links.c.object_id == missing.c.object_id) & (links.c.profile_id == context.profile_id)
    # outer joins, so that the missing are looked up, rather than all links gone through
    joined = missing.outerjoin(objects, objects.c.id == missing.c.object_id).outerjoin(links, link)
    came = sa.select(staged.c.seq).where(
        staged.c.key == missing.c.key,
        staged.c.action.not_in((staging.REMOVE, staging.RELEASE, staging.SUSPECT)),  # those staged by now
    )
    filtered = came.where(staged.c.action == staging.FILTERED)
    return (
        sa.select(missing.c.object_id, missing.c.key, missing.c.slot, objects.c.kind, objects.c.name, objects.c.fields,
                  links.c.origin, filtered.exists().label("filtered"), came.exists().label("is_here"))
        .select_from(joined)
        .order_by(missing.c.key, missing.c.slot)
    )  # fmt: skip
