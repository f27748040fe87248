# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Makes plans: one phase after the other, each with a value as its result that the next ones are given.

Planning reads the store in a snapshot and writes only to temporary tables: simulation and run are this same code.
"""

from __future__ import annotations

import contextlib

from ansible_collections.telephony.connector.plugins.module_utils import progress
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapper
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    KnowsOwnStore,
    KnowsPhoneUsers,
    KnowsProfileKey,
    PhoneUser,
    Source,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.directory import phone_users
from ansible_collections.telephony.connector.plugins.module_utils.store.profiles import Stored
from ansible_collections.telephony.connector.plugins.module_utils.sync import pool
from ansible_collections.telephony.connector.plugins.module_utils.sync.counts import Counts
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import (
    checkpoint,
    device_pairing,
    digest,
    empty_read,
    links,
    lookalikes,
    matching,
    private_entries,
    reading,
    removals,
    staging,
    uniqueness,
    updates,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.kept_records import KeepingSource
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.known_records import KnownRecords
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.plan import Operations, Plan
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.private_entries import Followers
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import ReadOutcome

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa


class Planner:
    """Makes plans of one profile; every `make` reads the store anew, and the source once."""

    def __init__(self, store: Store, definition: Definition, only: str | None = None, explaining: bool = False) -> None:
        self.store = store
        self.definition = definition
        self.only = only
        self.explaining = explaining
        self.source: Source = source_class(definition.family)(definition.source)
        if isinstance(self.source, KnowsProfileKey):
            self.source.profile_key = definition.key
        self._kept = KeepingSource(self.source)
        self.mapper = Mapper(definition)

    def make(self, stored: Stored | None) -> Plan:
        """Plan for the profile as it is `stored` (None: not yet); raises SourceError when the source cannot be read."""
        try:
            with self.store.snapshot():
                return self._make(stored)
        except SourceError as error:
            definition = self.definition
            about = f'profile "{definition.name}" ({definition.template}): '
            raise SourceError(about + error.message.removeprefix(about), **error.details) from None

    def _make(self, stored: Stored | None) -> Plan:
        self._tell_source()
        context = self._begin(stored)
        progress.phase("reading", _expected(context, stored))
        known = KnownRecords(context)
        read = reading.read(context, self._kept, self.mapper, stored, known)
        progress.phase("planning", len(read.intake.mapped) or None)
        links.find_duplicate_keys(context)
        links.follow_links(context, read.intake.mapped, known)
        removals.find_missing(context, read, known)
        known.forget()
        matching.match(context, read)
        missing = removals.count_missing(context)
        reading.check_only_found(context, read.intake, bool(missing))
        removes = context.definition.mode == "mirror" and read.complete
        is_empty = _is_empty(context, read, missing)
        releases = removals.stage(context) if removes and not is_empty else 0
        uniqueness.resolve(context, len(read.intake.mapped))
        device_pairing.warn_of_renames(context)
        counts, followers = _count(context, read)
        if counts.removed and counts.created:
            lookalikes.warn(context)
        renumbered = updates.count_renumbered(context) if counts.updated else 0
        is_empty_read = is_empty and removes and bool(context.linked)
        empty_read.warn(context, read, counts, is_empty_read)
        findings = context.findings
        return Plan(
            definition=self.definition,
            profile_id=context.profile_id,
            linked=context.linked,
            only=context.only,
            revision=self.store.revision(),
            digest=digest.of_plan(self.definition, context.only, context.staging),
            counts=counts,
            warnings=tuple(findings.warnings),
            rejected=tuple(sorted(findings.rejected, key=lambda entry: int(entry["record"]))),
            rejected_by=tuple(findings.rejected_by()),
            conflicts=tuple(findings.conflicts),
            read=read,
            operations=Operations(self.store, context.staging),
            renumbered=renumbered,
            releases=releases,
            followers=followers.entries,
            is_empty_read=is_empty_read,
            checkpoint=checkpoint.of_plan(context, read),
        )

    def _tell_source(self) -> None:
        """Tell the source what it asks of the phone system."""
        if isinstance(self.source, KnowsPhoneUsers):
            users = [PhoneUser(*one) for one in phone_users(self.store)]
            if users != self.source.phone_users:
                self._kept.forget()  # read for others
            self.source.phone_users = users
        if isinstance(self.source, KnowsOwnStore):
            self.source.own_store = self.store.facts()

    def _begin(self, stored: Stored | None) -> PlanContext:
        linked = stored.count_links(self.store) if stored else 0
        return PlanContext(
            store=self.store,
            definition=self.definition,
            profile_id=stored.id if stored else None,
            linked=linked,
            pool=pool.load(self.store),
            staging=staging.Staging(self.store, is_marked=not linked),
            findings=Findings(),
            only=self.only and self._key_of(self.only, stored),
            explaining=self.explaining,
            is_same_profile=checkpoint.is_same_profile(stored, self.definition),
            knows_users=isinstance(self.source, KnowsPhoneUsers),
        )

    def _key_of(self, only: str, stored: Stored | None) -> str:
        """Return the key that is meant: the key itself, or of the object that people call so, if that is one alone."""
        if stored is None:
            return only
        link, objects = self.store.schema.links, self.store.schema.objects
        query = (
            sa.select(link.c.key)
            .join(objects, objects.c.id == link.c.object_id)
            .where(link.c.profile_id == stored.id)
            .where((link.c.key == only) | (sa.func.lower(objects.c.name) == only.lower()))
            .distinct()
        )
        keys = set(self.store.connection.execute(query).scalars())
        return keys.pop() if len(keys) == 1 else only


def _expected(context: PlanContext, stored: Stored | None) -> int | None:
    """Return about how many records will come: those of the last full read, or the objects; None if nobody knows."""
    checkpoint = stored.checkpoint if stored else None
    return (checkpoint or {}).get("records") or context.linked or None


def _is_empty(context: PlanContext, read: ReadOutcome, missing: int) -> bool:
    """Say whether the read leaves the profile without a record."""
    return not read.intake.read and (read.full or missing >= context.linked) and context.only is None


def _count(context: PlanContext, read: ReadOutcome) -> tuple[Counts, Followers]:
    """Count the operations, and add those of private entries that go with their owner."""
    created, updated, removed, touched = context.staging.count(
        staging.CREATE, staging.UPDATE, staging.REMOVE, staging.TOUCH
    )
    followers = private_entries.stage(context, bool(updated), bool(removed))
    counts = Counts(
        read=read.intake.read,
        filtered=read.intake.filtered,
        created=created,
        updated=updated + followers.entries + followers.touched,
        unchanged=read.intake.unchanged + touched - followers.touched,
        removed=removed,
        rejected=context.findings.rejected_count,
        conflicts=context.findings.conflict_count,
        dropped=context.findings.dropped_count,
        set_back=updates.tell_set_back(context) if updated else 0,
    )
    return counts, followers
