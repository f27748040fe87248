# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Entries as they were sent: whoever knows one by its bytes need not decode it."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.telephony.connector.plugins.module_utils.directory.ber import INTEGER, inside
from ansible_collections.telephony.connector.plugins.module_utils.directory.decoder import ENTRY
from ansible_collections.telephony.connector.plugins.module_utils.directory.entries import decode_entry
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry, MalformedError

_TAG = bytes((ENTRY,))


def sealed_reader(message_id: int, longest: int) -> Callable[[bytes, int, int], bytes | None]:
    """Return what gives the entry (RFC 4511, 4.5.2) that a message is, as it was sent; None for any other message.

    Other, too, is one of more than `longest` bytes, with controls, or with lengths as no server writes them.
    """
    begins = b"\0"  # the number of the message as the server writes it, and the tag of an entry

    def sealed(data: bytes, place: int, end: int) -> bytes | None:
        nonlocal begins
        length = data[place + 1]
        place += 2 if length < 128 else 2 + (length & 127)
        if not data.startswith(begins, place):
            if end - place < 3:
                return None
            stop = place + 2 + data[place + 1]
            if data[place] != INTEGER or int.from_bytes(data[place + 2 : stop], "big", signed=True) != message_id:
                return None
            if data[stop : stop + 1] != _TAG:
                return None
            begins = data[place : stop + 1]
        place += len(begins)
        if not 6 <= end - place <= longest:
            return None
        length = data[place]
        if length > 127:
            octets = length & 127
            length = octets + int.from_bytes(data[place + 1 : place + 1 + octets], "big")
        return data[place - 1 : end] if place + 1 + length == end else None

    return sealed


def opened(sent: bytes) -> Entry:
    """Decode an entry that came sealed; raises MalformedError."""
    try:
        start, stop = inside(sent, 0, len(sent), ENTRY)
        return Entry(*decode_entry(sent, start, stop), {}, len(sent))
    except IndexError as error:
        raise MalformedError("a message ends inside of a value") from error
