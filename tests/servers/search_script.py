# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A directory server that answers searches as a test wrote it down, for what no real server does when it is asked."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Sequence


def tlv(tag: int, *parts: bytes) -> bytes:
    """Return one value in BER with a definite length."""
    value = b"".join(parts)
    size = len(value)
    if size < 128:
        return bytes([tag, size]) + value
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 + len(octets)]) + octets + value


_ANY_ID = b"\x02\x04\x00\x00\x00\xff"  # stands for the id of the request that is answered


def message(operation: bytes, controls: bytes = b"", message_id: int | None = None) -> bytes:
    """Return an LDAPMessage; without an id it is filled in with that of the request that it answers."""
    number = _ANY_ID if message_id is None else tlv(0x02, bytes([message_id]))
    return tlv(0x30, number, operation, tlv(0xA0, controls) if controls else b"")


def entry(dn: str, controls: bytes = b"", **attributes: Sequence[str | bytes]) -> bytes:
    """Return a SearchResultEntry; `__` in a name stands for `;`, `_` for `-` and `EQ` for `=`."""
    made = []
    for name, values in attributes.items():
        spelled = name.replace("__", ";").replace("EQ", "=").replace("_", "-").replace("STAR", "*")
        raw = [value.encode() if isinstance(value, str) else value for value in values]
        made.append(tlv(0x30, tlv(0x04, spelled.encode()), tlv(0x31, *[tlv(0x04, one) for one in raw])))
    return message(tlv(0x64, tlv(0x04, dn.encode()), tlv(0x30, *made)), controls)


def done(result: int = 0, text: str = "", cookie: bytes | None = None, referrals: Sequence[str] = ()) -> bytes:
    """Return a SearchResultDone, with a cookie as the last message of a page."""
    return message(tlv(0x65, *_result(result, text), *_referrals(referrals)), _page(cookie))


def _result(result: int, text: str) -> tuple[bytes, bytes, bytes]:
    return tlv(0x0A, bytes([result])), tlv(0x04, b""), tlv(0x04, text.encode())


def _referrals(uris: Sequence[str]) -> tuple[bytes, ...]:
    return (tlv(0xA3, *[tlv(0x04, uri.encode()) for uri in uris]),) if uris else ()


def _page(cookie: bytes | None) -> bytes:
    if cookie is None:
        return b""
    value = tlv(0x30, tlv(0x02, b"\0"), tlv(0x04, cookie))
    return tlv(0x30, tlv(0x04, b"1.2.840.113556.1.4.319"), tlv(0x04, value))


def reference(*uris: str) -> bytes:
    """Return a SearchResultReference."""
    return message(tlv(0x73, *[tlv(0x04, uri.encode()) for uri in uris]))


def disconnection(text: str) -> bytes:
    """Return a notice of disconnection (RFC 4511, section 4.4.1)."""
    name = tlv(0x8A, b"1.3.6.1.4.1.1466.20036")
    return message(tlv(0x78, *_result(52, text), name), message_id=0)


BOUND = message(tlv(0x61, *_result(0, "")))


class Script:
    """Answers the bind, then each further request with the next of `answers`, then hangs up; a context manager.

    An answer is bytes, sent as they are once the id of its messages is filled in. `requests` are what came. Where its
    schema is, the server does not tell.
    """

    def __init__(self, *answers: bytes) -> None:
        self._answers = [BOUND, *answers]
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.uri = f"ldap://127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Script:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            client, _address = self._listener.accept()
            with client:
                client.settimeout(10)
                for answer in self._answers:
                    request = client.recv(65536)
                    if b"subschemaSubentry" in request:
                        client.sendall(with_id(done(), id_of(request)))
                        request = client.recv(65536)
                    if not request:
                        return
                    self.requests.append(request)
                    client.sendall(with_id(answer, id_of(request)))


def with_id(answer: bytes, number: int) -> bytes:
    """Fill in the id of the request."""
    return answer.replace(_ANY_ID, b"\x02\x04" + number.to_bytes(4, "big"))


def id_of(request: bytes) -> int:
    """Return the id of a request, which lies behind the header of its message."""
    place = 2 if request[1] < 128 else 2 + (request[1] & 127)
    return int.from_bytes(request[place + 2 : place + 2 + request[place + 1]], "big")
