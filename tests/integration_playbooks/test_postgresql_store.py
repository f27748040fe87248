# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A store in PostgreSQL, named with its password in the URL: playbooks work with it and never show the password."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.tests.servers.postgres import Postgres

PASSWORD = "recognisable-database-word"
KEY = "recognisable-store-key-0123456789"
USERS = "displayname,username,phone\nMax Muster,mmuster,201\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A running PostgreSQL server with a role whose password can be recognised."""
    import psycopg

    # not below pytest's own directory: the server's user must get there
    with tempfile.TemporaryDirectory(prefix="telephony-pg-") as directory:
        server = Postgres(Path(directory) / "server")
        Path(directory).chmod(0o755)
        server.start()
        try:
            admin = server.url("postgres").replace("+psycopg", "")
            with psycopg.connect(admin, autocommit=True) as connection:
                connection.execute(f"CREATE ROLE connector LOGIN PASSWORD '{PASSWORD}'")
                connection.execute("CREATE DATABASE telephony OWNER connector")
            yield server
        finally:
            server.stop()


@pytest.fixture
def run(ansible, server):
    """Return run(*tasks, database, password): a play with -vvv whose store is the database; nothing secret is shown."""

    def run(*tasks, database="telephony", password=PASSWORD, port=None, options=()):
        url = f"postgresql+psycopg://connector:{{{{ database_password }}}}@127.0.0.1:{port or server.port}/{database}"
        defaults = {"store": url, "store_key": "{{ key }}"}
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": {"group/telephony.connector.connector": defaults},
            "tasks": [
                {"name": next(iter(task)), **{f"telephony.connector.{name}": given for name, given in task.items()}}
                for task in tasks
            ],
        }
        variables = {"database_password": password, "key": KEY}
        done = ansible.playbook([play], "-vvv", *options, variables=variables)
        shown = done.output + repr(done.tasks)
        assert password not in shown
        assert KEY not in shown
        return done

    return run


@pytest.mark.newest_alone
def test_an_import_into_postgresql(ansible, run):
    (ansible.folder / "users.csv").write_text(USERS, encoding="utf-8")
    definition = {"name": "staff", "template": "csv_users", "source": {"path": "users.csv"}}
    tasks = ({"profile": definition}, {"sync": {"profile": "staff", "definition": definition}})
    user = {"user": {"username": "porter", "display_name": "Porter"}}
    simulated = run(*tasks, options=("--check", "--diff"))
    assert "+username: mmuster" in simulated.output
    done = run(*tasks, user, {"object_info": {"kind": "user"}})
    assert done.recap["changed"] == 3, done.output
    assert [user["username"] for user in done.result("object_info")["objects"]] == ["mmuster", "porter"]
    assert run(*tasks, user).recap["changed"] == 0
    assert not ansible.store.exists()


@pytest.mark.newest_alone
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"database": "nowhere"}, "nowhere"),
        ({"password": "recognisable-wrong-word"}, "password"),
        ({"port": 1}, "127.0.0.1"),
    ],
    ids=["database", "password", "port"],
)
def test_a_database_that_cannot_be_opened_is_told_without_the_password(run, wrong, words):
    failed = run({"object_info": {"kind": "user"}}, **wrong)
    assert failed.returncode != 0
    message = failed.result("object_info")["msg"]
    assert words in message
    assert "Traceback" not in failed.output
    assert "\n" not in message
