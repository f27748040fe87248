# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Values as they are encoded in LDAP (RFC 4511, section 5.1): where they begin and end."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import MalformedError

SEQUENCE, INTEGER, OCTETS, SET, ENUMERATED, BOOLEAN = 0x30, 0x02, 0x04, 0x31, 0x0A, 0x01


def inside(data: bytes, place: int, end: int, tag: int) -> tuple[int, int]:
    """Return where the value begins and ends that has its tag at `place`; it must not go beyond `end`."""
    if data[place] != tag:
        raise MalformedError(f"there is {data[place]:#04x} where {tag:#04x} belongs")
    length = data[place + 1]
    place += 2
    if length > 127:
        octets = length & 127
        if not 1 <= octets <= 4:
            raise MalformedError("a length is not definite, or too long")
        length = int.from_bytes(data[place : place + octets], "big")
        place += octets
    if place + length > end:
        raise MalformedError("a value is longer than what holds it")
    return place, place + length


def octet_strings(data: bytes, place: int, end: int) -> Iterator[bytes]:
    """Yield the octet strings that lie one after the other; MalformedError where something else does."""
    while place < end:
        start, place = inside(data, place, end, OCTETS)
        yield data[start:place]
