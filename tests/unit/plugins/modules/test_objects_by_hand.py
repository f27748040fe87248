# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules user, phonebook_entry, speed_dial, extension_pool and object_info, as a person uses them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

PASSWORD = "correct-horse-battery"
PIN = "472915"
DEVICE_PASSWORD = "device-horse-battery"


def full_user() -> dict[str, Any]:
    return {
        "username": "MMuster",
        "display_name": "Max Muster",
        "extension": "217",
        "password": PASSWORD,
        "pin": PIN,
        "roles": ["Sales", "Berlin"],
        "phonebook": {"mobile": "+49 171 5550123", "labels": {"Room": "3.07"}},
        "devices": [{"type": "ip_phone", "mac": "00:11:22:AA:BB:CC", "password": DEVICE_PASSWORD}],
    }


def names(result: dict[str, Any]) -> list[str]:
    return [entry.get("username") or entry.get("display_name") or entry["number"] for entry in result["objects"]]


def test_a_user_declared_twice_changes_nothing_the_second_time(run: Run) -> None:
    first = run("user", **full_user())
    second = run("user", **full_user())
    assert (first["changed"], second["changed"]) == (True, False)
    assert second["object"]["username"] == "mmuster"
    assert second["object"]["devices"][0]["mac"] == "001122aabbcc"
    assert second["object"]["id"] == first["object"]["id"]


def test_check_mode_shows_a_user_and_makes_none(run: Run) -> None:
    simulated = run("user", check=True, diff=True, **full_user())
    assert simulated["changed"] is True
    assert simulated["object"]["display_name"] == "Max Muster"
    assert "display_name: Max Muster" in simulated["diff"][0]["after"]
    assert run("object_info", kind="user", check=True)["count"] == 0


def test_a_number_that_nobody_can_dial_is_taken_and_said_once(run: Run, warned: list[str]) -> None:
    entry = {"display_name": "Max", "phone": "keine", "mobile": "0171/55", "homephone": "sip:max@example.com"}
    for check in (True, False):
        run("phonebook_entry", check=check, **entry)
        (words,) = warned
        assert words.startswith('Phonebook entry "Max": phone "keine" has no digit, so nobody can dial it: leave it')
        warned.clear()
    assert run("object_info", kind="phonebook_entry")["objects"][0]["phone"] == "keine"
    assert not run("phonebook_entry", **entry)["changed"]
    assert not warned


def test_what_is_not_given_stays_and_what_is_empty_goes(run: Run) -> None:
    run("user", **full_user())
    changed = run("user", username="mmuster", surname="Muster", phonebook={"mobile": ""}, roles=[])["object"]
    assert changed["surname"] == "Muster"
    assert changed["extension"] == "217"
    assert changed["phonebook"] == {"labels": {"Room": "3.07"}}
    assert "roles" not in changed


def test_a_new_login_keeps_the_user(run: Run) -> None:
    before = run("user", **full_user())["object"]
    renaming = {"username": "mmuster", "rename_to": "mmeier", "surname": "Meier"}
    after = run("user", **renaming)["object"]
    assert after["id"] == before["id"]
    assert (after["username"], after["extension"]) == ("mmeier", "217")
    assert run("user", **renaming)["changed"] is False
    assert names(run("object_info", kind="user")) == ["mmeier"]


@pytest.mark.parametrize(
    ("module", "options"),
    [
        ("user", {"username": "guest", "display_name": "Guest"}),
        ("phonebook_entry", {"display_name": "Muster Ltd", "phone": "+49 89 5550100"}),
        ("phonebook_entry", {"display_name": "Family doctor", "owner": "mmuster"}),
        ("speed_dial", {"number": "*10", "destination": "+49 89 5550100"}),
    ],
)
def test_an_object_comes_and_goes_once(run: Run, module: str, options: dict[str, Any]) -> None:
    changes = [
        run(module, **options, state=state)["changed"] for state in ("absent", "present", "present", "absent", "absent")
    ]
    assert changes == [False, True, False, True, False]


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        ("user", {"username": "max muster", "display_name": "Max"}, "blanks"),
        ("user", {"username": "mmuster"}, "display_name must be given"),
        ("user", {"username": "mmuster", "display_name": "Max", "extension": "0217"}, "must not start with 0"),
        ("user", {"username": "mmuster", "display_name": "Max", "password": "short"}, "8 characters"),
        ("user", {"username": "mmuster", "display_name": "Max", "pin": "12a4"}, "digits"),
        ("user", {"username": "mmuster", "display_name": "Max", "devices": [{"type": "mobile"}]}, "devices.number"),
        ("user", {"username": "mmuster", "display_name": "Max", "devices": [{"type": "fax"}]}, "ip_phone"),
        ("user", {"username": "mmuster", "dispaly_name": "Max"}, 'Did you mean "display_name"?'),
        ("phonebook_entry", {"phone": "12"}, "display_name"),
        ("phonebook_entry", {"id": 4711, "phone": "12"}, "4711"),
        ("speed_dial", {"number": "*10"}, "destination must be given"),
        ("speed_dial", {"number": "110", "destination": "12"}, "emergency"),
        ("extension_pool", {"ranges": ["299-200"]}, "299-200"),
        ("extension_pool", {"ranges": ["2xx"]}, "2xx"),
        ("extension_pool", {}, "ranges"),
        ("object_info", {"kind": "users"}, "users"),
        ("object_info", {"kind": "user", "profile": "staff"}, "staff"),
    ],
)
def test_a_wrong_option_fails_with_the_rule(run: Run, module: str, options: dict[str, Any], words: str) -> None:
    failed = run(module, **options)
    assert failed.get("failed") is True
    assert words in failed["msg"]
    assert "Internal error" not in failed["msg"]


def test_numbers_are_one_space(run: Run) -> None:
    run("user", **full_user())
    failed = run("speed_dial", number="217", destination="+49 89 5550100")
    assert failed.get("failed") is True
    assert "217" in failed["msg"]
    assert "mmuster" in failed["msg"]


def test_secrets_are_neither_shown_nor_stored_in_clear(run: Run, tmp_path: Path) -> None:
    shown = str(run("user", diff=True, **full_user())) + str(run("user", diff=True, **full_user()))
    shown += str(run("object_info", kind="user")) + str(run("run_info", name="mmuster"))
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    for secret in (PASSWORD, PIN, DEVICE_PASSWORD):
        assert secret not in shown
        assert secret.encode() not in stored


def test_a_new_user_gets_the_lowest_free_number(run: Run) -> None:
    declared = run("extension_pool", ranges=["200-203"], reserved=["200"])
    assert (declared["pool"]["reserved"], declared["pool"]["used"], declared["pool"]["free"]) == (["200"], 0, 3)
    assert run("extension_pool", ranges=["200-203"], reserved=["200"])["changed"] is False
    extensions = [
        run("user", username=name, display_name=name)["object"].get("extension") for name in ("a", "b", "c", "d")
    ]
    assert extensions == ["201", "202", "203", None]
    emptied = run("extension_pool", ranges=[])["pool"]
    assert (emptied["ranges"], emptied["used"], emptied["free"]) == ([], 0, 0)
    assert run("object_info", kind="user", username="a")["objects"][0]["extension"] == "201"


def test_objects_are_searched_counted_and_cut(run: Run) -> None:
    for name in ("Zoe", "anna", "Ben"):
        run("user", username=name, display_name=f"{name} Muster")
    found = run("object_info", kind="user", search="muster", limit=2)
    assert names(found) == ["anna", "ben"]
    assert (found["count"], found["truncated"]) == (3, True)
    assert run("object_info", kind="user", limit=0)["count"] == 3
    assert names(run("object_info", kind="user", search="ZOE")) == ["zoe"]


def test_the_directory_has_users_and_company_entries_but_no_private_ones(run: Run) -> None:
    run("user", **full_user())
    run("phonebook_entry", display_name="Muster Ltd", phone="+49 89 5550100")
    run("phonebook_entry", display_name="Family doctor", owner="mmuster")
    listed = run("object_info", kind="directory")["objects"]
    assert [(entry["display_name"], entry["phone"]) for entry in listed] == [
        ("Max Muster", "217"),
        ("Muster Ltd", "+49 89 5550100"),
    ]
    private = run("object_info", kind="phonebook_entry", username="mmuster")
    assert names(private) == ["Family doctor"]


def test_entries_of_the_same_name_are_told_apart_by_id(run: Run) -> None:
    first = run("phonebook_entry", display_name="Muster")["object"]
    run("phonebook_entry", display_name="Other")
    other = run("object_info", kind="phonebook_entry", search="Other")["objects"][0]
    run("phonebook_entry", id=other["id"], display_name="Muster")
    failed = run("phonebook_entry", display_name="Muster", phone="12")
    assert failed.get("failed") is True
    assert str(first["id"]) in failed["msg"]
    assert run("phonebook_entry", id=first["id"], phone="12")["object"]["phone"] == "12"


def test_a_change_by_hand_is_in_the_journal(run: Run) -> None:
    run("user", **full_user())
    run("user", username="mmuster", extension="231")
    history = run("run_info", name="217")
    assert [change["action"] for change in history["changes"]] == ["update", "create"]
    assert history["changes"][0]["before"] == {"extension": "217"}
    assert history["changes"][0]["after"] == {"extension": "231"}
    assert history["changes"][0]["profile"] is None
    assert "There is no profile" in run("run_info", profile="staff")["msg"]
    assert "There is no run 100000000000000000000" in run("run_info", run_id=10**20)["msg"]
    assert run("run_info", limit=-1)["msg"] == "The option limit must be 0 or more."
    assert run("run_info", limit=10**20)["runs"] == run("run_info")["runs"]


def test_a_sip_password_is_made_anew_and_shown_nowhere(run):
    run("user", username="anna", display_name="Renewal of Anna", extension="201", sip_password="chosen-by-hand")
    renewed = run("user", username="anna", sip_password="renew", diff=True)
    # the word is no secret, so it is not masked where it stands in other texts
    assert renewed["object"]["display_name"] == "Renewal of Anna"
    assert renewed["object"]["sip_password"] == "********"
    assert run("user", username="anna", sip_password="renew")["changed"]
    assert "chosen-by-hand" not in str(renewed)
    wrong = run("user", username="anna", sip_password="short")
    assert (wrong["failed"], "8 characters or more" in wrong["msg"]) == (True, True)
    assert "short" not in wrong["msg"]
