# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opening a store: made where there is none, and refused with a clear sentence where there is something else."""

from __future__ import annotations

import sqlite3
import stat

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import locations
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store


def test_a_path_a_url_and_a_path_with_odd_characters_are_the_same_sort_of_store(tmp_path):
    odd = tmp_path / "Zentrale Köln #1? 100%.db"
    Store.open(str(odd)).close()
    reopened = Store.open(f"sqlite:///{tmp_path}/plain.db")
    assert reopened.is_sqlite
    reopened.close()
    assert {path.name for path in tmp_path.iterdir()} == {odd.name, f"{odd.name}.key", "plain.db", "plain.db.key"}


def test_a_new_store_and_its_key_are_for_their_user_alone(tmp_path):
    Store.open(str(tmp_path / "store.db")).close()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"store.db": 0o600, "store.db.key": 0o600}


def test_the_default_directory_is_made_for_its_user_alone(tmp_path, monkeypatch):
    path = tmp_path / "lib" / "telephony-connector" / "store.db"
    monkeypatch.setattr(locations, "DEFAULT_LOCATION", str(path))
    Store.open(str(path)).close()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_store_is_the_same_when_it_is_opened_again(location):
    first = Store.open(location, "a key")
    facts = first.facts()
    first.close()
    again = Store.open(location, "a key")
    assert again.facts() == facts
    again.close()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("absent/store.db", "the directory .*/absent does not exist, create it first"),
        (".", "is a directory: name a file in it"),
        ("x" * 300, "File name too long"),
        ("nul\0byte", "cannot be a path"),
        ("file/store.db", "the directory .*/file does not exist"),
    ],
)
def test_a_place_where_no_store_can_be_is_named(tmp_path, name, words):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=words):
        Store.open(str(tmp_path / name))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("", "in memory"),
        (":memory:", "in memory"),
        ("sqlite://", "in memory"),
        ("mysql://user:s3cret-word@host/database", "cannot be kept in 'mysql'"),
        ("postgresql://user:s3cret-word@host:port/database", "neither a path nor a URL"),
        ("~somebody-who-is-not-there/store.db", "home directory"),
    ],
)
def test_an_address_that_cannot_be_a_store_is_refused_without_its_password(location, words):
    with pytest.raises(StoreError, match=words) as refused:
        Store.open(location)
    assert "s3cret-word" not in refused.value.message


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "foreign.db"
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE invoices (number INTEGER)")
    foreign.commit()
    foreign.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"not one of telephony.connector .*'invoices'"):
        Store.open(str(path))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["foreign.db"]


def test_a_postgresql_database_of_something_else_is_refused_and_left_alone(postgres):
    import psycopg

    url = postgres.new_database()
    with psycopg.connect(url.replace("+psycopg", "")) as foreign:
        foreign.execute("CREATE TABLE meta (name text)")
    with pytest.raises(StoreError, match=r"not one of telephony.connector .*'meta'"):
        Store.open(url, "a key")
    with psycopg.connect(url.replace("+psycopg", "")) as foreign:
        tables = foreign.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == [("meta",)]


@pytest.mark.parametrize(
    "text", [b"username,displayname\nmmuster,Max Muster\n" * 100, b"SQLite format 3\0" + b"x" * 4096]
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, text):
    path = tmp_path / "people.csv"
    path.write_bytes(text)
    with pytest.raises(StoreError, match=r"not an SQLite database|is damaged"):
        Store.open(str(path))
    assert path.read_bytes() == text
    assert [file.name for file in tmp_path.iterdir()] == ["people.csv"]


def test_an_empty_file_becomes_a_store(tmp_path):
    path = tmp_path / "store.db"
    path.touch()
    Store.open(str(path)).close()
    store = Store.open(str(path))
    assert store.revision() == 0
    store.close()


def test_a_store_without_its_version_is_said_to_be_damaged(staff, location):
    store = Store.open(location, staff.KEY)
    store.connection.exec_driver_sql("DELETE FROM meta WHERE name = 'schema_version'")
    store.close()
    with pytest.raises(StoreError, match="no schema version: it is damaged"):
        Store.open(location, staff.KEY)
