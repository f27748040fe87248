# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A store of an older version is brought forward, one of a newer version is refused."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import connection
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.migrations import versions
from ansible_collections.telephony.connector.plugins.module_utils.store.schema.tables import SCHEMA_VERSION
from ansible_collections.telephony.connector.tests.contents import contents


@pytest.fixture
def newer(monkeypatch):
    """Return a function that makes this collection one of a later version, with a step for each version between."""
    done = []

    def upgrade(*steps):
        for module in (versions, connection):
            monkeypatch.setattr(module, "SCHEMA_VERSION", SCHEMA_VERSION + len(steps))
        numbered = enumerate(steps, SCHEMA_VERSION + 1)
        way = {number: _noted(step, number, done) for number, step in numbered}
        monkeypatch.setattr(versions, "steps", lambda: way)
        return done

    return upgrade


def _noted(step, number, done):
    def run(store_connection):
        step(store_connection)
        done.append(number)

    return run


def add_site(store_connection):
    store_connection.exec_driver_sql("ALTER TABLE objects ADD COLUMN site TEXT")


def fill_site(store_connection):
    store_connection.exec_driver_sql("UPDATE objects SET site = 'Berlin'")


def fail(store_connection):
    store_connection.exec_driver_sql("UPDATE there_is_no_such_table SET x = 1")


def version_of(location):
    return dict(contents(location)["meta"])["schema_version"]


def test_every_step_forward_is_taken_once_and_in_order(staff, newer):
    people = staff.objects()
    done = newer(add_site, fill_site)
    for _opening in range(2):
        Store.open(staff.location, staff.KEY).close()
    assert done == [SCHEMA_VERSION + 1, SCHEMA_VERSION + 2]
    assert version_of(staff.location) == str(SCHEMA_VERSION + 2)
    assert {row[-1] for row in contents(staff.location)["objects"]} == {"Berlin"}
    assert staff.objects() == people
    assert staff.sync()["changed"] is False


def test_a_simulation_on_a_store_of_an_older_version_reads_its_secrets_by_the_key_file(tmp_path, newer):
    path = tmp_path / "store.db"
    made = Store.open(str(path))
    secret = made.vault.encrypt("secret")
    made.close()
    before = contents(str(path))
    newer(add_site)
    simulated = Store.open(str(path), check_mode=True)
    assert simulated.vault.decrypt(secret) == "secret"
    simulated.close()
    assert contents(str(path)) == before


def test_a_step_that_fails_leaves_the_store_as_it_was(staff, newer):
    before = contents(staff.location)
    newer(add_site, fail)
    with pytest.raises(StoreError, match="there_is_no_such_table"):
        Store.open(staff.location, staff.KEY)
    assert contents(staff.location) == before


def test_a_new_store_begins_at_the_newest_version_without_any_step(location, newer):
    done = newer(fail)
    Store.open(location, "a key").close()
    assert done == []
    assert version_of(location) == str(SCHEMA_VERSION + 1)


def test_a_simulation_uses_the_newer_tables_and_keeps_none_of_it(staff, newer):
    before = contents(staff.location)
    done = newer(add_site)
    assert staff.sync(check=True)["result"] == "unchanged"
    assert done == [SCHEMA_VERSION + 1]
    assert contents(staff.location) == before


@pytest.mark.parametrize("check", [False, True])
def test_a_store_of_a_newer_version_is_refused(staff, newer, monkeypatch, check):
    newer(add_site)
    Store.open(staff.location, staff.KEY).close()
    before = contents(staff.location)
    monkeypatch.undo()
    versions_told = rf"store version {SCHEMA_VERSION + 1}, this collection knows {SCHEMA_VERSION}"
    with pytest.raises(StoreError, match=rf"written by a newer version .*{versions_told}.*upgrade"):
        Store.open(staff.location, staff.KEY, check)
    assert contents(staff.location) == before


def test_two_that_bring_the_store_forward_take_each_step_once(staff, newer, monkeypatch):
    """The second one has seen the old version too, before it waited for the first."""
    done = newer(add_site)
    read_version, others = versions.stored_version, []

    def read_and_be_overtaken(*arguments):
        found = read_version(*arguments)
        if not others:
            others.append("somebody else, in between")
            Store.open(staff.location, staff.KEY).close()
        return found

    monkeypatch.setattr(versions, "stored_version", read_and_be_overtaken)
    Store.open(staff.location, staff.KEY).close()
    assert (done, version_of(staff.location)) == ([SCHEMA_VERSION + 1], str(SCHEMA_VERSION + 1))
