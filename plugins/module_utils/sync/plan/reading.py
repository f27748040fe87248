# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The first phase of a plan: reads the source, in full or what changed, and has its records taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions import regex_timeout
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapper
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Reading,
    ReadResult,
    UnchangedReading,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.profiles import Stored
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import checkpoint as plan_checkpoint
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.kept_records import KeepingSource
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.known_records import KnownRecords
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import Intake, ReadOutcome
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.record_intake import RecordIntake

_SHOWN_COLUMNS = 20
#: Keys among which the nearest is looked for.
_NAMED_KEYS = 10_000


@dataclass(frozen=True)
class _Settled:
    """What a read of changes may rely on: nothing here is other than the last run left it."""

    columns: tuple[str, ...]
    carryover: plan_checkpoint.Carryover


def read(
    context: PlanContext,
    source: KeepingSource,
    mapper: Mapper,
    stored: Stored | None,
    known: KnownRecords,
    in_full: bool = False,
) -> ReadOutcome:
    """Read the source, `in_full` in any case. Afterwards `known` holds what was not seen again."""
    return _SourceReader(context, source, mapper, stored, known).read(in_full)


class _SourceReader:
    def __init__(
        self,
        context: PlanContext,
        source: KeepingSource,
        mapper: Mapper,
        stored: Stored | None,
        known: KnownRecords,
    ) -> None:
        self._context = context
        self._source = source
        self._mapper = mapper
        self._stored = stored
        self._known = known

    def read(self, in_full: bool) -> ReadOutcome:
        checkpoint = None if in_full else plan_checkpoint.usable(self._stored, self._context.definition)
        is_clean = False
        with self._source.read(self._mapper.wanted, checkpoint["source"] if checkpoint else None) as reading:
            result = reading.result
            if result.full and not result.unchanged:
                return self._read_in_full(reading)
            settled = self._settled(checkpoint) if checkpoint else None
            if settled:
                is_clean = True
                if result.unchanged:
                    return self._take_as_before(settled, result)
                if settled.carryover.columns in ((), reading.columns):
                    if result.whole:
                        self._known.load(settled.carryover.keys)
                    return replace(self._consume(reading, settled), is_clean=True)
        # whatever changed in the source, something did here (a hand edit, records rejected the last time)
        with self._source.read(self._mapper.wanted, None) as reading:
            return replace(self._read_in_full(reading), is_clean=is_clean)

    def _read_in_full(self, reading: Reading) -> ReadOutcome:
        if self._context.is_same_profile:  # by another definition no fingerprint is as it was
            self._known.load()
        columns = self._used_columns(reading)
        return self._consume(reading, _Settled(columns, plan_checkpoint.Carryover()))

    def _settled(self, checkpoint: Mapping[str, Any]) -> _Settled | None:
        """Return what was left if a record that did not change since the checkpoint would change nothing here."""
        context = self._context
        same = checkpoint.get("linked", context.linked) == context.linked
        if not (checkpoint["quiet"] and same and context.only is None):
            return None
        left = plan_checkpoint.of(context.store, checkpoint)
        if left is None:
            return None
        # to look at all objects takes a while, and nobody has changed the store since
        is_clean = checkpoint.get("clean_at") == context.store.revision() or not self._known.has_dirty(left.keys)
        return _Settled(tuple(checkpoint["columns"]), left) if is_clean else None

    def _take_as_before(self, settled: _Settled, result: ReadResult) -> ReadOutcome:
        """Take the records for what they were the last time."""
        context, left = self._context, settled.carryover
        intake = Intake(gone=left.lost)
        if left.rejected:
            nothing = UnchangedReading({})
            nothing.columns = left.columns
            intake = self._take(nothing, left, left.lost)
        unchanged = context.linked - plan_checkpoint.count_links(context, left.keys) - len(context.leavers)
        for warning in result.warnings:
            context.findings.warn(warning)
        return ReadOutcome(
            intake=replace(intake, unchanged=unchanged),
            full=False,  # nothing was read, so nothing is missing but what was before
            source_unchanged=True,
            columns=settled.columns,
            source_columns=left.columns,
            records=left.records,
            carryover=left,
            is_clean=True,
            checkpoint=result.checkpoint,
        )

    def _used_columns(self, reading: Reading) -> tuple[str, ...]:
        """Return the columns that the profile uses, folded; warn of those that the source had the last time."""
        wanted = {name.casefold() for name in self._mapper.wanted}
        columns = sorted(wanted & {name.strip().casefold() for name in reading.columns})
        warn = self._context.findings.warn
        missing = self._mapper.unknown_columns(reading.columns) if reading.columns else []
        if missing and self._context.definition.missing_columns == "fail":
            self._mapper.check_columns(reading.columns)  # has better words where nothing would help
            raise SourceError(_missing(missing, reading.columns))
        for name in missing:
            warn(
                f'The source has no column "{name}", which the profile names: what is made of it stays as it is.'
                f"{nearest(name, reading.columns)}"
            )
        before = self._stored.checkpoint if self._stored else None
        gone = sorted((wanted & set(before["columns"] if before else ())) - set(columns))
        if gone and reading.columns:
            warn(
                f"The source no longer has the column{'s' if len(gone) > 1 else ''} {', '.join(gone)}: the fields that"
                " were filled from there stay as they are; give the column its name back, or change the profile"
            )
        return tuple(columns)

    def _consume(self, reading: Reading, settled: _Settled) -> ReadOutcome:
        intake = Intake()
        if reading.columns:
            intake = self._take(reading, settled.carryover)
        else:
            for _item in reading:  # a source without columns has no records; it may have something to tell
                pass
        result = reading.result
        complete, reason = self._completeness(result)
        for warning in result.warnings:
            self._context.findings.warn(warning)
        if not complete:
            self._context.findings.warn(f"The read is incomplete, so nothing is removed: {reason}")
        return ReadOutcome(
            intake=intake,
            complete=complete,
            full=result.full,
            unreadable_prefixes=tuple(result.unread),
            full_prefixes=tuple(result.whole),
            columns=settled.columns,
            source_columns=reading.columns,
            records=intake.read if result.full else settled.carryover.records,
            carryover=settled.carryover,
            checkpoint=result.checkpoint,
        )

    def _take(
        self, reading: Reading, carryover: plan_checkpoint.Carryover, gone: frozenset[str] = frozenset()
    ) -> Intake:
        try:
            with regex_timeout.limited():
                mapper = self._mapper.bind(reading.columns)
                self._context.findings.column_of = mapper.column_of
                return RecordIntake(self._context, self._known, carryover, mapper, gone).take(reading)
        except regex_timeout.UnfitPatternError as error:
            definition = self._context.definition
            raise DefinitionError(
                f'Profile "{definition.name}" ({definition.template}): the regular expression {str(error)!r} takes too'
                f" long for more than {regex_timeout.MAX_SLOW} texts of the source, so nothing was changed: write it"
                " without nested quantifiers."
            ) from None

    def _completeness(self, result: ReadResult) -> tuple[bool, str]:
        """Return whether a read is complete, and why not: with unread parts, only where the keys are the source's."""
        definition = self._context.definition
        if result.complete and result.unread and definition.key != TEMPLATES[definition.template].key:
            why = "parts of the source cannot be read; with a custom key, missing records cannot be attributed to them"
            return False, why
        return result.complete, result.reason


def _missing(names: list[str], columns: tuple[str, ...]) -> str:
    """Return why a source without these columns is not read on."""
    each = " ".join(f'There is no column "{name}".{nearest(name, columns)}' for name in names)
    listed = ", ".join(name[:100] for name in columns[:_SHOWN_COLUMNS])
    more = f" and {len(columns) - _SHOWN_COLUMNS} more" if len(columns) > _SHOWN_COLUMNS else ""
    return (
        f"The source lacks columns that the profile names, so nothing was changed. {each} It has: {listed}{more}."
        " Correct the profile, or set missing_columns: warn to leave what is made of them as it is."
    )


def check_only_found(context: PlanContext, intake: Intake, is_known_to_store: bool) -> None:
    """Say that there is no record of the wanted key, naming a near one."""
    if context.only is None or intake.own_read or is_known_to_store:
        return
    links = context.schema.links.c
    query = sa.select(links.key).where(links.profile_id == context.profile_id).order_by(links.key).limit(_NAMED_KEYS)
    keys = [*intake.other_keys, *context.store.connection.execute(query).scalars()]
    example = f" Its keys look like this: {keys[0]}." if keys else ""
    raise SourceError(
        f'Profile "{context.definition.name}" ({context.definition.template}): The source has no record with the key'
        f' "{context.only}".{nearest(context.only, keys) or example}'
    )
