# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Which object a record without a link means: the match rules adopt, rename, or report a conflict.

Runs when it is known which objects have lost their record: a record that matches one of those is a rename, one that
matches an object whose own record is still there is somebody else.
"""

from __future__ import annotations

import json
import typing as t
from collections import defaultdict
from collections.abc import Set

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import Fields
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import comparable
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.store import secret_marks
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import links as plan_links
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import removals, staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import RecordRef
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import ReadOutcome

#: Records whose keys are kept, while objects are looked through for those that they may mean.
_FEW = 50_000


class _Candidate(t.NamedTuple):
    object_id: int
    kind: str
    name: str
    owner: str | None  # the profile it belongs to, if that is another one
    is_missing: bool  # it is ours, and its record did not come


def match(context: PlanContext, read: ReadOutcome) -> None:
    """Find existing objects for the records without a link: adopt, rename, or report a conflict."""
    rules = context.definition.match
    if not rules or not context.staging.has(staging.CREATE):
        return
    index, found = _index_candidates(context, rules)
    if not found:
        return
    wanted_by: dict[int, list[t.Any]] = defaultdict(list)
    conflicts: list[tuple[t.Any, str, list[_Candidate]]] = []
    for row in _unlinked(context):
        hits = _hits(row, rules, index)
        if len(hits) > 1:
            conflicts.append((row, "several objects match this record", [found[hit] for hit in sorted(hits)]))
        for hit in hits:
            wanted_by[hit].append(row if len(hits) == 1 else None)
    for object_id, rows in wanted_by.items():
        _resolve(context, read, found[object_id], rows, conflicts)
    _write_conflicts(context, conflicts)


def _resolve(
    context: PlanContext, read: ReadOutcome, candidate: _Candidate, rows: list[t.Any], conflicts: list[t.Any]
) -> None:
    """One object and the records that want it (None for a record that is in conflict already)."""
    single = [row for row in rows if row is not None]
    if len(rows) > 1:
        conflicts.extend((row, "several records match the same object", [candidate]) for row in single)
    elif not single:
        return
    elif candidate.owner is not None:
        conflicts.append((single[0], f'the matching object belongs to the profile "{candidate.owner}"', [candidate]))
    elif candidate.is_missing and not read.complete:
        words = "the read is incomplete, so that a rename cannot be told from a new record"
        conflicts.append((single[0], words, [candidate]))
    else:
        _take(context, read, single[0], candidate)


def _take(context: PlanContext, read: ReadOutcome, row: t.Any, candidate: _Candidate) -> None:
    """Make a staged row the update of an object: a rename of ours, or the adoption of one that a person made."""
    objects, links = context.schema.objects, context.schema.links
    link = (links.c.object_id == objects.c.id) & (links.c.profile_id == context.profile_id)
    query = sa.select(objects.c.version, objects.c.fields, links.c.applied, links.c.origin, links.c.key).select_from(
        objects.outerjoin(links, link)
    )
    version, fields, applied, origin, key = context.store.connection.execute(
        query.where(objects.c.id == candidate.object_id)
    ).one()
    wanted = json.loads(row.fields)
    if row.seq in context.staging.secrets:
        kept = secret_marks.kept_of(context.store, [candidate.object_id])
        wanted = plan_links.with_secret_marks(context, row.seq, wanted, candidate.object_id, version, fields, kept)
    applied = "{}" if key is None else applied or fields
    current = plan_links.Current(
        candidate.object_id, version, json.loads(fields), json.loads(applied), origin or "adopted"
    )
    reason = f'found again under another key (was "{key}")' if key is not None else staging.ADOPTED
    update = plan_links.become_update(
        context,
        read.intake.mapped[row.slot],
        row.seq,
        KINDS[row.kind],
        wanted,
        current,
        reason,
        adopt=key is None,
    )
    plan_links.write_updates(context, [update])
    removals.forget_missing(context, [candidate.object_id])


def _write_conflicts(context: PlanContext, conflicts: list[tuple[t.Any, str, list[_Candidate]]]) -> None:
    for row, reason, candidates in sorted(conflicts, key=lambda conflict: conflict[0].seq):
        shown = [{"id": c.object_id, "kind": c.kind, "name": c.name, "profile": c.owner} for c in candidates]
        name = KINDS[row.kind].name_of(json.loads(row.fields))
        context.findings.conflict(RecordRef(row.record, row.key, name), reason, shown)
        # what several people may be is nobody's to remove
        removals.forget_missing(context, [candidate.object_id for candidate in candidates])
    context.staging.change(
        [{"row": row.seq, "action": staging.CONFLICT, "reason": reason} for row, reason, _candidates in conflicts]
    )


def _unlinked(context: PlanContext) -> t.Iterator[t.Any]:
    staged = context.staging.table.c
    query = sa.select(staged.seq, staged.record, staged.key, staged.slot, staged.kind, staged.fields).where(
        staged.action == staging.CREATE
    )
    for first, last in context.staging.chunks():
        yield from context.store.connection.execute(query.where(staged.seq.between(first, last))).all()


Rule = t.Any
Index = dict[tuple[t.Any, ...], set[int]]


def _index_candidates(context: PlanContext, rules: t.Sequence[Rule]) -> tuple[Index, dict[int, _Candidate]]:
    """Index, by the match rules, every object that a record without a link may mean.

    Those are objects without a link, objects of other profiles (a conflict), and our own whose record did not come.
    There may be a million of them: where records without a link are few, only those that one of these means are kept.
    """
    objects, links, profiles = context.schema.objects, context.schema.links, context.schema.profiles
    missing = context.staging.missing
    ours = links.c.profile_id == context.profile_id
    kinds = sa.select(context.staging.table.c.kind).where(context.staging.table.c.action == staging.CREATE).distinct()
    query = (
        sa.select(objects.c.id, objects.c.kind, objects.c.name, objects.c.fields, profiles.c.name, missing.c.key)
        .select_from(
            objects.outerjoin(links, links.c.object_id == objects.c.id)
            .outerjoin(profiles, profiles.c.id == links.c.profile_id)
            .outerjoin(missing, missing.c.object_id == objects.c.id)
        )
        .where(objects.c.kind.in_(kinds))
        .where(links.c.profile_id.is_(None) | ~ours | missing.c.key.is_not(None))
    )
    index: Index = defaultdict(set)
    found: dict[int, _Candidate] = {}
    wanted: Set[tuple[t.Any, ...]] | None = None
    for place, (object_id, kind, name, fields, owner, missing_key) in enumerate(context.store.rows(query)):
        if place == 0:  # most plans have no candidate
            wanted = _wanted_keys(context, rules)
        keys = [
            key
            for key in _match_keys(kind, json.loads(fields), rules, of_object=True)
            if wanted is None or key in wanted
        ]
        if keys:
            is_missing = missing_key is not None
            found[object_id] = _Candidate(object_id, kind, name, None if is_missing else owner, is_missing)
        for key in keys:
            index[key].add(object_id)
    return index, found


def _wanted_keys(context: PlanContext, rules: t.Sequence[Rule]) -> Set[tuple[t.Any, ...]] | None:
    """Return what the records without a link are found by; None where they are many."""
    if context.staging.count(staging.CREATE)[0] > _FEW:
        return None
    rows = _unlinked(context)
    return {key for row in rows for key in _match_keys(row.kind, json.loads(row.fields), rules, of_object=False)}


def _hits(row: t.Any, rules: t.Sequence[Rule], index: Index) -> set[int]:
    hits: set[int] = set()
    for key in _match_keys(row.kind, json.loads(row.fields), rules, of_object=False):
        hits |= index.get(key, set())
    return hits


def _match_keys(kind: str, fields: Fields, rules: t.Sequence[Rule], of_object: bool) -> t.Iterator[tuple[t.Any, ...]]:
    """Yield what an object or record is found by: one key per rule, written as logins are.

    A rule with an empty field is out.

    `local_part` compares a record's login before the @ with an object's whole login, and `login_email` a record's login
    with an object's e-mail address.
    """
    for rule in rules:
        names = (rule,) if isinstance(rule, str) else tuple(rule)
        values = []
        for name in names:
            field = ("username", "email")[of_object] if name == "login_email" else name
            value = comparable(str(fields.get("username" if name == "local_part" else field) or ""))
            values.append(value.partition("@")[0] if name == "local_part" and not of_object else value)
        if all(values):
            yield (kind, names, *values)
