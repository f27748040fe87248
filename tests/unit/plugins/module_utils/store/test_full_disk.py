# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk without room: one sentence, and the store exactly as before; with room again, the same run goes through."""

from __future__ import annotations

import contextlib

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import sync
from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import vault
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.contents import contents
from ansible_collections.telephony.connector.tests.system import Call, System

HEADER = "username,displayname,phone,email,mobile,job\n"


def people(count):
    return HEADER + "".join(
        f"user{n},User Number {n},{n},user{n}@corp.example,+49 171 55{n},Engineer of floor {n % 40}\n"
        for n in range(10_000, 10_000 + count)
    )


def filled(location, tmp_path):
    """A system of a few people whose file now has some thousand more."""
    system = System(location, tmp_path)
    system.profile()
    system.import_csv(people(20))
    system.csv(people(6000))
    return system


def fill(disk):
    """Leave no room on a disk, and return the file that takes it."""
    block = disk / "block"
    with contextlib.suppress(OSError), block.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    return block


def test_a_database_that_may_not_grow_keeps_what_it_had(tmp_path):
    system = filled(str(tmp_path / "store.db"), tmp_path)
    before = contents(system.location)
    store = Store.open(system.location, system.KEY)
    pages = store.connection.exec_driver_sql("PRAGMA page_count").scalar()
    store.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 50}")
    with pytest.raises(StoreError, match="cannot be written because the disk is full: nothing was changed"):
        sync.synchronise(Call({"profile": "staff", "changes_limit": 0}, store, False, False))
    store.close()
    assert contents(system.location) == before
    assert system.sync()["counts"]["created"] == 5980


def test_files_that_may_not_grow_leave_the_store_as_it_was(tmp_path, files_of_at_most):
    system = filled(str(tmp_path / "store.db"), tmp_path)
    before = contents(system.location)
    with (
        files_of_at_most(600_000),
        pytest.raises(StoreError, match=r"(disk is full|disk I/O error).*nothing was changed"),
    ):
        system.sync()
    assert contents(system.location) == before
    assert system.sync()["counts"]["created"] == 5980


def test_a_full_disk_leaves_the_store_as_it_was(small_disk, tmp_path):
    system = filled(str(small_disk / "store.db"), tmp_path)
    before = contents(system.location)
    with pytest.raises(StoreError, match=r"(disk is full|disk I/O error).*nothing was changed.*free"):
        system.sync()
    assert contents(system.location) == before
    assert system.sync(only="user10030")["counts"]["created"] == 1, "what fits still goes through"


def test_a_full_disk_has_no_half_made_store(small_disk, tmp_path):
    block = fill(small_disk)
    system = System(str(small_disk / "store.db"), tmp_path)
    system.KEY = None
    with pytest.raises(StoreError, match=r"(cannot be written|cannot be made|disk is full|disk I/O error)"):
        system.profile()
    assert {path.name for path in small_disk.iterdir()} <= {"block", "store.db", "store.db.key"}
    block.unlink()
    assert system.profile()["changed"] is True
    assert system.import_csv(people(3))["counts"]["created"] == 3


def test_a_key_file_that_cannot_be_written_whole_is_not_written_at_all(small_disk):
    block = fill(small_disk)
    with pytest.raises(
        StoreError, match=r"key file .* cannot be written .*No space left.*check its directory and disk"
    ):
        vault.write_key_file(small_disk / "store.db.key")
    assert list(small_disk.iterdir()) == [block]


def test_a_full_disk_of_postgresql_leaves_the_store_as_it_was(small_disk, postgres, tmp_path):
    import shutil

    import psycopg

    place = small_disk / "tables"
    place.mkdir()
    url = postgres.new_database()
    name = url.rpartition("/")[2]
    shutil.chown(place, "postgres")
    with psycopg.connect(postgres.url("postgres").replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"CREATE TABLESPACE small{name} LOCATION '{place}'")
        server.execute(f"ALTER DATABASE {name} SET default_tablespace = 'small{name}'")
    system = filled(url, tmp_path)
    before = contents(url)
    with pytest.raises(StoreError, match="cannot be written because the disk is full: nothing was changed"):
        system.sync()
    assert contents(url) == before
    with psycopg.connect(postgres.url("postgres").replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"DROP DATABASE {name}")
        server.execute(f"DROP TABLESPACE small{name}")
