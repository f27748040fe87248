# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A directory server that is silent or trickles is given up in time, at whatever step."""

from __future__ import annotations

import socket
import ssl
import threading
import time

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import connect
from ansible_collections.telephony.connector.plugins.module_utils.directory.errors import TlsFault, Unreachable
from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Servers
from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.ldap_script import (
    LONG_HANDSHAKE,
    LONG_MESSAGE,
    START_TLS_ANSWER,
    ScriptedServer,
    bind_answer,
    who_am_i_answer,
)
from ansible_collections.telephony.connector.tests.servers.relay import Relay
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd


@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
def test_a_server_that_is_silent_is_given_up_after_the_timeout(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        gives_up(Servers((f"{scheme}://127.0.0.1:{silent.getsockname()[1]}",), timeout=1))


@pytest.mark.parametrize("limit", [1, 20])  # bytes; the answer to StartTLS has 14 to 17, by the number of the message
def test_a_server_that_is_silent_about_starttls_or_behind_it_is_given_up(slapd: Slapd, limit: int) -> None:
    with Relay(slapd.port, limit=limit, then="stall") as relay:
        gives_up(Servers((f"ldap://localhost:{relay.port}",), start_tls=True, timeout=1))
    assert (len(relay.from_server) > 20) is (limit == 20)


def test_a_server_that_trickles_is_given_up_at_whatever_step(server_context: ssl.SSLContext, ca: TestCA) -> None:
    trust = ca.path("ca.crt")
    with ScriptedServer([], LONG_MESSAGE) as server:
        gives_up(Servers((server.uri,), timeout=1))
        gives_up(Servers((server.uri,), timeout=1, start_tls=True))
    with ScriptedServer([], LONG_HANDSHAKE) as server:
        gives_up(Servers((f"ldaps://localhost:{server.port}",), timeout=1))
    with ScriptedServer([START_TLS_ANSWER], LONG_HANDSHAKE) as server:
        gives_up(Servers((server.uri,), timeout=1, start_tls=True))
    with ScriptedServer([], LONG_MESSAGE, server_context) as server:
        gives_up(Servers((server.uri,), timeout=1, ca_path=trust))
    with ScriptedServer([START_TLS_ANSWER], LONG_MESSAGE, server_context) as server:
        gives_up(Servers((server.uri,), timeout=1, start_tls=True, ca_path=trust))


def gives_up(servers: Servers) -> None:
    """Expect that a sign-in ends after a second, and that nothing is said against a certificate."""
    started = time.monotonic()
    with pytest.raises(Unreachable, match=r"does not answer within 1 seconds\.") as caught:
        connect(servers, "cn=x", "y")
    assert 0.9 < time.monotonic() - started < 20
    assert not isinstance(caught.value, TlsFault)


@pytest.mark.parametrize("encryption", ["none", "ldaps", "starttls"])
def test_an_operation_is_bounded_only_where_that_is_asked_for(
    server_context: ssl.SSLContext, ca: TestCA, encryption: str
) -> None:
    start = [START_TLS_ANSWER] if encryption == "starttls" else []
    context = None if encryption == "none" else server_context
    with ScriptedServer([*start, bind_answer(0), who_am_i_answer(b"u:x")], LONG_MESSAGE, context) as server:
        servers = Servers((server.uri,), start_tls=bool(start), ca_path=ca.path("ca.crt"), timeout=1)
        with connect(servers, "cn=x", "y") as connected:
            with connected.answered_in_time():
                assert connected.connection.extend.standard.who_am_i() == "u:x"
            assert type(connected.connection.socket) in (socket.socket, ssl.SSLSocket)
            assert connected.connection.socket.gettimeout() == 1
            with pytest.raises(OSError, match="timed out") as caught, connected.answered_in_time():
                connected.connection.extend.standard.who_am_i()
            assert connected.trouble(caught.value) == "does not answer within 1 seconds"
        with connect(servers, "cn=x", "y") as connected:
            connected.connection.extend.standard.who_am_i()
            started = time.monotonic()
            threading.Timer(1.8, server.__exit__).start()
            with pytest.raises(Exception, match="terminated") as caught:
                connected.connection.extend.standard.who_am_i()  # each byte comes in time
            assert time.monotonic() - started > 1.5
            assert connected.trouble(caught.value) == "broke off"
