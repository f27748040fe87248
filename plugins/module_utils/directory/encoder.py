# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Requests as bytes (RFC 4511): searches, changes of entries and binds; ldap3's own way takes long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

Attributes = Mapping[str, Sequence[str]]

#: (object identifier, whether the server must know it, value)
Control: TypeAlias = "tuple[str, bool, bytes | None]"

_SEQUENCE, _INTEGER, _OCTETS, _SET, _REPLACE = b"\x30", b"\x02", b"\x04", b"\x31", b"\x0a\x01\x02"
_ENUMERATED, _TRUE, _FALSE = b"\x0a", b"\x01\x01\xff", b"\x01\x01\x00"
_BIND, _SEARCH, _MODIFY, _ADD, _REMOVE, _CONTROLS = b"\x60", b"\x63", b"\x66", b"\x68", b"\x4a", b"\xa0"
_VERSION_3, _SIMPLE = b"\x02\x01\x03", b"\x80"
#: aliases are not followed: RFC 4533 does not allow it, and both ways must find the same
_NO_ALIASES = b"\x0a\x01\x00"
_NO_LIMITS = b"\x02\x01\x00" * 2  # of entries, of seconds
_NO_ATTRIBUTES = ("1.1",)


def search(base: str, scope: int, condition: bytes, attributes: Sequence[str], types_only: bool) -> bytes:
    """Return the operation that searches (RFC 4511, 4.5.1); `condition` is a filter as bytes, see filter_encoder."""
    return piece(
        _SEARCH,
        _text(base)
        + piece(_ENUMERATED, bytes((scope,)))
        + _NO_ALIASES
        + _NO_LIMITS
        + (_TRUE if types_only else _FALSE)
        + condition
        + piece(_SEQUENCE, b"".join(map(_text, attributes or _NO_ATTRIBUTES))),
    )


def page_request(size: int, cookie: bytes) -> bytes:
    """Return the value of the control that asks for a page (RFC 2696): SEQUENCE { size, cookie }."""
    return piece(_SEQUENCE, _number(size) + piece(_OCTETS, cookie))


def addition(dn: str, attributes: Attributes) -> bytes:
    """Return the operation that adds an entry."""
    return piece(_ADD, _text(dn) + piece(_SEQUENCE, b"".join(_attribute(*one) for one in attributes.items())))


def modification(dn: str, attributes: Attributes) -> bytes:
    """Return the operation that gives attributes these values and no others; an empty list takes one away."""
    changes = b"".join(piece(_SEQUENCE, _REPLACE + _attribute(*one)) for one in attributes.items())
    return piece(_MODIFY, _text(dn) + piece(_SEQUENCE, changes))


def removal(dn: str) -> bytes:
    """Return the operation that removes an entry."""
    return piece(_REMOVE, dn.encode())


def bind(name: str, password: bytes) -> bytes:
    """Return the operation that signs somebody in by name and password (RFC 4511, 4.2)."""
    return piece(_BIND, _VERSION_3 + _text(name) + piece(_SIMPLE, password))


def message(number: int, operation: bytes, controls: Iterable[Control] = ()) -> bytes:
    """Return the message of an operation; `number` is above 0."""
    asked = b"".join(_control(*one) for one in controls)
    return piece(_SEQUENCE, _number(number) + operation + (piece(_CONTROLS, asked) if asked else b""))


def _control(name: str, is_critical: bool, value: bytes | None) -> bytes:
    what = _text(name) + (_TRUE if is_critical else b"")
    return piece(_SEQUENCE, what if value is None else what + piece(_OCTETS, value))


def _number(number: int) -> bytes:
    return piece(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _attribute(name: str, values: Sequence[str]) -> bytes:
    return piece(_SEQUENCE, _text(name) + piece(_SET, b"".join(map(_text, values))))


def _text(text: str) -> bytes:
    return piece(_OCTETS, text.encode())


def piece(tag: bytes, content: bytes) -> bytes:
    """Return what a tag, the length of its content, and that content are together (RFC 4511, 5.1)."""
    length = len(content)
    if length < 128:
        return tag + bytes((length,)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return tag + bytes((128 | len(octets),)) + octets + content
