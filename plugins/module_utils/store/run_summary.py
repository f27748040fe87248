# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A run in one line, for people, mails and approvals."""

from __future__ import annotations

from collections.abc import Mapping

#: The counts that are told, in this order; those of what was read are left to the report.
_TOLD = (
    "created", "updated", "disabled", "returned", "removed", "released", "rejected", "conflicts", "dropped", "set_back",
)  # fmt: skip
_WORDS = {"conflicts": "in conflict", "dropped": "values dropped", "set_back": "set back"}


def summary_line(counts: Mapping[str, int], renumbered: int = 0, released: int = 0) -> str:
    """Return what a run did by its counts: ``5 created, 2 updated (1 renumbered), 1 removed, 2 rejected``.

    `released`: objects that stay and no longer belong to the profile, which the counts do not have.
    """
    counts = {**counts, "released": released}
    parts = [f"{counts[name]} {_WORDS.get(name, name)}" for name in _TOLD if counts.get(name)]
    line = ", ".join(parts) or "nothing to change"
    return line.replace(" updated", f" updated ({renumbered} renumbered)", 1) if renumbered else line
