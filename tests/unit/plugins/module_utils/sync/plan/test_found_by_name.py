# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A record that cannot be used, or that a person must settle, is told by a name, not by its key alone."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info
from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError

HEADER = "guid,username,displayname,phone,email,password\n"
ANNA = "6f1c-a,anna,Anna Alt,201,anna@corp.example,\n"


@pytest.fixture
def staff(system):
    system.profile(key="row.guid")
    return system


def name_of_rejected(result):
    (rejected,) = result["rejected"]
    return rejected["name"]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("6f1c-b,ben,Ben Bauer,0x,ben@corp.example,", "ben"),
        ("6f1c-b,ben,,202,ben@corp.example,", "ben"),
        ("6f1c-b,BEN B,Ben Bauer,202,,", "BEN B"),
        ("6f1c-b,,Ben Bauer,202,ben@corp.example,", "Ben Bauer"),
        ("6f1c-b,,,202,ben@corp.example,", "ben@corp.example"),
        ("6f1c-b,,,202,,", None),
        (",ben,Ben Bauer,202,,", "ben"),
    ],
)
def test_a_rejected_record_is_called_as_its_object_would_be_or_by_what_else_it_says(staff, line, name):
    assert name_of_rejected(staff.import_csv(HEADER + ANNA + line + "\n")) == name


def test_a_name_stands_in_the_run_too(staff):
    staff.import_csv(HEADER + ANNA + "6f1c-b,ben,,202,,\n")
    (run,) = staff.call(run_info.run_info, check=True, limit=1)["runs"]
    assert [(entry["key"], entry["name"]) for entry in run["rejected"]] == [("6f1c-b", "ben")]


def test_a_number_that_somebody_has_is_told_with_the_name_of_the_record(staff):
    staff.by_hand("user", username="reception", display_name="Reception", extension="202")
    assert name_of_rejected(staff.import_csv(HEADER + ANNA + "6f1c-b,ben,Ben,202,,\n")) == "ben"


def test_an_expression_that_fails_takes_no_name_away(system):
    system.profile(key="row.guid", variables={"username": "row.username | int / 0"})
    assert name_of_rejected(system.import_csv(HEADER + ANNA)) == "Anna Alt"


def test_a_column_of_the_source_names_what_the_profile_gives_no_name(system):
    system.profile(key="row.guid", variables={"username": "row.login", "displayname": "row.title"})
    text = "guid,login,title,dn\n6f1c-a,,,CN=Anna,DC=corp\n".replace(",CN=Anna,DC=corp", ',"CN=Anna,DC=corp"')
    assert name_of_rejected(system.import_csv(text)) == "CN=Anna,DC=corp"


def test_what_may_be_a_password_is_no_name(system):
    """Neither where a name is made of it, nor a column that a secret field is filled from."""
    system.profile(
        key="row.guid",
        variables={"username": "row.login", "displayname": "row.password", "pin": "row.uid"},
    )
    result = system.import_csv("guid,login,password,uid\n6f1c-a,,secret secret,4711x\n")
    assert name_of_rejected(result) is None
    assert "secret secret" not in str(result)
    assert "4711x" not in str(result)


def test_a_line_with_too_few_values_has_no_name_that_may_be_anothers_value(staff):
    result = staff.import_csv(HEADER + ANNA + "6f1c-b,ben,202\n6f1c-c,cleo,Cleo,203,,\n")
    assert name_of_rejected(result) is None


def test_a_line_with_a_nul_byte_is_told_by_its_name(staff):
    assert name_of_rejected(staff.import_csv(HEADER + ANNA + "6f1c-b,ben,Ben\0,202,,\n")) == "ben"


def test_records_of_one_key_are_told_by_their_names(staff):
    result = staff.import_csv(HEADER + ANNA + ANNA.replace("anna", "annabel"))
    assert [entry["name"] for entry in result["conflicts"]] == ["anna", "annabel"]


def test_a_record_that_comes_twice_is_told_by_its_name(staff):
    staff.import_csv(HEADER + ANNA)
    result = staff.import_csv(HEADER + ANNA + ANNA.replace("anna", "annabel"))
    assert [entry["name"] for entry in result["conflicts"]] == ["annabel"]


def test_a_record_that_several_objects_match_is_told_by_its_name(system):
    system.by_hand("user", username="anna", display_name="Anna")
    system.by_hand("user", username="annabel", display_name="Anna", email="anna@corp.example")
    system.profile(key="row.guid", match=["username", "email"])
    (conflict,) = system.import_csv(HEADER + ANNA)["conflicts"]
    assert (conflict["key"], conflict["name"]) == ("6f1c-a", "anna")


def test_a_guard_names_the_first_record_that_cannot_be_used(staff):
    lines = [f"6f1c-{number},user{number},,3{number},," for number in range(10, 20)]
    with pytest.raises(RefusedError, match=r"the first: record 2 \(user10\), display_name: required"):
        staff.import_csv(HEADER + "\n".join(lines) + "\n")
