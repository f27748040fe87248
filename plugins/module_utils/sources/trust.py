# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""For how long a source that tells what changed is believed, before everything is read again."""

from __future__ import annotations

import time

_LONGEST_TRUST = 24 * 3600  # seconds


def is_recent(full: float) -> bool:
    """Say whether the last full read, at this time (seconds since 1970), is less than a day ago, and not to come."""
    return 0 <= time.time() - full < _LONGEST_TRUST
