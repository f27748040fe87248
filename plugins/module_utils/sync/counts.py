# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""How many of what a run, or a change by hand, has read and changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Counts:
    """How many. `read`, `filtered`, `rejected` and `conflicts` are records, `dropped` values, the others objects.

    `disabled` are users who have become leavers, `returned` leavers who are users again.
    """

    read: int = 0
    filtered: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: int = 0
    conflicts: int = 0
    dropped: int = 0
    set_back: int = 0
    disabled: int = 0
    returned: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name, in the order in which people read them."""
        return asdict(self)
