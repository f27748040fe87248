# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a plan has to tell besides its operations: rejected records, conflicts and warnings."""

from __future__ import annotations

import typing as t
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

#: Entries kept of each list; the counts go on. More would only slow down the task's result.
LIMIT = 500
#: Names that a group of rejected records shows.
FIRST = 3

Entry = dict[str, t.Any]


class RecordRef(t.NamedTuple):
    """A record that is told of: its number, its key, and what a person calls it or how to find that out."""

    record: int
    key: str | None
    name: str | Callable[[], str | None] | None

    def as_entry(self) -> Entry:
        """Return the beginning of an entry; the name is worked out only here, for those that are kept."""
        name = self.name() if callable(self.name) else self.name
        return {"record": self.record, "key": self.key, "name": name}


@dataclass
class _Group:
    """Records that are rejected for the same reason: how many, and what the first ones are called."""

    first: list[str]
    count: int = 0


def _in_general(rule: str) -> str:
    """Return a rule without what is different for each record."""
    return "must be unique" if rule.startswith("must be unique: ") else rule


def in_words(field_name: str, column: str | None, rule: str) -> str:
    """Return why a record cannot be used, in a sentence for people; with the column that is to be looked at."""
    if rule == "required":
        what = f"the column {column} is empty" if column else "there is no value"
        return f"{what}, and {field_name} is required" if field_name else what
    if field_name and column and column != field_name:
        return f"{field_name} (column {column}) {rule}"
    return f"{field_name} {rule}" if field_name else f"the record {rule}"


#: Fewer records in conflict are in the result only.
_MANY = 2
#: a part of a conflict's reason -> what to do
_WAYS = {
    "belongs to the profile": "decide which of the two sources is the right one, and filter these records out of the"
    " other",
    "several objects match": "complete the records, or remove the objects that are there twice",
    "several records match": "correct the source, or name other fields in match",
}


@dataclass
class Findings:
    """Collected while planning; every phase adds to it, none looks into it but where it says so.

    Lists are capped at LIMIT entries, `rejected_count` and `conflict_count` (of records) are exact.
    """

    rejected: list[Entry] = field(default_factory=list)
    conflicts: list[Entry] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rejected_count: int = 0
    conflict_count: int = 0
    dropped_count: int = 0
    #: field -> the columns it is made of, known as soon as the source is open
    column_of: Callable[[str], str | None] = field(default=lambda _field: None)
    _groups: dict[tuple[str, str, str | None], _Group] = field(default_factory=dict)
    _dropped: dict[str, tuple[int, str]] = field(default_factory=dict)
    #: key of the record that is asked for, folded: what is found about it is kept in any case
    asked_for: str | None = None

    def reject(self, record: RecordRef, field_name: str, value: str, rule: str, column: str | None = None) -> None:
        """Note a record that cannot be used; `column` where it is known better than by the field."""
        self.rejected_count += 1
        column = column or (self.column_of(field_name) if field_name else None)
        group = self._groups.setdefault((_in_general(rule), field_name, column), _Group([]))
        group.count += 1
        is_kept = len(self.rejected) < LIMIT or self._is_own(record)
        if is_kept or len(group.first) < FIRST:
            entry = record.as_entry()
            if len(group.first) < FIRST:
                group.first.append(str(entry["name"] or entry["key"] or entry["record"]))
            if is_kept:
                words = {"reason": in_words(field_name, column, rule)}
                self.rejected.append({**entry, "field": field_name, "column": column, "value": value, "rule": rule})
                self.rejected[-1].update(words)

    def rejected_by(self) -> list[Entry]:
        """Return the rejected records grouped by their reason, the most frequent first."""
        groups = sorted(self._groups.items(), key=lambda item: -item[1].count)
        return [
            {
                "rule": rule,
                "field": field_name,
                "column": column,
                "count": group.count,
                "first": group.first,
                "reason": in_words(field_name, column, rule),
            }
            for (rule, field_name, column), group in groups[:LIMIT]
        ]

    def drop_number(self, field_name: str, value: str, rule: str, name: str) -> None:
        """Note a number that a record goes on without, because it is somebody else's."""
        self.dropped_count += 1
        count, first = self._dropped.get(field_name, (0, f"{value} of {name} {rule}"))
        self._dropped[field_name] = count + 1, first

    def tell_dropped_numbers(self) -> None:
        """Warn of the numbers that were dropped, a sentence for each field."""
        for field_name, (count, first) in self._dropped.items():
            self.warn(
                f"{count} value{'s' if count > 1 else ''} of {field_name} left out, taken by others (first: {first})"
            )
        self._dropped.clear()

    def conflict(self, record: RecordRef, reason: str, candidates: list[Entry] | None = None) -> None:
        """Note a record that a person must settle; nobody is changed by it."""
        self.conflict_count += 1
        if len(self.conflicts) < LIMIT or self._is_own(record):
            self.conflicts.append({**record.as_entry(), "reason": reason, "candidates": candidates or []})

    def tell_conflicts(self, read: int) -> None:
        """Warn where half of the records `read`, or more, are in conflict: hardly anything is done then."""
        if not 0 < read <= 2 * self.conflict_count or self.conflict_count < _MANY:
            return
        reasons = Counter(entry["reason"] for entry in self.conflicts)
        (reason, _count), *others = reasons.most_common()
        way = next((words for part, words in _WAYS.items() if part in reason), "see conflicts")
        self.warn(
            f"{self.conflict_count} of {read} records are in conflict and left alone ({'mostly: ' if others else ''}"
            f"{reason}): {way}"
        )

    def _is_own(self, record: RecordRef) -> bool:
        return self.asked_for is not None and record.key is not None and record.key.casefold() == self.asked_for

    def restrict(self, without_key: bool) -> None:
        """Keep what is about the record that is asked for; `without_key`: and what may be about it."""

        def is_meant(entry: Entry) -> bool:
            return without_key if entry["key"] is None else entry["key"].casefold() == self.asked_for

        self.rejected = [entry for entry in self.rejected if is_meant(entry)]
        self.conflicts = [entry for entry in self.conflicts if is_meant(entry)]
        self.rejected_count, self.conflict_count = len(self.rejected), len(self.conflicts)
        self._groups = {}
        for entry in self.rejected:
            key = (_in_general(entry["rule"]), entry["field"], entry["column"])
            group = self._groups.setdefault(key, _Group([]))
            group.count += 1
            group.first += [str(entry["name"] or entry["key"] or entry["record"])][: FIRST - len(group.first)]

    def warn(self, text: str) -> None:
        """Note something that a person should know; the same words once."""
        if text not in self.warnings:
            self.warnings.append(text)
