# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Only what changed since the last read, from OpenLDAP by content synchronisation (RFC 4533, refreshOnly).

The server's word is taken only where it is certain to be the whole truth. In every doubt everything is read:

* Another server, another database, a cookie that is not answered with changes alone (after a restart the server only
  lists what still exists), or a last full read that is a day old.
* A branch of the tree was renamed or moved: its entries have other names or places, but do not count as changed.
* The profile looks at memberOf, and anything but the people themselves changed: the server fills memberOf in when a
  group changes, and does not count that as a change of its members.
* The profile looks at what the server notes about sign-ins, which does not count as a change either.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Gone
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap_decoder import (
    Done,
    Entry,
    Intermediate,
    MalformedError,
    inside,
    octet_strings,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap_search import (
    BrokenOffError,
    Request,
    Search,
    operate,
)

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected

_SYNC = "1.3.6.1.4.1.4203.1.9.1."
_REQUEST, _STATE, _DONE, _INFO = (f"{_SYNC}{number}" for number in (1, 2, 3, 4))
_COOKIE = re.compile(r"rid=\d+(?:,sid=[0-9a-f]+)?,csn=\S+")  # OpenLDAP's, whose behaviour is known
_NOBODY = "(&(objectClass=*)(!(objectClass=*)))"
_MOST = 10_000  # changes that are kept in memory
_LONGEST_TRUST = 24 * 3600  # seconds

MEMBER_OF = "memberof"
_UNTRACKED = re.compile(r"pwd.*|auth(?:timestamp|.*failure.*)|.*lastlogin.*|ismemberof|nsrole.*|\*|\+")


class Changes:
    """What changed: entries as they are now, and the keys of those that are gone."""

    full = False
    failure = ""

    def __init__(self, entries: list[Entry], gone: list[str], checkpoint: dict[str, Any]) -> None:
        self.references: list[str] = []
        self.warnings: list[str] = []
        self.checkpoint: dict[str, Any] | None = checkpoint
        self._entries, self._gone = entries, gone

    def __iter__(self) -> Iterator[Entry | Gone]:
        yield from self._entries
        yield from map(Gone, self._gone)


class Start(NamedTuple):
    """What the next read can go on from after a full read that begins now; a warning where there is nothing."""

    checkpoint: dict[str, Any] | None
    warning: str


class _Context(NamedTuple):
    """The database that holds the base DN: its top entry, and the unique id of that."""

    dn: str
    identity: str


@dataclass
class _Answer:
    """What one synchronisation brought: by entryUUID what there is now, and what is gone."""

    entries: dict[str, Entry] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    cookie: str = ""
    is_delta: bool = True

    def add(self, message: Entry | Intermediate | Done) -> None:
        """Take one message; MalformedError if it is not as RFC 4533 says."""
        if isinstance(message, Entry):
            state, key = _state(message.controls.get(_STATE, b""))
            if state == 3:
                self.gone.add(key)
            elif len(self.entries) < _MOST:
                self.entries[key] = message
            else:
                self.is_delta = False
        elif isinstance(message, Intermediate):
            if message.name == _INFO:
                self._info(message.value)
        else:
            cookie, deletes = _cookie_and_flag(message.controls.get(_DONE, b""))
            self.cookie = cookie
            # without the flag, whatever is not named is gone: a list of what there is, not of changes
            self.is_delta = self.is_delta and deletes and message.result == 0

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
            else:
                self.is_delta = False
        elif kind == 0xA2:  # refreshPresent
            self.is_delta = False


def begin(connected: Connected, request: Request, wanted: frozenset[str]) -> Start:
    """Ask for a cookie before a full read, so that what changes meanwhile comes again the next time."""
    names = sorted(name for name in wanted if _UNTRACKED.fullmatch(name))
    if names:
        return Start(
            None, f"incremental has no effect with {', '.join(names)}, whose changes the server does not count"
        )
    try:
        context = _context(connected, request.base)
        if context is None:
            return Start(None, f"incremental has no effect: {connected.uri} does not show the top of its tree")
        answer = _synchronise(connected, replace(request, scope="base", filter=_NOBODY, attributes=("1.1",)), "")
    except BrokenOffError as error:
        return Start(None, f"the next read cannot be incremental: the question for a cookie {error}")
    if answer is None or not _COOKIE.fullmatch(answer.cookie):
        return Start(
            None,
            f"incremental has no effect: {connected.uri} does not offer content synchronisation as OpenLDAP does"
            " (overlay syncprov)",
        )
    return Start({**_belongs_to(connected, context), "cookie": answer.cookie, "full": int(time.time())}, "")


def changes(
    connected: Connected, request: Request, checkpoint: Mapping[str, Any], wanted: frozenset[str]
) -> Changes | None:
    """Return what changed since the checkpoint, None where everything must be read."""
    cookie = str(checkpoint.get("cookie") or "")
    age = time.time() - float(checkpoint.get("full") or 0)
    if not cookie or not 0 <= age < _LONGEST_TRUST or any(_UNTRACKED.fullmatch(name) for name in wanted):
        return None
    try:
        context = _context(connected, request.base)
        if context is None or not _belongs_to(connected, context).items() <= checkpoint.items():
            return None
        people = _synchronise(connected, request, cookie)
        if people is None or not people.is_delta:
            return None
        # the people first: what changes between the two is seen here, and comes again by the older cookie
        around = Request(context.dn, "(objectClass=*)", "subtree", ("hasSubordinates",))
        everything = _synchronise(connected, around, cookie)
    except BrokenOffError:
        return None  # the full read says what is the matter
    if everything is None or not everything.is_delta or _is_doubtful(people, everything, wanted):
        return None
    if people.cookie and not _COOKIE.fullmatch(people.cookie):
        return None
    gone = sorted(people.gone - people.entries.keys())
    return Changes(list(people.entries.values()), gone, {**checkpoint, "cookie": people.cookie or cookie})


def _is_doubtful(people: _Answer, everything: _Answer, wanted: frozenset[str]) -> bool:
    """Say whether something changed that changes other entries with it."""
    for entry in everything.entries.values():
        for name, values in entry.attributes.items():
            if name.lower() == b"hassubordinates" and values != [b"FALSE"]:
                return True  # perhaps it was moved, with all that is below it
    if MEMBER_OF not in wanted:
        return False
    # a group that changed, or went; also one that the account may not see, which is told as gone
    return bool(everything.gone or people.gone or everything.entries.keys() - people.entries.keys())


def _belongs_to(connected: Connected, context: _Context) -> dict[str, Any]:
    return {"uri": connected.uri, "context": context.identity}


def _context(connected: Connected, base: str) -> _Context | None:
    """Return the top entry of the database that holds the base DN, None if it is not shown."""
    wanted = _plain(base)
    for dn in _values(connected, "", "namingContexts"):
        if wanted == _plain(dn) or wanted.endswith("," + _plain(dn)):
            (identity, *_more) = _values(connected, dn, "entryUUID") or [""]
            return _Context(dn, identity) if identity else None
    return None


def _plain(dn: str) -> str:
    return re.sub(r"\s*([,=+])\s*", r"\1", dn.strip()).casefold()


def _values(connected: Connected, dn: str, attribute: str) -> list[str]:
    """Return the values of one attribute of one entry."""
    search = Search(connected, Request(dn, "(objectClass=*)", "base", (attribute,)), 1)
    return [
        value.decode("utf-8", "replace") for entry in search for values in entry.attributes.values() for value in values
    ]


def _synchronise(connected: Connected, request: Request, cookie: str) -> _Answer | None:
    """Ask for the content of a search, or for its changes since the cookie; None if the server refuses."""
    answer = _Answer()
    result = -1
    try:
        for message in operate(connected, request, [(_REQUEST, True, _sync_request(cookie.encode()))]):
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
    place, end = inside(value, 0, len(value), 0x30)
    start, place = inside(value, place, end, 0x0A)
    state = value[start]
    start, stop = inside(value, place, end, 0x04)
    return state, _uuid(value[start:stop])


def _uuid(value: bytes) -> str:
    if len(value) != 16:
        raise MalformedError("an entryUUID does not have 16 bytes")
    return str(uuid.UUID(bytes=value))
