# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a report says first."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.reporting.model import Report

_CHANGES = ("created", "updated", "removed", "disabled", "returned", "restored")


def verdict_key(report: Report) -> str:
    """Return the key of the words for the verdict."""
    if report.result in ("refused", "unchanged"):
        return f"verdict.{report.result}"
    # releases are in no count, only in the summary
    changes = any(report.counts.get(name) for name in _CHANGES) or " released" in report.summary
    if report.result == "partial" and not changes:
        return "verdict.idle_partial"
    if report.result == "partial":
        return "verdict.would_partial" if report.is_simulation else "verdict.partial"
    return "verdict.would_change" if report.is_simulation else "verdict.has_changed"
