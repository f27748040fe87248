# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts in the tables that Asterisk reads, of several of its versions, and in a file that it includes."""

from __future__ import annotations

import hashlib

import pytest
import sqlalchemy as sa
from asterisklint import FileConfigParser
from asterisklint.defines import MessageDefManager

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError
from ansible_collections.telephony.connector.tests.publisher import publish, secret_of
from ansible_collections.telephony.connector.tests.servers.asterisk_tables import make_tables
from ansible_collections.telephony.connector.tests.servers.kamailio import Kamailio
from ansible_collections.telephony.connector.tests.servers.sip_phone import Phone


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """An empty database for Asterisk, on each kind in turn."""
    if request.param == "sqlite":
        (tmp_path / "asterisk.sqlite").touch()
        return f"sqlite:///{tmp_path}/asterisk.sqlite"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture
def realtime(system, database, tmp_path):
    """Return realtime(check=, target=, **options) -> result."""

    def run(check=False, target=None, **options):
        target = {"database": database, "context": "phones", **(target or {})}
        return publish(system, tmp_path, "asterisk_realtime", check, name="accounts", target=target, **options)

    return run


@pytest.fixture
def query(database):
    """Return query(SQL) -> rows as dictionaries."""
    engine = sa.create_engine(database)

    def run(statement):
        with engine.begin() as connection:
            result = connection.execute(sa.text(statement))
            return [dict(row._mapping) for row in result] if result.returns_rows else []

    yield run
    engine.dispose()


def add(system, username, extension, **more):
    fields = {"devices": [{"type": "softphone"}], "display_name": username.title(), **more}
    system.by_hand("user", username=username, extension=extension, **fields)


def digest(algorithm, user, secret, realm="asterisk"):
    return hashlib.new(algorithm, f"{user}:{realm}:{secret}".encode()).hexdigest()


@pytest.mark.parametrize("version", ["18", "20", "22"])
def test_an_account_is_three_rows_as_the_version_takes_them(system, realtime, database, query, version):
    make_tables(database, version)
    query("INSERT INTO ps_endpoints (id, context, callerid) VALUES ('trunk', 'from-trunk', 'x')")
    query("INSERT INTO ps_auths (id, auth_type, username, password) VALUES ('trunk', 'userpass', 'me', 'theirs')")
    before = query("SELECT * FROM ps_auths"), query("SELECT * FROM ps_endpoints")
    add(system, "anna", "201", display_name='Öztürk; Ali "the <boss>" of all the departments there are')
    add(system, "bert", "202")
    result = realtime(target={"transport": "udp", "codecs": ["alaw"]})
    assert (result["counts"]["entries"], result["counts"]["created"], result["counts"]["cut"]) == (2, 2, 1)
    secret = secret_of(system, "anna")
    (auth,) = query("SELECT * FROM ps_auths WHERE id = '201'")
    assert (auth["auth_type"], auth["username"], auth["realm"], auth["password"]) == ("md5", "201", "asterisk", None)
    if version == "22":
        digests = f"MD5:{digest('md5', '201', secret)},SHA-256:{digest('sha256', '201', secret)}"
        assert (auth["password_digest"], auth["md5_cred"]) == (digests, None)
        assert auth["supported_algorithms_uas"] == auth["supported_algorithms_uac"] == "MD5,SHA-256"
    else:
        assert auth["md5_cred"] == digest("md5", "201", secret)
    (endpoint,) = query("SELECT * FROM ps_endpoints WHERE id = '201'")
    assert endpoint == {
        "id": "201",
        "transport": "udp",
        "aors": "201",
        "auth": "201",
        "context": "phones",
        "disallow": "all",
        "allow": "alaw",
        "direct_media": None,
        "callerid": "\"Öztürk; Ali 'the boss' of all th\" <201>",
        "mailboxes": None,
    }
    (aor,) = query("SELECT id, max_contacts, remove_existing FROM ps_aors WHERE id = '201'")
    assert aor == {"id": "201", "max_contacts": 3, "remove_existing": "yes"}
    again = realtime(target={"transport": "udp", "codecs": ["alaw"]})
    assert (again["result"], again["changes"]) == ("unchanged", [])
    query("UPDATE ps_endpoints SET direct_media = 'no' WHERE id = '202'")
    system.by_hand("user", username="bert", display_name="Bert B")
    assert realtime()["counts"]["updated"] == 2
    (endpoint,) = query("SELECT callerid, transport, direct_media FROM ps_endpoints WHERE id = '202'")
    assert endpoint == {"callerid": '"Bert B" <202>', "transport": None, "direct_media": "no"}
    system.by_hand("user", username="anna", auth_method="none")
    assert realtime()["counts"]["removed"] == 1
    realtime(state="absent")
    assert query("SELECT * FROM ps_aors") == []
    assert (query("SELECT * FROM ps_auths"), query("SELECT * FROM ps_endpoints")) == before


def test_the_words_of_the_enumeration_decide(system, realtime, database, query):
    make_tables(database, "22", ("md5", "userpass", "google_oauth", "digest"))
    add(system, "anna", "201")
    realtime()
    known = "digest" if "postgresql" in database else "md5"  # SQLite does not know enumerations
    assert query("SELECT auth_type FROM ps_auths") == [{"auth_type": known}]


def test_phones_sign_in_by_what_was_published(system, realtime, database, query, tmp_path):
    make_tables(database, "20")
    add(system, "anna", "201")
    realtime()
    secret = secret_of(system, "anna")
    options = {"table": "ps_auths", "column": "md5_cred", "realm": "asterisk"}
    with Kamailio(tmp_path / "kamailio", database, **options) as server, Phone(server.port) as phone:
        assert (phone.register("201", secret), phone.register("201", "wrong")) == (200, 401)
        add(system, "bert", "202")
        system.by_hand("user", username="anna", state="absent")
        realtime()
        assert phone.register("201", secret) == 401


def test_a_part_of_somebody_else_keeps_the_whole_account_out(system, realtime, database, query):
    make_tables(database, "20")
    query("INSERT INTO ps_auths (id, auth_type, username, password) VALUES ('201', 'userpass', '201', 'theirs')")
    add(system, "anna", "201")
    add(system, "bert", "202")
    result = realtime()
    assert [one["reason"] for one in result["conflicts"]] == [
        "ps_auths 201 is there already and was not written by this output"
    ]
    assert [query(f"SELECT id FROM {name}") for name in ("ps_endpoints", "ps_aors")] == [[{"id": "202"}]] * 2
    realtime(adopt=True)
    assert query("SELECT password FROM ps_auths WHERE id = '201'") == [{"password": None}]
    assert len(query("SELECT id FROM ps_endpoints")) == 2


def test_a_database_that_refuses_a_row_keeps_all_of_them_out(system, realtime, database, query):
    make_tables(database, "20")
    add(system, "anna", "201")
    realtime()
    add(system, "bert", "202")
    # the last of the three tables
    query("ALTER TABLE ps_endpoints ADD COLUMN owner VARCHAR(5) CHECK (id <> '202' OR owner IS NOT NULL)")
    with pytest.raises(TargetError) as raised:
        realtime()
    assert "refuses what is to be written" in raised.value.message
    assert query("SELECT id FROM ps_aors") == query("SELECT id FROM ps_auths") == [{"id": "201"}]
    assert secret_of(system, "bert") not in raised.value.message
    query("ALTER TABLE ps_endpoints DROP COLUMN owner")
    assert realtime()["counts"]["created"] == 1


def test_tables_that_are_not_right_are_told_with_the_version_that_has_them(system, realtime, database, query):
    def told():
        with pytest.raises(TargetError) as raised:
            realtime()
        return raised.value.message

    add(system, "anna", "201")
    query("CREATE TABLE ps_auths (id VARCHAR(40), auth_type VARCHAR(9), username VARCHAR(40), realm VARCHAR(40))")
    assert "neither the column password_digest (Asterisk 20.12, 21.7, 22.2 and later) nor md5_cred" in told()
    query("DROP TABLE ps_auths")
    assert "has no table ps_aors: Asterisk's migrations make it, since version 13" in told()
    make_tables(database, "20", ("userpass", "google_oauth"))
    if "postgresql" in database:
        assert "none of digest and md5, only userpass, google_oauth" in told()
    query("ALTER TABLE ps_aors DROP COLUMN remove_existing")
    if "sqlite" in database:
        assert "has no column remove_existing in its table ps_aors" in told()


def test_the_file_is_read_back_by_a_parser_of_others(system, tmp_path):
    add(system, "anna", "201", display_name='Öztürk; Ali [x] #include "y" => = \\')
    add(system, "bert", "202")
    path = tmp_path / "accounts.conf"
    target = {"path": str(path), "context": "phones", "transport": "udp"}
    assert publish(system, path, "asterisk", target=target)["counts"]["entries"] == 2
    assert path.stat().st_mode & 0o777 == 0o600
    MessageDefManager.reset()
    parser = FileConfigParser()
    parser.include(str(path))
    sections = [(one.name, {item.variable: item.value for item in one}) for one in parser]
    assert set(MessageDefManager.raised) <= {"W_CONF_CTX_DUPE"}  # as chan_pjsip wants it
    assert [name for name, _options in sections] == ["202"] * 3 + ["201"] * 3
    aor, auth, endpoint = (options for _name, options in sections[3:])
    assert (aor["type"], auth["type"], endpoint["type"]) == ("aor", "auth", "endpoint")
    assert auth["md5_cred"] == digest("md5", "201", secret_of(system, "anna"))
    assert endpoint["callerid"] == "\"Öztürk; Ali [x] #include 'y' = =\" <201>"
    assert (endpoint["context"], endpoint["transport"], endpoint["auth"]) == ("phones", "udp", "201")
