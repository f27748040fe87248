# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many examples a property test looks at, and how often a run is killed: few every time, and many in a soak."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings

FACTOR = float(os.environ.get("TELEPHONY_CONNECTOR_TEST_EXAMPLES", "1"))


def example_count(number: int, **more: Any) -> Any:
    """Return settings for so many examples; a factor above 1 asks for more of them, and for others each time."""
    more.setdefault("suppress_health_check", [HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    return settings(
        max_examples=max(min(number, 4), round(number * FACTOR)),
        derandomize=FACTOR <= 1,
        deadline=None,
        database=None,
        **more,
    )


def kill_count(number: int) -> int:
    """Return how often a test kills a run: so often every time, and a hundred times at least in a soak."""
    return max(number, 100) if FACTOR > 1 else number
