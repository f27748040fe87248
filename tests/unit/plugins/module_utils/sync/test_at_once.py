# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs at once all end well: who was overtaken plans again, from what was read, and cannot be overtaken twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.sources import portions
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Gone,
    ReadResult,
    Record,
    Unusable,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.source import CsvSource
from ansible_collections.telephony.connector.plugins.module_utils.store import connection
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.sync import run
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import kept_records
from ansible_collections.telephony.connector.tests.worker import PROCESSES, Worker

HEADER = "username,displayname,phone,password\n"


def people(first, count):
    return HEADER + "".join(f"user{n},User {n},{n},\n" for n in range(first, first + count))


@pytest.fixture
def reads(monkeypatch):
    """The reads of CSV files, one entry each."""
    done, read = [], CsvSource.read

    def noted(self, *arguments):
        done.append(arguments)
        return read(self, *arguments)

    monkeypatch.setattr(CsvSource, "read", noted)
    return done


@pytest.fixture
def overtaken(monkeypatch):
    """Return by(*actions): somebody else acts before the first, the second ... writing."""

    def by(*actions):
        apply, waiting, attempts = run.apply, list(actions), []

        def act_and_apply(*arguments):
            attempts.append(1)
            if waiting:
                waiting.pop(0)()
            return apply(*arguments)

        monkeypatch.setattr(run, "apply", act_and_apply)
        return attempts

    return by


def revision(system):
    store = Store.open(system.location, system.KEY, True)
    try:
        return store.revision()
    finally:
        store.close()


@pytest.fixture
def staff(system):
    system.profile()
    system.import_csv(people(1000, 5))
    return system


def test_a_stale_plan_is_made_anew_from_what_was_read(staff, overtaken, reads):
    attempts = overtaken(lambda: staff.by_hand("user", username="porter", display_name="Porter"))
    result = staff.import_csv(people(1000, 8) + "anna,Anna,,correct-horse-battery\n")
    assert (len(attempts), len(reads)) == (2, 1)
    assert (result["counts"]["created"], result["counts"]["read"]) == (4, 9)
    assert staff.sync()["result"] == "unchanged"


def test_no_password_is_hashed_twice(staff, overtaken, monkeypatch):
    from ansible_collections.telephony.connector.plugins.module_utils.authentication import passwords

    hashed, hash_all = [], passwords.hash_all

    def noted(secrets):
        secrets = list(secrets)
        hashed.extend(secrets)
        return hash_all(secrets)

    monkeypatch.setattr(passwords, "hash_all", noted)
    overtaken(lambda: staff.by_hand("user", username="porter", display_name="Porter"))
    staff.import_csv(people(1000, 5) + "anna,Anna,,correct-horse-battery\nben,Ben,,correct-horse-battery\n")
    assert hashed == ["correct-horse-battery"] * 2


def test_the_second_plan_cannot_be_overtaken(staff, overtaken, monkeypatch):
    def try_to_write():
        monkeypatch.setattr(connection, "LOCK_TIMEOUT", 0.2 if "://" not in staff.location else 1)
        with pytest.raises(StoreError, match="is being written by another run"):
            staff.by_hand("user", username="late", display_name="Late")

    attempts = overtaken(lambda: staff.by_hand("user", username="porter", display_name="Porter"), try_to_write)
    assert staff.import_csv(people(1000, 6))["counts"]["created"] == 1
    assert len(attempts) == 2
    assert staff.by_hand("user", username="late", display_name="Late")["changed"] is True


def test_a_run_that_changes_nothing_makes_no_plan_stale(staff, overtaken):
    staff.profile("guests", source={"path": str(staff.directory / "guests.csv")})
    staff.csv(people(2000, 3), "guests.csv")
    staff.sync("guests")
    before = revision(staff)
    staff.sync("guests")
    assert revision(staff) == before
    once = []

    def sync_guests():
        if not once:
            once.append(1)
            assert staff.sync("guests")["changed"] is False

    attempts = overtaken(sync_guests)
    assert staff.import_csv(people(1000, 6))["counts"]["created"] == 1
    assert len(attempts) == 2  # its own, and the one of guests in between
    assert revision(staff) > before


def test_ten_runs_at_once_all_end_well(system, reads):
    for number in range(10):
        name = f"team{number}"
        system.profile(name, source={"path": str(system.directory / f"{name}.csv")})
        system.csv(people(1000 + 100 * number, 20), f"{name}.csv")
    meeting = PROCESSES.Barrier(10)
    workers = [Worker(system, f"team{number}", meet=meeting) for number in range(10)]
    results = [worker.result() for worker in workers]
    assert [result.get("error") for result in results] == [None] * 10
    assert [result["counts"]["created"] for result in results] == [20] * 10
    assert len(system.names()) == 200


# -- what is kept of a read -------------------------------------------------------------------------------------------

CELLS = st.one_of(st.none(), st.text(max_size=5), st.lists(st.text(max_size=5), max_size=3))
ROWS = st.lists(CELLS, max_size=4).map(tuple)
ITEMS = st.one_of(
    st.builds(Record, st.integers(1, 2**40), ROWS),
    st.builds(Unusable, st.integers(1, 9), ROWS, st.text(max_size=3), st.text(max_size=3), st.text(max_size=3)),
    st.builds(Gone, st.text(max_size=5)),
)


class ListSource:
    """A source of a list, which can be read once."""

    def __init__(self, items):
        self.items, self.opened = items, 0

    def read(self, wanted, checkpoint):
        self.opened += 1
        return self

    def __enter__(self):
        self.columns, self.result = ("a", "b"), ReadResult()
        return self

    def __exit__(self, *_error):
        self.result.complete = False

    def __iter__(self):
        yield from self.items
        self.result.checkpoint = {"to": len(self.items)}


@settings(max_examples=50)
@given(st.lists(ITEMS, max_size=30), st.integers(1, 5), st.integers(0, 200))
def test_what_was_read_comes_again_as_it_was(items, portion, in_memory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portions, "SIZE", portion)
        patch.setattr(kept_records, "_IN_MEMORY", in_memory)
        source = ListSource(items)
        keeping = kept_records.KeepingSource(source)
        for _time in range(3):
            with keeping.read(frozenset(), None) as reading:
                assert list(reading) == items
                assert (reading.columns, reading.result.checkpoint) == (("a", "b"), {"to": len(items)})
        assert source.opened == 1


def test_a_read_that_was_left_half_way_is_read_again():
    source = ListSource([Record(1, ("a",)), Record(2, ("b",))])
    keeping = kept_records.KeepingSource(source)
    with keeping.read(frozenset(), None) as reading:
        next(iter(reading))
    with keeping.read(frozenset(), None) as reading:
        assert len(list(reading)) == 2
    assert source.opened == 2


def test_records_lie_encrypted_in_a_file_without_a_name(monkeypatch, tmp_path):
    monkeypatch.setattr(kept_records.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(kept_records, "_IN_MEMORY", 0)
    keeping = kept_records.KeepingSource(ListSource([Record(1, ("correct-horse-battery",))] * 100))
    with keeping.read(frozenset(), None) as reading:
        list(reading)
    spool = next(iter(keeping._kept.values()))._spool
    spool._file.seek(0)
    assert b"correct-horse" not in spool._file.read()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_costs_only_that_the_source_is_read_again(monkeypatch):
    def full():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept_records, "_IN_MEMORY", 0)
    monkeypatch.setattr(kept_records.tempfile, "TemporaryFile", full)
    source = ListSource([Record(1, ("a",))])
    keeping = kept_records.KeepingSource(source)
    for _time in range(2):
        with keeping.read(frozenset(), None) as reading:
            assert list(reading) == source.items
    assert source.opened == 2
