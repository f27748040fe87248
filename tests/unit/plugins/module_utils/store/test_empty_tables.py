# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many new objects in an empty store: PostgreSQL builds the indexes at the end, and the same ones as before."""

from __future__ import annotations

import psycopg
import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import empty_tables
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

MANY = 5001
#: Of every index: its words, and of its constraint; and which one it is.
INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid), pg_get_constraintdef(k.oid), i.indisvalid, c.oid
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype = 'p'
WHERE i.indrelid::regclass::text IN ('objects', 'identifiers', 'links', 'changes') ORDER BY c.relname
"""
REBUILT = ["changes_pkey", "identifiers_pkey", "ix_changes_object_id", "ix_links_object_id", "links_pkey"]


class Database:
    """A store, and somebody else who looks at its database."""

    def __init__(self, url):
        self.store = Store.open(url, "a key of this test")
        self.other = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        self.other.execute("SET statement_timeout = '20s'")

    def indexes(self):
        return self.other.execute(INDEXES).fetchall()

    def add(self, *numbers, count=MANY, is_all=True, fails=False):
        """Claim numbers in a transaction that says it adds so many objects."""
        columns = ("space", "value", "object_id", "field")
        with self.store.writing(), empty_tables.adding(self.store, count, is_all=is_all):
            self.store.insert_rows(self.store.schema.identifiers, columns, [("number", one, 1, "n") for one in numbers])
            if fails:
                raise ValueError(numbers)

    def rebuilt(self, before):
        """Return the names of the indexes that were built anew; all must be what they were."""
        after = self.indexes()
        assert [one[:-1] for one in after] == [one[:-1] for one in before]
        return [one[0] for one in after if one not in before]


@pytest.fixture
def database(postgres):
    made = Database(postgres.new_database())
    yield made
    made.other.close()
    made.store.close()


def test_indexes_are_built_once_while_the_tables_are_empty(database):
    before = database.indexes()
    database.add("100")
    assert database.rebuilt(before) == REBUILT
    with pytest.raises(StoreError, match="duplicate key"):
        database.add("100")
    second = database.indexes()
    database.add("101")
    assert database.rebuilt(second) == [name for name in REBUILT if name != "identifiers_pkey"]  # it has rows now


def test_what_is_claimed_twice_is_found_when_the_index_is_built(database):
    before = database.indexes()
    with pytest.raises(StoreError, match="duplicated"):
        database.add("100", "100")
    assert database.rebuilt(before) == []
    assert database.other.execute("SELECT count(*) FROM identifiers").fetchone() == (0,)


def test_few_objects_or_other_changes_leave_the_indexes(database):
    before = database.indexes()
    database.add("100", count=MANY - 1)
    database.other.execute("TRUNCATE identifiers")
    database.add("100", is_all=False)
    assert database.rebuilt(before) == []


def test_a_transaction_that_is_taken_back_leaves_the_indexes(database):
    before = database.indexes()
    with pytest.raises(ValueError, match="100"):
        database.add("100", fails=True)
    assert database.rebuilt(before) == []
    database.add("100")


def test_a_table_that_somebody_reads_keeps_its_indexes_and_nobody_waits(database):
    before = database.indexes()
    with database.other.transaction():
        database.other.execute("SELECT count(*) FROM links")
        database.add("100")
    assert database.rebuilt(before) == [name for name in REBUILT if "links" not in name]


def test_an_older_snapshot_finds_nothing_and_a_newer_one_finds_all_by_the_index(database):
    other = database.other
    other.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM meta")
    other.execute("SET LOCAL enable_seqscan = off")
    database.add("100")
    found = "SELECT count(*) FROM identifiers WHERE space = 'number' AND value = '100'"
    assert other.execute(found).fetchone() == (0,)
    other.execute("COMMIT; BEGIN; SET LOCAL enable_seqscan = off")
    assert other.execute(found).fetchone() == (1,)
    other.execute("COMMIT")


def test_indexes_that_others_rely_on_or_have_changed_are_left(database):
    words = "CREATE TABLE theirs (run_id integer, seq integer, FOREIGN KEY (run_id, seq) REFERENCES changes)"
    database.other.execute(words)
    database.other.execute("ALTER INDEX ix_links_object_id SET (fillfactor = 70)")
    before = database.indexes()
    database.add("100")
    assert database.rebuilt(before) == ["identifiers_pkey"]


def test_a_role_that_does_not_own_the_tables_writes_with_their_indexes(database, postgres):
    url = database.store._engine.url.render_as_string(hide_password=False)
    role = "writer_of_empty_tables"
    database.other.execute(f"DROP ROLE IF EXISTS {role}")
    database.other.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'writerpw'")
    database.other.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}")
    before = database.indexes()
    user, _at, server = url.rpartition("@")
    written = Store.open(f"{user.partition('//')[0]}//{role}:writerpw@{server}", "a key of this test")
    own, database.store = database.store, written
    try:
        database.add("100")
    finally:
        database.store = own
        written.close()
    assert database.rebuilt(before) == []
    database.other.execute(f"DROP OWNED BY {role}")
    database.other.execute(f"DROP ROLE {role}")


def test_a_first_import_leaves_the_indexes_of_every_store(postgres, tmp_path):
    from ansible_collections.telephony.connector.tests.system import System

    url = postgres.new_database()
    system = System(url, tmp_path)
    rows = "".join(f"user{number},User {number},{100000 + number}\n" for number in range(MANY))
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
        system.profile()
        before = other.execute(INDEXES).fetchall()
        people = "username,displayname,phone\n" + rows
        assert system.import_csv(people)["counts"]["created"] == MANY
        after = other.execute(INDEXES).fetchall()
        assert [one[:-1] for one in after] == [one[:-1] for one in before]
        assert [one[0] for one in after if one not in before] == REBUILT
    assert system.sync()["counts"]["unchanged"] == MANY
