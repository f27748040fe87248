# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A PostgreSQL server that is not there, or says no: one sentence that names it, and never its password."""

from __future__ import annotations

import psycopg
import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import connection
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.servers.postgres import PASSWORD
from ansible_collections.telephony.connector.tests.servers.process import free_port


def refusal(url, key="a key"):
    """Return what is said when a store cannot be opened."""
    with pytest.raises(StoreError) as refused:
        Store.open(url, key)
    message = refused.value.message
    assert message.count("\n") == 0
    assert message.startswith("The store postgresql+psycopg://")
    return message


def plain(url):
    return url.replace("+psycopg", "")


def test_a_server_that_is_down(postgres):
    port = free_port()
    message = refusal(postgres.url("store").replace(str(postgres.port), str(port)))
    assert f"127.0.0.1:{port}" in message
    assert "does not answer (connection refused): check that PostgreSQL runs" in message
    assert PASSWORD not in message


def test_a_host_that_does_not_exist():
    message = refusal("postgresql+psycopg://sync:s3cret-word@no-such-host.invalid/store")
    assert "cannot be found: check the host name" in message
    assert "s3cret-word" not in message


def test_a_wrong_password(postgres):
    message = refusal(postgres.new_database().replace(PASSWORD, "s3cret-word"))
    assert "refuses the user or password: check both" in message
    assert "s3cret-word" not in message


def test_a_password_that_is_missing(postgres, monkeypatch, tmp_path):
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    message = refusal(postgres.new_database().replace(f":{PASSWORD}", ""))
    assert "wants a password: give it in the environment variable PGPASSWORD" in message


def test_a_password_in_the_query_of_the_url_is_not_shown_either(postgres):
    url = postgres.new_database().replace(f":{PASSWORD}@", "@")
    Store.open(f"{url}?password={PASSWORD}", "a key").close()
    message = refusal(f"{url}?password=s3cret-word")
    assert "refuses the user or password" in message
    assert "s3cret-word" not in message


def test_a_database_that_does_not_exist(postgres):
    message = refusal(postgres.url("there_is_none"))
    assert 'database "there_is_none" does not exist: create the database or role first' in message


def test_a_role_that_may_not_make_tables(postgres):
    url = postgres.new_database()
    with psycopg.connect(plain(url)) as server:
        server.execute("DROP ROLE IF EXISTS visitor")
        server.execute("CREATE ROLE visitor LOGIN PASSWORD 'visitorpw'")
    message = refusal(url.replace(f"sync:{PASSWORD}", "visitor:visitorpw"))
    assert "permission denied" in message
    assert "give the role the right to create and write tables" in message


def test_a_server_that_only_reads(postgres):
    url = postgres.new_database()
    Store.open(url, "a key").close()
    name = url.rpartition("/")[2]
    with psycopg.connect(plain(postgres.url("postgres")), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    store = Store.open(url, "a key")
    with pytest.raises(StoreError, match=r"is read-only .*give the address of the primary"), store.writing():
        pass
    store.close()


def test_a_server_that_never_answers(monkeypatch):
    import socket

    monkeypatch.setattr(connection, "CONNECT_TIMEOUT", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        message = refusal(f"postgresql+psycopg://sync:s3cret-word@127.0.0.1:{silent.getsockname()[1]}/store")
    assert "does not answer in time" in message


def test_a_url_of_the_old_driver_and_a_short_one_reach_the_same_store(postgres):
    url = postgres.new_database()
    store = Store.open(url, "a key")
    facts = store.facts()
    store.close()
    for name in ("postgresql", "postgresql+psycopg2", "postgres"):
        other = Store.open(url.replace("postgresql+psycopg", name), "a key")
        assert other.facts() == facts
        other.close()
