# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another user on a connection that stays open: only the server's yes to this very bind is a sign-in."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
from ansible_collections.telephony.connector.plugins.module_utils.directory.errors import BindRefused, DirectoryError
from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Servers
from ansible_collections.telephony.connector.plugins.module_utils.directory.sign_in_again import sign_in_again

NUMBER = 7


def answer(code=0, number=NUMBER, tag=0x61):
    return bytes((0x30, 12, 2, 1, number, tag, 7, 10, 1, code, 4, 0, 4, 0))


@pytest.fixture
def sign_in():
    """Sign in at a server that has said something already, and says no more."""
    ours, theirs = socket.socketpair()

    def act(said, user="uid=anna", password="secret"):
        theirs.sendall(said)
        theirs.shutdown(socket.SHUT_WR)
        connection = SimpleNamespace(socket=ours, server=SimpleNamespace(next_message_id=lambda: NUMBER))
        servers = Servers(("ldap://corp.example",))
        return sign_in_again(Connected(connection, servers.addresses[0], servers, []), user, password)

    yield act
    ours.close()
    theirs.close()


def test_the_server_says_yes(sign_in):
    assert sign_in(answer())


@pytest.mark.parametrize(
    "said",
    [
        b"",
        answer()[:9],
        answer(number=NUMBER - 1),
        answer(tag=0x65),
        answer(number=0, tag=0x78),
        answer(code=10),
        answer(code=51),
        answer(code=52),
        b"HTTP/1.1 200 OK\r\n\r\n",
    ],
)
def test_whatever_is_no_answer_to_this_bind_needs_another_connection(sign_in, said):
    assert not sign_in(said)


@pytest.mark.parametrize(("code", "reason"), [(49, "wrong password"), (53, "not allowed now"), (80, "unknown")])
def test_the_server_says_no(sign_in, code, reason):
    with pytest.raises(BindRefused) as refused:
        sign_in(answer(code))
    assert refused.value.reason == reason
    assert "uid=anna" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("user", "password"), [("", "secret"), ("uid=anna", "")])
def test_nobody_signs_in_with_half_of_it(sign_in, user, password):
    with pytest.raises(DirectoryError):
        sign_in(answer(), user, password)
