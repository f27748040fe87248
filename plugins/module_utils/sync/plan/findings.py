# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a plan has to tell besides its operations: rejected records, conflicts and warnings."""

from __future__ import annotations

import typing as t
from collections.abc import Callable
from dataclasses import dataclass, field

#: Entries kept of each list; the counts go on. More would only slow down the task's result.
LIMIT = 500
#: Values of unused records that are remembered to protect objects; beyond this nothing is removed at all.
PROTECTED_LIMIT = 200_000

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
class Findings:
    """Collected while planning; every phase adds to it, none looks into it but where it says so.

    Lists are capped at LIMIT entries, `rejected_count` and `conflict_count` (of records) are exact.
    """

    rejected: list[Entry] = field(default_factory=list)
    conflicts: list[Entry] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    rejected_count: int = 0
    conflict_count: int = 0
    #: values of records that are not used, folded: what they name is nobody else's
    protected: set[str] = field(default_factory=set)

    def reject(self, record: RecordRef, field_name: str, value: str, rule: str) -> None:
        """Note a record that cannot be used."""
        self.rejected_count += 1
        if len(self.rejected) < LIMIT:
            self.rejected.append({**record.as_entry(), "field": field_name, "value": value, "rule": rule})

    def conflict(self, record: RecordRef, reason: str, candidates: list[Entry] | None = None) -> None:
        """Note a record that a person must settle; nobody is changed by it."""
        self.conflict_count += 1
        if len(self.conflicts) < LIMIT:
            self.conflicts.append({**record.as_entry(), "reason": reason, "candidates": candidates or []})

    def warn(self, text: str) -> None:
        """Note something that a person should know; the same words once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def protect(self, values: t.Iterable[t.Any]) -> None:
        """Remember the values of a record that is not used: the object it is about may be known by any of them."""
        for cell in values:
            for value in cell if isinstance(cell, list) else (cell,):
                if isinstance(value, str) and value and len(self.protected) <= PROTECTED_LIMIT:
                    self.protected.add(value.strip().casefold())
