# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a number is, why nobody gets it, who had it when, and how full the ranges are."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import number_info, store_settings
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.store import writer
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

HEADER = "username,displayname,phone\n"


def asked(system, number=None, **options):
    params = {"number": number, "range": None, "limit": 500, **options}
    return system.call(number_info.number_info, check=True, **params)


def state(system, number):
    found = asked(system, number)
    assert found["numbers"][0]["state"] == found["state"]
    return found["state"], found["holder"] and found["holder"]["name"]


@pytest.fixture
def staff(system):
    system.profile(guards={"max_removals": "100%"})
    system.pool("200-219", reserved=("219",), cooldown_days=30)
    system.import_csv(HEADER + "anna,Anna,200\nben,Ben,\n")
    return system


def test_every_state_is_told_with_its_holder_and_the_reason(staff):
    staff.by_hand("user", username="fay", display_name="Fay", extension="300", fax_extension="210")
    staff.by_hand("speed_dial", number="211", destination="0049 89 1", display_name="Taxi")
    staff.by_hand("speed_dial", number="*21", destination="0049 89 2", display_name="Other")
    staff.import_csv(HEADER + "anna,Anna,200\n")
    assert state(staff, "200") == ("user", "anna")
    assert state(staff, "201") == ("resting", "ben")
    assert state(staff, "202") == ("free", None)
    assert state(staff, "210") == ("fax_line", "fay")
    assert state(staff, "211") == ("speed_dial", "211")
    assert state(staff, "*21") == ("speed_dial", "*21")
    assert state(staff, "219") == ("reserved", None)
    assert state(staff, "500") == ("free", None)
    assert state(staff, "112") == ("impossible", None)
    found = asked(staff, "200")
    assert found["holder"] == {
        "kind": "user", "id": staff.user("anna")["id"], "name": "anna", "display_name": "Anna", "field": "extension",
    }  # fmt: skip
    assert found["why"] == "is in use by the user anna"
    assert "in no extension pool" in asked(staff, "500")["why"]
    assert asked(staff, "201")["until"].endswith("Z")
    assert asked(staff, "201")["why"].startswith(f"rests until {asked(staff, '201')['until']} after the user ben")
    assert "must not be an emergency number" in asked(staff, "112")["why"]


def test_who_had_a_number_when_is_told_the_last_one_first(staff):
    staff.import_csv(HEADER + "anna,Anna,205\nben,Ben,\n")
    staff.by_hand("user", username="carl", display_name="Carl", extension="200")
    staff.by_hand("user", username="carl", rename_to="charles")
    staff.by_hand("user", username="charles", state="absent")
    staff.by_hand("user", username="dora", display_name="Dora", fax_extension="200", extension="310")
    history = asked(staff, "200")["history"]
    assert [(one["name"], one["field"], one["profile"], one["until"] is None) for one in history] == [
        ("dora", "fax_extension", None, True),
        ("charles", "extension", None, False),
        ("anna", "extension", "staff", False),
    ]
    assert all(one["since"] <= (one["until"] or "9") for one in history)
    assert all(one["actor"] for one in history)


def test_what_the_journal_no_longer_has_is_told_as_far_as_it_is_known(staff):
    store = Store.open(staff.location, staff.KEY)
    with store.writing():
        store.connection.execute(store.schema.changes.delete())
    store.close()
    assert asked(staff, "200")["history"] == []
    staff.import_csv(HEADER + "anna,Anna,206\nben,Ben,\n")
    (one,) = asked(staff, "200")["history"]
    assert (one["name"], one["since"]) == ("anna", None)
    assert one["until"]


def test_a_range_is_told_number_by_number_up_to_the_limit(staff):
    found = asked(staff, range="199-203")
    assert [(one["number"], one["state"]) for one in found["numbers"]] == [
        ("199", "free"), ("200", "user"), ("201", "user"), ("202", "free"), ("203", "free"),
    ]  # fmt: skip
    assert found["truncated"] is False
    assert "history" not in found
    huge = asked(staff, range="200-99999999999999999999", limit=3)
    assert ([one["number"] for one in huge["numbers"]], huge["truncated"]) == (["200", "201", "202"], True)


def test_how_full_each_range_is_is_told_in_any_case(staff):
    staff.import_csv(HEADER + "anna,Anna,200\n")
    staff.pool("400-409", name="berlin")
    found = asked(staff)
    assert found["numbers"] == []
    assert found["ranges"] == [
        {"pool": "default", "range": "200-219", "size": 20, "used": 1, "resting": 1, "reserved": 1, "free": 17},
        {"pool": "berlin", "range": "400-409", "size": 10, "used": 0, "resting": 0, "reserved": 0, "free": 10},
    ]


def test_an_outside_number_on_a_line_stands_for_its_extension(staff):
    lines = [{"prefix": "+49 991 2960", "extension_digits": 3}]
    staff.call(store_settings.store_settings, journal_days=None, numbers={"country": "DE", "lines": lines})
    found = asked(staff, "0991/2960-200")
    assert (found["numbers"][0]["number"], found["holder"]["name"]) == ("200", "anna")
    assert found["numbers"][0]["did"] == "+499912960200"
    assert state(staff, "0991/2961-200") == ("impossible", None)


def test_what_cannot_be_asked_is_refused(staff):
    for options in ({"range": "299-200"}, {"number": " "}, {"limit": -1}):
        with pytest.raises(DefinitionError):
            asked(staff, **options)


def test_a_leaver_still_holds_the_number(staff):
    store = Store.open(staff.location, staff.KEY)
    with store.writing():
        writer.start_leaving(store, [staff.user("ben")["id"]])
    store.close()
    found = asked(staff, "201")
    assert (found["state"], found["holder"]["name"]) == ("leaver", "ben")
    assert found["until"] == found["history"][0]["since"][:10], "without days of grace the next run removes him"
    assert found["why"] == f"is held by the leaver ben until {found['until']}: it is that person's again who returns"


def test_who_is_refused_a_leaver_s_number_is_told_of_the_leaver(staff):
    store = Store.open(staff.location, staff.KEY)
    with store.writing():
        writer.start_leaving(store, [staff.user("ben")["id"]])
    store.close()
    result = staff.import_csv(HEADER + "anna,Anna,200\nben,Ben,\nnew,New,201\n", check=True)
    assert result["rejected"][0]["rule"].startswith("must be unique: ben has it already, as a leaver until 20")
