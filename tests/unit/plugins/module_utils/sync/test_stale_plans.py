# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens between making a plan and writing it: the plan is made anew, or refused if somebody has reviewed it."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info, sync_and_report
from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError
from ansible_collections.telephony.connector.plugins.module_utils.store import clock
from ansible_collections.telephony.connector.plugins.module_utils.sync import review_cache, run
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.planner import Planner

from .csv_people import people

# -- somebody else is quicker -----------------------------------------------------------------------------------------


@pytest.fixture
def between(monkeypatch):
    """Return do(action, times): carry out an action of somebody else between the plan and its writing."""

    def do(action, times=1):
        apply, left = run.apply, list(range(times))

        def act_and_apply(*arguments):
            if left:
                left.pop()
                action()
            return apply(*arguments)

        monkeypatch.setattr(run, "apply", act_and_apply)

    return do


@pytest.fixture
def ten(system):
    """A system of ten people; the file has an eleventh, with the number 1010."""
    system.profile()
    system.import_csv(people(range(1000, 1010)))
    system.csv(people(range(1000, 1011)))
    return system


def test_a_plan_that_went_stale_is_made_anew(ten, between):
    between(lambda: ten.by_hand("speed_dial", number="1010", destination="0049 89 1"))
    result = ten.sync()
    assert (result["result"], result["counts"]["created"], result["counts"]["rejected"]) == ("partial", 0, 1)
    assert "1010 has it already" in result["rejected"][0]["rule"]
    assert len(ten.names()) == 10


def test_a_hand_edit_in_between_is_seen(ten, between):
    between(lambda: ten.by_hand("user", username="user1000", display_name="By Hand", language="de"))
    result = ten.sync()
    assert (result["counts"]["created"], result["counts"]["updated"]) == (1, 1)
    assert ten.user("user1000")["language"] == "de"
    assert ten.user("user1000")["display_name"] == "User 1000"


def test_a_profile_that_changed_in_between_is_used_as_it_is_now(ten, between):
    between(lambda: ten.profile(filter="row.username != 'user1010'"))
    assert ten.sync()["counts"]["filtered"] == 1
    assert len(ten.names()) == 10


def test_a_reviewed_plan_that_went_stale_is_refused(ten, between, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(ten.directory / "cache"))
    digest = ten.sync(check=True)["plan_digest"]
    between(lambda: ten.by_hand("user", username="user1003", display_name="By Hand"))
    with pytest.raises(RefusedError, match="new in the plan: update user user1003"):
        ten.sync(expect_plan=digest)
    assert len(ten.names()) == 10


def test_a_reviewed_plan_that_nothing_has_touched_goes_through_although_others_wrote(ten, between):
    digest = ten.sync(check=True)["plan_digest"]
    between(lambda: ten.by_hand("phonebook_entry", display_name="Taxi", phone="19410"))
    assert ten.sync(expect_plan=digest)["counts"]["created"] == 1


def test_the_report_of_a_run_that_is_refused_the_second_time_is_of_the_second_plan(ten, between, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(ten.directory / "cache"))

    def lose_all_but_two():
        ten.profile(guards={"max_removals": 0})
        ten.csv(people(range(1000, 1002)))

    between(lose_all_but_two)
    path = ten.directory / "report.json"
    with pytest.raises(RefusedError, match="8 of its 10 objects would be removed"):
        ten.call(sync_and_report.sync_and_report, profile="staff", changes_limit=500, report=str(path))
    removed = [change["name"] for change in json.loads(path.read_text())["changes"]]
    assert removed == [f"user{number}" for number in range(1002, 1010)]
    assert len(ten.names()) == 10


@pytest.fixture
def before_planning(monkeypatch):
    """Return do(action): carry out an action of somebody else once a run has found its profile, before it plans."""

    def do(action):
        make, left = Planner.make, [action]

        def act_and_make(planner, stored):
            if left:
                left.pop()()
            return make(planner, stored)

        monkeypatch.setattr(Planner, "make", act_and_make)

    return do


def test_a_hold_that_is_set_before_the_plan_is_made_counts(ten, before_planning):
    before_planning(lambda: ten.profile(template=None, source=None, hold="the export is broken"))
    with pytest.raises(RefusedError, match="on hold: the export is broken"):
        ten.sync()
    assert len(ten.names()) == 10


def test_a_profile_that_is_declared_anew_before_the_plan_is_made_counts(ten, before_planning):
    before_planning(lambda: ten.profile(filter="row.username != 'user1010'"))
    assert ten.sync()["counts"]["filtered"] == 1
    assert len(ten.names()) == 10


def test_a_plan_with_many_of_one_name_is_told_apart_in_no_time(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def plan(count):
        entry = {"action": "create", "kind": "phonebook_entry", "name": "Taxi", "before": {}, "after": {}}
        return SimpleNamespace(digest=str(count), operations=SimpleNamespace(first=lambda _limit: [entry] * count))

    review_cache.remember(plan(19_999))
    told = review_cache.difference(plan(20_000), "19999")
    assert told == "new in the plan: create phonebook_entry Taxi (20000)"


# -- the clock --------------------------------------------------------------------------------------------------------


def test_a_clock_that_goes_backwards_changes_nothing_but_the_times(ten, monkeypatch):
    ten.profile("copy")
    times = (datetime(2099 - n, 1, 1, tzinfo=UTC) for n in range(90))
    monkeypatch.setattr(clock, "now", lambda: next(times))
    assert ten.sync()["counts"]["created"] == 1
    assert ten.sync()["result"] == "unchanged"
    ten.by_hand("user", username="user1003", display_name="By Hand")
    assert ten.sync()["counts"]["updated"] == 1
    runs = ten.call(run_info.run_info, check=True, limit=100, profile="staff")["runs"]
    assert [entry["id"] for entry in runs] == sorted((entry["id"] for entry in runs), reverse=True)
    assert [entry["result"] for entry in runs[:3]] == ["changed", "unchanged", "changed"]
    assert runs[0]["started"] < runs[1]["started"], "the clock really went backwards"


def test_a_file_that_is_older_than_the_last_one_is_read_all_the_same(ten):

    os.utime(ten.csv(people(range(1000, 1012))), (0, 0))
    assert ten.sync()["counts"]["created"] == 2
