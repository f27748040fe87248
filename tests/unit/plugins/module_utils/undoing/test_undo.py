# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking a run back: what comes back, what stays because of somebody else, and what is said of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import user_auth
from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_info import profiles_info
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, RefusedError
from ansible_collections.telephony.connector.plugins.module_utils.undoing import run as undo_run
from ansible_collections.telephony.connector.tests.contents import contents
from ansible_collections.telephony.connector.tests.system import System

from .staff import HEADER, MANY, PEOPLE, last_run, person, release, tables


def test_removed_people_come_back_as_they_were(staff: System) -> None:
    """With id, number, devices, roles, private entry, link, login method, password, PIN and the device's password."""
    staff.by_hand("phonebook_entry", display_name="Plumber", phone="0891", owner="anna")
    staff.call(user_auth.set_method, users=["anna"], method="none")
    before, people = tables(staff), staff.objects()
    bad = staff.import_csv(HEADER + person("ben", 201))
    assert bad["counts"]["removed"] == 3

    undone = staff.undo(bad["run_id"])
    assert undone["result"] == "changed"
    assert undone["counts"] == {"restored": 4, "kept": 0, "conflicts": 0}  # and the entry that was locked
    assert undone["summary"] == "4 restored (3 back, 1 as before)"
    assert tables(staff) == before
    assert staff.objects() == people

    release(staff)
    again = staff.import_csv(PEOPLE)
    assert again["result"] == "unchanged"
    assert again["counts"]["set_back"] == 0
    assert tables(staff)["objects"] == before["objects"]


def test_created_people_go_and_changed_ones_are_as_before(staff: System) -> None:
    before = tables(staff)
    bad = staff.import_csv(
        HEADER + person("annabel", 203) + person("ben", 202, password="Another-1", phonepass="another-device")
        + person("cleo", 201) + person("dora", 200) + person("emil", 205)
    )  # fmt: skip
    assert bad["counts"]["created"] + bad["counts"]["updated"] >= 4
    undone = staff.undo(bad["run_id"])
    assert (undone["counts"]["kept"], undone["counts"]["conflicts"]) == (0, 0)
    assert tables(staff) == before
    release(staff)
    assert staff.import_csv(PEOPLE)["result"] == "unchanged"


def test_a_simulation_tells_the_same_and_writes_nothing(staff: System) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201))
    before = contents(staff.location)
    simulated = staff.undo(bad["run_id"], check=True, diff=True)
    assert contents(staff.location) == before
    assert simulated["run_id"] is None
    assert "anna" in str(simulated["diff"])
    assert "Secret" not in str(simulated)
    undone = staff.undo(bad["run_id"], expect_plan=simulated["plan_digest"])
    assert undone["plan_digest"] == simulated["plan_digest"]
    assert undone["changes"] == simulated["changes"]
    assert [change["action"] for change in undone["changes"]] == ["create"] * 3


def test_an_undo_can_be_undone(staff: System) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201, mobile="+49172") + person("emil", 202))
    after = tables(staff)
    first = staff.undo(bad["run_id"])
    second = staff.undo(first["run_id"])
    assert second["counts"]["restored"] == first["counts"]["restored"]
    assert tables(staff) == after
    third = staff.undo(second["run_id"])
    assert third["counts"] == second["counts"]
    release(staff)
    assert staff.import_csv(PEOPLE)["result"] == "unchanged"


def test_a_second_time_there_is_nothing_to_take_back(staff: System) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201))
    staff.undo(bad["run_id"])
    again = staff.undo(bad["run_id"])
    assert (again["result"], again["changed"], again["run_id"]) == ("unchanged", False, None)
    assert again["counts"] == {"restored": 0, "kept": 0, "conflicts": 0}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("user", {"username": "anna", "given_name": "A.", "password": "New-password-1", "pin": "815234"}),
        ("user", {"username": "anna", "rename_to": "anne", "extension": "299"}),
        ("user", {"username": "anna", "state": "absent"}),
        ("user", {"username": "zoe", "display_name": "Zoe", "extension": "298"}),
        ("user", {"username": "anna", "devices": []}),
        ("speed_dial", {"number": "*1", "destination": "110"}),
        ("phonebook_entry", {"display_name": "Plumber", "phone": "0891", "owner": "anna"}),
    ],
)
def test_a_change_by_hand_is_taken_back(staff: System, kind: str, fields: dict[str, Any]) -> None:
    staff.by_hand("phonebook_entry", display_name="Taxi", phone="0892", owner="anna", labels={"Kind": "taxi"})
    before = tables(staff)
    assert staff.by_hand(kind, **fields)["changed"]
    undone = staff.undo(last_run(staff))
    assert undone["result"] == "changed"
    assert undone["hold"] is None  # nobody's schedule did it
    assert tables(staff) == before


def test_a_login_method_is_taken_back(staff: System) -> None:
    before = tables(staff)
    staff.call(user_auth.set_method, profile="staff", method="none")
    staff.undo(last_run(staff))
    assert tables(staff) == before


def test_the_profile_is_on_hold_afterwards(staff: System) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201))
    undone = staff.undo(bad["run_id"])
    reason = f"run {bad['run_id']} was taken back by run {undone['run_id']}"
    assert undone["hold"]["reason"] == reason
    with pytest.raises(RefusedError, match=reason):
        staff.sync()
    assert staff.sync(check=True)["counts"]["removed"] == 3


def test_without_hold_it_is_not(staff: System) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201))
    assert staff.undo(bad["run_id"], hold=False)["hold"] is None
    assert staff.call(profiles_info, check=True)["profiles"][0]["hold"] is None
    assert staff.sync()["counts"]["removed"] == 3


def test_a_run_that_is_not_there_is_an_error(staff: System) -> None:
    for run in (0, -1, 99, 2**40):
        with pytest.raises(DefinitionError, match="There is no run"):
            staff.undo(run)


@pytest.mark.parametrize("check", [True, False])
def test_a_report_tells_what_is_restored_and_what_stays(staff: System, tmp_path: Path, check: bool) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201))
    staff.by_hand("user", username="eva", display_name="Eva", extension="200")
    path = tmp_path / "undo.md"
    staff.undo(bad["run_id"], check=check, report=str(path))
    text = path.read_text("utf-8")
    assert "2 restored (2 back), 1 in conflict" in text
    assert "cleo" in text
    assert 'its extension "200" is taken by the user "eva"' in text
    assert ("expect_plan" in text) == check


def test_a_refused_undo_is_planned_once_and_reported(
    system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system.profile()
    first = system.import_csv(HEADER + "".join(person(f"user{n}", 200 + n) for n in range(10)))
    path = tmp_path / "undo.json"
    plans: list[int] = []
    make = undo_run.plan.make
    monkeypatch.setattr(undo_run.plan, "make", lambda *given: plans.append(1) or make(*given))
    with pytest.raises(RefusedError):
        system.undo(first["run_id"], report=str(path))
    assert plans == [1]
    assert json.loads(path.read_text("utf-8"))["result"] == "refused"


def test_one_person_of_a_run_is_brought_back(staff: System) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201))
    undone = staff.undo(bad["run_id"], only=["Cleo"])
    assert undone["counts"] == {"restored": 1, "kept": 0, "conflicts": 0}
    assert staff.names() == ["ben", "cleo"]
    assert staff.undo(bad["run_id"])["counts"]["restored"] == 2  # the others, later
    with pytest.raises(DefinitionError, match=r'nothing that is called "clea"\. Did you mean "cleo"'):
        staff.undo(bad["run_id"], only=["clea"])


def test_whom_the_run_renamed_is_found_by_the_former_name(system: System) -> None:
    """People know the login that somebody had before the mistake; who is called so now comes first."""
    system.profile(**MANY, variables={"username": "row.login"}, key="row.username")
    head = "username,login,displayname\n"
    system.import_csv(head + "a,anna,Anna\nb,ben,Ben\nc,cleo,Cleo\n")
    bad = system.import_csv(head + "a,annabel,Anna\nb,cleo,Ben\nc,ben,Cleo\n")
    assert system.undo(bad["run_id"], check=True, only=["cleo"])["changes"] == []  # Ben, whose login is Cleo's again
    undone = system.undo(bad["run_id"], only=["anna"])
    assert [change["before"]["username"] for change in undone["changes"]] == ["annabel"]


def test_the_journal_says_what_an_undo_does(staff: System) -> None:
    """Its reasons are read alone, in the history of a person: they must not name what the run had done."""
    bad = staff.import_csv(HEADER + person("ben", 209) + person("cleo", 202) + person("emil", 205))
    reasons = {change["name"]: change["reason"] for change in staff.undo(bad["run_id"])["changes"]}
    undo = f"undo of run {bad['run_id']}:"
    assert reasons["anna"] == f"{undo} is back"
    assert reasons["ben"] == f"{undo} is as before it"
    assert reasons["emil"] == f"{undo} is removed again"


def test_records_that_were_looked_at_anew_are_as_before(staff: System) -> None:
    """Byte for byte, where only what the profile does not map had changed."""
    before = tables(staff)
    other = staff.import_csv(PEOPLE.replace(HEADER, HEADER.strip() + ",unused\n").replace("Sales\n", "Sales,x\n"))
    assert other["result"] == "unchanged"
    after = tables(staff)
    assert after != before
    undone = staff.undo(other["run_id"])
    assert undone["result"] == "unchanged"
    assert tables(staff) == before
    staff.undo(undone["run_id"])
    assert tables(staff) == after


def test_a_leaver_is_no_leaver_any_more(system: System) -> None:
    """The undo of the run that has disabled him, and the undo of that."""
    system.profile(**MANY, leavers={"action": "disable", "grace_days": 30})
    system.import_csv(PEOPLE)
    people, before = system.objects(), {**tables(system), "leavers": contents(system.location)["leavers"]}
    bad = system.import_csv(HEADER + person("ben", 201) + person("cleo", 202) + person("dora", 203))
    assert bad["counts"]["disabled"] == 1
    after = {**tables(system), "leavers": contents(system.location)["leavers"]}
    assert len(after["leavers"]) == 1
    undone = system.undo(bad["run_id"])
    assert undone["counts"] == {"restored": 1, "kept": 0, "conflicts": 0}
    assert undone["changes"][0]["reason"] == f"undo of run {bad['run_id']}: signs in again"
    assert system.objects() == people
    assert {**tables(system), "leavers": contents(system.location)["leavers"]} == before
    limits = {"max_removals": 0}
    assert system.undo(undone["run_id"], guards=limits, check=True)["result"] == "refused"
    again = system.undo(undone["run_id"])
    assert again["changes"][0]["reason"] == f"undo of run {undone['run_id']}: is a leaver again"
    assert {**tables(system), "leavers": contents(system.location)["leavers"]} == after
