# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Takes the records of one read in: each is recognised as unchanged, or mapped and staged.

Only records that are new, or not as they were, reach the expressions.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Sequence
from itertools import repeat

from ansible_collections.telephony.connector.plugins.module_utils import progress
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import (
    Alike,
    BoundMapper,
    Filtered,
    Mapped,
    Outcome,
    Rejected,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Reading, Record, Unusable
from ansible_collections.telephony.connector.plugins.module_utils.sources.portions import Portion, Sealed, portions_of
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import checkpoint, staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import RecordRef
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.known_records import (
    KnownRecords,
    marker,
    raw_fingerprinter,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.object_staging import ObjectStaging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.operation_marks import UNMARKED
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import Intake

#: Keys of other records that are kept to name the nearest one.
_OTHER_KEYS = 10_000


class RecordIntake:
    """Takes in one read; `take` returns what it came to."""

    def __init__(
        self,
        context: PlanContext,
        known: KnownRecords,
        carryover: checkpoint.Carryover,
        mapper: BoundMapper,
        gone: frozenset[str] = frozenset(),
    ) -> None:
        """`gone`: keys that are known to be gone before anything is read."""
        self._context = context
        self._known = known
        self._carryover = carryover
        self._mapper = mapper
        #: keys of records that came, where it matters which did
        self._came: set[str | None] | None = set() if carryover.keys else None
        self._filtered = 0
        self._asked_for = (context.only or "").casefold()
        self._own: list[tuple[str, bool]] = []  # key of the record that is asked for, and whether it is filtered
        self._gone = set(gone)
        self._rejected: dict[str, Record] = {}
        self._staged = ObjectStaging(context)
        self._explanation: dict[str, t.Any] | None = None
        self._other_keys: list[str] = []
        self._unused: list[tuple[str | None, bytes]] = []
        self._named_numbers: set[str] = set()
        self._raw_fingerprint = raw_fingerprinter(context)

    def take(self, reading: Reading) -> Intake:
        """Take every record in; what a person must know goes to the findings."""
        marks_of = marker(self._context, reading.columns)
        read = unchanged = last = 0
        for part in portions_of(reading):
            progress.at(read)
            if isinstance(part, Portion | Sealed):
                unchanged += self._take_records(part, marks_of(part))
                last = part.numbers[-1]
                read += len(part.numbers)
            elif isinstance(part, Unusable):
                read += 1
                last = part.number
                self._unusable(part)
            else:
                self._gone.add(part.key)
        for record in self._look_again(reading, last):
            read += 1
            self._handle(record, *marks_of(Portion([record.number], [record.row])))
        self._context.staging.finish_reading()
        self._context.findings.dropped_count += self._mapper.notices.dropped
        for sentence in self._mapper.notices.sentences():
            self._context.findings.warn(sentence)
        return Intake(
            read=read,
            own_keys=frozenset(key for key, _is_filtered in self._own),
            own_read=len(self._own),
            own_filtered=sum(is_filtered for _key, is_filtered in self._own),
            filtered=self._filtered,
            unchanged=unchanged,
            gone=frozenset(self._gone),
            rejected=self._rejected,
            mapped=self._staged.mapped,
            secrets=self._context.staging.secrets,
            roles=frozenset(self._staged.roles),
            labels=frozenset(self._staged.labels),
            explanation=self._explanation,
            other_keys=tuple(self._other_keys),
            unused=tuple(self._unused),
            named_numbers=frozenset(self._named_numbers),
        )

    def _take_records(self, portion: Portion | Sealed, marks: Sequence[bytes]) -> int:
        """Take in records that came one after the other, and return the number of objects that stay as they are."""
        known = [*map(self._known.unseen.pop, marks, repeat(0))]
        if not all(known):
            new = [place for place, objects in enumerate(known) if not objects]
            of_new = {portion.numbers[place]: marks[place] for place in new}
            for part in portion.opened(new):
                if isinstance(part, Portion):
                    self._take_new(part, [of_new[number] for number in part.numbers])
                else:
                    self._unusable(part)
        return sum(known)

    def _take_new(self, portion: Portion, marks: Sequence[bytes]) -> None:
        """Take in records that are new, or not as they were."""
        if self._context.only is not None:  # each is asked for its key
            for number, row, mark in zip(*portion, marks, strict=True):
                self._handle(Record(number, row), mark)
            return
        numbers, rows = portion
        for places, outcome in self._mapper.map_many(rows):
            if isinstance(outcome, Alike):
                if self._came is not None:
                    self._came.update(outcome.keys)
                of_these = [numbers[place] for place in places]
                self._staged.stage_alike(of_these, [marks[place] for place in places], outcome)
            else:
                (place,) = places
                self._take_outcome(Record(numbers[place], rows[place]), outcome, marks[place])

    def _look_again(self, reading: Reading, last: int) -> Iterator[Record]:
        """Yield the records that were rejected before, and neither came anew nor went; those lost before are gone."""
        came, parts = self._came or set(), tuple(reading.result.whole)
        self._gone |= self._carryover.lost - came
        for key, record in self._carryover.rejected.items():
            if key not in came and key not in self._gone and not key.startswith(parts):
                last += 1
                yield record if reading.result.unchanged else Record(last, record.row)

    def _handle(self, record: Record, mark: bytes) -> None:
        outcome = self._mapper.map(record)
        if self._context.only is not None:
            self._look_for_own(record, outcome)
        self._take_outcome(record, outcome, mark)

    def _take_outcome(self, record: Record, outcome: Outcome, mark: bytes) -> None:
        context = self._context
        if self._came is not None:
            self._came.add(outcome.key)
        if isinstance(outcome, Mapped):
            for desired in outcome.objects:
                self._staged.stage(record.number, outcome.key, desired, mark, outcome.pool)
            if not outcome.objects:
                self._gone.add(outcome.key)
        elif isinstance(outcome, Filtered):
            self._filtered += 1
            if context.linked and outcome.key:
                self._mark(record.number, outcome.key, staging.LEAVES if outcome.leaves else staging.FILTERED, mark)
            elif not outcome.key:
                self._unused.append((None, self._raw_fingerprint(record.row)))
        elif isinstance(outcome, Rejected):
            self._reject(record, outcome, mark)

    def _mark(self, number: int, key: str | None, action: str, mark: bytes | None) -> None:
        self._context.staging.add(
            UNMARKED, number, key, None, None, None, None, mark, None, None, action, None, False, None, None
        )

    def _reject(self, record: Record, outcome: Rejected, mark: bytes) -> None:
        who = RecordRef(record.number, outcome.key, lambda: self._mapper.name_of(record.row))
        self._context.findings.reject(who, outcome.field, outcome.value, outcome.rule)
        if outcome.key and len(self._rejected) <= checkpoint.MOST_REJECTED:
            self._rejected[outcome.key] = record
        if self._context.linked and outcome.key:
            self._mark(record.number, outcome.key, staging.REJECTED, mark)
        self._leave_unused(outcome.key, record.row)

    def _unusable(self, item: Unusable) -> None:
        # where no column is at fault, the cells may stand under each other's names
        who = RecordRef(item.number, None, lambda: self._mapper.name_of(item.row) if item.field else None)
        self._context.findings.reject(who, item.field, item.value, item.rule, item.field)
        self._leave_unused(None, item.row)

    def _leave_unused(self, key: str | None, row: tuple[t.Any, ...]) -> None:
        """Remember a record that is not used: whom it may be of, and which numbers it names."""
        self._unused.append((key, self._raw_fingerprint(row)))
        pools = self._context.pools.values()
        if pools:
            cells = (value for cell in row for value in (cell if isinstance(cell, list) else (cell,)))
            inside = self._context.definition.outside_numbers.to_extension
            numbers = (inside(cell) for cell in cells if isinstance(cell, str))
            self._named_numbers.update(number for number in numbers if any(number in pool for pool in pools))

    def _look_for_own(self, record: Record, outcome: Outcome) -> None:
        """Remember the record that is asked for; all others are planned as well, since they decide about it."""
        key = outcome.key
        if key is None:
            return
        if key.casefold() != self._asked_for:
            if len(self._other_keys) < _OTHER_KEYS:
                self._other_keys.append(key)
            return
        self._own.append((key, isinstance(outcome, Filtered)))
        if self._context.explaining:
            self._explanation = {"record": record.number, "key": key, **self._mapper.explain(record)}
