# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The plan: the complete list of operations a sync would carry out, from one read of the source and the store as it is.

Planning reads the store in a snapshot and writes only to temporary tables: simulation and run are this same code.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import mask
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions import regex_timeout
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapper
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    KnowsOwnStore,
    KnowsPhoneUsers,
    PhoneUser,
    Reading,
    ReadResult,
    Source,
    UnchangedReading,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.directory import phone_users
from ansible_collections.telephony.connector.plugins.module_utils.store.profiles import Stored
from ansible_collections.telephony.connector.plugins.module_utils.sync import nobody, pool
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import checkpoint as plan_checkpoint
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import (
    device_pairing,
    digest,
    matching,
    private_entries,
    staging,
    uniqueness,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import reading as plan_reading
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PROTECTED_LIMIT, Work
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.merge import encode

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

#: What a change without words of its own says.
DEFAULT_REASONS = {staging.CREATE: "new in the source"}


@dataclass
class Plan:
    """A finished plan. Its operations are in the staging table; `revision` is the state of the store it is for."""

    work: Work
    revision: int
    digest: str
    checkpoint: dict[str, t.Any] | None
    is_empty_read: bool
    releases: int

    @property
    def operations(self) -> int:
        """How many objects the plan creates, updates or removes."""
        counts = self.work.findings.counts
        return counts["created"] + counts["updated"] + counts["removed"]

    @property
    def changes_something(self) -> bool:
        return bool(self.operations or self.releases)

    def changes(self, limit: int) -> list[dict[str, t.Any]]:
        """Return the first operations in the plan's order; before and after hold flat field names, secrets masked."""
        staged = self.work.staging.table.c
        created = sa.func.coalesce(staged.after, staged.fields)
        after = sa.case((staged.action == staging.CREATE, created), else_=staged.after).label("after")
        query = (
            sa.select(staged.action, staged.kind, staged.name, staged.key, staged.reason, staged.before, after)
            .where(staged.action.in_((*staging.OPERATIONS, staging.FOLLOW)))
            .order_by(staged.seq)
            .limit(limit)
        )
        with self.work.store.snapshot():
            rows = self.work.store.connection.execute(query).all()
        return [
            {
                "action": staging.UPDATE if row.action == staging.FOLLOW else row.action,
                "kind": row.kind,
                "name": row.name,
                "key": row.key,
                "reason": row.reason or DEFAULT_REASONS.get(row.action, ""),
                "before": json.loads(row.before or "{}"),
                "after": json.loads(row.after or "{}"),
            }
            for row in rows
        ]


class Planner:
    """Makes plans of one profile; every `make` reads the source and the store anew."""

    def __init__(self, store: Store, definition: Definition, only: str | None = None, explaining: bool = False) -> None:
        self.store = store
        self.definition = definition
        self.only = only
        self.explaining = explaining
        self.source: Source = source_class(definition.family)(definition.source)
        self.mapper = Mapper(definition)

    def make(self, stored: Stored | None) -> Plan:
        """Plan for the profile as it is `stored` (None: not yet); raises SourceError when the source cannot be read."""
        try:
            return self._make(stored)
        except SourceError as error:
            definition = self.definition
            about = f'profile "{definition.name}" ({definition.template}): '
            raise SourceError(about + error.message.removeprefix(about), **error.details) from None

    def _make(self, stored: Stored | None) -> Plan:
        with self.store.snapshot():
            if isinstance(self.source, KnowsPhoneUsers):
                self.source.phone_users = [PhoneUser(*one) for one in phone_users(self.store)]
            if isinstance(self.source, KnowsOwnStore):
                self.source.own_store = self.store.facts()
            work = self._begin(stored)
            result, reader = self._read(work, stored)
            matching.find_duplicate_keys(work)
            matching.follow_links(work, reader)
            matching.find_missing(work, reader)
            reader.forget()
            matching.match(work)
            missing = self._count_missing(work)
            plan_reading.check_only_found(work, bool(missing))
            removes = self.definition.mode == "mirror" and work.complete
            nothing_left = work.full or missing >= work.linked
            is_empty = not work.findings.counts["read"] and nothing_left and self.only is None
            releases = _stage_removals(work) if removes and not is_empty else 0
            uniqueness.settle(work)
            device_pairing.warn_of_renames(work)
            _count(work)
            private_entries.stage(work)
            is_refused = is_empty and removes and bool(work.linked)
            nobody.warn(work, is_refused)
            return Plan(
                work,
                self.store.revision(),
                digest.of_plan(work),
                self._checkpoint(work, result),
                is_refused,
                releases,
            )

    def _begin(self, stored: Stored | None) -> Work:
        linked = stored.count_links(self.store) if stored else 0
        return Work(
            store=self.store,
            definition=self.definition,
            profile_id=stored.id if stored else None,
            linked=linked,
            pool=pool.load(self.store),
            only=self.only and self._key_of(self.only, stored),
            explaining=self.explaining,
            knows_users=isinstance(self.source, KnowsPhoneUsers),
        )

    def _key_of(self, only: str, stored: Stored | None) -> str:
        """Return the key that is meant: the key itself, or of the object that people call so, if that is one alone."""
        if stored is None:
            return only
        links, objects = self.store.schema.links, self.store.schema.objects
        query = (
            sa.select(links.c.key)
            .join(objects, objects.c.id == links.c.object_id)
            .where(links.c.profile_id == stored.id)
            .where((links.c.key == only) | (sa.func.lower(objects.c.name) == only.lower()))
            .distinct()
        )
        keys = set(self.store.connection.execute(query).scalars())
        return keys.pop() if len(keys) == 1 else only

    def _read(self, work: Work, stored: Stored | None) -> tuple[ReadResult, plan_reading.Reader]:
        reader = plan_reading.Reader(work)
        checkpoint = self._usable_checkpoint(stored)
        source_checkpoint = checkpoint["source"] if checkpoint else None
        with self.source.read(self.mapper.wanted, source_checkpoint) as reading:
            if reading.result.full and not reading.result.unchanged:
                reader.load_known()
                self._note_columns(work, reading, stored)
                return self._consume(work, reader, reading), reader
            result = reading.result
            if checkpoint and self._is_settled(work, reader, checkpoint):
                work.columns = checkpoint["columns"]
                if result.unchanged:
                    self._note_unchanged(work, reader, result)
                    return result, reader
                if work.carried.columns in ((), reading.columns):
                    if result.whole:
                        reader.load_known()
                    return self._consume(work, reader, reading), reader
            work.carried = plan_checkpoint.Carried()
        # whatever changed in the source, something did here (a hand edit, records rejected the last time)
        reader.load_known()
        with self.source.read(self.mapper.wanted, None) as reading:
            self._note_columns(work, reading, stored)
            return self._consume(work, reader, reading), reader

    def _is_settled(self, work: Work, reader: plan_reading.Reader, checkpoint: Mapping[str, t.Any]) -> bool:
        """Say whether a record that did not change since the checkpoint would change nothing here."""
        same = checkpoint.get("linked", work.linked) == work.linked
        if not (checkpoint["quiet"] and same and self.only is None):
            return False
        left = plan_checkpoint.of(self.store, checkpoint)
        if left is None:
            return False
        work.carried, work.records = left, left.records
        # to look at all objects takes a while, and nobody has changed the store since
        work.is_clean = checkpoint.get("clean_at") == self.store.revision() or not reader.has_dirty()
        return work.is_clean

    def _note_unchanged(self, work: Work, reader: plan_reading.Reader, result: ReadResult) -> None:
        """Take the records for what they were the last time."""
        work.full = False  # nothing was read, so nothing is missing but what was before
        work.source_unchanged = True
        counts, left = work.findings.counts, work.carried
        work.gone |= left.lost
        if left.refused:
            nothing = UnchangedReading({})
            nothing.columns = work.source_columns = left.columns
            self._map(reader, nothing)
        counts["unchanged"] = work.linked - plan_checkpoint.count_links(work, left.keys)
        work.findings.warnings.extend(result.warnings)

    def _note_columns(self, work: Work, reading: Reading, stored: Stored | None) -> None:
        """Warn of columns that the profile uses and that the source had the last time, by whatever definition."""
        wanted = {name.casefold() for name in self.mapper.wanted}
        work.columns = sorted(wanted & {name.strip().casefold() for name in reading.columns})
        for name in self.mapper.unknown_columns(reading.columns) if reading.columns else ():
            work.findings.warn(
                f'the source has no column "{name}", which the profile names: what is made of it stays as it is.'
                f"{nearest(name, reading.columns)}"
            )
        before = stored.checkpoint if stored else None
        gone = sorted((wanted & set(before["columns"] if before else ())) - set(work.columns))
        if gone and reading.columns:
            work.findings.warn(
                f"the source no longer has the column{'s' if len(gone) > 1 else ''} {', '.join(gone)}: the fields that"
                " were filled from there stay as they are; give the column its name back, or change the profile"
            )

    def _consume(self, work: Work, reader: plan_reading.Reader, reading: Reading) -> ReadResult:
        if reading.columns:
            work.source_columns = reading.columns
            self._map(reader, reading)
        else:
            for _item in reading:  # a source without columns has no records; it may have something to tell
                pass
        result = reading.result
        self._check_unread(result)
        work.complete, work.full = result.complete, result.full
        work.unread, work.whole = result.unread, result.whole
        if work.full:
            work.records = work.findings.counts["read"]
        for warning in result.warnings:
            work.findings.warn(warning)
        if not result.complete:
            work.findings.warn(f"the read is incomplete, so nothing is removed: {result.reason}")
        return result

    def _map(self, reader: plan_reading.Reader, reading: Reading) -> None:
        try:
            with regex_timeout.limited():
                reader.read(reading, self.mapper.bind(reading.columns))
        except regex_timeout.UnfitPatternError as error:
            definition = self.definition
            raise DefinitionError(
                f'profile "{definition.name}" ({definition.template}): the regular expression {str(error)!r} takes too'
                f" long for more than {regex_timeout.MAX_SLOW} texts of the source, so nothing was changed: write it"
                " without a repetition inside another one."
            ) from None

    def _check_unread(self, result: ReadResult) -> None:
        """Take a read with unread parts for incomplete where the keys are not the source's own."""
        definition = self.definition
        if result.complete and result.unread and definition.key != TEMPLATES[definition.template].key:
            result.complete = False
            result.reason = (
                "parts of the source cannot be read, and by a key of one's own nobody can tell whose they are"
            )

    def _count_missing(self, work: Work) -> int:
        missing = work.staging.missing
        return int(self.store.connection.scalar(sa.select(sa.func.count()).select_from(missing)) or 0)

    def _usable_checkpoint(self, stored: Stored | None) -> dict[str, t.Any] | None:
        """Return what the last complete run left, unless the profile or its source is another one since."""
        checkpoint = stored.checkpoint if stored else None
        return checkpoint if checkpoint and checkpoint.get("belongs_to") == self._belongs_to() else None

    def _belongs_to(self) -> str:
        secrets = source_class(self.definition.family).SECRETS
        options = {name: value for name, value in self.definition.source.items() if name not in secrets}
        # the mode as well: what create_update has let stay, mirror has to find missing
        text = json.dumps([self.definition.digest, self.definition.mode, options], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def _checkpoint(self, work: Work, result: ReadResult) -> dict[str, t.Any] | None:
        """Return what the next run is given. A read that ends without a place to go on from is a full one again."""
        if not result.complete or self.only is not None:
            return None
        left = plan_checkpoint.left_by(work) if result.checkpoint and self._may_skip else None
        entries = plan_checkpoint.as_entries(self.store, left) if left else {}
        return {
            "belongs_to": self._belongs_to(),
            "source": result.checkpoint,
            "columns": work.columns,
            "quiet": left is not None,
            **entries,
        }

    @property
    def _may_skip(self) -> bool:
        """Whether a read may leave out what did not change; a file on disk or a share is always read."""
        return bool(self.definition.source.get("incremental") or self.definition.source.get("url"))


def _stage_removals(work: Work) -> int:
    """Stage the removal of objects whose record is gone; return how many adopted ones are released instead."""
    work.staging.flush()
    removals: list[tuple[t.Any, ...]] = []
    named: list[str] = []
    releases = kept = 0
    for object_id, key, slot, kind, name, text, origin, filtered in work.store.rows(_missing_objects(work)):
        fields = json.loads(text)
        if _is_protected(work, key, fields):
            kept += 1
            named += [name] if len(named) < 5 else []
            continue
        release = origin == "adopted" and not work.definition.remove_adopted
        releases += release
        reason = "left out by the filter" if filtered else "no longer in the source"
        if release:
            work.findings.warn(
                f'{kind} "{name}" is {reason}, but a person had made it: it stays, and no longer belongs to the profile'
            )
        action = staging.RELEASE if release else staging.REMOVE
        removals.append((action, kind, name, key, slot, object_id, reason, encode(mask(fields))))
        if len(removals) >= staging.CHUNK:
            _write_removals(work, removals)
    _write_removals(work, removals)
    if kept:
        names = ", ".join(named) + (" and others" if kept > len(named) else "")
        work.findings.warn(
            f"{kept} object{'s' if kept > 1 else ''} without a record stay{'' if kept > 1 else 's'} ({names}), because"
            " a rejected record or one in conflict may be theirs (same login, name, number or e-mail): correct those"
            " records"
        )
    return releases


def _write_removals(work: Work, removals: list[tuple[t.Any, ...]]) -> None:
    columns = ("action", "kind", "name", "key", "slot", "object_id", "reason", "before")
    work.staging.add_rows(columns, removals)
    removals.clear()


def _missing_objects(work: Work) -> sa.Select[t.Any]:
    missing, objects, links, staged = work.staging.missing, work.schema.objects, work.schema.links, work.staging.table
    link = (links.c.object_id == missing.c.object_id) & (links.c.profile_id == work.profile_id)
    # outer joins, so that the missing are looked up, rather than all links gone through
    joined = missing.outerjoin(objects, objects.c.id == missing.c.object_id).outerjoin(links, link)
    filtered = sa.select(staged.c.seq).where(staged.c.key == missing.c.key, staged.c.action == staging.FILTERED)
    return (
        sa.select(missing.c.object_id, missing.c.key, missing.c.slot, objects.c.kind, objects.c.name, objects.c.fields,
                  links.c.origin, filtered.exists().label("filtered"))
        .select_from(joined)
        .order_by(missing.c.key, missing.c.slot)
    )  # fmt: skip


def _is_protected(work: Work, key: str, fields: Mapping[str, t.Any]) -> bool:
    """Say whether a rejected record may be this object's: nothing is removed because of a typing error elsewhere."""
    if not work.protected:
        return False
    if len(work.protected) > PROTECTED_LIMIT:
        return True
    names = ("username", "email", "extension", "display_name", "number")
    values = [key, *(str(fields.get(name) or "") for name in names)]
    return any(value and value.casefold() in work.protected for value in values)


def _count(work: Work) -> None:
    staged, counts = work.staging.table.c, work.findings.counts
    actions = (staging.CREATE, staging.UPDATE, staging.REMOVE, staging.TOUCH)
    # in one look at the rows, which grouping would sort
    numbers = (sa.func.count(sa.case((staged.action == action, 1))) for action in actions)
    (by_action,) = work.store.rows(sa.select(*numbers))
    counts["created"], counts["updated"], counts["removed"], touched = by_action
    counts["unchanged"] += touched
