# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Objects that have lost their record: which they are, and what becomes of them."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Collection
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.errors import capital
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import encode
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import mask
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import leavers, staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.known_records import KnownRecords
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import ReadOutcome
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.suspects import Suspicion

#: Parts of a source that are looked for at a time.
_PARTS = 100


def find_missing(context: PlanContext, read: ReadOutcome, known: KnownRecords) -> None:
    """Fill the table `missing` with the links whose record was not read this time; those of leavers were not before."""
    if not context.linked:
        return
    links, missing = context.schema.links.c, context.staging.missing
    columns = ["object_id", "key", "slot"]
    query = _news(context, read, known)
    if query is not None:
        context.store.connection.execute(missing.insert().from_select(columns, query))
    if context.leavers and not read.full:
        # nothing is heard of those who are gone already
        theirs = sa.select(links.object_id, links.key, links.slot).where(
            links.profile_id == context.profile_id,
            links.object_id.in_(sa.select(context.schema.leavers.c.object_id)),
            links.object_id.not_in(sa.select(missing.c.object_id)),
            ~_came(context).exists(),
        )
        context.store.connection.execute(missing.insert().from_select(columns, theirs))
    for prefix in read.unreadable_prefixes:
        context.store.connection.execute(missing.delete().where(_begins(missing.c.key, prefix)))


def _came(context: PlanContext) -> sa.Select[t.Any]:
    """Return the select of the staged rows by which the object of a link stays as it is."""
    links, staged = context.schema.links.c, context.staging.table.c
    unwanted = staged.action.in_((staging.FILTERED, staging.LEAVES))
    # a rejected record's objects stay as they are; a filtered one is not wanted any more
    stays = (staged.action == staging.REJECTED) | ((staged.slot == links.slot) & ~unwanted)
    return sa.select(staged.seq).where(staged.key == links.key, stays)


def _news(context: PlanContext, read: ReadOutcome, known: KnownRecords) -> sa.Select[t.Any] | None:
    """Return the select of the links that this read tells to be missing, None if it can tell of none."""
    if not (read.full or read.intake.gone or read.full_prefixes or context.staging.last):
        return None
    links, staged = context.schema.links.c, context.staging.table
    is_settled = read.full and known.only_leavers_missing
    # when nearly all were seen, SQLite is to go through the links as they lie, not in the order of keys
    is_scan = read.full and context.only is None and bool(read.intake.unchanged) and not is_settled
    ours = links.profile_id + 0 == context.profile_id if is_scan else links.profile_id == context.profile_id
    query = sa.select(links.object_id, links.key, links.slot).where(ours, ~_came(context).exists())
    if not read.full:
        gone = context.staging.gone
        context.store.insert_rows(gone, ("key",), [(key,) for key in read.intake.gone])
        _add_gone_of_parts(context, read, known)
        # besides what is gone, a record that changed may make fewer objects than before, or none
        heard_of = sa.union_all(sa.select(gone.c.key), sa.select(staged.c.key).where(staged.c.key.is_not(None)))
        return query.where(links.key.in_(heard_of))
    came = sum(context.staging.count(staging.UPDATE, staging.TOUCH))
    if known.is_loaded and not known.dirty and came == sum(known.unseen.values()):
        return None  # each link whose record did not come as it was has a row of its own
    if not read.intake.unchanged and came == context.linked:
        return None  # each link has a row of its own
    if is_settled:  # so that not all links are gone through because of a few leavers
        query = query.where(links.key.in_(_keys_of_leavers(context)))
    # where no record came as it was, all of them are unseen
    return query.where(links.fingerprint.in_(_unseen(context, known))) if read.intake.unchanged else query


def _keys_of_leavers(context: PlanContext) -> sa.Select[t.Any]:
    links, leavers = context.schema.links, context.schema.leavers
    query = sa.select(links.c.key).join(leavers, leavers.c.object_id == links.c.object_id)
    return query.where(links.c.profile_id == context.profile_id)


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


class _Missing(t.NamedTuple):
    """An object that has lost its record, and what is known of that record."""

    object_id: int
    key: str
    slot: str
    kind: str
    name: str
    fields: str
    origin: str
    filtered: bool
    leaves: bool
    is_here: bool


# -- what becomes of them -----------------------------------------------------------------------------------------


def stage(context: PlanContext, suspicion: Suspicion) -> None:
    """Stage what becomes of objects whose record is gone.

    They are removed, or become leavers, or are released if a person had made them, or they stay. Leavers stay until
    they are due.
    """
    context.staging.flush()
    removals: list[tuple[t.Any, ...]] = []
    for row in map(_Missing._make, context.store.rows(_missing(context))):
        leaver = context.leavers.get(row.object_id)
        if leaver is not None and not leaver.is_due(context.day):
            continue
        action, otherwise = _action(context, row, leaver is not None), None
        # whether the record of somebody who has left is here and filtered, a read of changes does not tell
        if (leaver is not None or not row.is_here) and suspicion.holds(row.object_id):
            action, otherwise = staging.SUSPECT, action
        before, after = encode(mask(json.loads(row.fields))), None
        if staging.DISABLE in (action, otherwise):
            before, after = leavers.BECOMES
        reason = staging.GRACE_OVER if leaver is not None else _reason(row)
        what = (row.kind, row.name, row.key, row.slot, row.object_id)
        removals.append((action, *what, reason, before, after, otherwise))
        if len(removals) >= staging.CHUNK:
            _write_removals(context, removals)
    _write_removals(context, removals)


def _action(context: PlanContext, row: _Missing, is_leaver: bool) -> str:
    definition = context.definition
    if row.origin == "adopted" and not definition.remove_adopted:
        return staging.RELEASE
    becomes_leaver = row.kind == "user" and definition.leavers.disables and not is_leaver
    return staging.DISABLE if becomes_leaver else staging.REMOVE


def _reason(row: _Missing) -> str:
    if row.leaves:
        return "left, by leavers.when"
    return "left out by the filter" if row.filtered else staging.NO_LONGER_THERE


def warn_of_releases(context: PlanContext) -> None:
    """Say which objects stay although their record is gone, because a person had made them."""
    if not context.staging.has(staging.RELEASE):
        return
    staged = context.staging.table.c
    query = sa.select(staged.kind, staged.name, staged.reason).where(staged.action == staging.RELEASE)
    for kind, name, reason in context.store.rows(query.order_by(staged.seq)):
        context.findings.warn(
            f'{capital(KINDS[kind].title)} "{name}" is {reason}, but a person had made it: it stays, and no'
            " longer belongs to the profile"
        )


def _write_removals(context: PlanContext, removals: list[tuple[t.Any, ...]]) -> None:
    columns = ("action", "kind", "name", "key", "slot", "object_id", "reason", "before", "after", "origin")
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
        # those staged by now
        staged.c.action.not_in((staging.REMOVE, staging.DISABLE, staging.RELEASE, staging.SUSPECT)),
    )
    filtered = came.where(staged.c.action == staging.FILTERED)
    leaves = came.where(staged.c.action == staging.LEAVES)
    return (
        sa.select(missing.c.object_id, missing.c.key, missing.c.slot, objects.c.kind, objects.c.name, objects.c.fields,
                  links.c.origin, filtered.exists().label("filtered"), leaves.exists().label("leaves"),
                  came.exists().label("is_here"))
        .select_from(joined)
        .order_by(missing.c.key, missing.c.slot)
    )  # fmt: skip
