# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The key of a store: made on first use, needed ever after, and never guessed."""

from __future__ import annotations

import os
import stat
import sys
import threading

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import sqlite_file, vault
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.contents import contents


@pytest.fixture
def store_file(tmp_path):
    """The path of a SQLite store that keeps a secret, with its key file."""
    path = tmp_path / "store.db"
    store = Store.open(str(path))
    with store.writing():
        store.put(store.schema.settings, "a secret", store.vault.encrypt("Regenbogen-47"))
    store.close()
    return path


def secret_in(path, key=None, check=False):
    store = Store.open(str(path), key, check)
    try:
        return store.vault.decrypt(dict(contents(str(path))["settings"])["a secret"])
    finally:
        store.close()


@pytest.mark.parametrize("check", [False, True])
def test_a_store_that_was_emptied_is_no_new_one(store_file, check, monkeypatch):
    monkeypatch.setattr(sqlite_file, "_MAKING", 0.1)
    store_file.write_bytes(b"")
    with pytest.raises(StoreError, match=r"is empty although its key .* is there.*: restore it from a backup, or "):
        Store.open(str(store_file), check_mode=check)
    assert store_file.read_bytes() == b""
    store_file.unlink()  # what is not there is made, with the key that is
    Store.open(str(store_file), check_mode=check).close()


def test_a_store_that_another_run_just_makes_is_waited_for(store_file):
    whole = store_file.read_bytes()
    store_file.write_bytes(b"")
    other_run = threading.Timer(0.3, store_file.write_bytes, [whole])
    other_run.start()
    try:
        assert secret_in(store_file) == "Regenbogen-47"
    finally:
        other_run.join()


@pytest.mark.parametrize("check", [False, True])
def test_the_key_file_of_the_first_use_opens_the_secrets_later(store_file, check):
    assert secret_in(store_file, check=check) == "Regenbogen-47"


def test_the_content_of_the_key_file_may_be_given_as_an_option(store_file):
    key = vault.key_file_of(store_file).read_text().strip()
    vault.key_file_of(store_file).unlink()
    assert secret_in(store_file, key) == "Regenbogen-47"


def test_a_key_that_is_given_makes_no_key_file(tmp_path):
    Store.open(str(tmp_path / "store.db"), "a passphrase").close()
    assert [path.name for path in tmp_path.iterdir()] == ["store.db"]


@pytest.mark.parametrize("check", [False, True])
def test_another_key_is_refused_and_not_shown(location, check):
    Store.open(location, "the first passphrase").close()
    before = contents(location)
    with pytest.raises(StoreError, match="cannot be read with this key: give the store_key") as refused:
        Store.open(location, "another passphrase", check)
    assert "passphrase" not in refused.value.message
    assert contents(location) == before
    Store.open(location, "the first passphrase", check).close()


def test_a_postgresql_store_takes_the_first_key_it_is_given(postgres):
    url = postgres.new_database()
    Store.open(url).close()
    Store.open(url, "the first passphrase").close()
    with pytest.raises(StoreError, match="cannot be read with this key"):
        Store.open(url, "another passphrase")


def test_a_store_opens_without_the_library_that_encrypts(store_file, monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography", None)
    monkeypatch.setitem(sys.modules, "cryptography.fernet", None)
    Store.open(str(store_file)).close()


def test_only_what_the_key_has_signed_proves_it():
    ours = vault.Vault("a passphrase", "00" * 16, "the store")
    token = ours.encrypt(vault.CHECK_TEXT)
    ours.check(token)
    for other in (token[:40] + ("A" if token[40] != "A" else "B") + token[41:], token[4:], "gAAAA", "", "ä"):
        with pytest.raises(StoreError, match="cannot be read with this key"):
            ours.check(other)


@pytest.mark.parametrize("check", [False, True])
def test_a_missing_key_file_is_named_and_no_new_one_made(store_file, check):
    key_file = vault.key_file_of(store_file)
    key_file.unlink()
    with pytest.raises(StoreError, match=r"The key file .*store\.db\.key .*is missing: put it back"):
        Store.open(str(store_file), None, check)
    assert not key_file.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_file_that_others_may_read_is_refused(store_file, mode):
    vault.key_file_of(store_file).chmod(mode)
    with pytest.raises(StoreError, match="can be read by other users: run chmod 600"):
        Store.open(str(store_file))


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "is empty"), (b"\n \n", "is empty"), (b"\xff\xfe", "cannot be read")]
)
def test_a_broken_key_file_is_named(store_file, content, words):
    vault.key_file_of(store_file).write_bytes(content)
    with pytest.raises(StoreError, match=rf"key file .*store\.db\.key {words}"):
        Store.open(str(store_file))


def test_the_key_file_of_another_store_is_refused(store_file, tmp_path):
    Store.open(str(tmp_path / "other.db")).close()
    vault.key_file_of(tmp_path / "other.db").rename(vault.key_file_of(store_file))
    with pytest.raises(StoreError, match="put back the key file"):
        Store.open(str(store_file))


def test_a_key_file_that_is_there_before_its_store_is_used(tmp_path):
    """As it is after a run that was killed between the two, or when a person made the key."""
    key = vault.write_key_file(tmp_path / "store.db.key")
    Store.open(str(tmp_path / "store.db")).close()
    assert vault.read_key_file(tmp_path / "store.db.key") == key


def test_keys_are_long_random_and_never_overwritten(tmp_path):
    path = tmp_path / "key"
    first = vault.write_key_file(path)
    assert vault.write_key_file(path) == first == path.read_text().strip()
    assert len(first) >= 40
    assert vault.write_key_file(tmp_path / "other") != first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {file.name for file in tmp_path.iterdir()} == {"key", "other"}


def test_fingerprints_tell_equal_secrets_of_one_store_and_nothing_else():
    one, other = vault.Vault("key", "salt", "the store"), vault.Vault("key", "other salt", "the store")
    assert one.fingerprint("password", "x") == one.fingerprint("password", "x")
    different = [
        one.fingerprint("password", "y"),
        one.fingerprint("pin", "x"),
        other.fingerprint("password", "x"),
        vault.Vault("other key", "salt", "the store").fingerprint("password", "x"),
    ]
    assert len({one.fingerprint("password", "x"), *different}) == 5


def test_the_draft_of_a_key_file_is_neither_a_link_nor_a_file_of_somebody_else(tmp_path, monkeypatch):
    """Also where somebody could guess its name."""
    monkeypatch.setattr(vault.secrets, "token_hex", lambda size: "guessed")
    path, draft, victim = tmp_path / "key", tmp_path / "key.guessed", tmp_path / "victim"
    victim.write_text("as it was")
    for lay_there in (lambda: draft.symlink_to(victim), lambda: draft.write_text("foreign"), lambda: os.mkfifo(draft)):
        lay_there()
        with pytest.raises(StoreError, match="cannot be written"):
            vault.write_key_file(path)
        assert draft.is_symlink() or draft.exists()  # not ours, so not removed either
        draft.unlink()
    assert (victim.read_text(), path.exists()) == ("as it was", False)


def test_a_key_file_that_another_user_has_laid_there_is_refused(store_file):
    if os.geteuid() != 0:
        pytest.skip("only root can give a file to another user")
    os.chown(vault.key_file_of(store_file), 12345, 12345)
    with pytest.raises(StoreError, match="belongs to another user: check where it is from"):
        Store.open(str(store_file))
    os.chown(store_file.parent, 12345, 12345)  # as for a service with an account of its own, which root looks after
    Store.open(str(store_file)).close()
