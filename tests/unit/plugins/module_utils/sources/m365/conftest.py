# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tenant with seven users."""

from __future__ import annotations

import pytest


@pytest.fixture
def seven(cloud):
    """Seven users, on three pages."""
    cloud.graph.page_limit = 3
    for number in range(7):
        cloud.tenant.add(f"user{number}@contoso.example")
    return cloud
