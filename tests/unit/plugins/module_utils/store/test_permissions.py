# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A user who may not write, or not even read: told in one sentence, and a simulation works wherever reading does."""

from __future__ import annotations

import shutil

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import connection, sqlite_file
from ansible_collections.telephony.connector.tests.contents import fingerprints
from ansible_collections.telephony.connector.tests.system import System

PEOPLE = "username,displayname,phone\nmmuster,Max Muster,201\neeva,Eva Ebert,202\n"


@pytest.fixture
def system(public_directory, tmp_path):
    """A store that its maker has filled and opened to readers, and to nobody else."""
    (public_directory / "store").mkdir()
    system = System(str(public_directory / "store" / "store.db"), public_directory)
    system.profile()
    system.import_csv(PEOPLE)
    system.csv(PEOPLE.replace("Max", "Moritz"))
    (public_directory / "store" / "store.db").chmod(0o644)
    (public_directory / "store").chmod(0o755)
    (public_directory / "people.csv").chmod(0o644)
    return system


@pytest.fixture
def folder(public_directory):
    return public_directory / "store"


def give_to(folder, mode, directory_mode):
    """Give the store to the ordinary user, with these rights."""
    (folder / "store.db").chmod(mode)
    folder.chmod(directory_mode)
    for path in (folder / "store.db", folder):
        try:
            shutil.chown(path, "nobody")
        except PermissionError:
            return  # the tests run as the ordinary user, who owns it already


@pytest.mark.parametrize(
    ("mode", "directory_mode"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)], ids=["file", "directory", "both"]
)
def test_a_read_only_store_refuses_to_be_written_and_stays_as_it_was(
    system, folder, as_ordinary_user, mode, directory_mode
):
    give_to(folder, mode, directory_mode)
    before = fingerprints(folder)
    with (
        as_ordinary_user(),
        pytest.raises(StoreError, match=r"store\.db is read-only: give the user .*write permission"),
    ):
        system.sync()
    assert fingerprints(folder) == before


@pytest.mark.parametrize(
    ("mode", "directory_mode"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)], ids=["file", "directory", "both"]
)
def test_a_read_only_store_can_be_simulated_and_read(system, folder, as_ordinary_user, mode, directory_mode):
    give_to(folder, mode, directory_mode)
    before = fingerprints(folder)
    with as_ordinary_user():
        result = system.sync(check=True)
        names = system.names()
    assert (result["result"], result["counts"]["updated"], names) == ("changed", 1, ["eeva", "mmuster"])
    assert fingerprints(folder) == before


def test_a_store_that_may_not_be_read_is_named(system, folder, as_ordinary_user):
    give_to(folder, 0o200, 0o755)
    for check in (True, False):
        with as_ordinary_user(), pytest.raises(StoreError, match=r"store\.db cannot be read by this user"):
            system.sync(check=check)


def test_a_store_in_a_directory_that_may_not_be_entered_is_not_taken_for_absent(system, folder, as_ordinary_user):
    give_to(folder, 0o644, 0o600)
    for check in (True, False):
        with (
            as_ordinary_user(),
            pytest.raises(StoreError, match=r"cannot be read by this user: check .*its directory"),
        ):
            system.sync(check=check)


def test_a_guest_reads_what_is_read_only_and_is_told_what_may_not_be_read(system, folder, as_ordinary_user):
    path = str(folder / "store.db")
    give_to(folder, 0o444, 0o555)
    with as_ordinary_user():
        connection.Store.open_as_guest(path).close()
    give_to(folder, 0o644, 0o600)
    with as_ordinary_user(), pytest.raises(StoreError, match=r"cannot be read by this user: check .*its directory"):
        connection.Store.open_as_guest(path)
    give_to(folder, 0o000, 0o755)
    with as_ordinary_user(), pytest.raises(StoreError, match=r"store\.db cannot be read by this user"):
        connection.Store.open_as_guest(path)


@pytest.mark.parametrize("ask", [sqlite_file.is_absent, sqlite_file.missing_folder])
def test_what_nobody_can_tell_is_not_taken_for_absent(system, folder, as_ordinary_user, ask):
    (folder / "deep").mkdir()
    place = str(folder / "deep" / "store.db")
    give_to(folder, 0o644, 0o600)
    with as_ordinary_user(), pytest.raises(StoreError, match=r"cannot be read by this user: check .*its directory"):
        ask(place)
    with pytest.raises(StoreError, match="cannot be a path"):
        ask("/" + "a" * 300 + "/b")


def test_a_new_store_in_a_directory_that_may_not_be_written_is_refused(public_directory, as_ordinary_user, system):
    public_directory.chmod(0o555)
    new = System(str(public_directory / "new.db"), public_directory)
    with as_ordinary_user(), pytest.raises(StoreError, match=r"the directory .* cannot be written by this user"):
        new.profile()
    with as_ordinary_user():
        assert new.profile(check=True)["changed"] is True
    assert not (public_directory / "new.db").exists()


def test_a_default_directory_that_cannot_be_made_is_named(public_directory, as_ordinary_user, system, monkeypatch):
    from ansible_collections.telephony.connector.plugins.module_utils.store import locations

    place = public_directory / "lib" / "connector" / "store.db"
    monkeypatch.setattr(locations, "DEFAULT_LOCATION", str(place))
    public_directory.chmod(0o555)
    with (
        as_ordinary_user(),
        pytest.raises(StoreError, match=r"the directory .*/lib/connector does not exist, create it"),
    ):
        System(str(place), public_directory).profile()


def test_a_key_file_of_another_user_is_named(system, folder, as_ordinary_user, monkeypatch):
    monkeypatch.setattr(System, "KEY", None)
    own = System(str(folder / "own.db"), folder.parent)
    own.profile()
    (folder / "own.db").chmod(0o644)
    (folder / "own.db.key").chmod(0o000)
    with as_ordinary_user(), pytest.raises(StoreError, match=r"own\.db\.key cannot be read .*check its owner"):
        own.names()
