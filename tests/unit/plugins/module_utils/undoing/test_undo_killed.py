# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An undo that is killed leaves the store as it was before, or as it is after."""

from __future__ import annotations

from ansible_collections.telephony.connector.tests.contents import contents
from ansible_collections.telephony.connector.tests.system import System
from ansible_collections.telephony.connector.tests.worker import Worker

HEADER = "username,displayname,phone,password,roles\n"


def people(numbers: range, title: str = "") -> str:
    return HEADER + "".join(f"user{n},{title}User {n},{n},,Floor {n % 3}\n" for n in numbers)


def test_kill_9_before_any_statement_leaves_the_store_as_before(system: System) -> None:
    system.profile(guards={"max_removals": 100, "max_renumbered": 100})
    system.import_csv(people(range(200, 220)))
    system.by_hand("phonebook_entry", display_name="Taxi", phone="0891", owner="user201")
    before_the_run = contents(system.location)
    run = system.import_csv(people(range(205, 225), title="Dr. "))["run_id"]
    before = contents(system.location)
    killed = 0
    for number in range(1, 1000, 3):
        if (result := Worker(system, undo=run, kill_at=number).result()) is not None:
            break
        killed += 1
        assert contents(system.location) == before
    assert killed > 5
    assert result is not None
    assert result["counts"]["restored"] == 26
    after = contents(system.location)
    for table in ("objects", "identifiers", "links", "credentials"):
        assert after[table] == before_the_run[table]
