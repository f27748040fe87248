# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Requests as bytes (RFC 4511): changes of entries and binds, of which there are many; ldap3's own way takes long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Attributes = Mapping[str, Sequence[str]]

_SEQUENCE, _INTEGER, _OCTETS, _SET, _REPLACE = b"\x30", b"\x02", b"\x04", b"\x31", b"\x0a\x01\x02"
_BIND, _MODIFY, _ADD, _REMOVE = b"\x60", b"\x66", b"\x68", b"\x4a"
_VERSION_3, _SIMPLE = b"\x02\x01\x03", b"\x80"


def addition(dn: str, attributes: Attributes) -> bytes:
    """Return the operation that adds an entry."""
    return _piece(_ADD, _text(dn) + _piece(_SEQUENCE, b"".join(_attribute(*one) for one in attributes.items())))


def modification(dn: str, attributes: Attributes) -> bytes:
    """Return the operation that gives attributes these values and no others; an empty list takes one away."""
    changes = b"".join(_piece(_SEQUENCE, _REPLACE + _attribute(*one)) for one in attributes.items())
    return _piece(_MODIFY, _text(dn) + _piece(_SEQUENCE, changes))


def removal(dn: str) -> bytes:
    """Return the operation that removes an entry."""
    return _piece(_REMOVE, dn.encode())


def bind(name: str, password: bytes) -> bytes:
    """Return the operation that signs somebody in by name and password (RFC 4511, 4.2)."""
    return _piece(_BIND, _VERSION_3 + _text(name) + _piece(_SIMPLE, password))


def message(number: int, operation: bytes) -> bytes:
    """Return the message of an operation; `number` is above 0."""
    return _piece(_SEQUENCE, _piece(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big")) + operation)


def _attribute(name: str, values: Sequence[str]) -> bytes:
    return _piece(_SEQUENCE, _text(name) + _piece(_SET, b"".join(map(_text, values))))


def _text(text: str) -> bytes:
    return _piece(_OCTETS, text.encode())


def _piece(tag: bytes, content: bytes) -> bytes:
    length = len(content)
    if length < 128:
        return tag + bytes((length,)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return tag + bytes((128 | len(octets),)) + octets + content
