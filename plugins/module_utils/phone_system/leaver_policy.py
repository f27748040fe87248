# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What becomes of users who have lost their record: removed at once, or leavers for some days. No input or output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

REMOVE, DISABLE = "remove", "disable"
DROP, KEEP = "drop", "keep"
ACTIONS, PHONEBOOK = (REMOVE, DISABLE), (DROP, KEEP)
DEFAULT_GRACE_DAYS = 30
#: A hundred years.
LONGEST_GRACE = 36_500


@dataclass(frozen=True)
class LeaverPolicy:
    """The option `leavers` of a profile.

    `action`: what becomes of a user without a record. `grace_days`: for how many days a leaver may come back.
    `phonebook`: whether leavers stay in the company phonebook. `when`: an expression; whom it is true for is a leaver
    although the source has the record.
    """

    action: str = REMOVE
    grace_days: int = DEFAULT_GRACE_DAYS
    phonebook: str = DROP
    when: str | None = None

    @classmethod
    def of_options(cls, options: Mapping[str, Any]) -> LeaverPolicy:
        """Return the rule of a profile's declared options, which were checked when it was declared."""
        return cls(**(options.get("leavers") or {}))

    @property
    def disables(self) -> bool:
        """Whether users are disabled first, and removed some days later."""
        return self.action == DISABLE

    @property
    def keeps_in_phonebook(self) -> bool:
        """Whether leavers stay in the company phonebook."""
        return self.phonebook == KEEP

    def until(self, since: date) -> date:
        """Return the first day on which a run removes somebody who has left on a day."""
        if not self.disables:
            return since
        try:
            return since + timedelta(days=self.grace_days)
        except OverflowError:  # after the last year
            return date.max
