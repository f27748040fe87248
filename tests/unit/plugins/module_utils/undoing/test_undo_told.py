# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person is told of objects that an undo leaves as they are: what was changed, by whom, and the way on."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info
from ansible_collections.telephony.connector.tests.system import System

HEADER = "username,displayname,phone,email,password\n"
PEOPLE = HEADER + "anna,Anna,200,,Secret-1234\nben,Ben,201,,Secret-1234\ncleo,Cleo,202,,Secret-1234\n"


@pytest.fixture
def staff(tmp_path) -> System:
    system = System(str(tmp_path / "store.db"), tmp_path)
    system.profile(guards={"max_removals": 1000, "max_renumbered": 1000})
    system.import_csv(PEOPLE)
    return system


def last_run(system: System) -> int:
    return int(system.call(run_info.run_info, check=True, limit=1)["runs"][0]["id"])


def test_a_conflict_names_the_run_that_gave_the_number_to_the_other(staff: System) -> None:
    bad = staff.import_csv(PEOPLE.replace("anna,Anna,200,,Secret-1234\n", ""))
    staff.by_hand("user", username="eva", display_name="Eva", extension="777")
    staff.by_hand("user", username="eva", extension="200")
    gave = last_run(staff)
    staff.by_hand("user", username="eva", display_name="Eva Neu")
    assert last_run(staff) > gave
    undone = staff.undo(bad["run_id"])
    (conflict,) = undone["conflicts"]
    assert (conflict["holder"], conflict["run_id"]) == ("eva", gave)
    (warning,) = [one for one in undone["warnings"] if "in conflict" in one]
    assert f"(run {gave} at " in warning
    assert warning.endswith(f". Take run {gave} back first if it should be restored, too")


def test_kept_names_the_fields_that_others_have_changed_and_the_way_on(staff: System) -> None:
    renamed = staff.import_csv(PEOPLE.replace("Ben", "Benny"))
    staff.by_hand("user", username="ben", given_name="Benedict", password="Another-1234", phonebook={"mobile": "0171"})
    undone = staff.undo(renamed["run_id"])
    (kept,) = undone["kept"]
    assert kept["reason"] == "changed since"
    assert kept["fields"] == ["given_name", "password", "phonebook.mobile"]
    (warning,) = [one for one in undone["warnings"] if "kept" in one]
    assert 'user "ben": changed since: given_name, password, phonebook.mobile (run ' in warning
    assert f". Take run {last_run(staff)} back first" in warning


def test_who_waits_for_somebody_that_is_not_restored_is_told_so(staff: System) -> None:
    """Anna has Ben's number since the run and was changed by hand; the number is Anna's by the run itself."""
    moved = staff.import_csv(PEOPLE.replace("200", "201").replace("ben,Ben,201", "ben,Ben,299"))
    staff.by_hand("user", username="anna", given_name="A.")
    undone = staff.undo(moved["run_id"])
    (conflict,) = undone["conflicts"]
    assert conflict["reason"] == 'its extension "201" is taken by the user "anna", which is not restored either'
    assert conflict["run_id"] == moved["run_id"]
