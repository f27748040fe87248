# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What run_info tells: every run, who changed whom, and where a number has gone."""

from __future__ import annotations

import json

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info, sync
from ansible_collections.telephony.connector.plugins.module_utils.actions.sync_and_report import sync_and_report

HEADER = "username,displayname,phone,email\n"
FIRST = HEADER + "anna,Anna Straße,201,anna@corp.example\nben,Ben,202,\n"


@pytest.fixture
def staff(system):
    system.profile()
    system.import_csv(FIRST)
    return system


def info(system, **options):
    return system.call(run_info.run_info, check=True, **{"limit": 100, **options})


def told(found):
    return [(change["action"], change["name"], change["before"], change["after"]) for change in found["changes"]]


def test_who_lost_a_number_is_found_by_the_number(staff):
    staff.import_csv(FIRST.replace(",201,", ",301,"))
    staff.import_csv(FIRST.replace(",201,", ",301,").replace(",202,", ",201,"))
    found = info(staff, name="201")
    assert told(found) == [
        ("update", "ben", {"extension": "202"}, {"extension": "201"}),
        ("update", "anna", {"extension": "201"}, {"extension": "301"}),
        ("create", "anna", {}, {
            "username": "anna", "display_name": "Anna Straße", "email": "anna@corp.example", "extension": "201",
        }),
    ]  # fmt: skip
    assert found["runs"] == []


def test_an_object_is_found_by_its_name_its_key_and_what_it_was_called(system):
    system.profile(key="row.id", match=[])
    header = "id,username,displayname\n"
    system.import_csv(header + "k-7,anna,Anna\nk-8,ben,Ben\n")
    system.import_csv(header + "k-7,annabel,Annabel\nk-8,ben,Ben\n")
    for name in ("k-7", "anna", "annabel", "Anna", "Annabel"):
        assert {change["key"] for change in info(system, name=name)["changes"]} == {"k-7"}, name
    assert [change["action"] for change in info(system, name="k-7")["changes"]] == ["update", "create"]


def test_the_history_of_one_object_is_whole_and_holds_nothing_else(staff):
    staff.import_csv(FIRST.replace("Ben", "Benno").replace("anna@", "a@"))
    staff.by_hand("user", username="anna", rename_to="annabel", surname="S")
    staff.by_hand("user", username="annabel", language="de")
    (anna_id,) = {change["object_id"] for change in info(staff, name="annabel")["changes"]}
    for question in ({"name": "anna"}, {"name": "annabel"}, {"object_id": anna_id}):
        found = info(staff, **question)
        assert found["runs"] == []
        assert [(change["profile"], change["action"]) for change in found["changes"]] == [
            (None, "update"), (None, "update"), ("staff", "update"), ("staff", "create"),
        ]  # fmt: skip
        assert all(change["started"].endswith("Z") for change in found["changes"])
    assert len(info(staff, object_id=anna_id, profile="staff")["changes"]) == 2
    assert len(info(staff, object_id=anna_id, limit=1)["changes"]) == 1
    assert info(staff, object_id=10**30)["changes"] == []


@pytest.mark.parametrize("name", ["ANNA", "aNNA sTRAßE", "Anna@Corp.example"])
def test_names_are_found_alike_on_both_databases(staff, name):
    assert [change["name"] for change in info(staff, name=name)["changes"]] == ["anna"]


@pytest.mark.parametrize("name", ['Haus "Am Tor"', "A\\B", "100 %", "snake_case", "Größe"])
def test_a_name_of_any_characters_is_found_as_it_is(staff, name):
    for called in (name, name + " 2", "snakeXcase"):
        staff.by_hand("phonebook_entry", display_name=called, phone="19410")
    assert [change["name"] for change in info(staff, name=name)["changes"]] == [name]


@pytest.mark.parametrize("name", ["%", "_nna", "ann", "20", '"', "\\", "extension", "corp.example"])
def test_a_part_of_a_name_or_a_pattern_finds_nothing(staff, name):
    found = info(staff, name=name)
    assert (found["changed"], found["runs"], found["changes"]) == (False, [], [])
    assert f'There is no object called "{name}"' in found["warnings"][0]


def test_runs_are_listed_newest_first_and_cut(staff):
    staff.sync()
    staff.by_hand("speed_dial", number="801", destination="12")
    staff.import_csv(FIRST + "carl,Carl,0201,\n")
    found = info(staff)
    assert "changes" not in found
    heads = [(entry["profile"], entry["mode"], entry["result"]) for entry in found["runs"]]
    assert heads == [
        ("staff", "mirror", "partial"),
        (None, "manual", "changed"),
        ("staff", "mirror", "unchanged"),
        ("staff", "mirror", "changed"),
    ]
    assert [entry["id"] for entry in info(staff, limit=2)["runs"]] == [entry["id"] for entry in found["runs"][:2]]
    assert len(info(staff, profile="staff")["runs"]) == 3


def test_a_run_is_kept_with_everything_it_returned(staff):
    result = staff.import_csv(FIRST.replace("Ben", "Benno") + "carl,Carl,0201,\ncarla,Carla,201,\ndora,D,,\ndora,E,,\n")
    (entry,) = info(staff, run_id=result["run_id"])["runs"]
    for name in ("result", "complete", "plan_digest", "counts", "rejected", "conflicts", "mode", "profile"):
        assert entry[name] == result[name], name
    changes = info(staff, run_id=result["run_id"])["changes"]
    assert [{name: change[name] for name in result["changes"][0]} for change in changes] == result["changes"]
    assert {change["object_id"] for change in changes} == {staff.user("ben")["id"]}


def test_a_refused_or_simulated_run_is_not_kept(staff):
    before = info(staff)
    staff.csv(HEADER)
    staff.sync(check=True)
    with pytest.raises(Exception, match="no records"):
        staff.sync()
    assert info(staff) == before


def test_a_released_object_is_told_as_such(staff):
    staff.by_hand("user", username="porter", display_name="Porter")
    staff.import_csv(FIRST + "porter,Porter,299,\n")
    staff.import_csv(FIRST)
    assert [change["action"] for change in info(staff, name="porter")["changes"]] == ["release", "update", "create"]


def test_a_run_that_only_releases_says_so(staff):
    staff.by_hand("user", username="porter", display_name="Porter")
    staff.import_csv(FIRST + "porter,Porter,299,\n")
    staff.csv(FIRST)
    simulated = staff.call(sync.synchronise, check=True, diff=True, profile="staff", changes_limit=500)
    result = staff.sync()
    assert (result["result"], result["changes"], result["summary"]) == ("changed", [], "1 released")
    told = simulated["diff"][0]["prepared"].splitlines()
    assert told[:2] == ['profile "staff": 1 released', "  user: 1 released"]
    assert info(staff)["runs"][0]["summary"] == "1 released"


def test_the_report_of_a_simulation_has_the_releases_that_the_run_s_will_have(staff, tmp_path):
    staff.by_hand("user", username="porter", display_name="Porter")
    staff.import_csv(FIRST + "porter,Porter,299,\n")
    staff.csv(FIRST)
    told = []
    for check in (True, False):
        path = tmp_path / f"{check}.json"
        staff.call(sync_and_report, check=check, profile="staff", changes_limit=500, report=str(path))
        told.append([(one["action"], one["name"]) for one in json.loads(path.read_text())["changes"]])
    assert told == [[("release", "porter")]] * 2


def test_changes_are_cut_at_the_limit(staff):
    staff.import_csv(HEADER + "".join(f"u{n},User,{n},\n" for n in range(300, 310)) + FIRST.partition("\n")[2])
    run_id = info(staff)["runs"][0]["id"]
    assert len(info(staff, run_id=run_id, limit=4)["changes"]) == 4
    assert len(info(staff, run_id=run_id)["changes"]) == 10


def test_runs_outlive_their_profile(staff):
    from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_removal import forget

    staff.call(forget, name="staff", objects="remove")
    assert [change["action"] for change in info(staff, name="anna")["changes"]] == ["remove", "create"]
    assert len(info(staff, profile="staff")["runs"]) == 2


def test_the_history_of_people_of_one_name_is_whole(system):
    """What else became of those whom only their surname, or what they are shown as, has found."""
    system.profile()
    header = "username,displayname,surname,phone\n"
    system.import_csv(header + "bernd,Bernd Schmidt,Schmidt,\nbernd2,Bernd Schmidt,Schmidt,\nanna,Anna,Ade,201\n")
    system.import_csv(header + "bernd,Bernd Schmidt,Schmidt,\nbernd2,Bernd Schmidt,Schmidt,301\nanna,Anna,Ade,202\n")
    for name in ("Bernd Schmidt", "schmidt"):
        actions = [(change["action"], change["name"]) for change in info(system, name=name)["changes"]]
        assert actions == [("update", "bernd2"), ("create", "bernd"), ("create", "bernd2")], name
    assert len(info(system, name="schmidt", limit=1)["changes"]) == 1


def test_every_run_has_the_same_counts(staff):
    """So that runs can be chosen by them, an undo as well."""
    first = info(staff)["runs"][0]
    staff.undo(first["id"])
    undone = info(staff)["runs"][0]
    assert undone["mode"] == "undo"
    assert undone["counts"] == {**dict.fromkeys(first["counts"], 0), "restored": 2, "kept": 0}
