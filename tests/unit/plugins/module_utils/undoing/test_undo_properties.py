# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for the undo of any run in any history: imports, changes by hand, undos, and undos of undos."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info, user_auth
from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError, RefusedError
from ansible_collections.telephony.connector.tests.contents import Contents, contents
from ansible_collections.telephony.connector.tests.examples import example_count
from ansible_collections.telephony.connector.tests.histories import PROFILE, File, as_csv, hostile_histories
from ansible_collections.telephony.connector.tests.system import System

KEPT = ("objects", "identifiers", "links", "credentials")
LIFTED = {"max_removals": 10_000, "max_renumbered": 10_000}
#: What a person does by hand: (kind, options); the place of a user is filled in, one who is there.
BY_HAND = st.sampled_from([
    ("user", {"given_name": "By hand", "password": "By-hand-Password-1"}),
    ("user", {"rename_to": "renamed"}),
    ("user", {"rename_to": "ben"}),
    ("user", {"extension": "202", "pin": "815234"}),
    ("user", {"extension": "201"}),
    ("user", {"extension": ""}),
    ("user", {"state": "absent"}),
    ("user", {"devices": [{"type": "sip", "mac": "00:11:22:33:44:55", "password": "Device-1"}]}),
    ("user", {"phonebook": {"labels": {"Floor": "3"}}}),
    ("phonebook_entry", {"display_name": "Taxi", "phone": "0891", "owner": True}),
    ("phonebook_entry", {"display_name": "Taxi", "phone": "0892", "labels": {"Kind": "taxi"}}),
    ("speed_dial", {"number": "206", "destination": "0049891"}),
    ("auth", {"method": "none"}),
])  # fmt: skip
STEP = st.one_of(
    st.tuples(st.just("hand"), BY_HAND, st.integers(0, 20)),
    st.tuples(st.just("import"), st.none(), st.just(0)),
    st.tuples(st.just("undo"), st.none(), st.integers(0, 20)),
)


def tables(found: Contents) -> dict[str, Any]:
    return {name: found[name] for name in KEPT}


def rows_by_object(found: Contents) -> dict[int, Any]:
    """Return what is kept of each object, but the fingerprint and version of its links: a sync renews them."""
    rows: dict[int, list[Any]] = {}
    place = {"objects": 0, "identifiers": 2, "credentials": 0, "links": 3}
    for table in KEPT:
        for row in found[table]:
            told = row if table != "links" else (*row[:4], row[6])
            rows.setdefault(row[place[table]], []).append((table, told))
    return {object_id: sorted(map(repr, found)) for object_id, found in rows.items()}


class History:
    """A phone system, and what it held before each run."""

    def __init__(self, system: System, files: list[File]) -> None:
        self.system, self.files = system, iter(files)
        system.profile(**PROFILE)
        #: run -> what was there before it, and after it
        self.before: dict[int, Contents] = {}
        self.after: dict[int, Contents] = {}
        self.file = ""

    def step(self, what: str, by_hand: Any, number: int) -> None:
        before = contents(self.system.location)
        try:
            self._act(what, by_hand, number)
        except ConnectorError:  # a step that the phone system refuses changes nothing
            assert tables(contents(self.system.location)) == tables(before)
        self._note(before)

    def _act(self, what: str, by_hand: Any, number: int) -> None:
        if what == "import":
            file = next(self.files, None)
            if file is not None:
                self._import(as_csv(file))
        elif what == "undo":
            if runs := sorted(self.before):
                self.undo(runs[-1 - number % len(runs)])
        else:
            kind, options = by_hand
            self._by_hand(kind, options, number)

    def _import(self, text: str) -> None:
        self.release()
        self.system.csv(text)
        self.system.sync()
        self.file = text

    def _by_hand(self, kind: str, options: dict[str, Any], number: int) -> None:
        names = self.system.names()
        name = names[number % len(names)] if names else "nobody"
        if kind == "auth":
            self.system.call(user_auth.set_method, users=[name], **options)
        elif kind == "user":
            self.system.by_hand(kind, username=name, **options)
        else:
            self.system.by_hand(kind, **{key: name if value is True else value for key, value in options.items()})

    def undo(self, run: int, **options: Any) -> dict[str, Any]:
        simulated = self.system.undo(run, check=True, guards=LIFTED)
        done = self.system.undo(run, guards=LIFTED, **options)
        for name in ("counts", "changes", "kept", "conflicts", "plan_digest", "summary"):
            assert simulated[name] == done[name]
        return done

    def release(self) -> None:
        self.system.profile(template=None, source=None, hold=False)

    def newest(self) -> int:
        runs = self.system.call(run_info.run_info, check=True, limit=1)["runs"]
        return int(runs[0]["id"]) if runs else 0

    def _note(self, before: Contents) -> None:
        newest = self.newest()
        if newest and newest not in self.before:
            self.before[newest], self.after[newest] = before, contents(self.system.location)


def check_history(system: System, files: list[File], steps: list[Any], older: int) -> None:
    history = History(system, files)
    history.step("import", None, 0)
    for step in steps:
        history.step(*step)
    if not history.before:
        return
    _the_last_run_goes_back_byte_for_byte(history)
    runs = sorted(history.before)
    for place in range(len(runs)):
        _an_older_one_touches_nothing_that_changed_since(history, runs[(older + place) % len(runs)])


def _the_last_run_goes_back_byte_for_byte(history: History) -> None:
    system, last = history.system, max(history.before)
    now = contents(system.location)
    undone = history.undo(last, hold=False)
    assert (undone["counts"]["kept"], undone["counts"]["conflicts"]) == (0, 0)
    assert tables(contents(system.location)) == tables(history.before[last])
    if undone["run_id"] is None:
        return
    again = history.undo(undone["run_id"], hold=False)
    assert tables(contents(system.location)) == tables(now)
    if again["run_id"] is not None:
        history.undo(again["run_id"])
        assert tables(contents(system.location)) == tables(history.before[last])


def _an_older_one_touches_nothing_that_changed_since(history: History, run: int) -> None:
    system = history.system
    left, was = rows_by_object(history.after[run]), rows_by_object(history.before[run])
    now = rows_by_object(contents(system.location))
    undone = history.undo(run)
    then = rows_by_object(contents(system.location))
    for object_id in {*left, *was, *now, *then}:
        is_changed_since = now.get(object_id) != left.get(object_id)
        if is_changed_since:
            assert then.get(object_id) == now.get(object_id)
        else:
            assert then.get(object_id) in (now.get(object_id), was.get(object_id))
    if undone["counts"] == {"restored": undone["counts"]["restored"], "kept": 0, "conflicts": 0}:
        for object_id in {*left, *was}:
            if left.get(object_id) != was.get(object_id):
                assert then.get(object_id) == was.get(object_id) or now.get(object_id) != left.get(object_id)


@pytest.fixture(scope="module")
def new_system(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], System]:
    """Return what makes a phone system with a new SQLite store."""
    folder, numbers = tmp_path_factory.mktemp("undone"), itertools.count()

    def make() -> System:
        place = folder / str(next(numbers))
        place.mkdir()
        return System(str(place / "store.db"), place)

    return make


@example_count(10)
@given(files=hostile_histories(4), steps=st.lists(STEP, min_size=2, max_size=6), older=st.integers(0, 20))
def test_any_run_of_any_history_is_taken_back(
    new_system: Callable[[], System], files: list[File], steps: list[Any], older: int
) -> None:
    check_history(new_system(), files, steps, older)


@example_count(2)
@given(files=hostile_histories(3), steps=st.lists(STEP, min_size=2, max_size=4), older=st.integers(0, 20))
def test_any_run_of_any_history_is_taken_back_in_postgresql(
    postgres: Any, tmp_path: Path, files: list[File], steps: list[Any], older: int
) -> None:
    check_history(System(postgres.new_database(), tmp_path), files, steps, older)


@example_count(10)
@given(files=hostile_histories(2))
def test_a_sync_of_the_old_source_after_an_undo_plans_nothing(
    new_system: Callable[[], System], files: list[File]
) -> None:
    system = new_system()
    system.profile(**PROFILE)
    old, new = map(as_csv, files)
    try:
        system.import_csv(old)
        system.import_csv(old)
        run = system.import_csv(new)["run_id"]
    except RefusedError:  # an empty file
        return
    system.undo(run, guards=LIFTED)
    system.csv(old)
    planned = system.sync(check=True)
    assert planned["changes"] == []
    assert planned["counts"]["set_back"] == 0
    system.profile(template=None, source=None, hold=False)
    assert not system.sync()["changed"]
