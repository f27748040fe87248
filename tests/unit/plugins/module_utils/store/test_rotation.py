# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A store gets another key: everything is encrypted anew, nothing is lost, wherever the task is killed."""

from __future__ import annotations

import contextlib
import random
import re
import stat
import time

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info, store_settings
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import rotation, vault
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests import rotation as rotating
from ansible_collections.telephony.connector.tests.contents import contents, everything
from ansible_collections.telephony.connector.tests.examples import FACTOR
from ansible_collections.telephony.connector.tests.system import Call, System

NEW = "a new key of the store, long enough"
HEADER = "username,displayname,phone,password,pin,phonemac,phoneuser,phonepass\n"
PEOPLE = HEADER + "anna,Anna,201,correct-horse,4711,00:11:22:33:44:55,anna,device-secret\nben,Ben,202,,4711,,,\n"
#: Encrypted with another key: a text of somebody's, that only looks like one of ours.
FOREIGN = vault.Vault("another key", "00" * 16, "").encrypt("not ours")


@pytest.fixture
def staff(system):
    """A phone system with secrets in every place that holds some."""
    system.profile()
    system.import_csv(PEOPLE)
    system.profile(
        "web", source={"url": "https://example.net/x.csv", "url_username": "u", "url_password": "source-secret"}
    )
    system.by_hand("phonebook_entry", display_name="Odd", phone="1234", notes=FOREIGN)
    return system


def change(system, key=System.KEY, new_key=NEW, check=False):
    store = Store.open(system.location, key, check)
    params = {"store_key": key, "new_store_key": new_key}
    try:
        return store_settings.store_settings(Call(params, store, check, False))
    finally:
        store.close()


def source_password(location, key):
    store = Store.open(location, key, True)
    try:
        from ansible_collections.telephony.connector.plugins.module_utils.store import profiles

        return profiles.find(store, "web").options["source"]["url_password"]
    finally:
        store.close()


def device_secrets(location, key):
    store = Store.open(location, key, True)
    try:
        tokens = [row for row in contents(location)["credentials"] if "gAAAA" in repr(row)]
        return {store.vault.decrypt(re.search(r"gAAAA[\w=-]+", repr(row))[0]) for row in tokens}
    finally:
        store.close()


def test_everything_that_is_encrypted_is_readable_with_the_new_key_alone(staff):
    before = everything(staff.location)
    old_tokens = set(re.findall(rb"gAAAA[A-Za-z0-9_=-]{60,}", before)) - {FOREIGN.encode()}
    result = change(staff)
    assert (result["changed"], result["key_changed"]) == (True, True)
    assert result["secrets"] == 3  # of the source, of the device, and the proof of the key
    assert source_password(staff.location, NEW) == "source-secret"
    assert device_secrets(staff.location, NEW) == {"device-secret"}
    with pytest.raises(StoreError, match="cannot be read with this key"):
        Store.open(staff.location, System.KEY)
    after = everything(staff.location)
    assert [token for token in old_tokens if token in after] == []  # not in a free page of the file either
    assert FOREIGN.encode() in after


def test_the_next_sync_changes_nothing_and_no_password_is_set_anew(staff):
    hashes = {row[:3] for row in contents(staff.location)["credentials"] if "argon2" in repr(row)}
    change(staff)
    staff.KEY = NEW
    result = staff.sync()
    assert (result["result"], result["counts"]["unchanged"]) == ("unchanged", 2)
    assert hashes <= {row[:3] for row in contents(staff.location)["credentials"]}
    result = staff.import_csv(PEOPLE.replace("4711", "4712", 1))
    assert result["counts"]["updated"] == 1
    change(staff, NEW, "one more key of the store")
    staff.KEY = "one more key of the store"
    assert staff.sync()["result"] == "unchanged"


def test_the_task_may_run_again_and_a_simulation_changes_nothing(staff, monkeypatch):
    before = contents(staff.location)
    assert change(staff, check=True)["key_changed"] is True
    assert contents(staff.location) == before
    change(staff)
    after = contents(staff.location)
    assert change(staff, NEW) == {**change(staff, NEW, None), "changed": False, "key_changed": False}
    assert contents(staff.location) == after


def test_a_change_of_the_key_is_kept_as_a_run(staff):
    change(staff)
    staff.KEY = NEW
    newest = staff.call(run_info.run_info, check=True, limit=1)["runs"][0]
    assert (newest["mode"], newest["summary"]) == ("manual", "the store's key was changed")


def test_a_run_that_has_the_old_key_writes_nothing_more(staff):
    other = Store.open(staff.location, System.KEY)
    change(staff)
    with pytest.raises(StoreError, match="cannot be read with this key"), other.writing():
        raise AssertionError("it was let in")
    other.close()


@pytest.mark.parametrize("key", ["short", " blanks around a long key ", ""])
def test_a_weak_key_is_refused(staff, key):
    with pytest.raises(DefinitionError, match="at least 16 characters"):
        change(staff, new_key=key)


# -- with a key file ----------------------------------------------------------------------------------------------


@pytest.fixture
def filed(tmp_path):
    """The location of a SQLite store whose key is in the key file."""
    system = System(str(tmp_path / "store.db"), tmp_path)
    system.KEY = None
    system.profile(
        "web", source={"url": "https://x.example/x.csv", "url_username": "u", "url_password": "source-secret"}
    )
    return system


def test_the_key_file_gets_the_new_key(filed):
    change(filed, None)
    key_file = vault.key_file_of(filed.directory / "store.db")
    assert vault.read_key_file(key_file) == NEW
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert source_password(filed.location, None) == "source-secret"
    assert [path.name for path in filed.directory.glob("*.key*")] == ["store.db.key"]


@pytest.mark.parametrize(
    ("module", "name", "key_after"),
    [
        (vault, "write_key_file", "old"),  # before the next key is written
        (rotation, "_fingerprint_again", "old"),  # in the middle of the transaction
        (vault, "take_pending_key", "new"),  # between the store and the key file
        (vault, "sync_folder", "old"),  # the next key lies there, the transaction is open
    ],
)
def test_wherever_it_is_killed_the_key_file_opens_the_store(filed, monkeypatch, module, name, key_after):
    old_key = vault.read_key_file(vault.key_file_of(filed.directory / "store.db"))

    def die(*arguments, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, name, die)
        with pytest.raises(KeyboardInterrupt):
            change(filed, None)
    for check in (True, False, False):  # a simulation reads it too, and leaves the files as they are
        store = Store.open(filed.location, None, check)
        assert store.vault.required_key() == (NEW if key_after == "new" else old_key)
        store.close()
    assert source_password(filed.location, None) == "source-secret"
    change(filed, None, "the second attempt, which goes through")
    assert source_password(filed.location, None) == "source-secret"
    assert [path.name for path in filed.directory.glob("*.key*")] == ["store.db.key"]


KILLS = round(12 * FACTOR)


def keys_of(location, *candidates):
    """Return which of the keys open a store, and read its secret."""
    found = []
    for key in candidates:
        with contextlib.suppress(StoreError):
            assert source_password(location, key) == "source-secret"
            found.append(key)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("has_key_file", [False, True])
def test_a_process_that_is_killed_at_any_moment_leaves_one_key_that_opens_the_store(tmp_path, has_key_file):
    system = System(str(tmp_path / "store.db"), tmp_path)
    key = "the key number 0 of the store"
    system.KEY = None if has_key_file else key
    system.profile(
        "web", source={"url": "https://x.example/x.csv", "url_username": "u", "url_password": "source-secret"}
    )
    key_file = vault.key_file_of(tmp_path / "store.db")
    if has_key_file:
        key = vault.read_key_file(key_file)
    chance, seconds, outcomes = random.Random(4711), [], set()
    for number in range(KILLS + 3):
        new_key = f"the key number {number + 1} of the store"
        start = time.monotonic()
        child = rotating.in_child(system.location, None if has_key_file else key, new_key)
        if number >= 3:  # the first ones tell how long it takes
            time.sleep(chance.uniform(0, 1.1) * min(seconds))
            child.kill()
        child.join(60)
        seconds.append(time.monotonic() - start)
        # before the store is opened with its file, which the next run puts in order
        (now,) = keys_of(system.location, key, new_key)
        if has_key_file:
            assert keys_of(system.location, None) == [None]
            store = Store.open(system.location, None, False)
            assert store.vault.required_key() == now
            store.close()
            assert vault.read_key_file(key_file) == now
        outcomes.add(now == new_key)
        key = now
    assert outcomes == {False, True}
    assert [path.name for path in tmp_path.glob("*.key*")] == (["store.db.key"] if has_key_file else [])
