# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the ledger keeps of the entries of files: many to a row, and those that older versions kept one by one."""

from __future__ import annotations

import json

import pytest

from ansible_collections.telephony.connector.tests.publisher import publish

PEOPLE = 2_300
ENTRY = ("output_id", "key", "place", "name", "mark", "content", "token", "pending")


@pytest.fixture
def book(system):
    """A store, SQLite and PostgreSQL, whose book is the file people.csv."""
    write(system, range(PEOPLE))
    system.profile("book", "csv_phonebook")
    return system


def write(system, people, mobile=None):
    """Write who is in the phonebook; `mobile` gives the mobile numbers of some."""
    rows = (f"Person {n:05},+49 991 {n:05},{(mobile or {}).get(n, '')}\n" for n in people)
    system.csv("displayname,phone,mobile\n" + "".join(rows))


def kept_by(system, table):
    """Return how many rows of a table of the ledger there are, and the entries in them."""
    with_count = "sum(entries)" if table == "output_blocks" else "count(*)"

    def look(task):
        with task.store.snapshot():
            rows = task.store.connection.exec_driver_sql(f"SELECT count(*), {with_count} FROM {table}")
            return {"kept": tuple(int(number or 0) for number in rows.one())}

    return system.call(look)["kept"]


def as_before_version_10(system):
    """Keep what is in blocks entry by entry, as runs before store version 10 did."""

    def change(task):
        store = task.store
        with store.recording():
            blocks = store.connection.exec_driver_sql("SELECT output_id, content FROM output_blocks").all()
            rows = [(output, *one, "", "") for output, text in blocks for one in json.loads(text)]
            store.insert_rows(store.schema.output_entries, ENTRY, rows)
            store.connection.exec_driver_sql("DELETE FROM output_blocks")
        return {}

    system.call(change)


def test_what_changed_is_told_and_the_rest_is_kept(book, tmp_path):
    for is_old in (False, True):
        check(book, tmp_path / f"book {is_old}", is_old)


def check(system, path, is_old):
    """Publish, change some people and publish again; `is_old`: what was written first is kept in the old way."""
    write(system, range(PEOPLE))
    system.sync("book")
    assert publish(system, path, format="csv")["counts"]["created"] == PEOPLE
    if is_old:
        as_before_version_10(system)
    write(system, range(1, PEOPLE + 1), {7: "+49 171 7", 1700: "+49 171 1700"})
    system.sync("book")
    found = publish(system, path, format="csv")
    told = {name: found["counts"][name] for name in ("created", "updated", "removed", "unchanged")}
    assert told == {"created": 1, "updated": 2, "removed": 1, "unchanged": PEOPLE - 3}
    change = next(one for one in found["changes"] if one["name"] == "Person 00007")
    assert (change["before"], change["after"]) == ({}, {"mobile": "+49 171 7"})
    assert publish(system, path, format="csv")["result"] == "unchanged"
    assert kept_by(system, "output_entries") == (0, 0)
    rows, entries = kept_by(system, "output_blocks")
    assert entries == PEOPLE
    assert rows < PEOPLE / 100
    path.write_text("by hand")
    again = publish(system, path, format="csv")
    assert again["counts"]["unchanged"] == PEOPLE
    assert "set back" in again["summary"]
    publish(system, path, state="absent")
    assert kept_by(system, "output_blocks")[1] == 0
