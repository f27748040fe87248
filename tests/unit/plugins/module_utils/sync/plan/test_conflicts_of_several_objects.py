# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A record that becomes several objects, one of which is in conflict: it is used whole or not at all."""

from __future__ import annotations

import pytest

HEADER = "username,displayname,mobile,email\n"
ENTRY = {"display_name": "displayname ~ ' mobile'", "phone": "row.mobile", "when": "row.mobile"}
USER = {"username": "username", "display_name": "displayname", "email": "email"}


@pytest.fixture
def both(system):
    """A profile whose records become a user each, and an entry where there is a mobile number."""
    system.profile(structure={"user": [USER], "phonebook_entry": [ENTRY]}, match=["username", "email"])
    return system


def said(result):
    return [(one["key"], one["reason"]) for one in result["conflicts"]]


def test_an_object_of_another_profile_is_told_each_time(both):
    both.profile("others", match=["username"])
    both.import_csv(HEADER + "anna,Anna,,\n", name="others")
    for _time in range(2):
        result = both.import_csv(HEADER + "anna,Anna,0170 1,\nben,Ben,0170 2,\n")
        assert said(result) == [("anna", 'the matching object belongs to the profile "others"')]
        assert both.names("phonebook_entry") == ["Ben mobile"]
    assert both.sync()["counts"]["unchanged"] == 2


def test_what_two_records_want_stays_with_neither(both):
    both.by_hand("user", username="anna", display_name="By hand", email="a@corp.example")
    text = HEADER + "anna,Anna,0170 1,\nannika,Annika,,a@corp.example\n"
    for _time in range(2):
        result = both.import_csv(text)
        assert {key for key, _reason in said(result)} == {"anna", "annika"}
        assert (both.user("anna")["display_name"], both.names("phonebook_entry")) == ("By hand", [])
    settled = both.import_csv(HEADER + "anna,Anna,0170 1,\n")
    assert (settled["conflicts"], settled["counts"]["created"], settled["counts"]["updated"]) == ([], 1, 1)


def test_a_key_that_stands_twice_makes_nothing_of_either_record(both):
    for _time in range(2):
        result = both.import_csv(HEADER + "anna,Anna,0170 1,\nanna,Annika,,\n")
        assert [key for key, _reason in said(result)] == ["anna", "anna"]
        assert (both.names(), both.names("phonebook_entry")) == ([], [])


def test_what_a_record_has_made_before_stays_as_it_is_while_it_is_in_conflict(both):
    both.import_csv(HEADER + "anna,Anna,0170 1,\nben,Ben,0170 2,\n")
    result = both.import_csv(HEADER + "anna,Anna,0170 3,\nanna,Annika,,\nben,Ben,0170 2,\n")
    assert [key for key, _reason in said(result)] == ["anna", "anna"]
    assert (result["changes"], both.names("phonebook_entry")) == ([], ["Anna mobile", "Ben mobile"])
    settled = both.import_csv(HEADER + "anna,Anna,0170 3,\nben,Ben,0170 2,\n")
    assert [(one["name"], one["after"]) for one in settled["changes"]] == [("Anna mobile", {"phone": "0170 3"})]
