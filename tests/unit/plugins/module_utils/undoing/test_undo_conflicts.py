# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was changed since the run stays, and guards and reviewed plans hold for an undo."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError
from ansible_collections.telephony.connector.tests.system import System

from .staff import HEADER, PEOPLE, last_run, person, tables


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
