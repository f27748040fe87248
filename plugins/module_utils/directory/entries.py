# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The lean decoder of entries: nearly all the time of reading a directory goes here."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.directory.ber import (
    OCTETS,
    SEQUENCE,
    SET,
    inside,
    octet_strings,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import MalformedError


class _Named:
    """The name of an attribute as it is sent, and the one that came behind it the last time.

    `head` is what stands before the values: tag, length and name, and the tag of the set of values; `size` how far
    that set is from the beginning of the attribute.
    """

    __slots__ = ("following", "head", "name", "size")

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.head = bytes((OCTETS, len(name))) + name + bytes((SET,))
        self.size = len(name) + 4
        self.following = self


#: Names that came before; the empty one, which no attribute has, is followed by the first of an entry.
_named = {b"": _Named(b"")}
_MOST_NAMED = 1000


def decode_entry(data: bytes, place: int, end: int) -> tuple[bytes, dict[bytes, list[bytes]]]:
    """Decode an entry. This is where the time goes, so the usual attribute (short, one value) is read in place.

    A server sends the attributes of all entries in much the same order, so each is compared with the one that came
    there the last time, rather than read.
    """
    place, stop = inside(data, place, end, OCTETS)
    dn = data[place:stop]
    place, end = inside(data, stop, end, SEQUENCE)
    attributes: dict[bytes, list[bytes]] = {}
    before = _named[b""]
    while place < end:
        # PartialAttribute ::= SEQUENCE { type OCTET STRING, vals SET OF OCTET STRING }
        named = before.following
        if not data.startswith(named.head, place + 2):
            named = before.following = _name_at(data, place)
            if not data.startswith(named.head, place + 2):  # it is no usual one
                place = _attribute(data, place, end, attributes)
                continue
        before = named
        try:
            stop = place + named.size
            value = stop + 4
            after = value + data[stop + 3]
        except IndexError:  # an attribute without values at the very end
            place = _attribute(data, place, end, attributes)
            continue
        if (
            data[place] == SEQUENCE
            and data[stop + 2] == OCTETS
            and data[stop + 1] == after - stop - 2
            and data[place + 1] == after - place - 2 < 128
        ):
            attributes[named.name] = [data[value:after]]
            place = after
        else:
            place = _attribute(data, place, end, attributes)
    if place != end:
        raise MalformedError("the attributes of an entry are longer than it")
    return dn, attributes


def _name_at(data: bytes, place: int) -> _Named:
    """Return the name of the attribute that begins at `place`, as far as it is a usual one."""
    stop = place + 4 + data[place + 3]
    name = data[place + 4 : stop]
    found = _named.get(name)
    if found is None:
        if len(name) > 127:
            return _named[b""]
        if len(_named) > _MOST_NAMED:  # a server that makes names up
            first = _named[b""]
            _named.clear()
            _named[b""] = first
        found = _named[name] = _Named(name)
    return found


def _attribute(data: bytes, place: int, end: int, attributes: dict[bytes, list[bytes]]) -> int:
    """Decode one attribute, whatever its lengths and however many its values; return where the next begins."""
    place, end = inside(data, place, end, SEQUENCE)
    start, place = inside(data, place, end, OCTETS)
    name = data[start:place]
    place, set_end = inside(data, place, end, SET)
    if set_end != end:
        raise MalformedError("an attribute has more than a name and values")
    attributes[name] = list(octet_strings(data, place, end))
    return end
