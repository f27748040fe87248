# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What object_info lists: by kind, name, profile or any text; counted and cut; and the directory as phones see it."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import object_info
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.tests.system import System

PEOPLE = (
    "username,displayname,phone,email,mobile,roles,password\n"
    "zoe,Zoë Österreicher,201,zoe@corp.example,+49 171 1,Sales,correct-horse\n"
    "anna,anna Straße,202,,,Support,\n"
    "ben,Ben,,,,,\n"
)
BOOK = 'displayname,phone,organisation\n"Haus ""Am Tor"" 7",+49 89 7,A\\B\nTaxi,19410,\n'


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def location(request, tmp_path_factory):
    """Return a function that finds room for an empty store, on each database in turn."""
    if request.param == "sqlite":
        return lambda: str(tmp_path_factory.mktemp("store") / "store.db")
    return request.getfixturevalue("postgres").new_database


@pytest.fixture
def system(location, tmp_path):
    """A store of a test's own, to write into."""
    return System(location(), tmp_path)


@pytest.fixture(scope="module")
def full(location, tmp_path_factory):
    """A store that is only read, and therefore made once."""
    return filled(System(location(), tmp_path_factory.mktemp("full")))


@pytest.fixture(scope="module")
def with_guest(location, tmp_path_factory):
    """Another one, with a user by hand."""
    system = filled(System(location(), tmp_path_factory.mktemp("guest")))
    system.by_hand("user", username="guest", display_name="Guest 201")
    system.by_hand("user", username="ben", fax_extension="901")
    return system


def filled(system):
    system.profile()
    system.import_csv(PEOPLE)
    system.profile("book", "csv_phonebook")
    system.import_csv(BOOK, "book")
    system.by_hand("phonebook_entry", display_name="Doctor", phone="030", owner="zoe")
    system.by_hand("speed_dial", number="801", destination="0049 89 1", display_name="Office")
    return system


def info(system, kind, **options):
    return system.call(object_info.object_info, check=True, **{"kind": kind, "limit": 100, **options})


def names(told):
    return [entry.get("username") or entry.get("display_name") or entry["number"] for entry in told["objects"]]


def test_each_kind_is_listed_by_name_whatever_case_it_is_in(full):
    assert names(info(full, "user")) == ["anna", "ben", "zoe"]
    assert names(info(full, "phonebook_entry")) == ["Doctor", 'Haus "Am Tor" 7', "Taxi"]
    assert names(info(full, "speed_dial")) == ["Office"]


@pytest.mark.parametrize(
    ("kind", "search", "found"),
    [
        ("user", "ÖSTER", ["zoe"]),
        ("user", "strasse", ["anna"]),
        ("user", "corp.example", ["zoe"]),
        ("user", "sales", ["zoe"]),
        ("user", "201", ["zoe"]),
        ("user", "correct-horse", []),
        ("user", "display_name", []),
        ("user", "nobody", []),
        ("user", " zoe ", ["zoe"]),
        ("phonebook_entry", 'haus "am', ['Haus "Am Tor" 7']),
        ("phonebook_entry", "a\\b", ['Haus "Am Tor" 7']),
        ("phonebook_entry", "%", []),
        ("speed_dial", "0049", ["Office"]),
        ("directory", "+49", ["zoe", 'Haus "Am Tor" 7']),
    ],
)
def test_a_search_finds_a_text_in_any_field_and_in_no_secret(full, kind, search, found):
    assert sorted(names(info(full, kind, search=search))) == sorted(found)


def test_a_search_does_not_find_secrets_by_their_fingerprints_or_masks(full):
    store_fields = str(full.user("zoe"))
    assert "********" in store_fields
    assert info(full, "user", search="*****")["count"] == 0


def test_one_user_is_found_by_login_without_regard_to_case(full):
    told = info(full, "user", username=" ZOE")
    assert (names(told), told["count"]) == (["zoe"], 1)
    assert names(info(full, "phonebook_entry", username="zoe")) == ["Doctor"], "the private book of somebody"
    assert names(info(full, "user", username="zo")) == []


def test_a_profile_lists_what_it_owns(full):
    assert names(info(full, "user", profile="staff")) == ["anna", "ben", "zoe"]
    assert names(info(full, "phonebook_entry", profile="book")) == ['Haus "Am Tor" 7', "Taxi"]
    assert names(info(full, "user", profile="book")) == []
    assert {tuple(entry["profiles"]) for entry in info(full, "phonebook_entry")["objects"]} == {("book",), ()}


def test_a_profile_that_does_not_exist_is_named_with_the_nearest(full):
    with pytest.raises(DefinitionError, match=r'There is no profile "stuff" .*Did you mean "staff"'):
        info(full, "user", profile="stuff")


@pytest.mark.parametrize(("limit", "shown", "truncated"), [(0, 0, True), (2, 2, True), (3, 3, False), (100, 3, False)])
def test_a_limit_cuts_the_list_and_not_the_count(full, limit, shown, truncated):
    told = info(full, "user", limit=limit)
    assert (names(told), told["count"], told["truncated"]) == (["anna", "ben", "zoe"][:shown], 3, truncated)


def test_a_limit_below_zero_is_refused(full):
    with pytest.raises(DefinitionError, match="limit must be 0 or more"):
        info(full, "user", limit=-1)


def test_the_directory_is_what_phones_see(full):
    told = info(full, "directory")
    shown = {entry["display_name"]: entry for entry in told["objects"]}
    assert shown.keys() == {"anna Straße", "Ben", "Zoë Österreicher", 'Haus "Am Tor" 7', "Taxi"}, "no private entry"
    assert told["objects"][0]["display_name"] == "anna Straße"
    zoe = shown["Zoë Österreicher"]
    assert (zoe["kind"], zoe["phone"], zoe["mobile"], zoe["username"]) == ("user", "201", "+49 171 1", "zoe")
    assert not zoe.keys() & {"password", "roles", "devices", "extension", "auth_method", "phonebook"}
    assert "phone" not in shown["Ben"]
    assert (shown["Taxi"]["kind"], shown["Taxi"]["phone"]) == ("phonebook_entry", "19410")
    assert names(info(full, "directory", profile="book")) == ['Haus "Am Tor" 7', "Taxi"]


def test_reading_changes_nothing_and_an_id_stays_for_life(system):
    first = info(filled(system), "user")
    system.import_csv(PEOPLE.replace("zoe,Zoë", "zoe,Zoe").replace(",201,", ",299,"))
    second = info(system, "user")
    assert (first["changed"], second["changed"]) == (False, False)
    assert [entry["id"] for entry in first["objects"]] == [entry["id"] for entry in second["objects"]]


def test_a_store_with_thousands_of_users_is_cut_to_the_first_by_name(system):
    system.profile()
    system.import_csv("username,displayname\n" + "".join(f"u{n:05},User\n" for n in reversed(range(6000))))
    told = info(system, "user", limit=3)
    assert (names(told), told["count"], told["truncated"]) == (["u00000", "u00001", "u00002"], 6000, True)
    assert info(system, "user", search="u0599", limit=100)["count"] == 10


@pytest.mark.parametrize(
    ("kind", "filters", "found"),
    [
        ("user", {"extension": "201"}, ["zoe"]),
        ("user", {"extension": " 201 "}, ["zoe"]),
        ("user", {"extension": "20"}, []),
        ("user", {"extension": "801"}, []),
        ("user", {"extension": "901"}, ["ben"]),
        ("speed_dial", {"extension": "801"}, ["Office"]),
        ("directory", {"extension": "201"}, ["zoe"]),
        ("user", {"email": "ZOE@corp.example"}, ["zoe"]),
        ("user", {"email": "corp.example"}, []),
        ("user", {"extension": "201", "email": "anna@corp.example"}, []),
        ("user", {"unmanaged": True}, ["guest"]),
        ("user", {"unmanaged": False}, ["anna", "ben", "guest", "zoe"]),
        ("phonebook_entry", {"unmanaged": True}, ["Doctor"]),
        ("user", {"unmanaged": True, "profile": "staff"}, []),
    ],
)
def test_filters_are_exact(with_guest, kind, filters, found):
    assert names(info(with_guest, kind, **filters)) == found
