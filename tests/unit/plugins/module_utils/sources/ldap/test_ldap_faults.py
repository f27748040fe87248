# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever goes wrong with a directory is one clear sentence, and removes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError, DefinitionError
from ansible_collections.telephony.connector.tests.directory import read_directory as read
from ansible_collections.telephony.connector.tests.directory import source_of as source
from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.process import free_port
from ansible_collections.telephony.connector.tests.servers.relay import Relay
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd, person

from .odd_servers import cannot_be_read

SUFFIX = "dc=example,dc=test"
PEOPLE = 700


def serve(directory: Path, **options: Any) -> Slapd:
    """Start a server with more people than its size limit."""
    server = Slapd(directory, **options)
    server.load(server.base_ldif() + "".join(person(SUFFIX, f"user{number:04}") for number in range(PEOPLE)))
    return server.start()


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory, ca: TestCA) -> Iterator[Slapd]:
    server = serve(tmp_path_factory.mktemp("slapd"), certificate=ca.path("server"))
    try:
        yield server
    finally:
        server.stop()


# ---------------------------------------------------------------------- before anything is read


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"uri": None}, "uri must name at least one server"),
        ({"base_dn": None}, "needs the option base_dn"),
        ({"username": ""}, "needs the option username"),
        ({"password": None}, "needs the option password"),
        ({"page_size": 0}, "page_size must be from 1 to 1000000, not 0"),
        ({"search_scope": "sub"}, 'search_scope cannot be "sub"'),
        ({"search_filter": "(uid=a"}, "at character 7"),
        ({"uri": "ldaps://a", "start_tls": True}, "start_tls is for ldap://"),
        ({"url": "ldap://a"}, 'no option "url". Did you mean "uri"'),
    ],
)
def test_an_option_that_is_wrong_is_refused_before_anything_is_opened(options: dict[str, Any], words: str) -> None:
    good = {"uri": "ldap://a", "base_dn": "dc=x", "username": "cn=reader", "password": "secret-recognisable"}
    with pytest.raises(DefinitionError) as caught:
        read({**good, **options})
    assert words in caught.value.message
    assert "recognisable" not in caught.value.message


def test_without_an_account_a_directory_is_read_as_anybody_may_read_it(tmp_path: Path) -> None:
    server = Slapd(tmp_path / "open", access="access to attrs=userPassword by * auth\naccess to * by * read")
    server.load(server.base_ldif() + person(SUFFIX, "bob", cn="Bob"))
    server.start()
    try:
        anybody = source(server, username=None, password=None, allow_plaintext=None, search_filter="(uid=bob)")
        found = read(anybody, "cn")
    finally:
        server.stop()
    assert (found.column("cn"), found.result.complete, found.result.warnings) == (["Bob"], True, [])


def test_a_wrong_password_is_named(slapd: Slapd) -> None:
    message = cannot_be_read(source(slapd, password="wrong"))
    assert "the name or the password is wrong. Check username and password." in message
    assert slapd.uri in message
    assert slapd.reader in message
    assert "not a distinguished name" in (message := cannot_be_read(source(slapd, username="reader")))
    assert message.endswith("The option username must be a DN.")


def test_a_certificate_that_is_not_checked_is_warned_of_at_each_read(slapd: Slapd) -> None:
    (warning,) = read(source(slapd, uri=slapd.tls_uri, validate_certs=False)).result.warnings
    assert f"gets the password of {slapd.reader}" in warning
    assert slapd.tls_uri in warning
    assert "as ca_path" in warning


def test_a_base_dn_that_is_not_there_or_none_at_all_is_named(slapd: Slapd) -> None:
    assert 'under "ou=gone,dc=example,dc=test"' in (
        message := cannot_be_read(source(slapd, base_dn=f"ou=gone,{SUFFIX}"))
    )
    assert "no such base DN" in message
    assert "not a distinguished name" in cannot_be_read(source(slapd, base_dn="people"))


def test_a_server_that_is_down_is_named_and_each_of_several(slapd: Slapd) -> None:
    down = [f"ldap://127.0.0.1:{free_port()}", f"ldap://127.0.0.1:{free_port()}"]
    assert f"{down[0]} cannot be reached (Connection refused)" in cannot_be_read(source(slapd, uri=down[0]))
    message = cannot_be_read(source(slapd, uri=down))
    assert down[0] in message
    assert down[1] in message


def test_a_server_that_was_passed_over_is_a_warning(slapd: Slapd) -> None:
    down = f"ldap://127.0.0.1:{free_port()}"
    whole = read(source(slapd, uri=[down, slapd.uri]))
    assert len(whole.rows) == PEOPLE
    assert whole.result.complete
    (warning,) = whole.result.warnings
    assert f"{slapd.uri} is read, because {down} cannot be reached" in warning


def test_a_certificate_that_fails_names_the_file_and_the_host(slapd: Slapd, ca: TestCA) -> None:
    message = cannot_be_read(source(slapd, uri=slapd.tls_uri, ca_path=ca.path("other.crt")))
    assert ca.path("other.crt") in message
    assert slapd.tls_uri in message
    wrong = f"ldaps://127.0.0.2:{slapd.tls_port}"
    message = cannot_be_read(source(slapd, uri=wrong, ca_path=ca.path("ca.crt")))
    assert "another name" in message
    assert wrong in message
    with pytest.raises(ConnectorError, match="cannot be read: No such file"):
        read(source(slapd, uri=slapd.tls_uri, ca_path="/nowhere/ca.crt"))


# ---------------------------------------------------------------------- incomplete reads


def test_everybody_is_read_over_tls_beyond_the_size_limit(slapd: Slapd, ca: TestCA) -> None:
    whole = read(source(slapd, uri=slapd.tls_uri, ca_path=ca.path("ca.crt"), page_size=100))
    assert (len(whole.rows), whole.result.complete) == (PEOPLE, True)


def test_a_size_limit_makes_the_read_incomplete(tmp_path: Path) -> None:
    server = serve(tmp_path / "slapd", limits="")
    try:
        for page_size in (100, 1000):
            whole = read(source(server, page_size=page_size))
            assert len(whole.rows) == 500
            assert not whole.result.complete
            assert "at its size limit" in whole.result.reason
            assert "500 entries" in whole.result.reason
            assert whole.result.checkpoint is None
    finally:
        server.stop()


def test_a_connection_that_breaks_on_the_third_page_removes_nobody(slapd: Slapd, system: Any) -> None:
    with Relay(slapd.port) as relay:
        through = source(slapd, uri=f"ldap://localhost:{relay.port}", page_size=100)
        system.profile(template="ldap_users", source=through)
        assert system.sync()["counts"]["created"] == PEOPLE
        before = relay.from_server.index(b"uid=user0000")  # the sign-in and the schema
        page = (len(relay.from_server) - before) // 7
        relay.limit = len(relay.from_server) + before + page * 5 // 2
        result = system.sync()
    assert (result["result"], result["complete"], result["counts"]["removed"]) == ("partial", False, 0)
    (sentence,) = [warning for warning in result["warnings"] if "incomplete" in warning]
    assert "broke off after 2" in sentence
    assert "entries" in sentence
    assert len(system.names()) == PEOPLE


def test_a_server_that_falls_silent_is_given_up(slapd: Slapd) -> None:
    with Relay(slapd.port, then="stall") as relay:
        through = source(slapd, uri=f"ldap://localhost:{relay.port}", timeout=1)
        assert len(read(through).rows) == PEOPLE
        relay.limit = len(relay.from_server) + relay.from_server.index(b"uid=user0000") + 20_000
        whole = read(through)
    assert 0 < len(whole.rows) < PEOPLE
    assert "silent for too long" in whole.result.reason


def test_two_entries_with_one_login_are_a_conflict(slapd: Slapd, system: Any) -> None:
    slapd.modify(f"dn: ou=left,ou=people,{SUFFIX}\nobjectClass: organizationalUnit\nou: left\n\n")
    slapd.modify(person(SUFFIX, "user0001", unit="ou=left,ou=people"))
    try:
        system.profile(template="ldap_users", source=source(slapd))
        result = system.sync()
    finally:
        for name in ("uid=user0001,ou=left", "ou=left"):
            slapd.modify(f"dn: {name},ou=people,{SUFFIX}\nchangetype: delete\n\n")
    assert result["counts"]["conflicts"] or result["counts"]["rejected"]
    assert "user0001" in str(result["conflicts"]) + str(result["rejected"])
    assert result["counts"]["created"] == PEOPLE - 1
