# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Records that may be anybody's, and the objects that stay because of them: nobody is removed for a typing error.

A record that is not used and whose key cannot be relied on may be that of any object that lost its record. Where such a
record is new, the objects that lost theirs in the same run are suspects: they stay until that very record is gone from
the source, or a person applies the plan by its digest. What was there before holds nobody else back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.store.suspects import (
    Suspect,
    Unattributed,
    load_suspects,
    load_unattributed,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import ReadOutcome

_CHUNK = 500
#: Objects that a warning names.
_SHOWN = 5


@dataclass(frozen=True)
class Suspicion:
    """Whom the records of this read make suspects.

    `records`: such records by their fingerprints, and how many there are of each. `is_new`: one of them was not there
    before. `known` and `suspects` are what the last run left.
    """

    records: Mapping[bytes, int] = field(default_factory=dict)
    is_new: bool = False
    known: tuple[Unattributed, ...] = ()
    suspects: Mapping[int, frozenset[int]] = field(default_factory=dict)

    @property
    def runs_waited_for(self) -> frozenset[int]:
        """The runs in which records were new of which one is still there."""
        return frozenset(one.run_id for one in self.known if one.fingerprint in self.records)

    def before(self) -> tuple[list[Unattributed], list[Suspect]]:
        """Return what the last run left, as `to_remember` returns it."""
        return list(self.known), [Suspect(one, run) for one, runs in self.suspects.items() for run in sorted(runs)]

    def holds(self, object_id: int) -> bool:
        """Say whether an object that has lost its record stays."""
        return self.is_new or not self.runs_waited_for.isdisjoint(self.suspects.get(object_id, ()))


def assess(context: PlanContext, read: ReadOutcome) -> Suspicion:
    """Look at all records that are not used, as far as that is known by now."""
    if context.profile_id is None:
        return Suspicion()
    known = tuple(load_unattributed(context.store, context.profile_id))
    before: dict[int, set[int]] = {}
    for object_id, run_id in load_suspects(context.store, context.profile_id):
        before.setdefault(object_id, set()).add(run_id)
    records = Counter(_unattributed(context, read))
    counted: dict[bytes, int] = {}
    for one in known:
        counted[one.fingerprint] = max(one.total, counted.get(one.fingerprint, 0))
    is_new = any(count > counted.get(fingerprint, 0) for fingerprint, count in records.items())
    return Suspicion(records, is_new, known, {one: frozenset(runs) for one, runs in before.items()})


def _unattributed(context: PlanContext, read: ReadOutcome) -> Iterator[bytes]:
    """Yield the fingerprints of records that are not used and may be anybody's."""
    keyed: dict[str, list[bytes]] = {}
    for key, fingerprint in read.intake.unused:
        if key is None:
            yield fingerprint
        else:
            keyed.setdefault(key, []).append(fingerprint)
    if context.has_record_ids:
        return
    seen: set[int] = set()
    has_others = context.findings.conflict_count or context.findings.rejected_count
    for record, key, reason, fingerprint in _staged_and_not_used(context) if has_others else ():
        if record in seen:
            continue
        seen.add(record)
        if reason == staging.DUPLICATE_KEY:  # which of them is right cannot be told
            yield fingerprint
        else:
            keyed.setdefault(key, []).append(fingerprint)
    for key in keyed.keys() - _linked(context, keyed):
        yield from keyed[key]


def _staged_and_not_used(context: PlanContext) -> Iterator[tuple[int, str, str, bytes]]:
    staged = context.staging.table.c
    query = sa.select(staged.record, staged.key, staged.reason, staged.fingerprint).where(
        staged.action.in_((staging.CONFLICT, staging.REJECTED)), staged.slot.is_not(None)
    )
    for record, key, reason, fingerprint in context.store.rows(query):
        yield record, key, reason, bytes(fingerprint)


def _linked(context: PlanContext, keys: Collection[str]) -> set[str]:
    """Return those of the keys that the profile has an object of: whose record that is, is known."""
    links, left = context.schema.links.c, iter(keys)
    found: set[str] = set()
    while chunk := list(islice(left, _CHUNK)):
        query = sa.select(links.key).where(links.profile_id == context.profile_id, links.key.in_(chunk))
        found.update(context.store.connection.execute(query).scalars())
    return found


# -- what becomes of them -----------------------------------------------------------------------------------------


def hold(context: PlanContext, suspicion: Suspicion) -> bool:
    """Let those stay that were to go because their record did not come; return whether there were any.

    All of them where a record is new that may be theirs, else those who stayed before for one that is still there.
    """
    if suspicion.is_new:
        return _hold(context, sa.true())
    ids = [one for one in suspicion.suspects if suspicion.holds(one)]
    object_id = context.staging.table.c.object_id
    parts = [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]
    held = [_hold(context, object_id.in_(part)) for part in parts]
    return any(held)


def _hold(context: PlanContext, condition: Any) -> bool:
    staged = context.staging.table
    goes = staged.c.action.in_((staging.REMOVE, staging.DISABLE, staging.RELEASE))
    going = goes & staged.c.reason.in_((staging.NO_LONGER_THERE, staging.GRACE_OVER)) & condition
    if context.store.connection.execute(sa.select(staged.c.seq).where(going).limit(1)).first() is None:
        return False
    held = staged.update().where(going).values(origin=staged.c.action, action=staging.SUSPECT)
    context.staging.update(held, staging.SUSPECT)
    return True


def lift(context: PlanContext) -> None:
    """Let those go that stay, since a person has seen the plan."""
    staged = context.staging.table
    query = staged.update().where(staged.c.action == staging.SUSPECT)
    query = query.values(action=staged.c.origin, origin=None, reason=staging.SEEN_BY_A_PERSON)
    context.staging.update(query, staging.REMOVE, staging.DISABLE, staging.RELEASE)


def names(context: PlanContext) -> list[tuple[int, str]]:
    """Return (id, name) of the objects that stay."""
    if not context.staging.has(staging.SUSPECT):
        return []
    staged = context.staging.table.c
    query = sa.select(staged.object_id, staged.name).where(staged.action == staging.SUSPECT).order_by(staged.seq)
    return [(row[0], row[1]) for row in context.store.rows(query)]


def warning(called: list[str]) -> str:
    """Return the sentence about them."""
    count = len(called)
    shown = ", ".join(called[:_SHOWN]) + (f" and {count - _SHOWN} more" if count > _SHOWN else "")
    objects, stay = ("objects", "stay") if count > 1 else ("object", "stays")
    return (
        f"{count} {objects} without a record {stay} ({shown}), because records that cannot be used may be theirs:"
        " correct those records; or, to remove what has no record, run again with expect_plan and this plan's digest"
    )


def to_remember(
    suspicion: Suspicion, read: ReadOutcome, is_mirror: bool, staying: Collection[int], run_id: int
) -> tuple[list[Unattributed], list[Suspect]]:
    """Return what the next run has to know, after a run of the whole profile."""
    here, known = suspicion.records, suspicion.known
    old = [Suspect(one, run) for one, runs in suspicion.suspects.items() for run in runs]
    if not is_mirror:  # nobody has been judged: whatever there is will be new to the mirror
        return ([], []) if read.complete else ([one._replace(total=0) for one in known], old)
    if not read.complete or not read.full:
        # not seen is not gone; but if it comes, it may be another one of the same content
        forgotten = [
            one if one.fingerprint in here or read.source_unchanged else one._replace(total=0) for one in known
        ]
        return forgotten, old
    records = [one._replace(total=here[one.fingerprint]) for one in known if one.fingerprint in here]
    counted: dict[bytes, int] = {}
    for one in known:
        counted[one.fingerprint] = max(one.total, counted.get(one.fingerprint, 0))
    new = [Unattributed(one, run_id, count) for one, count in here.items() if count > counted.get(one, 0)]
    runs = {one.run_id for one in records}
    kept = [one for one in old if one.object_id in staying and one.run_id in runs]
    if new:
        kept += [Suspect(object_id, run_id) for object_id in staying]
    return records + new, kept
