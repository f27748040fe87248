# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in at a real directory server: every way to fail is a clear sentence, and nothing is trusted unseen."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import connect
from ansible_collections.telephony.connector.plugins.module_utils.directory.errors import (
    BindRefused,
    DirectoryError,
    TlsFault,
    Unreachable,
    bind_reason,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.handshake import _why_not_confirmed
from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Servers
from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.ldap_script import (
    START_TLS_ANSWER,
    ScriptedServer,
    bind_answer,
)
from ansible_collections.telephony.connector.tests.servers.process import free_port
from ansible_collections.telephony.connector.tests.servers.relay import Relay
from ansible_collections.telephony.connector.tests.servers.slapd import READER_PASSWORD, Slapd, person


def test_a_bind_succeeds_over_ldap_ldaps_and_starttls(slapd: Slapd, ca: TestCA) -> None:
    trust = ca.path("ca.crt")
    for servers in (
        Servers((slapd.uri,)),
        Servers((slapd.tls_uri,), ca_path=trust),
        Servers((slapd.uri,), start_tls=True, ca_path=trust),
        Servers((f"ldaps://127.0.0.1:{slapd.tls_port}",), ca_path=trust),  # an address in the certificate
    ):
        with connect(servers, slapd.reader, READER_PASSWORD) as connected:
            assert connected.uri == servers.uris[0]
            assert connected.passed_over == []
            assert connected.is_encrypted is not servers.may_be_plain
            found = connected.connection.search(slapd.suffix, "(uid=reader)", attributes=["uid"])
            assert found


def test_the_password_does_not_cross_the_network_in_clear_with_starttls(slapd: Slapd, ca: TestCA) -> None:
    for encrypted in (False, True):
        with Relay(slapd.port) as relay:
            seen = bytearray()
            servers = Servers((f"ldap://localhost:{relay.port}",), start_tls=encrypted, ca_path=ca.path("ca.crt"))
            with connect(servers, slapd.reader, READER_PASSWORD) as connected:
                connected.connection.search(slapd.suffix, "(uid=reader)", attributes=["uid"])
            seen += relay.from_server
        assert (b"uid=reader" in seen) is not encrypted


@pytest.mark.parametrize("start_tls", [False, True])
def test_a_named_authority_needs_no_extensions_that_only_python_asks_for(ca: TestCA, start_tls: bool) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca.path("barely.crt"), ca.path("barely.key"))
    answers = [*([START_TLS_ANSWER] if start_tls else []), bind_answer(0)]
    with ScriptedServer(answers, context=context) as server:
        servers = Servers((server.uri,), start_tls, ca.path("bare.crt"))
        connect(servers, "uid=reader", "secret").close()
        with pytest.raises(TlsFault):
            connect(Servers((server.uri,), start_tls, ca.path("ca.crt")), "uid=reader", "secret")


@pytest.mark.parametrize("start_tls", [False, True])
def test_a_certificate_of_an_unknown_authority_is_refused(slapd: Slapd, ca: TestCA, start_tls: bool) -> None:
    uri = slapd.uri if start_tls else slapd.tls_uri
    with pytest.raises(TlsFault, match="is not trusted") as caught:
        connect(Servers((uri,), start_tls, ca.path("other.crt")), slapd.reader, READER_PASSWORD)
    assert uri in caught.value.message
    assert f"is not trusted by {ca.path('other.crt')}" in caught.value.message
    assert caught.value.message.endswith("give the certificate of the authority that issued it in that file (ca_path).")
    with pytest.raises(TlsFault, match=r"is not trusted by this machine .* as ca_path"):
        connect(Servers((uri,), start_tls), slapd.reader, READER_PASSWORD)


@pytest.mark.parametrize("start_tls", [False, True])
def test_a_certificate_for_another_name_is_refused(slapd: Slapd, ca: TestCA, start_tls: bool) -> None:
    uri = f"ldap://127.0.0.2:{slapd.port}" if start_tls else f"ldaps://127.0.0.2:{slapd.tls_port}"
    with pytest.raises(TlsFault, match=r"for another name .*127\.0\.0\.2") as caught:
        connect(Servers((uri,), start_tls, ca.path("ca.crt")), slapd.reader, READER_PASSWORD)
    assert uri in caught.value.message


def test_a_certificate_is_taken_unchecked_only_when_asked_for(slapd: Slapd) -> None:
    with connect(Servers((slapd.tls_uri,), validate_certs=False), slapd.reader, READER_PASSWORD) as connected:
        assert connected.is_encrypted


def test_a_server_without_tls_is_a_tls_fault(tmp_path: Path) -> None:
    plain = Slapd(tmp_path / "plain").start()
    try:
        with pytest.raises(TlsFault, match=r"does not start TLS \("):
            connect(Servers((plain.uri,), start_tls=True), plain.reader, READER_PASSWORD)
        with pytest.raises(TlsFault, match="check scheme and port"):
            connect(Servers((f"ldaps://localhost:{plain.port}",), timeout=5), plain.reader, READER_PASSWORD)
    finally:
        plain.stop()


def test_a_wrong_password_is_final(slapd: Slapd) -> None:
    down = f"ldap://127.0.0.1:{free_port()}"
    with pytest.raises(BindRefused, match="the name or the password is wrong") as caught:
        connect(Servers((slapd.uri, down)), slapd.reader, "wrong-recognisable")
    assert caught.value.reason == "wrong password"
    assert slapd.reader in caught.value.message
    assert "recognisable" not in caught.value.message


@pytest.mark.parametrize(("user", "password"), [("", "x"), ("uid=reader", ""), ("", "")])
def test_an_empty_name_or_password_never_reaches_a_server(slapd: Slapd, user: str, password: str) -> None:
    # the server would let all of them in
    with Relay(slapd.port) as relay, pytest.raises(DirectoryError, match="is empty"):
        connect(Servers((f"ldap://localhost:{relay.port}",)), user, password)
    assert not relay.from_server


@pytest.mark.parametrize("password", ["\u00ad", "\u200b\u2060", "\x07", "\0", " "])
def test_a_password_that_looks_empty_is_sent_as_it_is(slapd: Slapd, password: str) -> None:
    # prepared by RFC 4013, the first two would be empty, with which this server lets anybody in
    with pytest.raises(BindRefused) as caught:
        connect(Servers((slapd.uri,)), slapd.reader, password)
    assert caught.value.reason == "wrong password"


def test_a_password_of_any_characters_signs_in(slapd: Slapd) -> None:
    password = "gehei\u00admß€\ufb01"
    slapd.modify(person(slapd.suffix, "odd", userPassword=password))
    with connect(Servers((slapd.uri,)), f"uid=odd,ou=people,{slapd.suffix}", password) as connected:
        assert connected.connection.bound


def test_a_name_that_is_no_dn_is_told(slapd: Slapd) -> None:
    with pytest.raises(BindRefused, match="not a distinguished name"):
        connect(Servers((slapd.uri,)), "reader", "x")


def test_the_next_server_is_taken_when_one_is_down(slapd: Slapd, ca: TestCA) -> None:
    down, unknown = f"ldap://127.0.0.1:{free_port()}", "ldap://no-such-host.invalid:389"
    with connect(Servers((down, unknown, slapd.uri)), slapd.reader, READER_PASSWORD) as connected:
        assert connected.uri == slapd.uri
        refused, not_found = connected.passed_over
    assert refused == f"{down} cannot be reached (Connection refused); check uri and the firewall"
    assert not_found.startswith(f"{unknown} cannot be found")
    untrusted = Servers((f"ldaps://127.0.0.2:{slapd.tls_port}", slapd.tls_uri), ca_path=ca.path("ca.crt"))
    with connect(untrusted, slapd.reader, READER_PASSWORD) as connected:
        assert connected.uri == slapd.tls_uri


def test_each_server_is_named_when_none_can_be_reached(slapd: Slapd) -> None:
    first, second = f"ldap://127.0.0.1:{free_port()}", f"ldap://127.0.0.1:{free_port()}"
    with pytest.raises(Unreachable, match="None of the 2 directory servers") as caught:
        connect(Servers((first, second)), slapd.reader, READER_PASSWORD)
    assert first in caught.value.message
    assert second in caught.value.message
    assert not isinstance(caught.value, TlsFault)


@pytest.mark.parametrize("port", [65535, 0])
@pytest.mark.parametrize("host", ["foo..x", "．", "a" * 64, "a b", "localhost\0.x", "localhost"])
def test_an_address_that_an_older_version_took_is_passed_over(slapd: Slapd, host: str, port: int) -> None:
    with connect(Servers((f"ldap://{host}:{port}", slapd.uri)), slapd.reader, READER_PASSWORD) as connected:
        assert connected.uri == slapd.uri
        (reason,) = connected.passed_over
    assert "cannot be " in reason
    assert "check uri" in reason


@pytest.mark.parametrize("answer", [b"\x30\x00", b"\x61\x00", b"\x02\x01\x05"])
def test_an_answer_that_is_nonsense_is_told_without_a_name_of_python(answer: bytes) -> None:
    with ScriptedServer([answer]) as server, pytest.raises(Unreachable) as caught:
        connect(Servers((server.uri,), timeout=2), "cn=x", "y")
    assert caught.value.message.endswith("gives an answer that cannot be understood.")


def test_an_answer_to_another_question_is_nonsense(slapd: Slapd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ldap3.Server._message_counter", 0)
    numbered = (b"\x02\x01\x01\x61", b"\x02\x01\x63\x61")
    with Relay(slapd.port, forged=numbered) as relay, pytest.raises(Unreachable, match="cannot be understood"):
        connect(Servers((f"ldap://localhost:{relay.port}",), timeout=2), slapd.reader, READER_PASSWORD)


def test_the_port_for_tls_without_tls_is_guessed(slapd: Slapd) -> None:
    with pytest.raises(
        Unreachable, match=r"closed the connection before it answered the sign-in; .* use ldaps:// in uri"
    ):
        connect(Servers((f"ldap://localhost:{slapd.tls_port}",), timeout=5), "cn=x", "y")


def test_advice_names_the_option_that_names_the_servers(slapd: Slapd, ca: TestCA) -> None:
    down, unknown = f"ldaps://127.0.0.1:{free_port()}", "ldaps://no-such-host.invalid:636"
    plain, other = f"ldaps://localhost:{slapd.port}", f"ldaps://127.0.0.2:{slapd.tls_port}"
    servers = Servers((down, unknown, plain, other), ca_path=ca.path("ca.crt"), timeout=5, named_by="server")
    with pytest.raises(Unreachable) as caught:
        connect(servers, slapd.reader, READER_PASSWORD)
    message = caught.value.message
    for advice in ("check server and the firewall", "check server and DNS", "check ssl, and the port in server"):
        assert advice in message
    assert "a name that it holds in server" in message
    assert "uri" not in message


@pytest.mark.parametrize(("code", "advice"), [(9, "clock"), (10, "renew it"), (18, "ca_path"), (20, "ca_path")])
def test_what_to_do_about_a_certificate_depends_on_what_is_wrong_with_it(code: int, advice: str) -> None:
    failure = ssl.SSLCertVerificationError()
    failure.verify_code, failure.verify_message = code, "words of the library"
    told = _why_not_confirmed(failure, Servers(("ldaps://a",)))
    assert advice in told
    assert ("ca_path" in told) is (advice == "ca_path")


def test_a_server_that_hangs_up_is_passed_over() -> None:
    with socket.create_server(("127.0.0.1", 0)) as rude:

        def hang_up() -> None:
            client, _address = rude.accept()
            client.recv(10)
            client.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(Unreachable, match=r"closed the connection before it answered the sign-in|Connection reset"):
            connect(Servers((f"ldap://127.0.0.1:{rude.getsockname()[1]}",), timeout=5), "cn=x", "y")
        thread.join()


@pytest.mark.parametrize(
    ("result", "message", "reason"),
    [
        (49, "", "wrong password"),
        (49, "80090308: LdapErr: DSID-0C09, comment: AcceptSecurityContext error, data 52e, v4563", "wrong password"),
        (49, "data 525, v1", "wrong password"),
        (49, "data 533, v1", "account disabled"),
        (49, "data 775, v1", "account locked"),
        (49, "data 701, v1", "account expired"),
        (49, "data 532, v1", "password expired"),
        (49, "data 773, v1", "password must be changed"),
        (49, "data 530, v1", "not allowed now"),
        (49, "data 531, v1", "not allowed now"),
        (49, "data 999, v1", "unknown"),
        (8, "", "confidentiality required"),
        (13, "", "confidentiality required"),
        (53, "", "not allowed now"),
        (80, "", "unknown"),
    ],
)
def test_why_a_sign_in_was_refused_is_told_in_words(result: int, message: str, reason: str) -> None:
    assert bind_reason(result, message) == reason
    refused = BindRefused("ldap://a:389", "anna", result, "someResult", message)
    assert refused.reason == reason
    assert refused.message.startswith('The directory server ldap://a:389 refuses the sign-in of "anna": ')
