# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person is told of ranges that overlap, reserve nothing, or hold no number that anybody could get."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import extension_pool
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.tests.system import System


@pytest.fixture
def system(tmp_path) -> System:
    return System(str(tmp_path / "store.db"), tmp_path)


def declare(system: System, *ranges: str, reserved: tuple[str, ...] = ()):
    return system.call(extension_pool.declare_pool, ranges=list(ranges), reserved=list(reserved))


def test_a_number_in_two_ranges_counts_once_and_the_overlap_is_said(system):
    told = declare(system, "200-299", "250-349", reserved=("260", "300"))
    fill = told["pool"]["fill"]
    assert [(part["range"], part["size"], part["reserved"], part["free"]) for part in fill] == [
        ("200-299", 100, 1, 99),
        ("250-349", 50, 1, 49),
    ]
    assert told["pool"]["free"] == 148 == sum(part["free"] for part in fill)
    (warning,) = told["warnings"]
    assert warning.startswith("The range 250-349 of the extension pool overlaps with one before it (200-299): ")


def test_reserved_numbers_outside_of_every_range_are_told(system):
    assert "warnings" not in declare(system, "200-299", reserved=("250", "290-310"))
    (warning,) = declare(system, "200-299", reserved=("250", "300", "400-410"))["warnings"]
    assert "in none of the ranges of the extension pool (200-299)" in warning
    assert ": 300, 400-410. " in warning


def test_a_range_of_emergency_numbers_is_refused(system):
    with pytest.raises(DefinitionError, match=r'^Range "112" is an emergency number \(110, 112\), which nobody gets'):
        declare(system, "200-299", "112")
    assert "warnings" not in declare(system, "100-199")


def test_a_pool_whose_numbers_are_all_reserved_is_told(system):
    (warning,) = declare(system, "200-299", reserved=("200-299",))["warnings"]
    assert warning.startswith("All numbers of the extension pool (200-299) are reserved")
