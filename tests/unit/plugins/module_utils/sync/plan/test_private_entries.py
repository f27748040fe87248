# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Private entries go with their owner: they follow a new login, and nobody reads those of a user who is removed."""

from __future__ import annotations

import random

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info
from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import planner
from ansible_collections.telephony.connector.tests.examples import FACTOR

from .staff_and_books import PEOPLE, declare_staff, owners_of, sync_twice, write_book, write_staff


def test_entries_follow_a_new_login_and_the_plan_shows_them(office):
    write_staff(office, {**PEOPLE, "1": "anna.neu"})
    result = sync_twice(office)
    assert owners_of(office) == {"Dentist": "anna.neu", "Mother": "anna.neu", "Plumber": "ben", "Taxi": None}
    entries = [change for change in result["changes"] if change["kind"] == "phonebook_entry"]
    assert [(entry["action"], entry["name"], entry["key"], entry["reason"]) for entry in entries] == [
        ("update", name, "1", 'its owner "anna" is renamed') for name in ("Dentist", "Mother")
    ]
    assert entries[0]["before"] == {"owner": "anna"}
    assert entries[0]["after"] == {"owner": "anna.neu"}
    assert result["counts"]["updated"] == 3
    assert result["warnings"] == []


def test_the_journal_has_the_changes_of_entries(office):
    write_staff(office, {**PEOPLE, "1": "anna.neu"})
    run_id = office.sync("staff")["run_id"]
    changes = office.call(run_info.run_info, check=True, run_id=run_id, limit=10)["changes"]
    assert [(change["kind"], change["name"], change["after"]) for change in changes[1:]] == [
        ("phonebook_entry", "Dentist", {"owner": "anna.neu"}),
        ("phonebook_entry", "Mother", {"owner": "anna.neu"}),
    ]


def test_the_source_of_an_entry_may_go_on_with_the_old_login(office):
    write_staff(office, {**PEOPLE, "1": "anna.neu"})
    office.sync("staff")
    assert office.sync("book")["result"] == "unchanged"
    write_book(office, "a,Dentist,030 111,anna", "b,Plumber,030 2,ben")
    (change,) = sync_twice(office, "book")["changes"]
    assert (change["before"], change["after"]) == ({"phone": "030 1"}, {"phone": "030 111"})
    assert owners_of(office)["Dentist"] == "anna.neu"
    write_staff(office, {**PEOPLE, "1": "anna.alt"})
    office.sync("staff")
    assert office.sync("book")["result"] == "unchanged"
    assert owners_of(office)["Dentist"] == "anna.alt"


@pytest.mark.parametrize(("said", "becomes"), [("anna.neu", "anna.neu"), ("cleo", "cleo"), ("", None)])
def test_what_the_source_says_anew_counts(office, said, becomes):
    write_staff(office, {**PEOPLE, "1": "anna.neu"})
    office.sync("staff")
    write_book(office, f"a,Dentist,030 1,{said}", "b,Plumber,030 2,ben")
    result = sync_twice(office, "book")
    assert owners_of(office)["Dentist"] == becomes
    assert result["counts"]["updated"] == (said != "anna.neu")
    write_book(office, "a,Dentist,030 1,ben", "b,Plumber,030 2,ben")
    sync_twice(office, "book")
    assert owners_of(office)["Dentist"] == "ben"


def test_an_entry_that_a_person_gave_to_somebody_is_set_back_to_what_its_source_says(office):
    (entry,) = [one for one in office.objects("phonebook_entry") if one["display_name"] == "Dentist"]
    office.by_hand("phonebook_entry", id=entry["id"], owner="ben")
    write_staff(office, {**PEOPLE, "2": "ben.neu"})
    office.sync("staff")
    assert owners_of(office)["Dentist"] == "ben.neu"
    assert [change["reason"] for change in sync_twice(office, "book")["changes"]] == [
        "set back to what the source says"
    ]
    assert owners_of(office)["Dentist"] == "anna"


def test_an_entry_given_away_after_it_followed_is_set_back_too(office):
    write_staff(office, {**PEOPLE, "1": "anna.neu"})
    office.sync("staff")
    (entry,) = [one for one in office.objects("phonebook_entry") if one["display_name"] == "Dentist"]
    office.by_hand("phonebook_entry", id=entry["id"], owner="ben")
    office.sync("book")
    assert owners_of(office)["Dentist"] == "anna"


def test_two_who_swap_their_logins_keep_their_entries(office):
    write_staff(office, {**PEOPLE, "1": "ben", "2": "anna"})
    sync_twice(office)
    assert owners_of(office) == {"Dentist": "ben", "Mother": "ben", "Plumber": "anna", "Taxi": None}
    write_staff(office, PEOPLE)
    sync_twice(office)
    assert owners_of(office) == {"Dentist": "anna", "Mother": "anna", "Plumber": "ben", "Taxi": None}
    assert office.sync("book")["result"] == "unchanged"


def test_no_guard_counts_entries_and_none_is_removed(office):
    declare_staff(office, guards={"max_removals": 1})
    write_staff(office, {"2": "ben", "3": "cleo"})
    assert office.sync("staff")["counts"]["removed"] == 1
    assert len(office.objects("phonebook_entry")) == 4


def test_a_reviewed_plan_is_refused_when_its_entries_are_others_now(office):
    write_staff(office, {**PEOPLE, "1": "anna.neu"})
    digest = office.sync("staff", check=True)["plan_digest"]
    office.by_hand("phonebook_entry", display_name="Father", phone="030 5", owner="anna")
    with pytest.raises(RefusedError, match="update phonebook_entry Father"):
        office.sync("staff", expect_plan=digest)


def test_a_rename_that_is_rejected_moves_no_entry(office):
    write_staff(office, {**PEOPLE, "1": "reception"})
    office.by_hand("user", username="reception", display_name="Reception")
    assert office.sync("staff")["counts"]["rejected"] == 1
    assert owners_of(office)["Mother"] == "anna"


def test_by_hand_entries_follow_and_are_locked_alike(office):
    simulated = office.call(by_hand, check=True, diff=True, **RENAME)
    assert [part["after"] for part in simulated["diff"][1:]] == ["owner: anna.neu\n"] * 2
    assert owners_of(office)["Mother"] == "anna"
    done = office.call(by_hand, diff=True, **RENAME)
    assert done["diff"] == simulated["diff"]
    assert owners_of(office) == {"Dentist": "anna.neu", "Mother": "anna.neu", "Plumber": "ben", "Taxi": None}
    assert office.sync("book")["result"] == "unchanged"
    result = office.by_hand("user", username="anna.neu", state="absent")
    assert owners_of(office)["Dentist"] == owners_of(office)["Mother"] == "anna.neu (removed)"
    assert "2 private phonebook entries" in result["warnings"][0]
    assert office.sync("book")["result"] == "unchanged"
    (change,) = office.call(run_info.run_info, check=True, limit=1, name="Mother")["changes"]
    (run,) = office.call(run_info.run_info, check=True, limit=1, run_id=change["run_id"])["runs"]
    assert (run["counts"]["removed"], run["counts"]["updated"]) == (1, 2)


RENAME = {"state": "present", "username": "anna", "rename_to": "anna.neu"}


def by_hand(call):
    from ansible_collections.telephony.connector.plugins.module_utils.actions import objects

    return objects.declare_user(call)


def test_a_profile_that_makes_users_and_entries_stays_in_step_with_itself(system):
    structure = {
        "user": {"username": "username", "display_name": "displayname", "when": "row.username"},
        "phonebook_entry": {
            "display_name": "displayname", "phone": "phone", "owner": "row.owner", "when": "row.owner",
        },
    }  # fmt: skip
    header = "id,username,displayname,phone,owner\n"
    system.profile(key="row.id", match=[], structure=structure, guards={"max_removals": "100%"})
    lines = ["1,anna,Anna,21,", "2,,Dentist,2,anna", "3,ben,Ben,23,", "4,dora,Dora,24,dora", ""]
    system.import_csv(header + "\n".join(lines))
    steps = [
        (("1,anna", "1,anna.neu"), {"Dentist": "anna.neu", "Dora": "dora"}),
        (("1,anna.neu", "1,anna.alt"), {"Dentist": "anna.alt", "Dora": "dora"}),  # beside a change of its own
        (("4,dora,Dora,24,dora", "4,doris,Dora,24,doris"), {"Dentist": "anna.alt", "Dora": "doris"}),
        (("1,anna.alt,Anna,21,\n", ""), {"Dentist": "anna.alt (removed)", "Dora": "doris"}),
    ]
    text = header + "\n".join(lines)
    for number, ((old, new), expected) in enumerate(steps):
        text = text.replace(old, new)
        if number % 2:
            text = text.replace("Dentist,2", "Dentist,22")
        system.csv(text)
        sync_twice(system)
        assert owners_of(system) == expected


@pytest.mark.parametrize("returns", [True, False])
def test_a_source_that_knows_the_users_of_today_gives_entries_back(office, monkeypatch, returns):
    """An address book of Exchange is a user's by what the phone system says of its users."""
    write_staff(office, {"2": "ben", "3": "cleo"})
    office.sync("staff")
    source_class = planner.source_class

    def knowing(family):
        class Source(source_class(family)):
            phone_users = ()

        return Source

    monkeypatch.setattr(planner, "source_class", knowing)
    if returns:
        write_staff(office, PEOPLE)
        office.sync("staff")
        sync_twice(office, "book")
        assert owners_of(office)["Dentist"] == "anna"
    else:
        write_book(office, "b,Plumber,030 2,ben")
        sync_twice(office, "book")
        assert "Dentist" not in owners_of(office)


def test_only_one_record_is_renamed_with_its_entries(office):
    write_staff(office, {"1": "anna.neu", "2": "ben.neu", "3": "cleo"})
    result = office.sync("staff", only="2")
    assert result["counts"]["updated"] == 2
    assert owners_of(office) == {"Dentist": "anna", "Mother": "anna", "Plumber": "ben.neu", "Taxi": None}


@pytest.mark.parametrize("seed", range(4 if FACTOR >= 1 else 2))
def test_whoever_is_renamed_removed_or_hired_reads_his_own_entries_alone(office, seed):
    """Entries belong to a person, who is known by the record's key, whatever the logins do."""
    chance = random.Random(seed)
    people, rows = dict(PEOPLE), {"a": "Dentist,030 1,anna", "b": "Plumber,030 2,ben"}
    person_of = {"Dentist": "1", "Mother": "1", "Plumber": "2"}
    lost = {}
    for step in range(5):
        keys = chance.sample("12345", chance.randint(2, 4))
        logins = dict(zip(keys, chance.sample(["anna", "ben", "cleo", "dora", "emil"], len(keys)), strict=True))
        for key, login in people.items():
            if key not in logins:
                lost.update({name: f"{login} (removed)" for name, owner in person_of.items() if owner == key})
                person_of = {name: owner for name, owner in person_of.items() if owner != key}
        people = logins
        write_staff(office, people)
        sync_twice(office)
        if chance.random() < 0.5:
            key = chance.choice("ab")
            rows[key] = rows[key].replace(",030 ", f",030 {step}")
            write_book(office, *(f"{key},{row}" for key, row in rows.items()))
            assert sync_twice(office, "book")["counts"]["updated"] == 1
        else:
            assert office.sync("book")["result"] == "unchanged"
        expected = {name: people[owner] for name, owner in person_of.items()} | lost
        assert owners_of(office) == {**expected, "Taxi": None}
        if chance.random() < 0.5 and (newcomer := chance.choice(list(people))):
            name = f"Friend {step}"
            office.by_hand("phonebook_entry", display_name=name, phone="030 9", owner=people[newcomer])
            person_of[name] = newcomer
