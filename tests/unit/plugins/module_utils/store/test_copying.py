# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A store is copied whole, from each database to each, and a copy that is not the same is not kept."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import store_copy
from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import copying, profiles, vault
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.contents import contents, is_path
from ansible_collections.telephony.connector.tests.system import Call, System

NEW = "the key of the copy, long enough"
HEADER = "username,displayname,phone,password,pin,phonemac,phoneuser,phonepass\n"
PEOPLE = HEADER + "anna,Anna Größe,201,correct-horse,4711,00:11:22:33:44:55,anna,device-secret\nben,Ben,,,,,,\n"


@pytest.fixture
def staff(system):
    system.pool("300-309")
    system.profile()
    system.import_csv(PEOPLE + "carl,Carl,203,,,,,\n")
    system.import_csv(PEOPLE)
    system.profile("web", source={"url": "https://example.net/x", "url_username": "u", "url_password": "source-secret"})
    system.by_hand("phonebook_entry", display_name="Taxi", phone="19410", labels={"kind": "service"})
    return system


@pytest.fixture
def target(location, tmp_path, request):
    """Where an empty store may be made on the other database."""
    if is_path(location):
        return request.getfixturevalue("postgres").new_database()
    return str(tmp_path / "copy.db")


def copied(system, target, check=False, **options):
    params = {"source": system.location, "source_key": system.KEY, "target": target, "target_key": NEW, **options}
    return store_copy.store_copy(Call(params, None, check, True))


def plain(location):
    """Return the tables without what is encrypted, and is never the same twice."""
    return {
        name: sorted(_comparable(row) for row in rows if "gAAAA" not in repr(row))
        for name, rows in contents(location).items()
        if name not in ("meta", "sqlite_sequence")
    }


def _comparable(row):
    """Return a row as text in which the two databases do not differ."""
    return repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]).replace("True", "1")


def test_a_copy_is_the_store_with_another_key(staff, target):
    expected = copied(staff, target, check=True)
    result = copied(staff, target)
    assert result == expected
    assert (result["changed"], result["tables"]["objects"], result["tables"]["links"]) == (True, 3, 2)
    assert plain(target) == plain(staff.location)
    with pytest.raises(StoreError, match="cannot be read with this key"):
        Store.open(target, System.KEY)
    store = Store.open(target, NEW)
    assert profiles.find(store, "web").options["source"]["url_password"] == "source-secret"
    store.close()


def test_who_writes_while_a_copy_begins_is_in_it_with_all_or_not_at_all(staff, target, monkeypatch):
    make, made = vault.Vault, []

    def write_and_make(key, *arguments):
        if key == NEW:
            made.append(key)
        if len(made) == 2 and key == NEW:  # the first is of the target when it is opened
            staff.by_hand("phonebook_entry", display_name="Late", phone="1")
        return make(key, *arguments)

    Store.open(target, NEW).close()
    monkeypatch.setattr(copying.vault, "Vault", write_and_make)
    copied(staff, target)
    monkeypatch.undo()
    copy = System(target, staff.directory)
    copy.KEY = NEW
    copy.by_hand("phonebook_entry", display_name="Later", phone="2")
    assert len(copy.names("phonebook_entry")) in (2, 3)


def test_a_copy_goes_on_where_the_store_was(staff, target):
    copied(staff, target)
    copy = System(target, staff.directory)
    copy.KEY = NEW
    assert copy.sync()["result"] == "unchanged"
    assert copy.import_csv(PEOPLE + "dora,Dora,204,,,,,\n")["counts"]["created"] == 1
    copy.profile("third")
    here, there = contents(staff.location), contents(target)
    assert max(row[0] for row in there["runs"]) == max(row[0] for row in here["runs"]) + 2
    assert max(row[0] for row in there["objects"]) > max(row[0] for row in here["objects"])
    assert copy.user("ben")["extension"] == "300"


def test_a_copy_again_changes_nothing_and_a_filled_target_is_refused(staff, target):
    copied(staff, target)
    before = contents(target)
    for check in (True, False):
        assert copied(staff, target, check)["changed"] is False
    staff.by_hand("speed_dial", number="801", destination="19410")
    for check in (True, False):
        with pytest.raises(StoreError, match="is not empty, so nothing was copied"):
            copied(staff, target, check)
    assert contents(target) == before


def test_a_copy_that_is_not_the_same_is_not_kept(staff, target, monkeypatch):
    write = Store.insert_rows

    def lose_one(self, table, columns, rows):
        write(self, table, columns, rows[1:] if table.name == "changes" else rows)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "insert_rows", lose_one)
        with pytest.raises(StoreError, match="differs in the table changes, so nothing was copied"):
            copied(staff, target)
    store = Store.open(target, NEW)
    with store.snapshot():
        assert not copying.is_filled(store)
    store.close()
    assert copied(staff, target)["changed"] is True


@pytest.mark.parametrize("table", ["objects", "credentials", "profiles", "settings", "runs", "links"])
def test_one_value_that_differs_is_seen(staff, table):
    def states():
        store = Store.open(staff.location, System.KEY, check_mode=True)
        with store.snapshot():
            found = copying.states(store)
        store.close()
        return found

    before = states()
    store = Store.open(staff.location, System.KEY)
    column = {"objects": "name", "links": "origin", "runs": "summary", "profiles": "options"}.get(table, "value")
    with store.writing():
        store.connection.exec_driver_sql(f"UPDATE {table} SET {column} = {column} || ' '")
    store.close()
    after = states()
    assert [name for name in before if before[name] != after[name]] == [table]


def test_without_keys_sqlite_gets_a_key_file_and_postgresql_the_key_of_the_source(staff, target):
    copied(staff, target, target_key=None)
    if "://" in target:
        Store.open(target, System.KEY).close()
    else:
        store = Store.open(target)
        assert store.key_file is not None
        assert store.vault.required_key() != System.KEY
        store.close()


def test_a_store_that_is_not_there_is_named(tmp_path):
    system = System(str(tmp_path / "none.db"), tmp_path)
    with pytest.raises(StoreError, match=r"There is no store .*none\.db to copy"):
        copied(system, str(tmp_path / "copy.db"))
    assert list(tmp_path.iterdir()) == []


def test_fingerprints_of_a_copy_are_those_of_the_store(staff, target):
    """So that nobody's password is taken for a new one."""
    copied(staff, target)
    ours, theirs = Store.open(staff.location, System.KEY), Store.open(target, NEW)
    assert ours.vault.fingerprint("pin", "4711") == theirs.vault.fingerprint("pin", "4711")
    assert isinstance(theirs.vault, vault.Vault)
    for store in (ours, theirs):
        store.close()


def test_a_copy_tells_how_far_it_is(staff, target, monkeypatch):
    told = []
    monkeypatch.setattr(copying.progress, "phase", lambda name, expected=None: told.append((name, expected)))
    monkeypatch.setattr(copying.progress, "at", told.append)
    rows = copied(staff, target)["rows"]
    assert [one for one in told if isinstance(one, tuple)] == [
        ("comparing", None), ("copying", rows), ("comparing", rows), ("comparing", rows),
    ]  # fmt: skip
    copying_began = told.index(("copying", rows))
    assert told[told.index(("comparing", rows), copying_began) - 1] == rows
