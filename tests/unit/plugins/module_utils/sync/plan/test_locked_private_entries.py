# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private entries of users who are gone: nobody reads them, until a person or their source gives them to somebody."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import profile_removal

from .staff_and_books import PEOPLE, owners_of, sync_twice, write_book, write_staff


@pytest.mark.parametrize("heir", [None, "new", "renamed"])
def test_nobody_reads_the_entries_of_a_user_who_is_removed(office, heir):
    """Not who gets the login later, nor who gets it in the same run."""
    people = {"2": "ben", "3": "cleo"}
    write_staff(office, {**people, **({"4": "anna"} if heir == "new" else {"3": "anna"} if heir == "renamed" else {})})
    result = sync_twice(office)
    assert owners_of(office) == {
        "Dentist": "anna (removed)", "Mother": "anna (removed)", "Plumber": "ben", "Taxi": None,
    }  # fmt: skip
    (warning,) = [text for text in result["warnings"] if "private" in text]
    assert "2 private phonebook entries of removed users stay, but nobody can read them any more" in warning
    assert {change["reason"] for change in result["changes"] if change["kind"] == "phonebook_entry"} == {
        'its owner "anna" is removed'
    }
    write_staff(office, {**people, "4": "anna"})
    office.sync("staff")
    assert office.objects("phonebook_entry", username="anna") == []
    assert office.sync("book")["result"] == "unchanged"
    assert office.objects("phonebook_entry", username="anna") == []


def test_a_locked_entry_goes_with_its_record_and_can_be_given_to_somebody(office):
    write_staff(office, {"2": "ben"})
    office.sync("staff")
    for entry in office.objects("phonebook_entry", search="(removed)"):
        office.by_hand("phonebook_entry", id=entry["id"], owner="ben")
    assert owners_of(office)["Mother"] == "ben"
    write_book(office, "b,Plumber,030 2,ben")
    sync_twice(office, "book")
    assert owners_of(office) == {"Mother": "ben", "Plumber": "ben", "Taxi": None}


def test_a_locked_entry_that_is_removed_comes_again_from_its_source(office):
    write_staff(office, {"2": "ben"})
    office.sync("staff")
    write_staff(office, PEOPLE)
    office.sync("staff")
    for entry in office.objects("phonebook_entry", username="anna (removed)"):
        office.by_hand("phonebook_entry", id=entry["id"], state="absent")
    sync_twice(office, "book")
    assert owners_of(office) == {"Dentist": "anna", "Plumber": "ben", "Taxi": None}


def test_entries_of_users_who_go_with_their_profile_are_locked(office):
    params = {"name": "staff", "objects": "remove"}
    simulated = office.call(profile_removal.forget, check=True, diff=True, **params)
    assert office.call(profile_removal.forget, diff=True, **params) == simulated
    assert owners_of(office)["Mother"] == "anna (removed)"
    assert owners_of(office)["Plumber"] == "ben (removed)"
    assert office.sync("book")["result"] == "unchanged"
