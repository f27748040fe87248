# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a directory server sends, and for however long: a read of it ends within its bounds, and removes nothing."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import words_of
from ansible_collections.telephony.connector.plugins.module_utils.directory.escaping import shown
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Done
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.tests.directory import WholeRead, read_directory
from ansible_collections.telephony.connector.tests.servers.hostile import HostileServer
from ansible_collections.telephony.connector.tests.servers.search_script import (
    BOUND,
    disconnection,
    done,
    entry,
    id_of,
    message,
    reference,
    tlv,
    with_id,
)

_NOTE = message(tlv(0x79, tlv(0x80, b"1.2.3"), tlv(0x81, b"x" * 100)))


def _cookies() -> Iterator[bytes]:
    while True:
        yield entry("uid=a", uid=["a"]) * 50 + done(cookie=b"the same")


def _fresh_cookies() -> Iterator[bytes]:
    for number in range(1 << 40):
        yield entry("uid=a", uid=["a"]) * 50 + done(cookie=b"%d" % number)


def _ranges() -> Iterator[bytes]:
    yield entry("uid=a", uid__rangeEQ0_0=["a"]) + done()
    while True:
        yield entry("uid=a", uid__rangeEQ1_1=["b"]) + done()


def _flood(piece: bytes) -> Callable[[], Iterator[bytes]]:
    def answers() -> Iterator[bytes]:
        yield from iter(lambda: piece * 200, None)

    return answers


def _trickle() -> Iterator[bytes]:
    yield entry("uid=a", uid=["a"]) + b"\x30\x84\x00\x10\x00\x00"
    while True:
        time.sleep(0.05)
        yield b"\0"


def _silence() -> Iterator[bytes]:
    yield entry("uid=a", uid=["a"])
    time.sleep(60)


class _Server(HostileServer):
    """Answers the bind and the question for the schema, and then sends `answers`: all at once, or one a request."""

    def __init__(self, answers: Callable[[], Iterator[bytes]], is_asked: bool) -> None:
        super().__init__(self._talk)
        self._answers, self._is_asked = answers, is_asked

    def _talk(self, connection: socket.socket) -> None:
        request = connection.recv(65536)
        connection.sendall(with_id(BOUND, id_of(request)))
        request = connection.recv(65536)
        while b"subschemaSubentry" in request:
            connection.sendall(with_id(done(), id_of(request)))
            request = connection.recv(65536)
        for answer in self._answers():
            connection.sendall(with_id(answer, id_of(request)))
            if self._is_asked:
                request = connection.recv(65536)
                if not request:
                    return


def _read(server: HostileServer, **options: Any) -> WholeRead:
    source = {"uri": f"ldap://127.0.0.1:{server.port}", "base_dn": "dc=corp", "timeout": 30, **options}
    return read_directory(source, "uid")


@pytest.mark.parametrize(
    ("answers", "is_asked"),
    [
        (_cookies, True),
        (_fresh_cookies, True),
        (_ranges, True),
        (_flood(entry("uid=a", uid=["a"])), False),
        (_flood(reference("ldap://other/dc=corp")), False),
        (_flood(_NOTE), False),
        (_trickle, False),
        (_silence, False),
    ],
    ids=["cookies", "fresh cookies", "ranges", "entries", "references", "intermediates", "trickle", "silence"],
)
def test_a_read_without_end_ends_with_its_time(answers: Callable[[], Iterator[bytes]], is_asked: bool) -> None:
    started = time.monotonic()
    with _Server(answers, is_asked) as server:
        try:
            whole = _read(server, max_seconds=1)
            complete, reason = whole.result.complete, whole.result.reason
        except SourceError as error:
            complete, reason = False, error.message
    assert not complete
    assert "could not be read to its end within 1 seconds" in reason
    assert time.monotonic() - started < 25


@pytest.mark.parametrize(
    ("answers", "is_asked"),
    [
        (_fresh_cookies, True),
        (_ranges, True),
        (_flood(entry("uid=a", uid=["a"])), False),
        (_flood(reference("ldap://other/dc=corp")), False),
        (_flood(_NOTE), False),
    ],
    ids=["cookies", "ranges", "entries", "references", "intermediates"],
)
def test_a_read_that_brings_too_much_ends(answers: Callable[[], Iterator[bytes]], is_asked: bool) -> None:
    with _Server(answers, is_asked) as server:
        try:
            whole = _read(server, max_bytes=30_000 if is_asked else 1_000_000)
            complete, reason = whole.result.complete, whole.result.reason
        except SourceError as error:
            complete, reason = False, error.message
    assert not complete
    assert "is larger than" in reason
    assert "max_bytes" in reason


def test_a_record_that_is_too_large_ends_the_read() -> None:
    def answers() -> Iterator[bytes]:
        yield entry("uid=a", uid=["a"]) + b"\x30\x84\x02\x00\x00\x00"

    with _Server(answers, False) as server:
        whole = _read(server)
    assert whole.column("uid") == ["a"]
    assert "16 MiB are the most" in whole.result.reason


def test_a_value_that_is_too_long_is_left_out_and_the_read_incomplete() -> None:
    def answers() -> Iterator[bytes]:
        yield entry("uid=a", uid=["a" * 70_000]) + entry("uid=b", uid=["b"]) + done()

    with _Server(answers, False) as server:
        whole = _read(server)
    assert whole.column("uid") == ["b"]
    assert not whole.result.complete
    assert "more than 65536 characters in uid" in whole.result.reason


HOSTILE = "down\x1b[2J\x9b31m \u202egnp.exe\u202c\u200b\u2028for\tmaintenance\0"


def test_words_of_a_server_cannot_act_on_a_terminal() -> None:
    assert shown(HOSTILE) == "down[2J31m gnp.exe for maintenance"
    assert "\x1b" not in words_of(Done(80, "", HOSTILE, [], {}))
    assert "\u202e" not in words_of(Done(10, "", "", [HOSTILE], {}))
    assert len(shown("x" * 10_000_000)) == 200


def test_messages_of_a_read_hold_no_control_characters() -> None:
    for end in (done(80, HOSTILE), disconnection(HOSTILE), done(10, referrals=[f"ldap://{HOSTILE}"])):
        first = entry("uid=a", uid=["a"]) + reference(f"ldap://{HOSTILE}/")

        def answers(first: bytes = first, end: bytes = end) -> Iterator[bytes]:
            yield first + end

        with _Server(answers, False) as server:
            whole = _read(server)
        said = [whole.result.reason, *whole.result.warnings]
        assert all(text.isprintable() for text in said), said
