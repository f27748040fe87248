# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Four times the people cost the database four times the work: counted in its own steps, so that no clock is asked."""

from __future__ import annotations

import sqlite3

import pytest

from .followed_source import sync

pytestmark = pytest.mark.once

HEADER = "username,displayname,phone,email,mobile\n"
FEW, MANY = 500, 2000
STEPS = 100


def people(count, changed=False, removed=False):
    return HEADER + "".join(
        f"user{number},User {number},{10_000 + number + (100_000 if changed and number % 10 == 0 else 0)},"
        f"user{number}@corp.example,{'+49 171 1' if changed and number % 10 == 5 else ''}\n"
        for number in range(count)
        if not (removed and number % 10 == 3)
    )


class Counted:
    """Runs syncs of so many people on a store of their own, and counts the steps of the last one."""

    def __init__(self, directory, monkeypatch):
        from ansible_collections.telephony.connector.tests.system import System

        directory.mkdir()
        self.system = System(str(directory / "store.db"), directory)
        self.steps = 0
        connect = sqlite3.connect

        def counting(*arguments, **options):
            connection = connect(*arguments, **options)
            connection.set_progress_handler(self.count, STEPS)
            return connection

        monkeypatch.setattr(sqlite3, "connect", counting)

    def count(self):
        self.steps += STEPS

    def sync(self, text, **counts):
        self.steps = 0
        result = self.system.import_csv(text, changes_limit=10)
        assert {name: result["counts"][name] for name in counts} == counts
        return self.steps


def first_import(counted, count):
    return counted.sync(people(count), created=count)


def no_change(counted, count):
    counted.sync(people(count))
    return counted.sync(people(count), unchanged=count)


def some_changed(counted, count):
    counted.sync(people(count))
    return counted.sync(people(count, changed=True), updated=count // 5)


def some_removed(counted, count):
    counted.sync(people(count))
    return counted.sync(people(count, removed=True), removed=count // 10)


def some_changed_and_removed(counted, count):
    counted.sync(people(count))
    return counted.sync(people(count, changed=True, removed=True), updated=count // 5, removed=count // 10)


def other_definition(counted, count):
    counted.sync(people(count))
    counted.system.profile(variables={"unused": "row.mobile"})
    return counted.sync(people(count), unchanged=count)


def some_new(counted, count):
    counted.sync(people(count))
    return counted.sync(people(count + count // 10), created=count // 10)


@pytest.mark.parametrize(
    "run",
    [first_import, no_change, some_changed, some_removed, some_changed_and_removed, other_definition, some_new],
)
def test_the_work_grows_with_the_number_of_people_and_no_faster(run, tmp_path, monkeypatch):
    from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging

    monkeypatch.setattr(staging, "CHUNK", 50)  # as many chunks as with many more people
    steps = []
    for count in (FEW, MANY):
        with monkeypatch.context() as patch:
            counted = Counted(tmp_path / str(count), patch)
            counted.system.profile()
            steps.append(run(counted, count))
    assert steps[1] < 1.5 * steps[0] * MANY / FEW


def test_a_read_of_changes_is_the_same_work_however_many_others_there_are(tmp_path, monkeypatch, directory):
    steps = []
    for count in (FEW, MANY):
        with monkeypatch.context() as patch:
            counted = Counted(tmp_path / str(count), patch)
            counted.system.profile(source={"url": "https://corp.example/people.csv"})
            directory.people.clear()
            for number in range(count):
                directory.set(f"user{number}", f"User {number}", f"{10_000 + number}")
            sync(counted.system, directory, "full")
            for name in ("User", "Person"):  # the first run after a full one looks at everything once
                for number in range(0, FEW, 50):
                    directory.set(f"user{number}", f"{name} {number}.", f"{10_000 + number}")
                counted.steps = 0
                assert sync(counted.system, directory, "changes")["counts"]["updated"] == 10
                steps.append(counted.steps)
    assert steps[3] < 1.2 * steps[1]
