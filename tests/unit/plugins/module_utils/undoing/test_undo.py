# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking a run back: what comes back, what stays because of somebody else, and what is said of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info, store_settings, user_auth
from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_info import profiles_info
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, RefusedError
from ansible_collections.telephony.connector.tests.contents import contents
from ansible_collections.telephony.connector.tests.system import System

HEADER = "username,displayname,phone,email,mobile,password,pin,phonemac,phonepass,roles\n"
MANY = {"guards": {"max_removals": 1000, "max_renumbered": 1000}}


def person(name: str, number: int, **more: str) -> str:
    values = {
        "email": f"{name}@corp.example", "mobile": f"+49171{number}",
        "password": f"Secret-{name}-1", "pin": f"91{number}",
        "phonemac": f"00:11:22:33:4{number % 10}:55", "phonepass": f"device-{name}", "roles": "Sales", **more,
    }  # fmt: skip
    return ",".join([name, name.title(), str(number), *values.values()]) + "\n"


PEOPLE = HEADER + "".join(person(name, 200 + place) for place, name in enumerate(["anna", "ben", "cleo", "dora"]))


def tables(system: System) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of objects and what hangs on them."""
    found = contents(system.location)
    return {name: found[name] for name in ("objects", "identifiers", "links", "credentials")}


@pytest.fixture
def staff(system: System) -> System:
    system.profile(**MANY)
    system.import_csv(PEOPLE)
    return system


def release(system: System) -> None:
    system.profile(template=None, source=None, hold=False)


def last_run(system: System) -> int:
    return int(system.call(run_info.run_info, check=True, limit=1)["runs"][0]["id"])


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


def test_what_was_changed_since_is_kept_and_named(staff: System) -> None:
    renamed = staff.import_csv(PEOPLE.replace("Anna", "Anni").replace("Ben", "Benny").replace("Cleo", "Cleopatra"))
    staff.by_hand("user", username="ben", given_name="Benedict")
    by_hand = last_run(staff)
    undone = staff.undo(renamed["run_id"])
    assert undone["result"] == "partial"
    assert undone["counts"] == {"restored": 2, "kept": 1, "conflicts": 0}
    (kept,) = undone["kept"]
    assert (kept["kind"], kept["name"], kept["run_id"], kept["reason"]) == ("user", "ben", by_hand, "changed since")
    assert "@" in kept["who"]
    assert kept["when"].endswith("Z")
    assert any("ben" in warning and kept["who"] in warning for warning in undone["warnings"])
    assert {one["username"]: one["display_name"] for one in staff.objects()} == {
        "anna": "Anna", "ben": "Benny", "cleo": "Cleo", "dora": "Dora",
    }  # fmt: skip
    assert staff.user("ben")["given_name"] == "Benedict"


def test_a_number_that_is_somebody_elses_is_a_conflict(staff: System) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201) + person("cleo", 202))
    staff.by_hand("user", username="eva", display_name="Eva", extension="200")
    staff.by_hand("user", username="dora", display_name="Another Dora", extension="777")
    before = tables(staff)
    undone = staff.undo(bad["run_id"])
    assert undone["counts"] == {"restored": 0, "kept": 0, "conflicts": 2}
    assert not undone["changed"]
    anna, dora = undone["conflicts"]
    assert (anna["name"], anna["field"], anna["value"], anna["holder"]) == ("anna", "extension", "200", "eva")
    assert anna["reason"] == 'its extension "200" is taken by the user "eva"'
    assert (dora["name"], dora["field"], dora["run_id"]) == ("dora", "username", last_run(staff))
    assert "@" in dora["who"]
    assert tables(staff) == before


def test_a_chain_of_numbers_is_kept_from_its_break_on(staff: System) -> None:
    """Anna has Ben's number, Ben has Cleo's, Cleo has a new one; Anna was changed since, so nobody can go back."""
    moved = staff.import_csv(
        HEADER + person("anna", 201) + person("ben", 202) + person("cleo", 299) + person("dora", 203)
    )
    staff.by_hand("user", username="anna", given_name="A.")
    undone = staff.undo(moved["run_id"])
    assert undone["counts"] == {"restored": 0, "kept": 1, "conflicts": 2}
    assert [one["extension"] for one in staff.objects()] == ["201", "202", "299", "203"]
    assert [(one["name"], one["holder"]) for one in undone["conflicts"]] == [("ben", "anna"), ("cleo", "ben")]


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


def test_the_guards_of_the_profile_hold_for_an_undo(system: System) -> None:
    system.profile()
    first = system.import_csv(HEADER + "".join(person(f"user{n}", 200 + n) for n in range(30)))
    assert system.undo(first["run_id"], check=True)["result"] == "refused"
    with pytest.raises(RefusedError, match="30 of its profile's 30 objects would be removed") as refused:
        system.undo(first["run_id"])
    assert len(system.names()) == 30
    assert system.undo(first["run_id"], guards={"max_removals": 30}, check=True)["result"] == "changed"
    undone = system.undo(first["run_id"], expect_plan=refused.value.details["plan_digest"])
    assert undone["counts"]["restored"] == 30
    assert system.names() == []


def test_another_plan_than_the_reviewed_one_is_refused(staff: System) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201))
    digest = staff.undo(bad["run_id"], check=True)["plan_digest"]
    staff.by_hand("user", username="eva", display_name="Eva", extension="200")
    with pytest.raises(RefusedError, match="not the one that was reviewed"):
        staff.undo(bad["run_id"], expect_plan=digest)


def test_private_entries_go_back_to_their_owner_and_nobody_else(staff: System) -> None:
    staff.by_hand("phonebook_entry", display_name="Doctor", phone="0893", owner="anna")
    bad = staff.import_csv(HEADER + person("ben", 201) + person("cleo", 202) + person("dora", 203))
    assert staff.objects("phonebook_entry")[0]["owner"] == "anna (removed)"
    staff.by_hand("user", username="anna", display_name="Another Anna")
    undone = staff.undo(bad["run_id"])
    assert undone["counts"] == {"restored": 0, "kept": 0, "conflicts": 2}
    assert staff.objects("phonebook_entry")[0]["owner"] == "anna (removed)"


def test_a_user_with_private_entries_made_since_stays(staff: System) -> None:
    new = staff.import_csv(PEOPLE + person("emil", 205))
    staff.by_hand("phonebook_entry", display_name="Doctor", phone="0893", owner="emil")
    undone = staff.undo(new["run_id"])
    (kept,) = undone["kept"]
    assert (kept["name"], kept["run_id"]) == ("emil", last_run(staff))
    assert kept["reason"] == 'the private entry "Doctor" of this user was made or changed since'


def test_a_removed_profile_gets_its_people_back_when_it_is_declared_again(staff: System) -> None:
    before = {one["username"]: one for one in staff.objects()}
    from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_removal import forget

    staff.call(forget, name="staff", objects="remove")
    run = last_run(staff)
    assert staff.names() == []
    staff.profile(**MANY)
    assert staff.undo(run)["counts"]["restored"] == 4
    release(staff)
    assert {one["username"]: one for one in staff.objects()} == before
    assert staff.import_csv(PEOPLE)["result"] == "unchanged"


def test_links_that_went_with_a_profile_come_back(staff: System) -> None:
    from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_removal import forget

    staff.call(forget, name="staff", objects="keep")
    run = last_run(staff)
    staff.profile(**MANY)
    undone = staff.undo(run)
    assert any("4 objects belong to their profile again" in warning for warning in undone["warnings"])
    assert staff.import_csv(PEOPLE)["counts"]["unchanged"] == 4


def test_a_run_that_is_not_there_is_an_error(staff: System) -> None:
    for run in (0, -1, 99, 2**40):
        with pytest.raises(DefinitionError, match="There is no run"):
            staff.undo(run)


def test_a_run_after_which_runs_are_forgotten_is_not_taken_back(staff: System) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201))
    staff.by_hand("user", username="eva", display_name="Eva")
    forgotten = last_run(staff)
    from ansible_collections.telephony.connector.plugins.module_utils.store import retention
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

    staff.call(store_settings.store_settings, journal_days=1)
    store = Store.open(staff.location, staff.KEY)
    try:
        with store.writing():
            runs = store.schema.runs
            store.connection.execute(
                runs.update().where(runs.c.id == forgotten).values(finished="2020-01-01T00:00:00Z")
            )
            assert retention.prune(store) == 1
    finally:
        store.close()
    with pytest.raises(DefinitionError, match="later runs are no longer in the journal"):
        staff.undo(bad["run_id"])


def test_what_an_undo_needs_goes_with_the_run(staff: System) -> None:
    staff.import_csv(HEADER + person("ben", 201))
    from ansible_collections.telephony.connector.plugins.module_utils.store import retention
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

    store = Store.open(staff.location, staff.KEY)
    try:
        with store.writing():
            runs = store.schema.runs
            store.connection.execute(runs.update().values(finished="2020-01-01T00:00:00Z", profile=None))
            assert retention.prune(store) == 2
    finally:
        store.close()
    found = contents(staff.location)
    assert {name for name in found if name.startswith(("past_", "touched_")) and found[name]} == set()


def test_after_a_change_of_the_key_and_a_copy_it_works_the_same(staff: System, tmp_path: Any) -> None:
    """The kept secrets follow the key, and the copy."""
    before = {one["username"]: one for one in staff.objects()}
    bad = staff.import_csv(HEADER + person("ben", 201, phonepass="another"))
    undone = staff.undo(bad["run_id"])
    again = staff.undo(undone["run_id"])
    from ansible_collections.telephony.connector.plugins.module_utils.store import copying, rotation
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

    new_key = "tc1-another_key_of_the_tests_long_enough_012345678"
    store, copy = Store.open(staff.location, staff.KEY), Store.open(str(tmp_path / "copy.db"), new_key)
    try:
        rotation.change_key(store, new_key)
        copying.copy(store, copy, new_key)
    finally:
        store.close()
        copy.close()
    for location in (staff.location, str(tmp_path / "copy.db")):
        there = System(location, staff.directory)
        there.KEY = new_key
        assert there.undo(again["run_id"])["counts"] == undone["counts"]
        release(there)
        assert {one["username"]: one for one in there.objects()} == before
        assert there.import_csv(PEOPLE)["result"] == "unchanged"


def test_no_secret_is_in_what_is_told_or_kept_in_the_open(staff: System) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201, password="Second-Secret-2", phonepass="second-device"))
    undone = staff.undo(bad["run_id"], diff=True)
    told = str(undone) + str(staff.call(run_info.run_info, check=True, run_id=undone["run_id"], limit=10))
    for word in ("Secret-anna", "Second-Secret", "device-anna", "second-device", "argon2", "gAAAA"):
        assert word not in told
        kept = {name: rows for name, rows in contents(staff.location).items() if "credentials" not in name}
        assert word not in str({name: rows for name, rows in kept.items() if name != "meta"})


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


def test_a_refused_undo_is_reported(system: System, tmp_path: Path) -> None:
    system.profile()
    first = system.import_csv(HEADER + "".join(person(f"user{n}", 200 + n) for n in range(10)))
    path = tmp_path / "undo.json"
    with pytest.raises(RefusedError):
        system.undo(first["run_id"], report=str(path))
    assert json.loads(path.read_text("utf-8"))["result"] == "refused"


def test_one_person_of_a_run_is_brought_back(staff: System) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201))
    undone = staff.undo(bad["run_id"], only=["Cleo"])
    assert undone["counts"] == {"restored": 1, "kept": 0, "conflicts": 0}
    assert staff.names() == ["ben", "cleo"]
    assert staff.undo(bad["run_id"])["counts"]["restored"] == 2  # the others, later
    with pytest.raises(DefinitionError, match=r'nothing that is called "clea"\. Did you mean "cleo"'):
        staff.undo(bad["run_id"], only=["clea"])


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
    assert undone["changes"][0]["reason"] == f"disabled by run {bad['run_id']}"
    assert system.objects() == people
    assert {**tables(system), "leavers": contents(system.location)["leavers"]} == before
    limits = {"max_removals": 0}
    assert system.undo(undone["run_id"], guards=limits, check=True)["result"] == "refused"
    system.undo(undone["run_id"])
    assert {**tables(system), "leavers": contents(system.location)["leavers"]} == after
