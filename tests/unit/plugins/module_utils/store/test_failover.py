# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two PostgreSQL servers with streaming replication: the primary dies in the middle of a run, the other takes over."""

from __future__ import annotations

import contextlib
import signal

import psycopg
import pytest
import sqlalchemy as sa

from ansible_collections.telephony.connector.plugins.module_utils.actions import object_info, run_info
from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import locations
from ansible_collections.telephony.connector.tests.contents import contents
from ansible_collections.telephony.connector.tests.servers.postgres import PASSWORD, USER, Postgres
from ansible_collections.telephony.connector.tests.system import System

PEOPLE = "username,displayname,phone\n" + "".join(
    f"user{number},User {number},{number}\n" for number in range(200, 240)
)
EVERY = {"kind": "user", "limit": 500}


@contextlib.contextmanager
def at_statement(is_meant, act):
    """Do something once, right before a statement is sent to the database."""
    done = []

    def before(_connection, _cursor, statement, *_rest):
        if not done and is_meant(statement):
            done.append(statement)
            act()

    sa.event.listen(sa.Engine, "before_cursor_execute", before)
    try:
        yield done
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", before)


@pytest.fixture
def pair(public_directory):
    """Yield a primary and its standby; a commit is answered when the standby has it, too."""
    followed = {"synchronous_standby_names": "*", "synchronous_commit": "local"}
    primary = Postgres(public_directory / "primary", followed)
    standby = None
    try:
        primary.start()
        standby = primary.standby(public_directory / "standby")
        with psycopg.connect(primary.url("postgres").replace("+psycopg", ""), autocommit=True) as server:
            server.execute("CREATE DATABASE telephony")
            server.execute("ALTER DATABASE telephony SET synchronous_commit = remote_apply")
        yield primary, standby
    finally:
        for one in filter(None, (standby, primary)):
            one.stop(signal.SIGQUIT)


def test_a_run_ends_in_one_sentence_and_the_next_one_is_right_on_the_new_primary(pair, tmp_path):
    primary, standby = pair
    hosts = f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}"
    both = f"postgresql+psycopg://{USER}:{PASSWORD}@{hosts}/telephony?target_session_attrs=read-write&connect_timeout=5"
    system = System(both, tmp_path)
    system.profile()
    assert system.import_csv(PEOPLE)["counts"]["created"] == 40
    before = contents(primary.url("telephony"))

    # what only reads may ask the standby, a simulation and a run need the primary
    replica = System(standby.url("telephony"), tmp_path)
    assert replica.call(object_info.object_info, check=True, **EVERY)["count"] == 40
    assert replica.call(run_info.run_info, check=True, limit=1, profile="staff")["runs"][0]["counts"]["created"] == 40
    with pytest.raises(StoreError, match=r"read-only .* give the address of the primary"):
        replica.sync()

    system.csv(PEOPLE.replace(",User ", ",Person ") + "late,Late,300\n")
    with (
        at_statement(lambda words: words.startswith("UPDATE objects"), lambda: primary.stop(signal.SIGQUIT)) as died,
        pytest.raises(StoreError) as lost,
    ):
        system.sync()
    assert died
    message = lost.value.message
    assert "\n" not in message
    assert "ended the connection in the middle: nothing was changed" in message
    assert PASSWORD not in message

    with pytest.raises(StoreError) as waiting:  # nobody has taken over yet
        system.sync()
    assert "\n" not in waiting.value.message
    assert PASSWORD not in waiting.value.message
    assert "failed:" not in waiting.value.message, "the words should be ours"

    with psycopg.connect(standby.url("telephony").replace("+psycopg", ""), autocommit=True) as server:
        assert server.execute("SELECT pg_promote()").fetchone() == (True,)
    after = contents(standby.url("telephony"))
    assert after == before, "what was committed is there, and nothing else"
    result = system.sync()
    assert (result["counts"]["created"], result["counts"]["updated"]) == (1, 40)
    assert system.sync()["result"] == "unchanged"
    now = contents(standby.url("telephony"))
    assert len(now["objects"]) == 41
    assert len(now["changes"]) == len(before["changes"]) + 41
    assert len(now["runs"]) == len(before["runs"]) + 2


def test_a_commit_that_is_not_answered_is_told_as_such(postgres, tmp_path):
    system = System(postgres.new_database(), tmp_path)
    system.profile()
    system.csv(PEOPLE)
    admin = postgres.url("postgres").replace("+psycopg", "")
    name = system.location.rpartition("/")[2]

    def cut():
        with psycopg.connect(admin, autocommit=True) as server:
            words = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"
            server.execute(words, [name])

    wrote = []
    with (
        at_statement(
            lambda words: (
                bool(wrote) if words == "COMMIT" else wrote.append(1) if "INSERT INTO runs" in words else None
            ),
            cut,
        ) as done,
        pytest.raises(StoreError, match="it is not known whether they were kept: run again"),
    ):
        system.sync()
    assert done
    assert system.sync()["counts"]["created"] == 40
    assert system.sync()["result"] == "unchanged"


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        (
            "postgresql://u:p%2C@a.example:1,b.example:2/db?target_session_attrs=read-write",
            ("a.example:1", "b.example:2"),
        ),
        ("postgresql+psycopg://u@a,b,c/db", ("a", "b", "c")),
        ("postgresql+psycopg://u@/db?host=a:1&host=b:2", ("a:1", "b:2")),
    ],
)
def test_several_hosts_may_be_written_as_libpq_or_as_sqlalchemy_has_them(given, hosts):
    url = locations.postgresql_url(given)
    assert (url.username, url.database, url.query["host"]) == ("u", "db", hosts)
    assert url.host is None


def test_one_host_stays_as_it_is():
    url = locations.postgresql_url("postgresql+psycopg://u:p@db.example:5433/db")
    assert (url.host, url.port, dict(url.query)) == ("db.example", 5433, {})
