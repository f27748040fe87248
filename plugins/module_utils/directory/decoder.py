# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Search results off the socket: a lean decoder for the messages of RFC 4511 that answer a search.

ldap3 connects, encrypts, signs in and encodes requests; its own decoder takes several times as long as all the rest.
Only definite lengths are decoded, as RFC 4511, section 5.1, demands. Whatever else comes is a MalformedError.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.directory.ber import (
    BOOLEAN,
    ENUMERATED,
    INTEGER,
    OCTETS,
    SEQUENCE,
    inside,
    octet_strings,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.entries import decode_entry
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import (
    Disconnection,
    Done,
    Entry,
    Intermediate,
    MalformedError,
    Message,
    Reference,
)

_PIECE = 65536  # over TLS, larger pieces cost twice the time
_LONGEST = 16 << 20  # bytes of one message: what a record may have at most
ENTRY, _DONE, _REFERENCE, _INTERMEDIATE, _EXTENDED = 0x64, 0x65, 0x73, 0x79, 0x78
_CHANGED = (0x67, 0x69, 0x6B)  # what answers a modification, an addition, a removal
_BOUND = (0x61,)
_CONTROLS, _REFERRAL, _NAME, _VALUE, _SASL = 0xA0, 0xA3, 0x80, 0x81, 0x87


_NO_CONTROLS: dict[str, bytes] = {}
#: How long the usual state of an entry is (RFC 4533, 2.2), and the name of its control by what stands before it. Each
#: entry of an answer has one, and what stands before it says all lengths, so nothing else needs to be looked at.
_STATE = 23
_named_before: dict[bytes, str] = {}
_STATE_FOLLOWS = bytes((OCTETS, _STATE))
_MOST_NAMED = 100


class Span(NamedTuple):
    """Where one message is: between `place` and `end` of `data`."""

    data: bytes
    place: int
    end: int


def spans(connection: socket.socket, note: Callable[[int], object] | None = None, answers: int = 1) -> Iterator[Span]:
    """Yield where the messages of so many answers are, up to their ends, without looking into them.

    `note` is told how many bytes came. Raises MalformedError, OSError of the socket, or EOFError when the server hung
    up, and what `note` raises.
    """
    receive = connection.recv
    data, place = b"", 0
    while True:
        while True:
            size = message_size(data, place)
            if size and place + size <= len(data):
                break
            data, place = _longer(receive, data[place:], size or 0, note), 0
        span = Span(data, place, place + size)
        place += size
        yield span
        if _kind(span) in (_DONE, _EXTENDED):
            answers -= 1
            if not answers:
                return


def _kind(span: Span) -> int:
    """Return the tag of a message's operation, which lies behind its number."""
    data, place, _end = span
    try:
        place += 2 + (data[place + 1] & 127 if data[place + 1] > 127 else 0)
        return data[place + 2 + data[place + 1]]
    except IndexError as error:
        raise MalformedError("a message ends inside of a value") from error


def _longer(receive: Callable[[int], bytes], data: bytes, size: int, note: Callable[[int], object] | None) -> bytes:
    """Return the data with more of it, at least `size` bytes."""
    pieces, length = [data], len(data)
    while True:
        piece = receive(_PIECE)
        if not piece:
            raise EOFError("the server closed the connection")
        if note is not None:
            note(len(piece))
        pieces.append(piece)
        length += len(piece)
        if length >= size:
            return b"".join(pieces)


def message_size(data: bytes, place: int) -> int:
    """Return how long the message is that begins at `place`, with its header; 0 if that cannot be told yet."""
    available = len(data) - place
    if available >= 1 and data[place] != SEQUENCE:
        raise MalformedError("a message does not begin with a sequence")
    if available < 2:
        return 0
    length = data[place + 1]
    if length < 128:
        return length + 2
    octets = length & 127
    if not 1 <= octets <= 4:
        raise MalformedError("a length is not definite, or too long")
    if available < 2 + octets:
        return 0
    length = int.from_bytes(data[place + 2 : place + 2 + octets], "big")
    if length > _LONGEST:
        raise MalformedError(f"a message has {length} bytes, and {_LONGEST >> 20} MiB are the most that is read")
    return 2 + octets + length


def number_of(span: Span) -> int:
    """Return the number of a message: that of the request that it answers."""
    data, place, end = span
    try:
        place, end = inside(data, place, end, SEQUENCE)
        start, place = inside(data, place, end, INTEGER)
    except IndexError as error:
        raise MalformedError("a message ends inside of a value") from error
    return int.from_bytes(data[start:place], "big", signed=True)


def decode(data: bytes, place: int, end: int, message_id: int) -> Message:
    """Decode the one message between `place` and `end`, whose size is known to be right."""
    try:
        return _decode(data, place, end, message_id)
    except (IndexError, UnicodeDecodeError) as error:
        raise MalformedError("a message ends inside of a value") from error


def _decode(data: bytes, place: int, end: int, message_id: int) -> Message:
    size = end - place
    length = data[place + 1]
    start, place = inside(data, place + (2 if length < 128 else 2 + (length & 127)), end, INTEGER)
    number = int.from_bytes(data[start:place], "big", signed=True)
    tag = data[place]
    start, stop = inside(data, place, end, tag)
    if number != message_id:
        if number == 0 and tag == _EXTENDED:
            code, _matched, message, _rest = _result(data, start, stop)
            return Disconnection(code, message)
        raise MalformedError("an answer belongs to another request")
    if tag == ENTRY:
        dn, attributes = decode_entry(data, start, stop)
        return Entry(dn, attributes, _NO_CONTROLS if stop == end else _controls(data, stop, end), size)
    if tag == _DONE:
        return _done(data, start, stop, end)
    if tag == _REFERENCE:
        return Reference([text.decode() for text in octet_strings(data, start, stop)])
    if tag == _INTERMEDIATE:
        return _intermediate(data, start, stop)
    raise MalformedError(f"an answer has the unknown kind {tag:#04x}")


def decode_change(span: Span) -> tuple[int, Done | Disconnection]:
    """Decode what answers a change of an entry: the number of the message, and its result."""
    return _decode_result(span, _CHANGED)


def decode_bind(span: Span) -> tuple[int, Done | Disconnection]:
    """Decode what answers a bind: the number of the message, and its result."""
    return _decode_result(span, _BOUND)


def _decode_result(span: Span, tags: tuple[int, ...]) -> tuple[int, Done | Disconnection]:
    data, place, end = span
    try:
        place, _stop = inside(data, place, end, SEQUENCE)
        start, place = inside(data, place, end, INTEGER)
        number = int.from_bytes(data[start:place], "big", signed=True)
        tag = data[place]
        start, stop = inside(data, place, end, tag)
        if number == 0 and tag == _EXTENDED:
            code, _matched, message, _rest = _result(data, start, stop)
            return 0, Disconnection(code, message)
        if tag not in tags:
            raise MalformedError("an answer is not one to what was asked")
        return number, _done(data, start, stop, end)
    except (IndexError, UnicodeDecodeError) as error:
        raise MalformedError("a message ends inside of a value") from error


def _done(data: bytes, start: int, stop: int, end: int) -> Done:
    code, matched, message, place = _result(data, start, stop)
    referrals: list[str] = []
    if place < stop and data[place] != _SASL:  # which a bind by name and password has no use for
        place, referral_end = inside(data, place, stop, _REFERRAL)
        referrals = [text.decode() for text in octet_strings(data, place, referral_end)]
    return Done(code, matched, message, referrals, _controls(data, stop, end))


def _result(data: bytes, place: int, end: int) -> tuple[int, str, str, int]:
    """Decode the beginning of an LDAPResult: code, matched DN, words, and where it goes on."""
    start, place = inside(data, place, end, ENUMERATED)
    code = int.from_bytes(data[start:place], "big", signed=True)
    start, place = inside(data, place, end, OCTETS)
    matched = data[start:place].decode("utf-8", "replace")
    start, place = inside(data, place, end, OCTETS)
    return code, matched, data[start:place].decode("utf-8", "replace"), place


def _controls(data: bytes, place: int, end: int) -> dict[str, bytes]:
    """Decode the controls of a message: object identifier -> value."""
    controls: dict[str, bytes] = {}
    if place == end:
        return controls
    stop, before = end, data[place : end - _STATE]
    known = _named_before.get(before)
    if known is not None:
        return {known: data[stop - _STATE : stop]}
    place, end = inside(data, place, end, _CONTROLS)
    while place < end:
        place, control_end = inside(data, place, end, SEQUENCE)
        start, place = inside(data, place, control_end, OCTETS)
        name, value = data[start:place].decode(), b""
        if place < control_end and data[place] == BOOLEAN:
            _start, place = inside(data, place, control_end, BOOLEAN)
        if place < control_end:
            start, place = inside(data, place, control_end, OCTETS)
            value = data[start:place]
        controls[name] = value
        place = control_end
    is_usual = len(controls) == 1 and len(value) == _STATE and before.endswith(_STATE_FOLLOWS) and place == stop
    if is_usual and len(_named_before) < _MOST_NAMED:
        _named_before[before] = name
    return controls


def _intermediate(data: bytes, place: int, end: int) -> Intermediate:
    name, value = "", b""
    if place < end and data[place] == _NAME:
        start, place = inside(data, place, end, _NAME)
        name = data[start:place].decode()
    if place < end:
        start, place = inside(data, place, end, _VALUE)
        value = data[start:place]
    return Intermediate(name, value)


def page_cookie(value: bytes) -> bytes:
    """Return the cookie out of the value of a paged results control (RFC 2696); empty after the last page."""
    try:
        place, end = inside(value, 0, len(value), SEQUENCE)
        _start, place = inside(value, place, end, INTEGER)
        start, stop = inside(value, place, end, OCTETS)
    except IndexError as error:
        raise MalformedError("a paged results control ends too early") from error
    return value[start:stop]
