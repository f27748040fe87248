# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Compares what is wanted with what the ledger says was written: the operations, and how many there are of each."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.publishing.plan import (
    CREATE,
    MADE,
    REMOVE,
    UPDATE,
    Staged,
)

_CHANGED = "changed"
#: What is sent -> why it is new, why it goes.
_REASONS = {
    "phonebook": ("new in the phonebook", "no longer in the phonebook"),
    "accounts": ("may sign in now", "may no longer sign in"),
    "users": ("a new user", "no longer a user"),
    "devices": ("a new device", "no longer a device"),
}


def reasons(staged: Staged) -> tuple[str, str]:
    """Return why an entry is new, and why one goes."""
    output = staged.order.format
    return _REASONS[output.sends if output else "phonebook"]


def compare_with_ledger(staged: Staged) -> None:
    """Fill the table `operations`, as if the target were as the ledger says."""
    scratch, (new, gone) = staged.scratch, reasons(staged)
    scratch.execute(
        "INSERT INTO operations SELECT w.key, CASE WHEN coalesce(k.mark, '') = '' THEN ? ELSE ? END,"
        " CASE WHEN coalesce(k.mark, '') = '' THEN ? ELSE ? END, coalesce(k.token, '')"
        " FROM wanted w LEFT JOIN known k USING (key) WHERE k.key IS NULL OR k.mark != w.mark",
        CREATE,
        UPDATE,
        new,
        _CHANGED,
    )
    scratch.execute(
        "INSERT INTO operations SELECT key, ?, ?, token FROM known WHERE key NOT IN (SELECT key FROM wanted)",
        REMOVE,
        gone,
    )


def counts_of(staged: Staged, conflicts: int = 0) -> Mapping[str, int]:
    """Return how many entries there are of each sort."""
    scratch = staged.scratch
    by_action = dict(scratch.rows("SELECT action, count(*) FROM operations GROUP BY action"))
    created, updated = by_action.get(CREATE, 0), by_action.get(UPDATE, 0)
    made = {MADE: len(staged.secretless)} if staged.secretless else {}
    return {
        "entries": staged.wanted,
        "created": created,
        "updated": updated,
        "unchanged": staged.wanted - created - updated - conflicts,
        "removed": by_action.get(REMOVE, 0),
        "left_out": staged.findings.left_out_count,
        "cut": staged.findings.cut_count,
        "conflicts": conflicts,
        **made,
    }
