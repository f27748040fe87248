# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What was left out of an output, and what was cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Finding(NamedTuple):
    """A value that was left out or cut: which, where, and by which rule."""

    name: str
    field: str
    value: str
    rule: str


@dataclass
class Findings:
    """Collects what was left out and cut while items are made; beyond `limit` they are only counted."""

    limit: int = 500
    left_out: list[Finding] = field(default_factory=list)
    cut: list[Finding] = field(default_factory=list)
    left_out_count: int = 0
    cut_count: int = 0
    left_out_values: int = 0  # of left_out_count, those that are a value of an entry
    _warned: dict[str, list[Any]] = field(default_factory=dict)

    def leave_value_out(self, name: str, field_name: str, value: str, rule: str) -> None:
        """Note that a value is not in the target; its entry may be."""
        self.left_out_values += 1
        self.leave_out(name, field_name, value, rule)

    def leave_out(self, name: str, field_name: str, value: str, rule: str) -> None:
        """Note that an entry as a whole is not in the target; `field_name` and `value` say why, "" where none does."""
        self.left_out_count += 1
        if len(self.left_out) < self.limit:
            self.left_out.append(Finding(name, field_name, value, rule))

    def note_cut(self, name: str, field_name: str, value: str, rule: str) -> None:
        """Note that a value was shortened to what the target takes; `value` is the whole one."""
        self.cut_count += 1
        if len(self.cut) < self.limit:
            self.cut.append(Finding(name, field_name, value, rule))

    def warn(self, text: str, name: str) -> None:
        """Note something to be said once, with how many entries it concerns and the first of them."""
        counted = self._warned.setdefault(text, [0, name])
        counted[0] += 1

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return the sentences noted."""
        return tuple(
            f"{text}: {name}" + (f" and {count - 1} more." if count > 1 else ".")
            for text, (count, name) in self._warned.items()
        )
