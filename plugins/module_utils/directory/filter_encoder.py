# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Search filters as bytes: from their text (RFC 4515) to what is sent (RFC 4511, 4.5.1.7).

A filter may name hundreds of ids; what ldap3 takes for one of them is more than their entry takes to arrive.
"""

from __future__ import annotations

import re

from ansible_collections.telephony.connector.plugins.module_utils.directory.encoder import piece

# attr [":dn"] [":" rule] op value; blanks around them count for nothing, nor do those at the ends of a value
_ITEM = re.compile(
    r"\s*([A-Za-z0-9][A-Za-z0-9.;_-]*)?((?i::dn)(?=:))?(?::([A-Za-z0-9.-]+))?\s*(:=|[~<>]?=)([^()]*)\)\s*"
)
_OPEN = re.compile(r"\s*\(\s*([&|!]?)\s*")
_CLOSE = re.compile(r"\s*\)\s*")
_ESCAPED = re.compile(rb"\\([0-9A-Fa-f]{2})")

_COMBINED = {"&": b"\xa0", "|": b"\xa1", "!": b"\xa2"}
_COMPARED = {"=": b"\xa3", ">=": b"\xa5", "<=": b"\xa6", "~=": b"\xa8"}
_SUBSTRINGS, _PRESENT, _EXTENSIBLE = b"\xa4", b"\x87", b"\xa9"
_OCTETS, _SEQUENCE = b"\x04", b"\x30"
_INITIAL, _ANY, _FINAL = b"\x80", b"\x81", b"\x82"
_RULE, _TYPE, _VALUE, _OF_DN = b"\x81", b"\x82", b"\x83", b"\x84\x01\xff"


def encoded(text: str) -> bytes:
    """Return a filter as it is sent; ValueError for what is none. People's filters are checked before: see filters."""
    found, end = _filter(text, 0)
    if end != len(text):
        raise ValueError(f"there is more behind the end of the filter {text}")
    return found


def _filter(text: str, place: int) -> tuple[bytes, int]:
    """Return the filter that begins at a place, and where it goes on."""
    begun = _OPEN.match(text, place)
    if not begun:
        raise ValueError(f"there is no filter at character {place + 1} of {text}")
    place, kind = begun.end(), begun[1]
    if not kind:
        item = _ITEM.match(text, place)
        if not item:
            raise ValueError(f"there is no comparison at character {place + 1} of {text}")
        return _item(*item.groups()), item.end()
    parts = []
    while (closed := _CLOSE.match(text, place)) is None:
        part, place = _filter(text, place)
        parts.append(part)
    if kind == "!" and len(parts) != 1:
        raise ValueError(f"a negation is of one condition, not of {len(parts)}, in {text}")
    return piece(_COMBINED[kind], b"".join(parts)), closed.end()


def _item(name: str | None, of_dn: str | None, rule: str | None, comparison: str, value: str) -> bytes:
    value = value.strip()
    if comparison == ":=":
        if not (name or rule):
            raise ValueError("a comparison by a rule names neither an attribute nor a rule")
        what = (piece(_RULE, rule.encode()) if rule else b"") + (piece(_TYPE, name.encode()) if name else b"")
        return piece(_EXTENSIBLE, what + piece(_VALUE, _octets(value)) + (_OF_DN if of_dn else b""))
    if not name or rule or of_dn:
        raise ValueError("a comparison names no attribute")
    if comparison != "=" or "*" not in value:
        return piece(_COMPARED[comparison], piece(_OCTETS, name.encode()) + piece(_OCTETS, _octets(value)))
    if value == "*":
        return piece(_PRESENT, name.encode())
    first, *inner, last = value.split("*")
    parts = (
        piece(_INITIAL, _octets(first)) if first else b"",
        *(piece(_ANY, _octets(one)) for one in inner if one),
        piece(_FINAL, _octets(last)) if last else b"",
    )
    return piece(_SUBSTRINGS, piece(_OCTETS, name.encode()) + piece(_SEQUENCE, b"".join(parts)))


def _octets(value: str) -> bytes:
    octets = value.encode()
    return _ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), octets) if b"\\" in octets else octets
