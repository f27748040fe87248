# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A source that tells only what changed ends in the same store as one that tells everything each time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError
from ansible_collections.telephony.connector.plugins.module_utils.profiles import definition
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Gone,
    Reading,
    ReadResult,
    Record,
    UnchangedReading,
)
from ansible_collections.telephony.connector.plugins.module_utils.store import clock, leavers
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import planner
from ansible_collections.telephony.connector.tests.examples import example_count
from ansible_collections.telephony.connector.tests.histories import COLUMNS, PROFILE, hostile_histories
from ansible_collections.telephony.connector.tests.pictures import free_number, picture
from ansible_collections.telephony.connector.tests.system import System

People = dict[str, tuple[str, ...]]  # key -> the other columns


def person(username: str, name: str, phone: str = "", email: str = "", job: str = "") -> tuple[str, ...]:
    return (username, name, phone, "", email, "", "", "", job)


ANNA, BEN, CLEO = person("anna", "Anna", "201"), person("ben", "Ben", "202", "b@x"), person("cleo", "Cleo", "203")


class Directory:
    """A source in memory: `people` is what it holds, `told` how it told of it (full, changes, unchanged) each time."""

    family: ClassVar[str] = "csv"
    OPTIONS: ClassVar[dict[str, dict[str, Any]]] = {"url": {"type": "str"}, "tells_changes": {"type": "bool"}}
    SECRETS: ClassVar[frozenset[str]] = frozenset()

    people: ClassVar[People] = {}
    told: ClassVar[list[str]] = []
    breaks_off: ClassVar[bool] = False

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.tells_changes = bool(options.get("tells_changes"))

    @contextmanager
    def read(self, wanted: frozenset[str], checkpoint: Mapping[str, Any] | None) -> Iterator[Reading]:
        known = checkpoint["people"] if checkpoint and self.tells_changes else None
        now = {key: list(row) for key, row in self.people.items()}
        result = ReadResult(complete=not self.breaks_off, reason="it broke off", full=known is None)
        result.checkpoint = None if self.breaks_off else {"people": now}
        if known == now and checkpoint:
            self.told.append("unchanged")
            yield UnchangedReading(checkpoint)
            return
        self.told.append("full" if known is None else "changes")
        yield Told(now, known, result)


class Told:
    """One read: everything, or what differs from what was known."""

    columns = COLUMNS

    def __init__(self, now: dict[str, list[str]], known: dict[str, list[str]] | None, result: ReadResult) -> None:
        self.now, self.known, self.result = now, known, result

    def __iter__(self) -> Iterator[Record | Gone]:
        known = self.known or {}
        for number, (key, row) in enumerate(self.now.items(), 1):
            if known.get(key) != row:
                yield Record(number, (key, *row))
        for key in known.keys() - self.now.keys():
            yield Gone(key)


@pytest.fixture
def connect(tmp_path, monkeypatch) -> Callable[..., System]:
    """Return connect(**profile): a phone system whose profile reads the directory."""
    for module in (definition, planner):
        monkeypatch.setattr(module, "source_class", lambda _family: Directory)
    monkeypatch.setattr(Directory, "told", [])
    numbers = itertools.count()

    def connect(tells_changes: bool = True, **options: Any) -> System:
        Directory.people, Directory.breaks_off = {}, False
        system = System(str(tmp_path / f"store{next(numbers)}.db"), tmp_path)
        declare(system, tells_changes, **options)
        return system

    return connect


def declare(system: System, tells_changes: bool = True, **options: Any) -> None:
    system.profile(**{**PROFILE, "source": {"url": "people", "tells_changes": tells_changes}, **options})


def sync(system: System, people: People, **options: Any) -> dict[str, Any]:
    Directory.people = people
    return system.sync(**options)


@pytest.mark.parametrize("mode", ["mirror", "create_update"])
@example_count(10)
@given(files=hostile_histories(4), by_hands=st.tuples(*[st.sampled_from(["", "", "edit", "remove"])] * 4))
def test_changes_alone_lead_to_the_same_store_as_full_reads(connect, mode, files, by_hands):
    whole, by_changes = connect(tells_changes=False, mode=mode), connect(mode=mode)
    for file, by_hand in zip(files, by_hands, strict=True):
        people = {row[0]: row[1:] for row in file if row[0] == row[0].strip() != ""}
        results = []
        for system in (whole, by_changes):
            try:
                results.append(sync(system, people)["result"])
            except RefusedError:
                results.append("refused")
        assert results[0] == results[1]
        assert picture(whole.location) == picture(by_changes.location)
        for system in (whole, by_changes):
            if by_hand and (users := system.names()):
                change = {"state": "absent"} if by_hand == "remove" else {"extension": free_number(system.location)}
                system.by_hand("user", username=users[-1], **change)


def test_what_a_rejected_record_kept_from_being_removed_goes_when_the_record_is_mended(connect):
    system = connect()
    sync(system, {"1": ANNA, "2": BEN})
    assert sync(system, {"1": ANNA, "3": person("ben x", "Ben", "")})["counts"]["removed"] == 0
    assert sync(system, {"1": ANNA, "3": person("bert", "Bert", "")})["counts"]["removed"] == 1
    assert system.names() == ["anna", "bert"]


def test_a_profile_that_becomes_a_mirror_finds_what_went_before(connect):
    system = connect(mode="create_update")
    sync(system, {"1": ANNA, "2": BEN})
    sync(system, {"1": ANNA})
    declare(system)
    assert sync(system, {"1": ANNA})["counts"]["removed"] == 1


def test_changes_that_are_all_filtered_remove_those_records_and_trip_no_guard(connect):
    system = connect()
    sync(system, {"1": ANNA, "2": BEN})
    result = sync(system, {"1": (*ANNA[:-1], "Robot"), "2": BEN})
    assert (result["result"], result["counts"]["filtered"], result["counts"]["removed"]) == ("changed", 1, 1)
    with pytest.raises(RefusedError, match="The filter leaves out the only record, so 1 object would be removed"):
        sync(system, {"1": (*ANNA[:-1], "Robot"), "2": (*BEN[:-1], "Robot")})


def test_a_record_that_makes_fewer_objects_than_before_loses_the_others(connect):
    entries = [{"display_name": "displayname", "phone": "phone", "when": "phone"}]
    entries.append({"display_name": "displayname ~ ' (mail)'", "email": "email", "when": "email"})
    system = connect(structure={"user": None, "phonebook_entry": entries}, match=[])
    sync(system, {"1": ANNA, "2": BEN})
    assert system.names("phonebook_entry") == ["Anna", "Ben", "Ben (mail)"]
    sync(system, {"1": ANNA, "2": person("ben", "Ben", "202")})
    assert system.names("phonebook_entry") == ["Anna", "Ben"]
    sync(system, {"1": ANNA, "2": person("ben", "Ben", "")})
    assert system.names("phonebook_entry") == ["Anna"]
    assert "full" not in Directory.told[1:]


def test_a_source_in_which_nobody_is_left_removes_nobody(connect):
    system = connect()
    sync(system, {"1": ANNA, "2": BEN})
    with pytest.raises(RefusedError, match="returned no records"):
        sync(system, {})
    assert system.names() == ["anna", "ben"]


def test_an_incomplete_read_of_changes_removes_nothing_and_is_read_again(connect):
    system = connect()
    sync(system, {"1": ANNA, "2": BEN})
    Directory.breaks_off = True
    assert sync(system, {"1": ANNA, "3": CLEO})["result"] == "partial"
    assert system.names() == ["anna", "ben", "cleo"]
    Directory.breaks_off = False
    assert sync(system, {"1": ANNA, "3": CLEO})["result"] == "changed"
    assert system.names() == ["anna", "cleo"]
    assert Directory.told[:2] == ["full", "changes"]


def leaving(system: System) -> dict[int, Any]:
    """Return the leavers of a phone system by their ids."""

    def read(call: Any) -> dict[int, Any]:
        with call.store.snapshot():
            return {one.object_id: one for one in leavers.every(call.store)}

    return system.call(read, check=True)  # type: ignore[return-value]


def told_leavers(system: System) -> list[tuple[str, Any]]:
    return sorted((one.username, one.until) for one in leaving(system).values())


@example_count(4)
@given(
    files=hostile_histories(4),
    days=st.lists(st.sampled_from([0, 1, 2, 3, 9, -5]), min_size=4, max_size=4),
)
def test_leavers_come_and_go_alike_and_nobody_before_the_days_are_over(connect, files, days):
    rule = {"leavers": {"action": "disable", "grace_days": 3}}
    whole, by_changes = connect(tells_changes=False, **rule), connect(**rule)
    time = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: time)
        for file, passed in zip(files, days, strict=True):
            time += timedelta(days=passed)
            people = {row[0]: row[1:] for row in file if row[0] == row[0].strip() != ""}
            before, there = leaving(whole), {one["id"] for one in whole.objects()}
            results = []
            for system in (whole, by_changes):
                try:
                    results.append(sync(system, people)["result"])
                except RefusedError:
                    results.append("refused")
            assert results[0] == results[1]
            assert picture(whole.location) == picture(by_changes.location)
            assert told_leavers(whole) == told_leavers(by_changes)
            for gone in there - {one["id"] for one in whole.objects()}:
                assert before[gone].until <= time.date()
            if results[0] != "refused":
                again = sync(by_changes, people, check=True)["counts"]
                assert not any(again[name] for name in ("created", "updated", "removed", "disabled", "returned"))


def test_who_is_due_is_removed_although_nothing_is_read(connect, monkeypatch):
    system = connect(leavers={"action": "disable", "grace_days": 3})
    time = datetime(2026, 3, 1, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: time)
    for people in ({"1": ANNA, "2": BEN, "3": CLEO}, {"1": ANNA, "2": BEN}, {"1": ANNA, "2": BEN}):
        sync(system, people)
    time += timedelta(days=2)
    assert sync(system, {"1": ANNA, "2": BEN})["result"] == "unchanged"
    system.by_hand("user", username="cleo", language="de")  # what a person changes makes no read a full one
    assert sync(system, {"1": ANNA, "2": BEN})["result"] == "unchanged"
    time += timedelta(days=1)
    assert sync(system, {"1": ANNA, "2": BEN})["counts"]["removed"] == 1
    assert (system.names(), Directory.told) == (["anna", "ben"], ["full", "changes", *["unchanged"] * 4])


def test_who_returns_in_a_read_of_changes_is_back(connect):
    system = connect(leavers={"action": "disable"})
    sync(system, {"1": ANNA, "2": BEN})
    sync(system, {"1": ANNA})
    assert sync(system, {"1": ANNA, "2": BEN})["counts"]["returned"] == 1
    assert (leaving(system), Directory.told) == ({}, ["full", "changes", "changes"])
