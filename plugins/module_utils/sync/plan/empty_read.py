# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Warns of a read that brings nobody. Where there was somebody before, a guard refuses."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.sync.counts import Counts
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import ReadOutcome

_ANY = "check where the source looks, and that its account may read there"


def warn(context: PlanContext, read: ReadOutcome, counts: Counts, is_refused: bool, cause: str) -> None:
    """Warn, once the plan is made, when it has nobody in it because nobody was read, or the filter wants nobody.

    `is_refused`: a guard refuses the read, and says why. `cause`: what the source says to look at, "" for nothing.
    """
    if is_refused or not read.complete or context.only is not None or not (read.full or not context.linked):
        return
    cause = cause or _ANY
    if not counts.read and read.full:
        context.findings.warn(f"The source returned no records, so there is nothing to import: {cause}")
    elif not counts.read:
        context.findings.warn(
            f"The profile has no objects, and nothing has changed in the source since the last run: {cause}, and that"
            " the filter is right"
        )
    elif counts.filtered == counts.read and not (counts.removed or counts.disabled):
        context.findings.warn(
            f"The filter leaves out {all_of(counts.read)}, so there is nothing to import: check the filter and"
            " the columns it looks at (only and explain show them for one record)"
        )
    elif not context.linked and not (counts.created or counts.updated or counts.rejected or counts.conflicts):
        context.findings.warn(
            f"None of the {counts.read} records becomes anything, so there is nothing to import: check the filter"
            " and the conditions (when) in structure"
        )


def all_of(records: int) -> str:
    """Return what a sentence calls all records of a read."""
    return f"all {records} records" if records > 1 else "the only record"
