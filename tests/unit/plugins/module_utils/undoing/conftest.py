# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone system with four people."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.tests.system import System

from .staff import MANY, PEOPLE


@pytest.fixture
def staff(system: System) -> System:
    system.profile(**MANY)
    system.import_csv(PEOPLE)
    return system
