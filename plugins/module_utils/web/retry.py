# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Waiting for a web service that is busy: as long as it asks for, and no longer than a read may take."""

from __future__ import annotations

import math
import time

from ansible_collections.telephony.connector.plugins.module_utils.web.limits import Limits

_LONGEST_GUESS = 120.0  # seconds at a time


def retry_after(text: str) -> float | None:
    """Return the seconds that Retry-After (RFC 9110, 10.2.3) asks for: a number, or until a date; None if neither."""
    from urllib3.exceptions import InvalidHeader
    from urllib3.util import Retry

    try:
        return float(Retry().parse_retry_after(text))
    except (InvalidHeader, ValueError, OverflowError):  # a number of thousands of digits is none, either
        return None


class RetryBudget:
    """Waits for a busy service, each time as long as it asks for, and remembers how long that was.

    At most `retries` times in a row, `longest` seconds at a time and `budget` altogether, and never past the end of the
    read. A service that does not say how long is asked again after 1, 2, 4 seconds and so on.
    """

    def __init__(
        self,
        retries: int,
        limits: Limits,
        budget: float = math.inf,
        longest: float = math.inf,
    ) -> None:
        self._retries, self._limits, self._budget, self._longest = retries, limits, budget, longest
        self.waits = 0
        self.seconds = 0.0
        self.asked = 0.0  # how long the last wait was, or would have been

    def wait(self, attempt: int, header: str | None) -> bool:
        """Wait before the next attempt (the first failed one is 0); False when there is to be none.

        `header` is the Retry-After of the answer.
        """
        asked = retry_after(header or "")
        self.asked = min(2.0 ** min(attempt, 10), _LONGEST_GUESS) if asked is None else asked
        left = min(self._longest, self._budget - self.seconds, self._limits.seconds_left)
        if attempt >= self._retries or self.asked > left:
            return False
        self.waits += 1
        self.seconds += self.asked
        time.sleep(self.asked)
        return True

    @property
    def asks_too_much(self) -> bool:
        """Say whether the service asked for a longer wait than there is at a time."""
        return self.asked > self._longest

    def sentence(self, service: str) -> str:
        """Return what a person should know about the waiting, "" when there was none."""
        if not self.waits:
            return ""
        times = "once" if self.waits == 1 else f"{self.waits} times"
        spent = "1 second was" if round(self.seconds) == 1 else f"{self.seconds:.0f} seconds were"
        return f"{service} was busy and asked to slow down {times}; {spent} spent waiting."
