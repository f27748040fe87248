# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad moments of accounts in a database: killed, or two at once, there is never half an account."""

from __future__ import annotations

import random
import time

import pytest
import sqlalchemy as sa

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError
from ansible_collections.telephony.connector.plugins.module_utils.publishing.entry_target import Entries
from ansible_collections.telephony.connector.tests.examples import FACTOR, kill_count
from ansible_collections.telephony.connector.tests.publisher import in_child, publish
from ansible_collections.telephony.connector.tests.servers import asterisk_tables, kamailio
from ansible_collections.telephony.connector.tests.system import System

KILLS = kill_count(round(10 * FACTOR))
FORMATS = {
    "kamailio": ("subscriber", "dbaliases"),
    "asterisk_realtime": ("ps_endpoints", "ps_auths", "ps_aors"),
}
#: What others have in the tables.
FOREIGN = {
    "kamailio": "INSERT INTO subscriber (username, domain) VALUES ('trunk', 'example.test')",
    "asterisk_realtime": "INSERT INTO ps_endpoints (id, context) VALUES ('trunk', 'x')",
}
#: Two states of an output: which users, and by which name they sign in.
STATES = (
    {"filter": "email == '0' or email == 'x'", "sip_user": "extension"},
    {"filter": "email == '1' or email == 'x'", "sip_user": "username"},
)


@pytest.fixture
def system(tmp_path):
    """A store of 60 users: some in both states, others in one of them."""
    system = System(str(tmp_path / "store.db"), tmp_path)
    rows = [f"User {n:02},user{n},{200 + n},{'01x'[n % 3]}\n" for n in range(60)]
    system.csv("displayname,username,phone,email\n" + "".join(rows))
    system.profile(create_softphone=True, on_invalid={"email": "drop"})
    system.sync()
    return system


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    if request.param == "sqlite":
        (tmp_path / "accounts.sqlite").touch()
        return f"sqlite:///{tmp_path}/accounts.sqlite"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture(params=FORMATS)
def format_(request, database):
    (kamailio if request.param == "kamailio" else asterisk_tables).make_tables(database)
    return request.param


@pytest.fixture
def options(format_, database, query):
    """The options of an output, apart from its state."""
    query(FOREIGN[format_])
    domain = {"domain": "example.test"} if format_ == "kamailio" else {}
    return {"format_": format_, "target": {"database": database, **domain}, "changes_limit": 0}


@pytest.fixture
def query(database):
    engine = sa.create_engine(database)

    def run(statement):
        with engine.begin() as connection:
            result = connection.execute(sa.text(statement))
            return [tuple(row) for row in result] if result.returns_rows else []

    yield run
    engine.dispose()


@pytest.fixture
def lying(format_, query):
    """Return lying() -> all rows of all tables, without their numbers."""

    def look():
        tables = {}
        for name in FORMATS[format_]:
            rows = query(f"SELECT * FROM {name}")
            first = 1 if format_ == "kamailio" else 0
            tables[name] = sorted(repr(row[first:]) for row in rows)
        return tables

    return look


def test_a_run_that_is_killed_at_any_moment_leaves_no_half_account(system, tmp_path, options, lying):
    contents, durations = {}, []
    for turn in (0, 1, 0, 1):
        start = time.monotonic()
        child = in_child(system, tmp_path, **options, **STATES[turn])
        child.join()
        assert child.exitcode == 0
        durations.append(time.monotonic() - start)
        contents[turn] = lying()
    chance = random.Random(4711)
    turn = 1
    for _kill in range(KILLS):
        before, turn = turn, 1 - turn
        child = in_child(system, tmp_path, **options, **STATES[turn])
        time.sleep(chance.uniform(0.2, 1.1) * min(durations))
        child.kill()
        child.join()
        found = lying()
        assert found in (contents[before], contents[turn])
        turn = before if found == contents[before] else turn
    for turn in (0, 1):
        result = publish(system, tmp_path, **options, **STATES[turn])
        assert (result["warnings"], result["conflicts"]) == ([], [])
        assert lying() == contents[turn]
    publish(system, tmp_path, **{**options, "state": "absent"})
    assert [len(rows) for rows in lying().values()] == [1] + [0] * (len(lying()) - 1)


def test_rows_of_killed_runs_are_known_to_be_ours(system, tmp_path, options, lying, monkeypatch):
    """Two runs die when their rows are in place; neither's rows are what the next one wants."""
    publish(system, tmp_path, **options, **STATES[0])

    def die(*_arguments):
        raise KeyboardInterrupt

    for sip_user in ("'a' ~ extension", "'b' ~ extension"):
        with monkeypatch.context() as patched:
            patched.setattr(Entries, "record", die)
            with pytest.raises(KeyboardInterrupt):
                publish(system, tmp_path, **options, sip_user=sip_user)
    result = publish(system, tmp_path, **options, **STATES[1])
    assert (result["warnings"], result["conflicts"], result["counts"]["entries"]) == ([], [], 40)
    found = lying()
    assert len(found[FORMATS[options["format_"]][0]]) == 41
    publish(system, tmp_path, **{**options, "state": "absent"})
    publish(system, tmp_path, **options, **STATES[1])
    assert lying() == found


def test_accounts_that_a_killed_run_renamed_are_its_own_in_the_runs_after(
    system, tmp_path, options, lying, monkeypatch
):
    """The one dies when all is in place, the second finds everything as it wants it, the third changes it again."""
    publish(system, tmp_path, **options, **STATES[1])

    def die(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Entries, "record", die)
        with pytest.raises(KeyboardInterrupt):
            publish(system, tmp_path, **options, **STATES[0])
    found = lying()
    for turn in (0, 1):
        result = publish(system, tmp_path, **options, **STATES[turn])
        assert (result["warnings"], result["conflicts"]) == ([], [])
        assert (lying() == found) == (turn == 0)


def test_two_publishers_at_once_leave_whole_accounts(system, tmp_path, options, lying):
    """The same output waits for itself; another one of the same accounts is told of them."""
    children = [in_child(system, tmp_path, **options, name=name, **STATES[0]) for name in ("one", "one", "two")]
    for child in children:
        child.join()
    assert [child.exitcode for child in children[:2]].count(0) >= 1
    counts = [len(rows) for rows in lying().values()]
    result = publish(system, tmp_path, **options, name="one", **STATES[0])
    taken = result["counts"]["conflicts"]
    assert taken in (0, 40)
    assert sum(counts) >= 41
    try:
        other = publish(system, tmp_path, **options, name="two", **STATES[0])
    except ConnectorError as error:
        raise AssertionError(error.message) from None
    assert other["counts"]["conflicts"] + taken in (0, 40)
