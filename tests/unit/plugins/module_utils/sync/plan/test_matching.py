# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is meant: links first, then the match rules; adoption, renames and conflicts."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import matching

HEADER = "username,displayname,phone,email\n"


@pytest.fixture
def staff(system):
    system.profile(match=["username", "email"])
    return system


def test_an_object_that_a_person_made_is_adopted_and_counts_as_updated(staff):
    staff.by_hand("user", username="mmuster", display_name="Max Muster", language="de")
    before = staff.user("mmuster")
    result = staff.import_csv(HEADER + "mmuster,Max Muster,,\n")
    assert (result["counts"]["created"], result["counts"]["updated"], result["changed"]) == (0, 1, True)
    assert staff.user("mmuster") == {**before, "profiles": ["staff"]}
    assert staff.sync()["changed"] is False


def test_an_adopted_object_is_released_not_removed(staff):
    staff.by_hand("user", username="mmuster", display_name="Max Muster")
    staff.import_csv(HEADER + "mmuster,Max Muster,,\neeva,Eva,,\n")
    result = staff.import_csv(HEADER + "eeva,Eva,,\n")
    assert (result["counts"]["removed"], result["changed"]) == (0, True)
    assert any("mmuster" in warning and "stays" in warning for warning in result["warnings"])
    assert staff.user("mmuster")["profiles"] == []
    assert staff.sync()["changed"] is False


def test_remove_adopted_removes_it(system):
    system.profile(remove_adopted=True)
    system.by_hand("user", username="mmuster", display_name="Max Muster")
    system.import_csv(HEADER + "mmuster,Max Muster,,\neeva,Eva,,\n")
    assert system.import_csv(HEADER + "eeva,Eva,,\n")["counts"]["removed"] == 1
    assert system.names() == ["eeva"]


def test_match_is_without_regard_to_letter_case(staff):
    staff.by_hand("user", username="max", display_name="Max", email="Max.Muster@Corp.Example")
    result = staff.import_csv(HEADER + "mmuster,Max Muster,,max.muster@corp.example\n")
    assert result["counts"]["updated"] == 1
    assert staff.names() == ["mmuster"]


def test_a_renamed_login_is_an_update_in_place_when_the_mail_tells_who_it_is(staff):
    staff.import_csv(HEADER + "mmuster,Max Muster,201,max@corp.example\neeva,Eva,,\n")
    before = staff.user("mmuster")
    result = staff.import_csv(HEADER + "mmeister,Max Meister,201,max@corp.example\neeva,Eva,,\n")
    assert (result["counts"]["created"], result["counts"]["updated"], result["counts"]["removed"]) == (0, 1, 0)
    assert staff.user("mmeister")["id"] == before["id"]
    assert staff.sync()["changed"] is False
    assert staff.import_csv(HEADER + "eeva,Eva,,\n")["counts"]["removed"] == 1, "it still belongs to the profile"


def test_a_record_that_shares_a_mail_with_somebody_who_is_still_there_is_somebody_else(staff):
    staff.import_csv(HEADER + "a,A,,office@corp.example\n")
    result = staff.import_csv(HEADER + "a,A,,office@corp.example\nb,B,,office@corp.example\n")
    assert (result["counts"]["created"], result["counts"]["conflicts"]) == (1, 0)


def test_several_objects_for_one_record_are_a_conflict_that_names_them(staff):
    staff.by_hand("user", username="mmuster", display_name="Max One")
    staff.by_hand("user", username="max", display_name="Max Two", email="max@corp.example")
    before = staff.objects()
    result = staff.import_csv(HEADER + "mmuster,Max Muster,,max@corp.example\n")
    assert (result["result"], result["counts"]["conflicts"], result["changed"]) == ("partial", 1, False)
    assert [candidate["name"] for candidate in result["conflicts"][0]["candidates"]] == ["mmuster", "max"]
    assert staff.objects() == before


def test_several_records_for_one_object_are_a_conflict(staff):
    staff.by_hand("user", username="max", display_name="Max", email="max@corp.example")
    result = staff.import_csv(HEADER + "a,A,,max@corp.example\nb,B,,max@corp.example\n")
    assert [entry["key"] for entry in result["conflicts"]] == ["a", "b"]
    assert staff.names() == ["max"]


def test_an_object_of_another_profile_is_a_conflict(staff):
    staff.import_csv(HEADER + "mmuster,Max Muster,,\n")
    staff.profile("guests")
    result = staff.import_csv(HEADER + "mmuster,Somebody,,\n", "guests")
    assert result["counts"]["conflicts"] == 1
    assert 'profile "staff"' in result["conflicts"][0]["reason"]
    assert staff.user("mmuster")["display_name"] == "Max Muster"


def test_a_missing_object_that_two_records_may_be_is_not_removed(staff):
    staff.import_csv(HEADER + "mmuster,Max Muster,,max@corp.example\neeva,Eva,,\n")
    result = staff.import_csv(HEADER + "m1,Max One,,max@corp.example\nm2,Max Two,,max@corp.example\neeva,Eva,,\n")
    assert (result["counts"]["conflicts"], result["counts"]["removed"], result["changed"]) == (2, 0, False)
    assert staff.names() == ["eeva", "mmuster"]


def test_without_match_rules_a_taken_login_rejects_the_record(system):
    system.profile(match=[])
    system.by_hand("user", username="mmuster", display_name="Max Muster")
    result = system.import_csv(HEADER + "mmuster,Max Muster,,\n")
    assert (result["rejected"][0]["field"], result["counts"]["created"]) == ("username", 0)


def test_local_part_finds_the_login_before_the_at_sign(system):
    system.profile(match=["local_part"])
    system.by_hand("user", username="mmuster", display_name="Max Muster")
    system.import_csv(HEADER + "mmuster@corp.example,Max Muster,,\n")
    assert system.names() == ["mmuster@corp.example"]


def test_rules_of_several_fields_need_all_of_them(system):
    system.profile("book", "csv_phonebook", match=[["display_name", "organisation"]])
    system.by_hand("phonebook_entry", display_name="Meier", organisation="One")
    system.import_csv("displayname,organisation,phone\nMeier,Two,1\nMeier,One,2\n", "book")
    entries = {(entry["organisation"], entry["phone"]) for entry in system.objects("phonebook_entry")}
    assert entries == {("One", "2"), ("Two", "1")}


def test_case_of_a_login_changes_nothing(staff):
    staff.import_csv(HEADER + "MMuster,Max Muster,,\n")
    result = staff.import_csv(HEADER + "mmuster,Max Muster,,\n")
    assert (result["changed"], staff.names()) == (False, ["mmuster"])


def test_a_second_profile_over_the_same_people_is_warned_of(staff):
    people = HEADER + "anna,Anna,201,\nben,Ben,202,\ncleo,Cleo,203,\n"
    staff.import_csv(people)
    staff.profile("second", match=["username"])
    (warning,) = staff.sync("second")["warnings"]
    assert warning.endswith(
        '3 of 3 records are in conflict and left alone (the matching object belongs to the profile "staff"): decide'
        " which of the two sources is the right one, and filter these records out of the other"
    )
    result = staff.import_csv(people + "".join(f"new{n},New {n},,\n" for n in range(4)), "second")
    assert result["counts"]["conflicts"] == 3
    assert not [warning for warning in result["warnings"] if "in conflict" in warning]


@pytest.mark.parametrize(("few", "looked_at"), [(2, 1), (1, 20)])
def test_of_many_objects_only_those_are_kept_that_one_of_a_few_new_records_may_mean(
    system, monkeypatch, few, looked_at
):
    monkeypatch.setattr(matching, "_FEW", few)
    system.profile("others")
    system.import_csv(HEADER + "".join(f"user{n},User {n},{200 + n},\n" for n in range(20)), "others")
    system.profile(match=["username", "email"])
    kept = []
    made = matching._Candidate
    monkeypatch.setattr(matching, "_Candidate", lambda *values: kept.append(values) or made(*values))
    result = system.import_csv(HEADER + "user7,Seven,,\nanna,Anna,,\n", "staff")
    assert (result["counts"]["created"], result["counts"]["conflicts"]) == (1, 1)
    assert len(kept) == looked_at
