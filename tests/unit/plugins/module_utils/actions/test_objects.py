# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that a person makes: one at a time, by the same rules as a sync, and seen by the next sync."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.tests.contents import contents

HEADER = "username,displayname,phone,mobile\n"
PEOPLE = HEADER + "anna,Anna,201,+49 171 1\nben,Ben,202,\n"

EVERY_FIELD: dict[str, Any] = {
    "user": {
        "username": "MMuster", "display_name": "Max Muster", "given_name": "Max", "surname": "Muster",
        "email": "max@corp.example", "extension": "217", "fax_extension": "218", "auth_method": "ldap",
        "language": "de", "roles": ["Sales", "Berlin"],
        "phonebook": {"organisation": "Corp", "mobile": "+49 171 1", "homephone": "+49 30 1", "fax": "+49 30 2",
                      "notes": "Boss", "labels": {"Room": "3.07"}},
        "devices": [{"type": "softphone"}, {"type": "mobile", "number": "+49 171 1", "pairing": "required"},
                    {"type": "ip_phone", "mac": "001122aabbcc", "ip": "192.0.2.7", "username": "phone",
                     "timeouts": {"internal": {"delay": 0, "ring": 20}}}],
    },
    "phonebook_entry": {
        "display_name": "Muster Ltd", "phone": "+49 89 1", "given_name": "Max", "surname": "Muster",
        "organisation": "Muster Ltd", "email": "info@muster.example", "mobile": "+49 171 2", "homephone": "+49 89 2",
        "fax": "+49 89 3", "notes": "Customer\nsince 1998", "labels": {"Number": "4711"}, "owner": "mmuster",
    },
    "speed_dial": {"number": "*10", "destination": "+49 89 1", "display_name": "Muster Ltd"},
}  # fmt: skip


@pytest.fixture
def staff(system):
    system.profile()
    system.import_csv(PEOPLE)
    return system


@pytest.mark.parametrize("kind", EVERY_FIELD)
def test_an_object_with_every_field_is_kept_whole_and_a_second_time_nothing_happens(system, kind):
    fields = EVERY_FIELD[kind]
    simulated = system.by_hand(kind, check=True, **fields)
    made = system.by_hand(kind, **fields)
    assert (simulated["changed"], made["changed"]) == (True, True)
    expected = {**fields, "username": "mmuster"} if kind == "user" else fields
    for shown in (made["object"], *system.objects(kind)):
        assert {name: value for name, value in shown.items() if name not in ("id", "profiles")} == expected
        assert shown["profiles"] == []
    assert {**simulated["object"], "id": made["object"]["id"]} == made["object"]
    assert system.by_hand(kind, **fields)["changed"] is False


@pytest.mark.parametrize("kind", EVERY_FIELD)
def test_a_removed_object_leaves_nothing_but_its_journal(system, kind):
    before = contents(system.location)
    system.by_hand(kind, **EVERY_FIELD[kind])
    name = next(iter(EVERY_FIELD[kind]))
    gone = {name: EVERY_FIELD[kind][name], "owner": EVERY_FIELD[kind].get("owner"), "state": "absent"}
    assert system.by_hand(kind, check=True, **gone)["changed"] is True
    assert system.by_hand(kind, **gone) == {"changed": True, "object": None}
    assert system.by_hand(kind, **gone)["changed"] is False
    after = contents(system.location)
    for table in ("objects", "identifiers", "credentials", "links"):
        assert after[table] == before.get(table, [])
    assert len(after["changes"]) == 2


@pytest.mark.parametrize("kind", EVERY_FIELD)
def test_the_diff_shows_what_changes_and_nothing_else(system, kind):
    system.by_hand(kind, **EVERY_FIELD[kind])
    field = "destination" if kind == "speed_dial" else "display_name"
    other = {"user": {"surname": "Meier"}, "phonebook_entry": {"surname": "Meier"}, "speed_dial": {field: "12"}}[kind]
    (name,) = other
    result = system.by_hand(kind, diff=True, **{**EVERY_FIELD[kind], **other})
    (diff,) = result["diff"]
    assert diff["before"] == f"{name}: {EVERY_FIELD[kind][name]}\n"
    assert diff["after"] == f"{name}: {other[name]}\n"
    assert system.by_hand(kind, diff=True, **{**EVERY_FIELD[kind], **other})["diff"] == []


def test_a_hand_edit_of_an_imported_user_keeps_its_profile_and_is_noticed(staff):
    staff.by_hand("user", username="anna", display_name="Annabel", language="fr")
    assert staff.user("anna")["profiles"] == ["staff"]
    result = staff.sync()
    assert [(change["name"], change["after"]) for change in result["changes"]] == [("anna", {"display_name": "Anna"})]
    assert staff.user("anna")["language"] == "fr"


def test_a_user_that_a_person_removes_is_imported_again_as_somebody_new(staff):
    before = staff.user("anna")["id"]
    staff.by_hand("user", username="anna", state="absent")
    result = staff.sync()
    assert (result["counts"]["created"], result["counts"]["unchanged"]) == (1, 1)
    assert staff.user("anna")["id"] > before
    assert staff.sync()["changed"] is False


def test_a_user_that_a_person_renames_is_renamed_back_and_stays_the_same_user(staff):
    before = staff.user("anna")
    staff.by_hand("user", username="anna", rename_to="Annabel")
    assert staff.names() == ["annabel", "ben"]
    assert staff.by_hand("user", username="anna", rename_to="annabel")["changed"] is False
    assert staff.sync()["counts"]["updated"] == 1
    assert staff.user("anna") == before


def test_a_login_that_is_free_again_may_be_taken(staff):
    staff.by_hand("user", username="anna", rename_to="annabel")
    staff.by_hand("user", username="anna", display_name="Another Anna")
    assert staff.names() == ["anna", "annabel", "ben"]
    result = staff.sync()
    assert (result["rejected"][0]["key"], result["rejected"][0]["field"]) == ("anna", "username")
    assert staff.user("annabel")["profiles"] == ["staff"]


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("user", {"username": "carl", "display_name": "Carl", "extension": "201"}, 'extension 201 .* user "anna"'),
        ("user", {"username": "carl", "display_name": "Carl", "fax_extension": "201"}, "fax_extension 201"),
        ("user", {"username": "carl", "display_name": "C", "extension": "300", "fax_extension": "300"}, "must differ"),
        ("user", {"username": "anna", "extension": "202"}, 'User "anna" cannot .* 202 is taken by the user "ben"'),
        ("user", {"username": "anna", "rename_to": "ben"}, 'username ben is taken by the user "ben"'),
        ("user", {"username": "anna", "extension": "801"}, 'taken by the speed dial "801"'),
        ("speed_dial", {"number": "201", "destination": "12"}, 'number 201 is taken by the user "anna"'),
    ],
)
def test_what_somebody_else_has_is_refused_with_the_name_of_who_has_it(staff, kind, fields, words):
    staff.by_hand("speed_dial", number="801", destination="0049 89 1")
    before = contents(staff.location)
    for check in (True, False):
        with pytest.raises(DefinitionError, match=words):
            staff.by_hand(kind, check=check, **fields)
    assert contents(staff.location) == before


def test_a_number_may_move_from_the_extension_to_the_fax_of_the_same_user(staff):
    staff.by_hand("user", username="anna", extension="301", fax_extension="201")
    assert (staff.user("anna")["extension"], staff.user("anna")["fax_extension"]) == ("301", "201")


def test_entries_of_one_name_in_the_company_book_and_in_private_ones_are_different_entries(system):
    for owner in (None, "anna", "ben"):
        system.by_hand("phonebook_entry", display_name="Doctor", phone="1", owner=owner)
    system.by_hand("phonebook_entry", display_name="Doctor", phone="2", owner="Anna")
    phones = {entry.get("owner"): entry["phone"] for entry in system.objects("phonebook_entry")}
    assert phones == {None: "1", "anna": "2", "ben": "1"}
    system.by_hand("phonebook_entry", display_name="Doctor", owner="ben", state="absent")
    assert len(system.objects("phonebook_entry")) == 2


def test_roles_and_labels_are_made_when_somebody_has_them(system):
    system.by_hand("user", **EVERY_FIELD["user"])
    system.by_hand("phonebook_entry", **EVERY_FIELD["phonebook_entry"])
    found = contents(system.location)
    assert found["roles"] == [("Berlin",), ("Sales",)]
    assert found["labels"] == [("Number",), ("Room",)]


def test_every_change_by_hand_is_a_run_of_its_own(system):
    system.by_hand("speed_dial", number="801", destination="12")
    system.by_hand("speed_dial", number="801", destination="13")
    system.by_hand("speed_dial", number="801", destination="13")
    system.by_hand("speed_dial", number="801", state="absent")
    told = system.call(run_info.run_info, check=True, limit=10, name="801")
    assert [(change["action"], change["before"], change["after"]) for change in told["changes"]] == [
        ("remove", {"number": "801", "destination": "13"}, {}),
        ("update", {"destination": "12"}, {"destination": "13"}),
        ("create", {}, {"number": "801", "destination": "12"}),
    ]
    runs = system.call(run_info.run_info, check=True, limit=10)["runs"]
    assert [(entry["mode"], entry["profile"]) for entry in runs] == [("manual", None)] * 3
    assert [entry["counts"]["removed"] for entry in runs] == [1, 0, 0]


def test_one_of_several_objects_of_a_record_that_is_taken_out_comes_back(system):
    second = {"username": "username ~ '-mobile'", "display_name": "displayname"}
    first = {"username": "username", "display_name": "displayname"}
    system.profile(structure={"user": [first, second]})
    system.import_csv(PEOPLE)
    before = {user["username"]: user for user in system.objects("user")}
    system.by_hand("user", username="anna", state="absent")
    counts = system.sync()["counts"]
    assert (counts["created"], counts["removed"], counts["unchanged"]) == (1, 0, 3)
    after = {user["username"]: user for user in system.objects("user")}
    assert after.keys() == before.keys()
    assert after["anna-mobile"] == before["anna-mobile"]
    assert not system.sync()["changed"]


def test_a_private_entry_of_nobody_is_warned_of(system):
    entry = {"display_name": "Doctor", "phone": "1"}
    (warning,) = system.by_hand("phonebook_entry", owner="niemand", **entry)["warnings"]
    assert warning == 'Phonebook entry "Doctor": there is no user "niemand", so nobody can see it until there is one.'
    system.by_hand("user", username="anna", display_name="Anna")
    assert "warnings" not in system.by_hand("phonebook_entry", owner="anna", **entry)
