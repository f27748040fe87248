# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An LDAP server that answers whatever a test says, for answers that no real server can be made to give."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Sequence

WHO_AM_I_UNKNOWN = 2  # protocolError: what a server says to an extended operation that it does not have


def _tlv(tag: int, value: bytes) -> bytes:
    length = bytes([len(value)]) if len(value) < 128 else b"\x82" + len(value).to_bytes(2, "big")
    return bytes([tag]) + length + value


def _result(code: int) -> bytes:
    return _tlv(0x0A, bytes([code])) + _tlv(0x04, b"") + _tlv(0x04, b"")


def _message_id(request: bytes) -> bytes:
    """Return the encoded number of a request, which its answer must have too."""
    start = 2 + (request[1] & 0x7F if request[1] & 0x80 else 0)
    return request[start : start + 2 + request[start + 1]]


def bind_answer(code: int, referral: str = "") -> bytes:
    """Return the answer to a bind (RFC 4511, section 4.2.2)."""
    return _tlv(0x61, _result(code) + (_tlv(0xA3, _tlv(0x04, referral.encode())) if referral else b""))


def who_am_i_answer(identity: bytes | None) -> bytes:
    """Return the answer to "Who am I?" (RFC 4532); None is for a server that does not know the question."""
    if identity is None:
        return _tlv(0x78, _result(WHO_AM_I_UNKNOWN))
    return _tlv(0x78, _result(0) + _tlv(0x8B, identity))


START_TLS_ANSWER = _tlv(0x78, _result(0))
#: the beginning of a message, and of a part of a handshake, that are long in coming
LONG_MESSAGE = b"\x30\x84\x7f\xff\xff\xff"
LONG_HANDSHAKE = b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xf0"
_DRIP = 0.2  # seconds
_DRIPS = 150  # in the end it hangs up, so that a client that waits for ever is found out


class ScriptedServer:
    """Answers the requests of each connection in turn, the n-th with the n-th answer; a context manager.

    What comes in then is answered with `trickle` and a zero byte now and then, for 30 seconds, unless it is empty. A
    `context` is for TLS: from the beginning, or behind a START_TLS_ANSWER.
    """

    def __init__(self, answers: Sequence[bytes], trickle: bytes = b"", context: ssl.SSLContext | None = None) -> None:
        self._answers, self._trickle, self._context = answers, trickle, context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        scheme = "ldaps" if context and START_TLS_ANSWER not in answers else "ldap"
        self.port: int = self._listener.getsockname()[1]
        self.uri = f"{scheme}://localhost:{self.port}"

    def __enter__(self) -> ScriptedServer:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), contextlib.closing(_Line(client)) as line:
                if self._context and START_TLS_ANSWER not in self._answers:
                    line.encrypt(self._context)
                self._talk(line)

    def _talk(self, line: _Line) -> None:
        for answer in self._answers:
            request = line.socket.recv(65536)  # requests are short, and one comes at a time
            if not request:
                return
            line.socket.sendall(_tlv(0x30, _message_id(request) + answer))
            if self._context and answer == START_TLS_ANSWER:
                line.encrypt(self._context)
        if self._trickle and line.socket.recv(65536):
            line.socket.sendall(self._trickle)
            for _drip in range(_DRIPS):
                if self._stopped.wait(_DRIP):
                    return
                line.socket.sendall(b"\0")


class _Line:
    """One connection, whose socket TLS may replace."""

    def __init__(self, client: socket.socket) -> None:
        self.socket = client

    def encrypt(self, context: ssl.SSLContext) -> None:
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def close(self) -> None:
        self.socket.close()
