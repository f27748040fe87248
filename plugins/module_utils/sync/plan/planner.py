# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Makes plans: one phase after the other, each with a value as its result that the next ones are given.

Planning reads the store in a snapshot and writes only to temporary tables: simulation and run are this same code.
"""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils import progress
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.outside_numbers import OutsideNumbers
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapper
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    KnowsOwnStore,
    KnowsPhoneUsers,
    KnowsProfileKey,
    PhoneUser,
    Source,
    columns_hint_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.plugins.module_utils.store import clock, pools
from ansible_collections.telephony.connector.plugins.module_utils.store.company_phonebook import phone_users
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.profiles import Stored
from ansible_collections.telephony.connector.plugins.module_utils.store.settings import read_setting
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.counts import Counts
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import (
    checkpoint,
    conflicts,
    counting,
    device_pairing,
    digest,
    empty_read,
    following,
    given_numbers,
    leavers,
    lookalikes,
    matching,
    reading,
    removals,
    repetitions,
    staging,
    suspects,
    uniqueness,
    updates,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.kept_records import KeepingSource
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.known_records import KnownRecords
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.plan import Operations, Plan
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import ReadOutcome
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.suspects import Suspicion


class Planner:
    """Makes plans of one profile; every `make` reads the store anew, and the source once."""

    def __init__(
        self,
        store: Store,
        definition: Definition,
        only: str | None = None,
        explaining: bool = False,
        approved: str | None = None,
    ) -> None:
        """`approved`: the digest of a plan that a person has seen; that plan removes its suspects as well."""
        self.store = store
        self._declared = definition
        self.definition = definition  # with the outside numbers that count
        self.only = only
        self.explaining = explaining
        self.approved = approved
        self.source: Source = source_class(definition.family)(definition.source)
        if isinstance(self.source, KnowsProfileKey):
            self.source.profile_key = definition.key
        self._kept = KeepingSource(self.source)
        self.mapper = Mapper(definition, columns_hint_of(self.source))

    def make(self, stored: Stored | None) -> Plan:
        """Plan for the profile as it is `stored` (None: not yet); raises SourceError when the source cannot be read."""
        try:
            with self.store.snapshot():
                return self._make(stored)
        except SourceError as error:
            definition = self.definition
            about = f'Profile "{definition.name}" ({definition.template}): '
            raise SourceError(about + error.message.removeprefix(about), **error.details) from None

    def _make(self, stored: Stored | None, in_full: bool = False) -> Plan:
        self._tell_source()
        self._look_up_numbers()
        context = self._begin(stored)
        progress.phase("reading", _expected(context, stored))
        known = KnownRecords(context)
        read = reading.read(context, self._kept, self.mapper, stored, known, in_full)
        progress.phase("planning", context.staging.last or None)
        _find_objects(context, read, known)
        keys = _keys(context, read)
        missing = removals.count_missing(context)
        reading.check_only_found(context, read.intake, bool(keys and removals.count_missing(context, keys)))
        removes = context.definition.mode == "mirror" and read.complete
        is_empty = _is_empty(context, read, missing)
        if removes and not read.full and (is_empty or read.intake.is_any_unattributed):
            # whether anybody is left, and whose such a record may be, changes alone do not tell
            return self._make(stored, in_full=True)
        suspicion = _decide(context, read, removes and not is_empty)
        leavers.mark_returns(context)
        if keys is not None:
            _restrict(context, read, keys)
        return self._finished(context, read, suspicion, is_empty and removes and bool(context.linked))

    def _finished(self, context: PlanContext, read: ReadOutcome, suspicion: Suspicion, is_empty_read: bool) -> Plan:
        """Return the plan of what is settled: counted, signed by its digest, and with all that a person must know."""
        counts, followers = counting.count(context, read)
        plan_digest = digest.of_plan(self.definition.name, self.definition.mode, context.only, context.staging)
        staying = suspects.names(context)
        if staying and self.approved == plan_digest:
            suspects.lift(context)
            staying = []
            counts, followers = counting.count_lifted(context, counts, followers)
        if (counts.removed or counts.disabled) and counts.created:
            lookalikes.warn(context)
        renumbered = updates.count_renumbered(context) if counts.updated or counts.returned else 0
        _warn(context, counts, [name for _id, name in staying])
        empty_read.warn(context, read, counts, is_empty_read, getattr(self.source, "EMPTY_HINT", ""))
        findings = context.findings
        return Plan(
            definition=self.definition,
            profile_id=context.profile_id,
            linked=context.linked,
            only=context.only,
            revision=self.store.revision(),
            digest=plan_digest,
            counts=counts,
            warnings=tuple(findings.warnings),
            rejected=tuple(sorted(findings.rejected, key=lambda entry: int(entry["record"]))),
            rejected_by=tuple(findings.rejected_by()),
            conflicts=tuple(findings.conflicts),
            read=read,
            operations=Operations(self.store, context.staging),
            renumbered=renumbered,
            releases=context.staging.count(staging.RELEASE)[0],
            followers=followers.entries,
            due=leavers.count_due(context) if counts.removed else 0,
            is_empty_read=is_empty_read,
            forecast=leavers.forecast(context) if self.only is None else "",
            checkpoint=checkpoint.of_plan(context, read),
            suspicion=suspicion,
            suspects=tuple(object_id for object_id, _name in staying),
        )

    def _look_up_numbers(self) -> None:
        """Have expressions know the outside numbers: the store's, which may be others than before, or the profile's."""
        of_store = OutsideNumbers.of_stored(read_setting(self.store, "numbers"))
        definition = self._declared.with_numbers(of_store)
        if definition.outside_numbers != self.definition.outside_numbers:
            self.definition = definition
            self.mapper = Mapper(definition, columns_hint_of(self.source))

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
        linked = checkpoint.count_linked(self.store, stored)
        only = self.only and self._key_of(self.only, stored)
        has_own_key = self.definition.key != TEMPLATES[self.definition.template].key
        return PlanContext(
            store=self.store,
            definition=self.definition,
            profile_id=stored.id if stored else None,
            linked=linked,
            pools={pool.name: pool for pool in pools.every(self.store)},
            staging=staging.Staging(self.store, is_marked=not linked),
            findings=Findings(asked_for=only and only.casefold()),
            only=only,
            explaining=self.explaining,
            is_same_profile=checkpoint.is_same_profile(stored, self.definition),
            knows_users=isinstance(self.source, KnowsPhoneUsers),
            leavers=leavers.of_profile(self.store, stored, self.definition),
            day=clock.today(),
            has_record_ids=getattr(self.source, "HAS_RECORD_IDS", False) and not has_own_key,
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


def _find_objects(context: PlanContext, read: ReadOutcome, known: KnownRecords) -> None:
    """Find the object of each record that came, by its link or by what it has, and the objects whose record is gone."""
    repeated = repetitions.find(context)
    repeated += following.find_second_forms(context, read.intake, known)
    context.staging.finish_following()
    repetitions.warn(context, repeated)
    removals.find_missing(context, read, known)
    known.forget()
    matching.match(context, read)
    if len(read.intake.mapped) > 1:
        conflicts.set_rest_aside(context)
    context.staging.analyse()


def _is_empty(context: PlanContext, read: ReadOutcome, missing: int) -> bool:
    """Say whether the read leaves the profile without a record, of which there was one before."""
    if read.full:
        return not read.intake.read
    return not read.intake.read and missing >= context.linked and missing > len(context.leavers)


def _keys(context: PlanContext, read: ReadOutcome) -> frozenset[str] | None:
    """Return the keys of the one record that is asked for, None where all are."""
    return None if context.only is None else read.intake.own_keys | {context.only, context.only.lower()}


def _decide(context: PlanContext, read: ReadOutcome, removes: bool) -> Suspicion:
    """Settle which records are used and which objects go: each decides about the other, so it is looked at again."""
    slots, named = len(read.intake.mapped), read.intake.named_numbers
    suspicion = suspects.assess(context, read)
    if removes:
        before = context.staging.last
        removals.stage(context, suspicion)
        if context.staging.last > before and not suspicion.is_new:
            uniqueness.reject_clashes(context, slots)
            suspicion = suspects.assess(context, read)
            suspects.hold(context, suspicion)
    uniqueness.resolve(context, slots, named)
    suspicion = suspects.assess(context, read)
    if suspects.hold(context, suspicion):  # a number or login that is not to be had is known only now
        uniqueness.resolve(context, slots, named)
        suspicion = suspects.assess(context, read)
    return suspicion


def _restrict(context: PlanContext, read: ReadOutcome, keys: frozenset[str]) -> None:
    """Leave the one record that is asked for of a plan for all, if it can be carried out alone."""
    context.staging.restrict(keys)
    context.findings.restrict(without_key=bool(suspects.names(context)))
    if context.staging.count(staging.CREATE, staging.UPDATE) != (0, 0):
        # what others would have given up they keep
        uniqueness.reject_clashes(context, len(read.intake.mapped))


def _warn(context: PlanContext, counts: Counts, staying: list[str]) -> None:
    """Say what a person should know of the finished plan."""
    removals.warn_of_releases(context)
    if context.only is None:
        context.findings.tell_conflicts(counts.read)
    if staying:
        context.findings.warn(suspects.warning(staying))
    given_numbers.warn(context)
    device_pairing.warn_of_renames(context)
