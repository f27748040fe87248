# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens to a run, the store is exactly as before it or exactly as after it, and the next run goes on."""

from __future__ import annotations

import os
import random
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info
from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError, StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import clock
from ansible_collections.telephony.connector.plugins.module_utils.sync import apply as writing
from ansible_collections.telephony.connector.plugins.module_utils.sync import run
from ansible_collections.telephony.connector.tests.contents import contents, is_path
from ansible_collections.telephony.connector.tests.servers.postgres import Postgres
from ansible_collections.telephony.connector.tests.system import System
from ansible_collections.telephony.connector.tests.worker import NOON, PROCESSES, Worker

HEADER = "username,displayname,phone,email,roles\n"


def people(numbers, title=""):
    return HEADER + "".join(f"user{n},{title}User {n},{n},user{n}@corp.example,Floor {n % 7}\n" for n in numbers)


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
        assert "there is no profile" in worker.result()["error"]
    assert len([row for row in contents(location)["meta"] if row[0] == "salt"]) == 1
    system.profile()
    assert system.import_csv(people(range(1000, 1003)))["counts"]["created"] == 3


# -- PostgreSQL goes away ---------------------------------------------------------------------------------------------


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

    from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import record_intake, uniqueness

    url = postgres.new_database()
    system = System(url, tmp_path)
    system.profile()
    system.import_csv(people(range(1000, 1100)))
    before = contents(url)
    place, name = {
        "read": (record_intake.RecordIntake, "_stage"),
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


# -- somebody else is quicker -----------------------------------------------------------------------------------------


@pytest.fixture
def between(monkeypatch):
    """Return do(action, times): carry out an action of somebody else between the plan and its writing."""

    def do(action, times=1):
        apply, left = run.apply, list(range(times))

        def act_and_apply(*arguments):
            if left:
                left.pop()
                action()
            return apply(*arguments)

        monkeypatch.setattr(run, "apply", act_and_apply)

    return do


@pytest.fixture
def ten(system):
    """A system of ten people; the file has an eleventh, with the number 1010."""
    system.profile()
    system.import_csv(people(range(1000, 1010)))
    system.csv(people(range(1000, 1011)))
    return system


def test_a_plan_that_went_stale_is_made_anew(ten, between):
    between(lambda: ten.by_hand("speed_dial", number="1010", destination="0049 89 1"))
    result = ten.sync()
    assert (result["result"], result["counts"]["created"], result["counts"]["rejected"]) == ("partial", 0, 1)
    assert "1010 has it already" in result["rejected"][0]["rule"]
    assert len(ten.names()) == 10


def test_a_hand_edit_in_between_is_seen(ten, between):
    between(lambda: ten.by_hand("user", username="user1000", display_name="By Hand", language="de"))
    result = ten.sync()
    assert (result["counts"]["created"], result["counts"]["updated"]) == (1, 1)
    assert ten.user("user1000")["language"] == "de"
    assert ten.user("user1000")["display_name"] == "User 1000"


def test_a_profile_that_changed_in_between_is_used_as_it_is_now(ten, between):
    between(lambda: ten.profile(filter="row.username != 'user1010'"))
    assert ten.sync()["counts"]["filtered"] == 1
    assert len(ten.names()) == 10


def test_a_reviewed_plan_that_went_stale_is_refused(ten, between, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(ten.directory / "cache"))
    digest = ten.sync(check=True)["plan_digest"]
    between(lambda: ten.by_hand("user", username="user1003", display_name="By Hand"))
    with pytest.raises(RefusedError, match="new in the plan: update user user1003"):
        ten.sync(expect_plan=digest)
    assert len(ten.names()) == 10


def test_a_reviewed_plan_that_nothing_has_touched_goes_through_although_others_wrote(ten, between):
    digest = ten.sync(check=True)["plan_digest"]
    between(lambda: ten.by_hand("phonebook_entry", display_name="Taxi", phone="19410"))
    assert ten.sync(expect_plan=digest)["counts"]["created"] == 1


# -- the clock --------------------------------------------------------------------------------------------------------


def test_a_clock_that_goes_backwards_changes_nothing_but_the_times(ten, monkeypatch):
    ten.profile("copy")
    times = (datetime(2099 - n, 1, 1, tzinfo=UTC) for n in range(90))
    monkeypatch.setattr(clock, "now", lambda: next(times))
    assert ten.sync()["counts"]["created"] == 1
    assert ten.sync()["result"] == "unchanged"
    ten.by_hand("user", username="user1003", display_name="By Hand")
    assert ten.sync()["counts"]["updated"] == 1
    runs = ten.call(run_info.run_info, check=True, limit=100, profile="staff")["runs"]
    assert [entry["id"] for entry in runs] == sorted((entry["id"] for entry in runs), reverse=True)
    assert [entry["result"] for entry in runs[:3]] == ["changed", "unchanged", "changed"]
    assert runs[0]["started"] < runs[1]["started"], "the clock really went backwards"


def test_a_file_that_is_older_than_the_last_one_is_read_all_the_same(ten):
    import os

    os.utime(ten.csv(people(range(1000, 1012))), (0, 0))
    assert ten.sync()["counts"]["created"] == 2
