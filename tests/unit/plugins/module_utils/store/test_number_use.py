# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How full each range of a pool is: every number of it counts once."""

from __future__ import annotations

import json

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import sync_and_report
from ansible_collections.telephony.connector.plugins.module_utils.store import number_use
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store


def use(system, name=None):
    """Return (pool, range, size, used, resting, reserved, free) of each range."""
    store = Store.open(system.location, system.KEY)
    with store.snapshot():
        found = number_use.how_full(store, name)
    store.close()
    return [(one.pool, one.range, one.size, one.used, one.resting, one.reserved, one.free) for one in found]


@pytest.fixture
def staff(system):
    system.by_hand("user", username="a", display_name="A", extension="200", fax_extension="205")
    system.by_hand("user", username="b", display_name="B", extension="299")
    system.by_hand("user", username="c", display_name="C", extension="300")
    system.by_hand("speed_dial", number="*21", destination="0049 89 1")
    return system


def test_without_a_pool_there_is_nothing_to_tell(staff):
    assert use(staff) == []


def test_users_fax_lines_and_reserved_numbers_are_told_by_range(staff):
    staff.pool("200-299", "500", reserved=("200", "201-202", "500"))
    assert use(staff) == [
        ("default", "200-299", 100, 3, 0, 2, 95),  # 200 is reserved, and somebody has it
        ("default", "500", 1, 0, 0, 1, 0),
    ]


def test_numbers_of_emergency_calls_are_reserved_and_long_ranges_take_no_time(system):
    system.pool("105-114", "100000-99999999999999999999")
    (short, long) = use(system)
    assert short == ("default", "105-114", 10, 0, 0, 2, 8)
    assert long[6] == 99999999999999999999 - 99999


def pools_of_report(system, **options):
    """Sync with a report, and return what it says of the ranges."""
    path = system.directory / "report.json"
    system.call(sync_and_report.sync_and_report, profile="staff", changes_limit=1, report=str(path), **options)
    return json.loads(path.read_text())["pools"]


def test_a_simulation_foresees_how_full_the_ranges_are_after_the_run(system):
    system.pool("100-119", "110-129", reserved=("120", "121"), cooldown_days=30)
    system.profile(guards={"max_removals": "100%", "max_renumbered": "100%"})
    rows = ("anna,Anna,111", "ben,Ben,120", "carl,Carl,125", "dora,Dora,126", "eva,Eva,")
    later = ("anna,Anna,121", "carl,Carl,126", "eva,Eva,", "fay,Fay,125")
    for people in (rows, later, ()):
        system.csv("\n".join(["username,displayname,phone", *people, "zoe,Zoe,300", ""]))
        simulated = pools_of_report(system, check=True)
        after = pools_of_report(system)
        assert simulated == after
        told = [(*one[1:4], one[4] + one[5]) for one in use(system)]
        assert [tuple(one.values()) for one in after] == told
