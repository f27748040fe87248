# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The extension pool: who gets which number, who keeps it, and what happens when there is none left."""

from __future__ import annotations

import time

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import extension_pool
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError

HEADER = "username,displayname,phone\n"


def people(*names):
    """Return a file; "anna:201" has a number, "ben" has none."""
    rows = (name.partition(":") for name in names)
    return HEADER + "".join(f"{name},{name.title()},{number}\n" for name, _colon, number in rows)


def numbers(system):
    return {user["username"]: user.get("extension") for user in system.objects()}


@pytest.fixture
def staff(system):
    system.profile()
    system.pool("200-209")
    return system


def test_users_without_a_number_get_the_lowest_free_ones_in_the_order_of_their_keys(staff):
    staff.csv(people("zoe", "anna", "max:201", "ben"))
    simulated = staff.sync(check=True)
    done = staff.sync()
    assert numbers(staff) == {"anna": "200", "max": "201", "ben": "202", "zoe": "203"}
    assert {change["name"]: change["after"]["extension"] for change in done["changes"]} == numbers(staff)
    assert simulated["plan_digest"] == done["plan_digest"]
    assert simulated["changes"] == done["changes"]
    assert staff.sync()["changed"] is False


def test_the_order_of_the_file_does_not_decide_who_gets_which_number(staff):
    first = staff.csv(people("zoe", "anna", "ben")) and staff.sync(check=True)
    second = staff.csv(people("ben", "anna", "zoe")) and staff.sync(check=True)
    assert first["plan_digest"] == second["plan_digest"]


def test_reserved_numbers_and_those_of_fax_lines_and_speed_dials_are_left_out(staff):
    staff.pool("200-209", "300", reserved=("200", "203-205"))
    staff.by_hand("user", username="porter", display_name="Porter", extension="201", fax_extension="202")
    staff.by_hand("speed_dial", number="206", destination="0049 89 1")
    staff.import_csv(people("a", "b", "c", "d"))
    assert numbers(staff) == {"porter": "201", "a": "207", "b": "208", "c": "209", "d": "300"}


def test_an_emergency_number_is_never_given_out(staff):
    staff.pool("109-113")
    staff.import_csv(people("a", "b", "c"))
    assert numbers(staff) == {"a": "109", "b": "111", "c": "113"}


def test_a_pool_without_free_numbers_rejects_who_needs_one_and_nobody_else(staff):
    staff.pool("200-201")
    result = staff.import_csv(people("a", "b", "c", "d:300"))
    assert (result["result"], result["counts"]["created"], result["counts"]["rejected"]) == ("partial", 3, 1)
    (entry,) = result["rejected"]
    assert (entry["key"], entry["field"], entry["value"]) == ("c", "extension", "")
    assert "no number is free in the extension pool" in entry["rule"]
    assert numbers(staff) == {"a": "200", "b": "201", "d": "300"}
    staff.pool("200-202")
    assert staff.sync()["counts"]["created"] == 1
    assert numbers(staff)["c"] == "202"


def test_who_was_there_before_the_pool_gets_a_number_although_the_file_is_the_same(system):
    system.profile()
    system.import_csv(people("a", "b:250"))
    assert numbers(system) == {"a": None, "b": "250"}
    system.pool("200-209")
    result = system.sync()
    assert (result["counts"]["updated"], result["counts"]["unchanged"]) == (1, 1)
    assert result["changes"][0]["reason"] == "given a number from the extension pool"
    assert numbers(system) == {"a": "200", "b": "250"}
    assert system.sync()["changed"] is False


def test_a_number_is_kept_for_good(staff):
    staff.import_csv(people("a", "b"))
    staff.import_csv(people("0first", "b").replace("B,", "Ben,"))
    assert numbers(staff)["b"] == "201", "although its record changed and 200 is free"
    staff.pool("300-309")
    assert staff.sync()["changed"] is False
    staff.pool()
    assert staff.import_csv(people("0first", "b").replace("B,", "Benjamin,"))["counts"]["updated"] == 1
    assert numbers(staff)["b"] == "201", "although there is no pool any more"


def test_a_number_that_the_source_once_gave_is_kept_when_it_gives_none(staff):
    staff.import_csv(people("a:250", "b:251"))
    assert staff.import_csv(people("a", "b:251"))["counts"]["updated"] == 0
    assert numbers(staff) == {"a": "250", "b": "251"}


def test_the_source_decides_as_soon_as_it_gives_a_number(staff):
    staff.import_csv(people("a", "b"))
    staff.import_csv(people("a:250", "b"))
    assert numbers(staff) == {"a": "250", "b": "201"}


def test_a_number_that_becomes_free_in_a_run_is_given_out_in_the_next_one(staff):
    staff.import_csv(people("a", "b"))
    staff.import_csv(people("b", "c"))
    assert numbers(staff) == {"b": "201", "c": "202"}, "200 was still a's when the run was planned"
    staff.import_csv(people("b", "c", "d"))
    assert numbers(staff) == {"b": "201", "c": "202", "d": "200"}


def test_a_number_that_a_record_of_the_same_run_brings_is_not_given_out(staff):
    staff.import_csv(people("a", "b:200", "c:202"))
    assert numbers(staff) == {"a": "201", "b": "200", "c": "202"}


def test_two_profiles_share_the_pool(staff):
    staff.import_csv(people("a", "b"))
    staff.profile("guests")
    staff.import_csv(people("guest"), "guests")
    assert numbers(staff) == {"a": "200", "b": "201", "guest": "202"}


def test_a_user_made_by_hand_gets_a_number_too(staff):
    assert staff.by_hand("user", check=True, username="porter", display_name="Porter")["object"]["extension"] == "200"
    assert staff.by_hand("user", username="porter", display_name="Porter")["object"]["extension"] == "200"
    assert staff.by_hand("user", username="porter", display_name="Porter")["changed"] is False


def test_entries_and_speed_dials_need_no_number(staff):
    staff.profile("book", "csv_phonebook")
    result = staff.import_csv("displayname,phone\nTaxi,19410\n", "book")
    assert (result["counts"]["created"], result["counts"]["rejected"]) == (1, 0)


def test_who_cannot_get_a_number_keeps_what_others_counted_on(system):
    """A record that is rejected at the very end gives nothing up, so nobody else may have it."""
    system.profile(key="row.id", variables={"fax": "row.fax"}, structure={"user": {"fax_extension": "fax"}})
    header = "id,username,displayname,phone,fax\n"
    system.import_csv(header + "1,anna,Anna,,300\n2,ben,Ben,250,301\n")
    system.pool("250")
    result = system.import_csv(header + "1,anna,Anna,,302\n2,ben,Ben,250,300\n")
    assert [entry["key"] for entry in result["rejected"]] == ["1", "2"]
    assert {user["username"]: user["fax_extension"] for user in system.objects()} == {"anna": "300", "ben": "301"}


def test_a_record_that_becomes_several_objects_is_left_out_as_a_whole(system):
    structure = {
        "user": {"username": "username", "display_name": "displayname"},
        "phonebook_entry": {"display_name": "displayname ~ ' (private)'"},
    }
    system.profile(structure=structure, match=[])
    system.pool("200")
    result = system.import_csv(people("a", "b"))
    assert (result["counts"]["created"], result["counts"]["rejected"]) == (2, 1)
    assert (system.names(), system.names("phonebook_entry")) == (["a"], ["A (private)"])


def test_declaring_the_pool_tells_how_much_of_it_is_used(staff):
    staff.import_csv(people("a", "b", "c:500"))
    told = staff.pool("200-209", "500-501", reserved=("209",))
    fill = told["pool"].pop("fill")
    assert told["pool"] == {
        "name": "default",
        "ranges": ["200-209", "500-501"],
        "reserved": ["209"],
        "cooldown_days": 0,
        "used": 3,
        "resting": 0,
        "free": 8,
    }
    assert [(part["range"], part["size"], part["used"], part["reserved"], part["free"]) for part in fill] == [
        ("200-209", 10, 2, 1, 7),
        ("500-501", 2, 1, 0, 1),
    ]
    assert staff.pool("200-209", "500-501", reserved=("209",))["changed"] is False


def test_a_pool_of_any_size_is_declared_at_once(staff):
    started = time.process_time()
    told = staff.pool("200-99999999999999999999", reserved=("300-399",))
    assert time.process_time() - started < 5
    assert told["pool"]["used"] == 0
    assert told["pool"]["free"] == 99999999999999999999 - 199 - 100
    staff.import_csv(people("a"))
    assert numbers(staff) == {"a": "200"}


def test_the_pool_shows_before_and_after(staff):
    diff = staff.call(extension_pool.declare_pool, check=True, diff=True, ranges=["300-309"], reserved=[])["diff"]
    assert diff == {
        "before": {"name": "default", "ranges": ["200-209"], "reserved": [], "cooldown_days": 0},
        "after": {"name": "default", "ranges": ["300-309"], "reserved": [], "cooldown_days": 0},
    }
    assert staff.pool("200-209")["changed"] is False


@pytest.mark.parametrize("ranges", [["2x"], ["299-200"], ["0200-0299"], ["1"], [""]])
def test_a_range_that_cannot_be_is_named_and_the_old_one_stays(staff, ranges):
    with pytest.raises(DefinitionError, match="range"):
        staff.pool(*ranges)
    with pytest.raises(DefinitionError, match="range"):
        staff.pool("200-299", reserved=tuple(ranges))
    assert staff.pool("200-209")["changed"] is False


def test_a_number_that_a_refused_record_names_is_not_given_to_somebody_else(system):
    system.pool("200-299")
    system.profile()
    result = system.import_csv(
        "username,displayname,phone\nanna,Anna,200\nbert,Bert,200\ncarla,,201\nnobody,Nobody,\n", check=False
    )
    assert result["counts"]["rejected"] == 3
    assert system.user("nobody")["extension"] == "202"
