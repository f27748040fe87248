# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores written by every released version are migrated, and are then as good as a new one.

The folder released holds them as SQL, as sqlite3 and pg_dump wrote them, with the files that their profiles read.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info
from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.migrations import versions
from ansible_collections.telephony.connector.plugins.module_utils.store.schema.tables import SCHEMA_VERSION
from ansible_collections.telephony.connector.tests.contents import contents, is_path
from ansible_collections.telephony.connector.tests.system import System

FOLDER = Path(__file__).parent / "released"
RELEASED = sorted({path.name.rpartition("-")[0] for path in FOLDER.glob("*.sql")})


@pytest.fixture(params=RELEASED)
def old(request: pytest.FixtureRequest, location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A phone system whose store a released version has written, on each database in turn."""
    database = "sqlite" if is_path(location) else "postgresql"
    text = (FOLDER / f"{request.param}-{database}.sql").read_text(encoding="utf-8")
    if is_path(location):
        connection = sqlite3.connect(location)
        connection.executescript(text)
        connection.close()
    else:
        with psycopg.connect(location.replace("+psycopg", "")) as server:
            server.execute(text)
    for path in FOLDER.glob("*.csv"):
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)  # where the stored profiles look for their files
    return System(location, tmp_path)


def tables(location: str) -> dict[str, Any]:
    """Return what a database says of its tables, in an order that hangs on names alone."""
    engine = sa.create_engine(f"sqlite:///{location}" if is_path(location) else location)
    inspector = sa.inspect(engine)
    try:
        return {name: dict(_properties(inspector, name)) for name in inspector.get_table_names()}
    finally:
        engine.dispose()


def _properties(inspector: sa.Inspector, table: str) -> Iterator[tuple[str, Any]]:
    for column in inspector.get_columns(table):
        yield column["name"], (str(column["type"]), column["nullable"])
    yield "primary key", inspector.get_pk_constraint(table)["constrained_columns"]
    keys = inspector.get_foreign_keys(table)
    yield "foreign keys", sorted((key["constrained_columns"], key["referred_table"]) for key in keys)
    yield "indexes", sorted((str(index["name"]), index["column_names"]) for index in inspector.get_indexes(table))


def test_what_is_released_is_kept_here():
    assert RELEASED[:2] == ["0.1.0", "0.2.0"]


def test_an_old_store_has_the_tables_of_a_new_one(old, tmp_path, request):
    fresh = str(tmp_path / "new.db") if is_path(old.location) else request.getfixturevalue("postgres").new_database()
    for location in (old.location, fresh):
        Store.open(location, System.KEY).close()
    assert tables(old.location) == tables(fresh)
    assert dict(contents(old.location)["meta"])["schema_version"] == str(SCHEMA_VERSION)


def test_nothing_of_an_old_store_is_lost(old):
    before = contents(old.location)
    Store.open(old.location, System.KEY).close()
    after = contents(old.location)
    assert {name: len(rows) for name, rows in after.items() if name in before} == {
        name: len(rows) for name, rows in before.items()
    }
    assert [row[:10] for row in after["runs"]] == before["runs"]


def test_what_an_old_version_has_imported_is_unchanged_for_this_one(old):
    for name, check in (("staff", True), ("staff", False), ("staff", False), ("book", False), ("dials", False)):
        result = old.sync(name, check)
        assert (result["result"], result["changes"], result["warnings"]) == ("unchanged", [], []), (name, check)


def test_an_old_store_is_worked_on_like_any_other(old):
    people = Path("people.csv").read_text(encoding="utf-8")
    old.csv(people.replace("Anna Straße", "Anna Gasse").replace(",,another-password", ",301,") + "eva,Eva,,,,,,,,,\n")
    counts = old.sync()["counts"]
    assert {name: counts[name] for name in ("created", "updated", "removed")} == {
        "created": 1, "updated": 2, "removed": 0,
    }  # fmt: skip
    old.csv(people.partition("carl,")[0])
    assert old.sync()["counts"]["removed"] == 2
    old.by_hand("user", username="anna", rename_to="annabel")
    (entry,) = [found for found in old.objects("phonebook_entry") if found["display_name"] == "Annas Bruder"]
    assert (entry["owner"], entry["labels"]) == ("annabel", {"family": "yes"})
    assert old.names() == ["annabel", "ben", "reception"]
    assert old.user("ben")["email"] == "ben@hand.example"


def test_runs_of_before_do_not_say_who_ran_them(old):
    old.by_hand("speed_dial", number="802", destination="19411")
    newest, *earlier = old.call(run_info.run_info, check=True, limit=100)["runs"]
    assert "@" in newest["actor"]
    assert {run["actor"] for run in earlier} == {None}


def test_a_migration_that_fails_leaves_an_old_store_as_it_was(old, monkeypatch):
    def fail_at_the_end(connection):
        connection.exec_driver_sql("UPDATE there_is_no_such_table SET x = 1")

    steps = versions.steps()
    taken = steps[SCHEMA_VERSION]
    monkeypatch.setattr(
        versions,
        "steps",
        lambda: {**steps, SCHEMA_VERSION: lambda connection: (taken(connection), fail_at_the_end(connection))},
    )
    before = contents(old.location)
    with pytest.raises(StoreError, match="there_is_no_such_table"):
        Store.open(old.location, System.KEY)
    assert contents(old.location) == before
