# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for imports of any file into any store: SQLite only, since the plan is the same code on both databases."""

from __future__ import annotations

import itertools
import shutil
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError
from ansible_collections.telephony.connector.tests.contents import contents
from ansible_collections.telephony.connector.tests.examples import example_count
from ansible_collections.telephony.connector.tests.histories import (
    PROFILE,
    Row,
    as_csv,
    clean_files,
    hostile_histories,
)
from ansible_collections.telephony.connector.tests.pictures import free_number, picture, rows_of
from ansible_collections.telephony.connector.tests.system import System

OTHERS = "username,displayname,phone\nvera,Vera,301\njörn,Jörn,302\n"


def row(key: str, login: str) -> Row:
    return (key, login, "Somebody", *[""] * 7)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return new(others, **profile): a copy of a store in which the profile is declared; with `others`, also objects
    made by hand and those of another profile.
    """
    folder, number = tmp_path_factory.mktemp("properties"), itertools.count()
    made: dict[str, System] = {}

    def make(others: bool, profile: dict[str, Any]) -> System:
        place = folder / f"template{next(number)}"
        place.mkdir()
        system = System(str(place / "store.db"), place)
        if others:
            path = system.csv(OTHERS, "others.csv")
            system.profile("office", source={"path": str(path)})
            system.sync("office")
            system.by_hand("user", username="heidi", display_name="Heidi", extension="299", roles=["Sales"])
            system.by_hand("user", username="porter", display_name="Porter", phonebook={"mobile": "+49 171 1"})
            system.by_hand("phonebook_entry", display_name="Anna", phone="19410", owner="heidi")
            system.by_hand("speed_dial", number="203", destination="0049891")
        system.profile(**profile)
        return system

    def new(others: bool = False, **options: Any) -> System:
        profile = {**PROFILE, **options}
        known = repr((others, profile))
        if known not in made:
            made[known] = make(others, profile)
        template = made[known]
        place = folder / f"copy{next(number)}"
        place.mkdir()
        shutil.copy(template.location, place / "store.db")
        return System(str(place / "store.db"), template.directory)

    return new


def simulate_and_run(system: System) -> dict[str, Any] | None:
    """Return the run's result, None if it was refused; the simulation before it says the same and writes nothing."""
    before = contents(system.location)
    simulated = system.sync(check=True)
    assert contents(system.location) == before
    if simulated["result"] == "refused":
        with pytest.raises(RefusedError) as refused:
            system.sync()
        assert refused.value.details["plan_digest"] == simulated["plan_digest"]
        assert contents(system.location) == before
        return None
    done = system.sync()
    assert {**simulated, "run_id": done["run_id"]} == done
    return done


def check_counts(result: dict[str, Any], before: int, after: int) -> None:
    """Every record read is one of: filtered, rejected, in conflict, or an object that was created, updated or is as it
    was (each record makes one object here). Objects that are there now: those before, the created, less the removed.
    """
    counts = result["counts"]
    of_records = ("filtered", "rejected", "conflicts", "created", "updated", "unchanged")
    assert counts["read"] == sum(counts[name] for name in of_records)
    assert after == before + counts["created"] - counts["removed"]
    told = [entry["record"] for entry in (*result["rejected"], *result["conflicts"])]
    assert len(set(told)) == len(told) == counts["rejected"] + counts["conflicts"]
    actions = [change["action"] for change in result["changes"]]
    assert [actions.count(name) for name in ("create", "update", "remove")] == [
        counts[name] for name in ("created", "updated", "removed")
    ]


@example_count(10)
@given(files=hostile_histories(3), by_hands=st.tuples(*[st.sampled_from(["", "edit", "remove"])] * 3))
def test_a_run_does_what_its_simulation_said_counts_add_up_and_the_next_sync_changes_nothing(prepared, files, by_hands):
    system = prepared(others=True)
    source = {"path": str(system.directory / "people.csv")}
    other = {"template": "csv_users", "source": source, **PROFILE, "variables": {"unused": "'x'"}}
    for file, by_hand in zip(files, by_hands, strict=True):
        system.csv(as_csv(file))
        number = len(contents(system.location)["objects"])
        first = simulate_and_run(system)
        if first is None:
            continue
        check_counts(first, number, len(contents(system.location)["objects"]))
        second = system.sync()
        assert (second["changed"], second["changes"]) == (False, [])
        counts = first["counts"]
        kept = counts["created"] + counts["updated"] + counts["unchanged"]
        nothing = {"created": 0, "updated": 0, "removed": 0, "set_back": 0}
        assert second["counts"] == {**counts, **nothing, "unchanged": kept}
        # nor does a plan that knows no record by its fingerprint, and so maps and compares them all
        anew = system.sync(check=True, definition=other)
        assert (anew["changed"], anew["changes"]) == (False, [])
        ours = [user["username"] for user in system.objects() if user["profiles"] == ["staff"]]
        if by_hand and ours:
            change = {"state": "absent"} if by_hand == "remove" else {"extension": free_number(system.location)}
            system.by_hand("user", username=ours[-1], **change)


@example_count(9)
@example(files=[[row("1", "heidi"), row("2", "Vera"), row("3", "anna")], [row("3", "anna")]])
@given(files=hostile_histories(3))
def test_a_mirror_never_touches_what_others_own_and_removes_nothing_that_a_person_made(prepared, files):
    system = prepared(others=True)
    by_hand = {user["id"]: user["username"] for user in system.objects() if not user["profiles"]}
    named = {row[1].strip().lower() for file in files for row in file}
    kept_ids = {object_id for object_id, *_rest in contents(system.location)["objects"]}
    adoptable = {object_id for object_id, name in by_hand.items() if name in named}
    before = rows_of(system.location, kept_ids - adoptable)
    for file in files:
        system.csv(as_csv(file))
        try:
            system.sync()
        except RefusedError:
            continue
    assert rows_of(system.location, kept_ids - adoptable) == before
    assert kept_ids <= {object_id for object_id, *_rest in contents(system.location)["objects"]}


@example_count(6)
@given(files=hostile_histories(3))
def test_create_update_never_removes(prepared, files):
    system = prepared(others=True, mode="create_update")
    seen: set[int] = set()
    for file in files:
        result = system.import_csv(as_csv(file))
        assert result["counts"]["removed"] == 0
        ids = {object_id for object_id, *_rest in contents(system.location)["objects"]}
        assert seen <= ids
        seen = ids


@example_count(9)
@given(files=st.lists(clean_files(), min_size=3, max_size=3))
def test_imports_one_after_the_other_end_where_the_last_one_alone_would(prepared, files):
    """For files of which every record can be used (a rejected one keeps the object of its last good import).

    What may differ is left out of the picture: ids and versions of objects, the journal of runs, roles that nobody has
    any more, and the order of a user's roles.
    """
    one_by_one, at_once = prepared(), prepared()
    for file in files:
        result = one_by_one.import_csv(as_csv(file))
        assert result["result"] in ("changed", "unchanged")
    assert at_once.import_csv(as_csv(files[-1]))["counts"]["created"] == len(files[-1])
    assert picture(one_by_one.location) == picture(at_once.location)


@example_count(8)
@given(data=st.data(), files=hostile_histories(2))
def test_the_order_of_rows_changes_neither_the_digest_nor_the_store(prepared, data, files):
    """Also where users are given numbers out of the pool."""
    one, other = prepared(others=True), prepared(others=True)
    for system in (one, other):
        system.pool("210-213")
    for file in files:
        told = []
        for system, rows in ((one, file), (other, data.draw(st.permutations(file)))):
            system.csv(as_csv(rows))
            simulated = system.sync(check=True)
            if simulated["result"] != "refused":
                assert system.sync()["plan_digest"] == simulated["plan_digest"]
            told.append((simulated["plan_digest"], simulated["result"], simulated["counts"]))
        assert told[0] == told[1]
        assert picture(one.location) == picture(other.location)


@example_count(6)
@given(orders=st.tuples(st.permutations(range(6)), st.permutations(range(6)), st.permutations(range(6))))
def test_any_exchange_of_numbers_and_logins_goes_through_in_one_run(prepared, orders):
    """Extensions, fax lines and logins each go round in their own way, fax lines and extensions among each other."""
    system = prepared()
    numbers = [str(number) for number in range(201, 213)]

    def people(logins: Any, phones: Any, fax_lines: Any) -> list[Row]:
        return [
            (str(place), f"user{logins[place]}", "N", numbers[phones[place]], numbers[fax_lines[place]], *[""] * 5)
            for place in range(6)
        ]

    assert system.import_csv(as_csv(people(range(6), range(6), range(6, 12))))["counts"]["created"] == 6
    ids = {name: object_id for object_id, _kind, _version, name, _f in contents(system.location)["objects"]}
    logins, phones, fax_lines = orders
    after = people(logins, [6 + phone for phone in phones], fax_lines)
    result = system.import_csv(as_csv(after))
    assert (result["result"], result["counts"]["updated"]) == ("changed", 6)
    users = {user["username"]: user for user in system.objects()}
    for place, row in enumerate(after):
        user = users[row[1]]
        assert (user["extension"], user["fax_extension"], user["id"]) == (row[3], row[4], ids[f"user{place}"])
    assert system.sync()["changed"] is False
