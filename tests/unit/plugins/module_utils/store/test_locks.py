# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One at a time: a writer waits for the other, says so when it takes too long, and readers wait for nobody."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import connection
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import StaleError, Store
from ansible_collections.telephony.connector.tests.contents import contents


@pytest.fixture
def open_store(location):
    """Open the same store as often as wanted."""
    stores = []

    def open_it():
        stores.append(Store.open(location, "a key"))
        return stores[-1]

    yield open_it
    for store in stores:
        store.close()


def note(store, value):
    store.put(store.schema.settings, "note", value)


def notes(store):
    settings = store.schema.settings
    return [row.value for row in store.connection.execute(settings.select())]


def test_a_writer_that_waits_too_long_is_told_who_it_waits_for(open_store, monkeypatch):
    monkeypatch.setattr(connection, "LOCK_TIMEOUT", 1)
    first, second = open_store(), open_store()
    with first.writing():
        note(first, "first")
        with pytest.raises(StoreError, match="is being written by another run"), second.writing():
            note(second, "second")
    with second.snapshot():
        assert notes(second) == ["first"]


def test_a_writer_waits_for_the_other_and_then_goes_on(open_store):
    first, second = open_store(), open_store()
    started, order = threading.Event(), []

    def write_second():
        started.set()
        with second.writing():
            order.append("second")
            note(second, "second")

    waiting = threading.Thread(target=write_second)
    with first.writing():
        waiting.start()
        started.wait()
        waiting.join(timeout=0.5)
        assert waiting.is_alive()
        note(first, "first")
        order.append("first")
    waiting.join(timeout=60)
    assert order == ["first", "second"]
    with first.snapshot():
        assert (notes(first), first.revision()) == (["second"], 2)


def test_a_reader_neither_waits_nor_sees_what_is_being_written(open_store):
    writer, reader = open_store(), open_store()
    with reader.snapshot():
        before = reader.revision()
        with writer.writing():
            note(writer, "new")
            assert notes(reader) == []
        assert (notes(reader), reader.revision()) == ([], before), "its snapshot lasts beyond the end of the writing"
    with reader.snapshot():
        assert notes(reader) == ["new"]


def test_a_plan_for_another_revision_is_stale_and_writes_nothing(open_store, location):
    first, second = open_store(), open_store()
    planned_for = first.revision()
    with second.writing():
        note(second, "in between")
    before = contents(location)
    with pytest.raises(StaleError), first.writing(expected_revision=planned_for):
        note(first, "never written")
    assert contents(location) == before


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt])
def test_whatever_ends_a_transaction_leaves_nothing_of_it(open_store, location, fault):
    store = open_store()
    before = contents(location)

    def write_and_fail():
        with store.writing():
            note(store, "never written")
            raise fault

    with pytest.raises(fault):
        write_and_fail()
    assert contents(location) == before
    with store.writing():
        note(store, "the store works on")


def test_ids_are_never_used_again(system):
    system.profile()
    system.import_csv("username,displayname\na,A\nb,B\n")
    used = {user["id"] for user in system.objects()}
    system.import_csv("username,displayname\nc,C\n", only="c")
    system.by_hand("user", username="a", state="absent")
    system.by_hand("user", username="d", display_name="D")
    fresh = {user["id"] for user in system.objects()} - used
    assert len(fresh) == 2
    assert min(fresh) > max(used)
