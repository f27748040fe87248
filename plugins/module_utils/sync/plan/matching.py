# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Which object is meant by a record: its link first; without one the match rules; and whose record is gone.

Runs after the source has been read, because only then is it known which objects have lost their record: a record that
matches one of those is a rename, one that matches an object whose own record is still there is somebody else.
"""

from __future__ import annotations

import contextlib
import json
import typing as t
from collections import defaultdict
from itertools import chain, islice

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import IDENTIFIERS, KINDS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import mask
from ansible_collections.telephony.connector.plugins.module_utils.sync import entry_owners
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import device_pairing, reading, staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import Work
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import Who
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.merge import Fields, Merged, encode, merge

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

#: Flat field -> (its space, column of the staging table).
_IDENTIFIERS = {
    field: (space, "fax_number" if field == "fax_extension" else space) for field, space in IDENTIFIERS.items()
}

#: Parts of a source that are looked for at a time.
_PARTS = 100


class Current(t.NamedTuple):
    """An object as it is now, with its link to this profile if it has one (`applied` empty otherwise)."""

    object_id: int
    version: int
    fields: Fields
    applied: Fields
    origin: str


# -- records of one key ----------------------------------------------------------------------------------------------


def find_duplicate_keys(work: Work) -> None:
    """Records of one key: which of them is right cannot be told, so none is used."""
    staged = work.staging.table
    present = staged.c.key.is_not(None) & staged.c.slot.is_not(None)
    twice = sa.select(staged.c.key, staged.c.slot).where(present).group_by(staged.c.key, staged.c.slot)
    doubled = twice.having(sa.func.count() > 1).subquery()
    query = (
        sa.select(staged.c.seq, staged.c.record, staged.c.key, staged.c.name, staged.c.fields)
        .join(doubled, (doubled.c.key == staged.c.key) & (doubled.c.slot == staged.c.slot))
        .where(staged.c.action == staging.CREATE)
        .order_by(staged.c.seq)
    )
    rows = work.store.connection.execute(query).all()
    for row in rows:
        work.protect(json.loads(row.fields).values())
        words = f'several records of the source have the key "{row.key}"'
        work.findings.conflict(Who(row.record, row.key, row.name), words)
    work.staging.change([{"row": row.seq, "action": staging.CONFLICT, "reason": "duplicate key"} for row in rows])


# -- records that have a link -------------------------------------------------------------------------------------


def follow_links(work: Work, reader: reading.Reader) -> None:
    """Turn staged rows whose record has a link into an update of that object, or a touch where nothing changes."""
    if not work.linked:
        return
    staged, links, objects = work.staging.table.c, work.schema.links.c, work.schema.objects.c
    # outer joins, so that each row looks its link up: SQLite would go through all links again for each chunk of rows
    joined = work.staging.table.outerjoin(
        work.schema.links,
        (links.profile_id == work.profile_id) & (links.key == staged.key) & (links.slot == staged.slot),
    ).outerjoin(work.schema.objects, objects.id == links.object_id)
    query = sa.select(
        staged.seq, staged.record, staged.key, staged.slot, staged.kind, staged.fields, links.applied,
        links.fingerprint, links.version, links.origin, objects.id, objects.version, objects.fields,
    ).select_from(joined).where(staged.action == staging.CREATE)  # fmt: skip
    for first, last in work.staging.chunks():
        updates: list[dict[str, t.Any]] = []
        touches: list[dict[str, t.Any]] = []
        for row in work.store.connection.execute(query.where(staged.seq.between(first, last))).all():
            seq, record, key, slot, kind, wanted, applied, old_mark, link_version, origin, *target = row
            if origin is None:
                continue  # it has no link
            if reader.has_seen(bytes(old_mark)):
                # as it was the last time, the record came too: two of one key, whichever is the right one
                work.protect(json.loads(wanted).values())
                name = KINDS[kind].name_of(json.loads(wanted))
                words = f'the record with the key "{key}" stands in the source twice'
                work.findings.conflict(Who(record, key, name), words)
                updates.append({"row": seq, "action": staging.CONFLICT, "reason": "duplicate key"})
                continue
            if applied is None and wanted == target[2] and link_version == target[1]:
                # the same text, from a record or by a definition that reads otherwise
                touches.append(_touch(seq, origin, *target[:2]))
                continue
            current = Current(target[0], target[1], json.loads(target[2]), json.loads(applied or target[2]), origin)
            edited = link_version != current.version
            reason = "set back to what the source says" if edited else "changed in the source"
            updates.append(become_update(work, seq, slot, KINDS[kind], json.loads(wanted), current, reason))
        write_updates(work, updates)
        work.staging.change(touches)


def _touch(seq: int, origin: str, object_id: int, version: int) -> dict[str, t.Any]:
    """Return the change that makes a staged row a touch of an object which has all that the record says already."""
    nothing_new = {"username": None, "number": None, "fax_number": None}
    return {
        "row": seq,
        "action": staging.TOUCH,
        "object_id": object_id,
        "version": version,
        "origin": origin,
        **nothing_new,
    }


def become_update(
    work: Work, seq: int, slot: str, kind: t.Any, wanted: Fields, current: Current, reason: str, adopt: bool = False
) -> dict[str, t.Any]:
    """Return the change that makes a staged row an update of `current` (or a touch, when no field changes)."""
    merged = _merged(work, slot, kind, wanted, current)
    merged = device_pairing.require_on_rename(work, seq, kind, merged)
    changed = bool(merged.before or merged.after)
    update: dict[str, t.Any] = {
        "row": seq,
        "action": staging.UPDATE if changed or adopt else staging.TOUCH,
        "reason": reason,
        "object_id": current.object_id,
        "version": current.version + changed,
        "origin": current.origin,
        "name": kind.name_of(merged.fields),
        "before": encode(mask(merged.before)),
        "after": encode(mask(merged.after)),
        "fields": encode(merged.fields),
        "applied": encode(merged.applied),
        "username": None,
        "number": None,
        "fax_number": None,
        "lacks_number": kind.name == "user" and "extension" not in merged.fields,
    }
    work.staging.has_lacking_numbers |= update["lacks_number"]
    work.staging.has_fax_numbers |= "fax_extension" in merged.after
    update["released"] = []
    for field, (space, column) in _IDENTIFIERS.items():
        if field in merged.after:
            update[column] = merged.after[field]
        if field in merged.before:
            update["released"].append({"space": space, "value": merged.before[field], "seq": seq})
    return update


def _merged(work: Work, slot: str, kind: t.Any, wanted: Fields, current: Current) -> Merged:
    mapped, policy, keep = work.mapped[slot], work.definition.field_policy, work.pool.is_declared

    def merged(applied: t.Mapping[str, t.Any], wanted: t.Mapping[str, t.Any]) -> Merged:
        return merge(kind, current.fields, applied, wanted, mapped, policy, keep_number=keep)

    if entry_owners.NOW in current.applied and "owner" in mapped:
        return entry_owners.merge_with_heir(merged, current.fields, current.applied, wanted, work.knows_users)
    return merged(current.applied, wanted)


def write_updates(work: Work, updates: list[dict[str, t.Any]]) -> None:
    """Write changes of staged rows, the identifiers that they give up included."""
    released = [entry for update in updates for entry in update.pop("released", ())]
    short = [update for update in updates if "object_id" not in update]
    work.staging.change([update for update in updates if "object_id" in update])
    work.staging.change(short)
    if released:
        work.store.connection.execute(work.staging.released.insert(), released)


# -- objects that have lost their record --------------------------------------------------------------------------


def find_missing(work: Work, reader: reading.Reader) -> None:
    """Fill the table `missing` with the links whose record was not read this time."""
    if not work.linked or not (work.full or work.gone or work.whole or work.staging.last):
        return
    links, staged, missing = work.schema.links.c, work.staging.table, work.staging.missing
    again = sa.select(staged.c.seq).where(
        staged.c.key == links.key,
        # a rejected record's objects stay as they are; a filtered one is not wanted any more
        (staged.c.action == staging.REJECTED) | ((staged.c.slot == links.slot) & (staged.c.action != staging.FILTERED)),
    )
    query = sa.select(links.object_id, links.key, links.slot).where(
        links.profile_id == work.profile_id, ~again.exists()
    )
    if not work.full:
        gone = work.staging.gone
        work.store.insert_rows(gone, ("key",), [(key,) for key in work.gone])
        _add_gone_of_parts(work, reader)
        # besides what is gone, a record that changed may make fewer objects than before, or none
        heard_of = sa.union_all(sa.select(gone.c.key), sa.select(staged.c.key).where(staged.c.key.is_not(None)))
        query = query.where(links.key.in_(heard_of))
    elif work.only is not None:
        query = query.where(links.key.in_((work.only, work.only.lower())))
    else:
        if not (reader.known or reader.dirty):
            return
        query = query.where(links.fingerprint.in_(_unseen(work, reader)))
    work.store.connection.execute(missing.insert().from_select(["object_id", "key", "slot"], query))
    for prefix in work.unread:
        work.store.connection.execute(missing.delete().where(_begins(missing.c.key, prefix)))


def _unseen(work: Work, reader: reading.Reader) -> sa.Select[t.Any]:
    """Return the fingerprints of what the reader knew and has not seen again."""
    unseen = work.staging.unseen
    marks = ((mark,) for mark in chain(reader.known, reader.dirty))
    while chunk := list(islice(marks, staging.CHUNK)):  # there may be a million
        work.store.insert_rows(unseen, ("fingerprint",), chunk)
    return sa.select(unseen.c.fingerprint)


def _add_gone_of_parts(work: Work, reader: reading.Reader) -> None:
    """Add to the gone the keys that did not come, of parts that an incremental read told in full."""
    links, gone = work.schema.links.c, work.staging.gone
    query = sa.select(links.key).where(links.profile_id == work.profile_id).distinct()
    if work.whole and reader.is_loaded:  # what is as it was has not been staged, so it would look like missing
        query = query.where(links.fingerprint.in_(_unseen(work, reader)))
    parts = iter(work.whole)
    while some := list(islice(parts, _PARTS)):
        news = query.where(
            sa.or_(*(_begins(links.key, part) for part in some)), links.key.not_in(sa.select(gone.c.key))
        )
        work.store.connection.execute(gone.insert().from_select(["key"], news))


def _begins(key: t.Any, prefix: str) -> t.Any:
    # not LIKE, for which letter case does not count on SQLite
    return sa.func.substr(key, 1, len(prefix)) == prefix


# -- records that have none: the match rules ----------------------------------------------------------------------


class _Candidate(t.NamedTuple):
    object_id: int
    kind: str
    name: str
    owner: str | None  # the profile it belongs to, if that is another one
    is_missing: bool  # it is ours, and its record did not come


def match(work: Work) -> None:
    """Find existing objects for the records without a link: adopt, rename, or report a conflict."""
    rules = work.definition.match
    if not rules or not work.staging.has_creations():
        return
    index, found = _index_candidates(work, rules)
    if not found:
        return
    wanted_by: dict[int, list[t.Any]] = defaultdict(list)
    conflicts: list[tuple[t.Any, str, list[_Candidate]]] = []
    for row in _unlinked(work):
        hits = _hits(row, rules, index)
        if len(hits) > 1:
            conflicts.append((row, "several objects match this record", [found[hit] for hit in sorted(hits)]))
        for hit in hits:
            wanted_by[hit].append(row if len(hits) == 1 else None)
    for object_id, rows in wanted_by.items():
        _settle(work, found[object_id], rows, conflicts)
    _write_conflicts(work, conflicts)


def _settle(work: Work, candidate: _Candidate, rows: list[t.Any], conflicts: list[t.Any]) -> None:
    """One object and the records that want it (None for a record that is in conflict already)."""
    single = [row for row in rows if row is not None]
    if len(rows) > 1:
        conflicts.extend((row, "several records match the same object", [candidate]) for row in single)
    elif not single:
        return
    elif candidate.owner is not None:
        conflicts.append((single[0], f'the matching object belongs to the profile "{candidate.owner}"', [candidate]))
    elif candidate.is_missing and not work.complete:
        words = "the read is incomplete, so that a rename cannot be told from a new record"
        conflicts.append((single[0], words, [candidate]))
    else:
        _take(work, single[0], candidate)


def _take(work: Work, row: t.Any, candidate: _Candidate) -> None:
    """Make a staged row the update of an object: a rename of ours, or the adoption of one that a person made."""
    objects, links = work.schema.objects, work.schema.links
    link = (links.c.object_id == objects.c.id) & (links.c.profile_id == work.profile_id)
    query = sa.select(objects.c.version, objects.c.fields, links.c.applied, links.c.origin, links.c.key).select_from(
        objects.outerjoin(links, link)
    )
    version, fields, applied, origin, key = work.store.connection.execute(
        query.where(objects.c.id == candidate.object_id)
    ).one()
    applied = "{}" if key is None else applied or fields
    current = Current(candidate.object_id, version, json.loads(fields), json.loads(applied), origin or "adopted")
    reason = f'found again under another key (was "{key}")' if key is not None else "adopted: it was there before"
    update = become_update(
        work, row.seq, row.slot, KINDS[row.kind], json.loads(row.fields), current, reason, adopt=key is None
    )
    write_updates(work, [update])
    _forget_missing(work, [candidate.object_id])


def _forget_missing(work: Work, object_ids: list[int]) -> None:
    missing = work.staging.missing
    work.store.connection.execute(missing.delete().where(missing.c.object_id.in_(object_ids)))


def _write_conflicts(work: Work, conflicts: list[tuple[t.Any, str, list[_Candidate]]]) -> None:
    for row, reason, candidates in sorted(conflicts, key=lambda conflict: conflict[0].seq):
        shown = [{"id": c.object_id, "kind": c.kind, "name": c.name, "profile": c.owner} for c in candidates]
        name = KINDS[row.kind].name_of(json.loads(row.fields))
        work.findings.conflict(Who(row.record, row.key, name), reason, shown)
        work.protect(json.loads(row.fields).values())
        # what several people may be is nobody's to remove
        _forget_missing(work, [candidate.object_id for candidate in candidates])
    work.staging.change(
        [{"row": row.seq, "action": staging.CONFLICT, "reason": reason} for row, reason, _candidates in conflicts]
    )


def _unlinked(work: Work) -> t.Iterator[t.Any]:
    staged = work.staging.table.c
    query = sa.select(staged.seq, staged.record, staged.key, staged.slot, staged.kind, staged.fields).where(
        staged.action == staging.CREATE
    )
    for first, last in work.staging.chunks():
        yield from work.store.connection.execute(query.where(staged.seq.between(first, last))).all()


Rule = t.Any
Index = dict[tuple[t.Any, ...], set[int]]


def _index_candidates(work: Work, rules: t.Sequence[Rule]) -> tuple[Index, dict[int, _Candidate]]:
    """Index, by the match rules, every object that a record without a link may mean.

    Those are objects without a link, objects of other profiles (a conflict), and our own whose record did not come.
    """
    objects, links, profiles = work.schema.objects, work.schema.links, work.schema.profiles
    missing = work.staging.missing
    ours = links.c.profile_id == work.profile_id
    kinds = sa.select(work.staging.table.c.kind).where(work.staging.table.c.action == staging.CREATE).distinct()
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
    for object_id, kind, name, fields, owner, missing_key in work.store.rows(query):
        is_missing = missing_key is not None
        found[object_id] = _Candidate(object_id, kind, name, None if is_missing else owner, is_missing)
        for key in _match_keys(kind, json.loads(fields), rules, of_object=True):
            index[key].add(object_id)
    return index, found


def _hits(row: t.Any, rules: t.Sequence[Rule], index: Index) -> set[int]:
    hits: set[int] = set()
    for key in _match_keys(row.kind, json.loads(row.fields), rules, of_object=False):
        hits |= index.get(key, set())
    return hits


def _match_keys(kind: str, fields: Fields, rules: t.Sequence[Rule], of_object: bool) -> t.Iterator[tuple[t.Any, ...]]:
    """Yield what an object or record is found by: one key per rule, case folded; a rule with an empty field is out.

    `local_part` compares a record's login before the @ with an object's whole login, and `login_email` a record's login
    with an object's e-mail address.
    """
    for rule in rules:
        names = (rule,) if isinstance(rule, str) else tuple(rule)
        values = []
        for name in names:
            field = ("username", "email")[of_object] if name == "login_email" else name
            value = str(fields.get("username" if name == "local_part" else field) or "").casefold()
            values.append(value.partition("@")[0] if name == "local_part" and not of_object else value)
        if all(values):
            yield (kind, names, *values)
