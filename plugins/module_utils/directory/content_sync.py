# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Content synchronisation with a directory (RFC 4533), in the mode that asks once: refreshOnly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import (
    Answer,
    BrokenOffError,
    Request,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.ber import inside, octet_strings
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import (
    Done,
    Entry,
    Intermediate,
    MalformedError,
)

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected

_SYNC = "1.3.6.1.4.1.4203.1.9.1."
_REQUEST, _STATE, _DONE, _INFO = (f"{_SYNC}{number}" for number in (1, 2, 3, 4))
_MOST = 10_000  # changes that are kept in memory
#: how long a state without a cookie is, and how it begins
_PLAIN_STATE, _BEFORE_STATE = 23, b"\x30\x15\x0a\x01"


@dataclass
class SyncAnswer:
    """What one synchronisation brought: by entryUUID what there is now, and what is gone.

    `lists_present`: the server named entries that are still there, so that all others are gone. `is_too_long`: there is
    more than is kept. `says_deletes`: the server says that it named all that is gone.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    cookie: str = ""
    lists_present: bool = False
    is_too_long: bool = False
    says_deletes: bool = False

    @property
    def is_delta(self) -> bool:
        """Whether these are changes: without the server's word, whatever is not named is gone."""
        return self.says_deletes and not (self.lists_present or self.is_too_long)

    def add(self, message: Entry | Intermediate | Done) -> None:
        """Take one message; MalformedError if it is not as RFC 4533 says."""
        if isinstance(message, Entry):
            state, key = _state(message.controls.get(_STATE, b""))
            if state == 3:
                self.gone.add(key)
            elif len(self.entries) < _MOST:
                self.entries[key] = message
            else:
                self.is_too_long = True
        elif isinstance(message, Intermediate):
            if message.name == _INFO:
                self._info(message.value)
        else:
            self.cookie, self.says_deletes = _cookie_and_flag(message.controls.get(_DONE, b""))

    def _info(self, value: bytes) -> None:
        kind = value[0]
        if kind == 0xA3:  # syncIdSet
            place, end = inside(value, 0, len(value), kind)
            if place < end and value[place] == 0x04:
                _start, place = inside(value, place, end, 0x04)
            deletes = False
            if place < end and value[place] == 0x01:
                start, place = inside(value, place, end, 0x01)
                deletes = value[start] != 0
            start, stop = inside(value, place, end, 0x31)
            if deletes:
                self.gone.update(_uuid(one) for one in octet_strings(value, start, stop))
                self.is_too_long |= len(self.gone) > 10 * _MOST
            else:
                self.lists_present = True
        elif kind == 0xA2:  # refreshPresent
            self.lists_present = True


def synchronise(connected: Connected, request: Request, cookie: str) -> SyncAnswer | None:
    """Ask for the content of a search, or for its changes since the cookie; None if the server refuses."""
    return answered(ask(connected, request, cookie))


def ask(connected: Connected, request: Request, cookie: str) -> Answer:
    """Send the same question; `answered` makes of its answer what `synchronise` returns."""
    return Answer(connected, request, [(_REQUEST, True, _sync_request(cookie.encode()))])


def answered(asked: Answer) -> SyncAnswer | None:
    """Return what a question is answered with, None if the server refuses; raises BrokenOffError."""
    answer = SyncAnswer()
    result = -1
    try:
        for message in asked:
            if isinstance(message, (Entry, Intermediate, Done)):
                answer.add(message)
            if isinstance(message, Done):
                result = message.result
    except (MalformedError, IndexError) as error:
        raise BrokenOffError(f"broke off: the server's answer is not as RFC 4533 says ({error})") from error
    return answer if result == 0 else None


def _sync_request(cookie: bytes) -> bytes:
    """Return the value of a sync request control: SEQUENCE { mode refreshOnly (1), cookie OPTIONAL }."""
    mode = b"\x0a\x01\x01"
    if not cookie:
        return b"\x30\x03" + mode
    octets = b"\x04\x82" + len(cookie).to_bytes(2, "big") + cookie
    return b"\x30\x82" + (len(mode) + len(octets)).to_bytes(2, "big") + mode + octets


def _cookie_and_flag(value: bytes) -> tuple[str, bool]:
    """Read SEQUENCE { cookie OCTET STRING OPTIONAL, refreshDeletes BOOLEAN DEFAULT FALSE }."""
    if not value:
        return "", False
    place, end = inside(value, 0, len(value), 0x30)
    cookie, flag = "", False
    if place < end and value[place] == 0x04:
        start, place = inside(value, place, end, 0x04)
        cookie = value[start:place].decode("ascii", "replace")
    if place < end and value[place] == 0x01:
        start, place = inside(value, place, end, 0x01)
        flag = value[start] != 0
    return cookie, flag


def _state(value: bytes) -> tuple[int, str]:
    """Read SEQUENCE { state ENUMERATED, entryUUID OCTET STRING, cookie OPTIONAL }."""
    if len(value) == _PLAIN_STATE and value.startswith(_BEFORE_STATE) and value[5:7] == b"\x04\x10":
        return value[4], _uuid(value[7:])  # as nearly always
    place, end = inside(value, 0, len(value), 0x30)
    start, place = inside(value, place, end, 0x0A)
    state = value[start]
    start, stop = inside(value, place, end, 0x04)
    return state, _uuid(value[start:stop])


def _uuid(value: bytes) -> str:
    if len(value) != 16:
        raise MalformedError("an entryUUID does not have 16 bytes")
    digits = value.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
