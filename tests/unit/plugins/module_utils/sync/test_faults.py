# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens to a run, the store is exactly as before it or exactly as after it."""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import clock
from ansible_collections.telephony.connector.plugins.module_utils.sync import apply as writing
from ansible_collections.telephony.connector.tests.contents import contents, is_path
from ansible_collections.telephony.connector.tests.servers.postgres import Postgres
from ansible_collections.telephony.connector.tests.system import System
from ansible_collections.telephony.connector.tests.worker import NOON, PROCESSES, Worker

from .csv_people import people


def later(count):
    """Return a file in which a third is changed, a tenth gone, a tenth new, and two have swapped their numbers."""
    text = people(range(1000 + count // 10, 1000 + count + count // 10))
    changed = text.replace("1,User", "1,Dr. User").replace("4,User", "4,Dr. User").replace("7,User", "7,Dr. User")
    one, other = f",{1000 + count // 2 + 2},", f",{1000 + count // 2 + 3},"
    return changed.replace(one, ",swap,").replace(other, one).replace(",swap,", other)


@pytest.fixture
def copies(location, tmp_path, request, monkeypatch):
    """Return prepare(count) -> copy(), which gives a copy of one store whose file has changed since its import."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    template = System(location, tmp_path)
    template.profile(guards={"max_removals": "50%"})

    def prepare(count):
        template.import_csv(people(range(1000, 1000 + count)))
        template.csv(later(count))
        return copy

    def copy():
        if is_path(location):
            place = tmp_path / f"copy{len(list(tmp_path.glob('copy*')))}"
            place.mkdir()
            shutil.copy(location, place / "store.db")
            return System(str(place / "store.db"), tmp_path)
        return System(_copy_database(request.getfixturevalue("postgres"), location), tmp_path)

    return prepare


def _copy_database(postgres, url):
    import psycopg

    copied = postgres.new_database()
    name, source = copied.rpartition("/")[2], url.rpartition("/")[2]
    with psycopg.connect(postgres.url("postgres").replace("+psycopg", ""), autocommit=True) as server:
        server.execute(f"DROP DATABASE {name}")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
    return copied


def unnumbered(location):
    """Return the contents without the numbers of runs, in which PostgreSQL leaves a gap for each that was killed."""
    found = contents(location)
    numbered = ["runs", "changes", *(name for name in found if name.startswith("past_"))]
    touched = [row[:3] + row[4:] for row in found["touched_links"]]
    return {**found, "touched_links": touched, **{name: [row[1:] for row in found[name]] for name in numbered}}


def test_kill_9_at_a_random_moment_leaves_the_store_as_before_or_as_after(copies):
    copy = copies(3000)
    before = contents(copy().location)
    done = copy()
    first = Worker(done)
    first.wait_until_it_begins()
    started = time.monotonic()
    counts = first.result()["counts"]
    duration = time.monotonic() - started
    assert (counts["created"], counts["removed"], counts["updated"]) == (300, 300, 812)
    after = contents(done.location)
    assert after != before
    moments = random.Random()
    for _attempt in range(int(os.environ.get("TELEPHONY_CONNECTOR_TEST_KILLS", "6"))):
        killed = copy()
        worker = Worker(killed)
        worker.wait_until_it_begins()
        moment = moments.uniform(0, duration)
        time.sleep(moment)
        worker.kill()
        found = contents(killed.location)
        assert found in (before, after), f"neither before nor after, killed after {moment:.3f} of {duration:.3f} s"
        if found == before:
            killed.sync()
            assert unnumbered(killed.location) == unnumbered(done.location), "the next run does all of it"


def test_kill_9_before_any_statement_of_the_transaction_leaves_the_store_as_before(copies):
    copy = copies(60)
    before = contents(copy().location)
    done = copy()
    statements = Worker(done).result()["statements"]
    assert statements > 10
    after = contents(done.location)
    assert after != before
    for number in range(1, statements + 1):
        killed = copy()
        assert Worker(killed, kill_at=number).result() is None
        assert contents(killed.location) == before, f"killed before statement {number} of {statements}"
    killed.sync()
    assert unnumbered(killed.location) == unnumbered(done.location)


def test_kill_9_while_the_store_is_made_leaves_one_that_can_be_made(location, tmp_path):
    system = System(location, tmp_path)
    system.csv(people(range(1000, 1010)))
    for number in range(1, 100):
        worker = Worker(system, "nobody", kill_at=number)
        if worker.result() is not None:
            break
    assert number > 10
    system.profile()
    assert system.sync()["counts"]["created"] == 10


def test_two_runs_of_a_profile_at_once_are_as_one_after_the_other(copies):
    copy = copies(300)
    serial, parallel = copy(), copy()
    serial.sync()
    serial.sync()
    meeting = PROCESSES.Barrier(2)
    workers = [Worker(parallel, meet=meeting), Worker(parallel, meet=meeting)]
    results = [worker.result() for worker in workers]
    assert sorted(result["result"] for result in results) == ["changed", "unchanged"], results
    assert contents(parallel.location) == contents(serial.location)


def test_two_profiles_at_once_are_as_one_after_the_other(copies, tmp_path):
    copy = copies(300)
    book = "displayname,phone\n" + "".join(f"Company {n},+49 89 {n}\n" for n in range(300))
    (tmp_path / "book.csv").write_text(book)
    orders = []
    for order in (("staff", "book"), ("book", "staff")):
        serial = copy()
        serial.profile("book", "csv_phonebook", source={"path": str(tmp_path / "book.csv")})
        for profile in order:
            serial.sync(profile)
        orders.append(contents(serial.location))
    parallel = copy()
    parallel.profile("book", "csv_phonebook", source={"path": str(tmp_path / "book.csv")})
    meeting = PROCESSES.Barrier(2)
    workers = [Worker(parallel, profile, meet=meeting) for profile in ("staff", "book")]
    assert [worker.result()["result"] for worker in workers] == ["changed", "changed"]
    assert contents(parallel.location) in orders


def test_many_that_make_the_store_at_once_make_one(location, tmp_path):
    system = System(location, tmp_path)
    workers = [Worker(system, "nobody") for _number in range(4)]
    for worker in workers:
        assert "There is no profile" in worker.result()["error"]
    assert len([row for row in contents(location)["meta"] if row[0] == "salt"]) == 1
    system.profile()
    assert system.import_csv(people(range(1000, 1003)))["counts"]["created"] == 3


@pytest.fixture
def own_server():
    """A server that a test may crash."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="telephony-pg-") as directory:
        Path(directory).chmod(0o755)
        server = Postgres(Path(directory) / "server")
        server.start()
        yield server
        server.stop()


@pytest.mark.parametrize("step", ["_create", "_link", "_keep_checkpoint"])
def test_postgresql_crashing_in_the_middle_is_said_and_leaves_the_store_as_before(
    own_server, tmp_path, monkeypatch, step
):
    import signal

    url = own_server.new_database()
    system = System(url, tmp_path)
    system.profile()
    system.import_csv(people(range(1000, 1100)))
    before = contents(url)
    go_on = getattr(writing._Application, step)

    def crash(*arguments):
        own_server.stop(signal.SIGQUIT)
        go_on(*arguments)

    monkeypatch.setattr(writing._Application, step, crash)
    system.csv(later(100))
    with pytest.raises(StoreError, match=r"127\.0\.0\.1.* ended the connection in the middle: nothing was changed"):
        system.sync()
    with pytest.raises(StoreError, match=r"does not answer .connection refused"):
        system.sync()
    monkeypatch.undo()
    own_server.start()  # on another port
    system.location = own_server.url(url.rpartition("/")[2])
    assert contents(system.location) == before
    assert system.sync()["counts"]["created"] == 10


@pytest.mark.parametrize("moment", ["read", "plan", "write"])
def test_a_connection_that_an_administrator_ends_is_said_and_leaves_the_store_as_before(
    postgres, tmp_path, monkeypatch, moment
):
    import psycopg

    from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import object_staging, uniqueness

    url = postgres.new_database()
    system = System(url, tmp_path)
    system.profile()
    system.import_csv(people(range(1000, 1100)))
    before = contents(url)
    place, name = {
        "read": (object_staging.ObjectStaging, "stage"),
        "plan": (uniqueness, "resolve"),
        "write": (writing._Application, "_claim"),
    }[moment]
    go_on = getattr(place, name)

    def end_it(*arguments):
        with psycopg.connect(postgres.url("postgres").replace("+psycopg", ""), autocommit=True) as server:
            query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            server.execute(query, [url.rpartition("/")[2]])
        return go_on(*arguments)

    monkeypatch.setattr(place, name, end_it)
    system.csv(later(100))
    with pytest.raises(StoreError, match="ended the connection in the middle: nothing was changed"):
        system.sync()
    monkeypatch.undo()
    assert contents(url) == before
    assert system.sync()["counts"]["created"] == 10
