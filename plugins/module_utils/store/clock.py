# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The time by which a store goes: of its journal, its leavers, and the numbers that rest. Always UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime


def now() -> datetime:
    """Return the time; the one place that asks the host for it, so that a test can stop or move it."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day that decides who is due."""
    return now().date()


def stamp(moment: datetime | None = None) -> str:
    """Return a time, by default that of now, as tables have it: ISO 8601 to the second, whose order is that of time."""
    return (moment or now()).strftime("%Y-%m-%dT%H:%M:%SZ")
