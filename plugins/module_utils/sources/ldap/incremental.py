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
* The account may not see of a person or a branch when it was changed (entryCSN): the server then keeps changes back.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.directory.content_sync import Answer, synchronise
from ansible_collections.telephony.connector.plugins.module_utils.directory.decoder import Entry
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import (
    BrokenOffError,
    Request,
    Search,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Gone
from ansible_collections.telephony.connector.plugins.module_utils.sources.trust import is_recent

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected

_COOKIE = re.compile(r"rid=\d+(?:,sid=[0-9a-f]+)?,csn=\S+")  # OpenLDAP's, whose behaviour is known
_NOBODY = "(&(objectClass=*)(!(objectClass=*)))"
_MOST_BRANCHES = 1000  # each is asked for by a question of its own
_FIRST_VALUE = re.compile(rb"(?:\\.|[^\\,])*,")  # of a DN, up to the comma (RFC 4514)

_CHANGED = "entryCSN"
_PARENT = "hasSubordinates"
_UNIQUE = "entryUUID"
MEMBER_OF = "memberof"
_UNTRACKED = re.compile(r"pwd.*|auth(?:timestamp|.*failure.*)|.*lastlogin.*|ismemberof|nsrole.*|\*|\+")


class _NotSureError(Exception):
    """Changes alone cannot be trusted; the message says why where a person can do something about it."""


class Changes:
    """What changed: entries as they are now, and the keys of those that are gone."""

    full = False
    failure = ""

    def __init__(self, entries: list[Entry], gone: list[str], checkpoint: dict[str, Any]) -> None:
        self.references: list[str] = []
        self.warnings: list[str] = []
        self.checkpoint: dict[str, Any] | None = checkpoint
        self.gone = gone
        self._entries = entries

    def __iter__(self) -> Iterator[Entry | Gone]:
        yield from self._entries
        yield from map(Gone, self.gone)


class Everything:
    """A full read, from which the next one can go on where nothing speaks against it; else there is a warning."""

    full = True

    def __init__(self, connected: Connected, request: Request, page_size: int, wanted: frozenset[str]) -> None:
        self._connected, self._base = connected, request.base
        self._search = Search(connected, request.with_attributes(_CHANGED), page_size)
        self.references = self._search.references
        self.warnings: list[str] = []
        self.checkpoint: dict[str, Any] | None = None
        self._parents: set[bytes] = set()
        try:
            # the cookie first, so that what changes meanwhile comes again the next time
            self.checkpoint = _begin(connected, request, wanted)
        except _NotSureError as error:
            self.warnings.append(f"incremental has no effect: {error}")

    @property
    def failure(self) -> str:
        return self._search.failure

    def __iter__(self) -> Iterator[Entry | Gone]:
        if self.checkpoint is None:
            yield from self._search
            return
        parents, changed, unseen = self._parents, _CHANGED.encode(), 0
        for entry in self._search:
            parents.add(_parent(entry.dn))
            unseen += changed not in entry.attributes
            yield entry
        if self.failure:
            return
        try:
            if unseen:
                raise _NotSureError(f"the account may not see {_CHANGED} of {unseen} entries")
            self.checkpoint["branches"] = sorted(_branches(self._connected, self._base, parents))
        except _NotSureError as error:
            self.checkpoint = None
            self.warnings.append(f"incremental has no effect: {error}")


def changes(
    connected: Connected, request: Request, checkpoint: Mapping[str, Any], wanted: frozenset[str]
) -> Changes | None:
    """Return what changed since the checkpoint, None where everything must be read."""
    try:
        return _changes(connected, request, checkpoint, wanted)
    except (BrokenOffError, _NotSureError):
        return None  # the full read says what is the matter


def _begin(connected: Connected, request: Request, wanted: frozenset[str]) -> dict[str, Any]:
    """Return where changes can be asked for from now on."""
    names = sorted(name for name in wanted if _UNTRACKED.fullmatch(name))
    if names:
        raise _NotSureError(f"the server does not count changes of {', '.join(names)}")
    context = _context(connected, request.base)
    try:
        answer = synchronise(connected, replace(request, scope="base", filter=_NOBODY, attributes=("1.1",)), "")
    except BrokenOffError as error:
        raise _NotSureError(f"the question for a cookie {error}") from error
    if answer is None or not _COOKIE.fullmatch(answer.cookie):
        raise _NotSureError(
            f"{connected.uri} does not offer content synchronisation as OpenLDAP does (overlay syncprov)"
        )
    return {**_belongs_to(connected, context), "cookie": answer.cookie, "full": int(time.time())}


def _changes(connected: Connected, request: Request, checkpoint: Mapping[str, Any], wanted: frozenset[str]) -> Changes:
    cookie, branches = str(checkpoint.get("cookie") or ""), set(checkpoint.get("branches") or ())
    full = float(checkpoint.get("full") or 0)
    if not cookie or not branches or not is_recent(full) or any(map(_UNTRACKED.fullmatch, wanted)):
        raise _NotSureError
    context = _context(connected, request.base)
    if not _belongs_to(connected, context).items() <= checkpoint.items():
        raise _NotSureError
    people = _delta(connected, request.with_attributes(_CHANGED), cookie)
    # the people first: what changes between the two is seen here, and comes again by the older cookie
    everything = _delta(connected, Request(context.dn, "(objectClass=*)", "subtree", (_PARENT,)), cookie)
    _check(people, everything, branches, wanted)
    if people.cookie not in ("", cookie) and not (everything.entries or everything.gone):
        raise _NotSureError  # something changed that is kept back from the account
    if any(_CHANGED.encode() not in entry.attributes for entry in people.entries.values()):
        raise _NotSureError
    branches |= _branches(connected, request.base, {_parent(entry.dn) for entry in people.entries.values()})
    left = {**checkpoint, "cookie": people.cookie or cookie, "branches": sorted(branches)}
    return Changes(list(people.entries.values()), sorted(people.gone - people.entries.keys()), left)


def _delta(connected: Connected, request: Request, cookie: str) -> Answer:
    answer = synchronise(connected, request, cookie)
    if answer is None or not answer.is_delta or not (_COOKIE.fullmatch(answer.cookie) or not answer.cookie):
        raise _NotSureError
    return answer


def _check(people: Answer, everything: Answer, branches: set[str], wanted: frozenset[str]) -> None:
    """Raise where something changed that changes other entries with it."""
    for entry in everything.entries.values():
        # perhaps it was moved, with all that is below it; nor is it known where the account may not see the attribute
        if entry.attributes.get(_PARENT.encode()) != [b"FALSE"]:
            raise _NotSureError
    if branches & (everything.gone | people.gone) - everything.entries.keys():
        raise _NotSureError  # moved to where the account may not see it
    others = everything.entries.keys() - people.entries.keys()
    if MEMBER_OF in wanted and (everything.gone or people.gone or others):
        raise _NotSureError  # a group that changed, or went, or that the account may not see, which is told as gone


def _belongs_to(connected: Connected, context: _Context) -> dict[str, Any]:
    return {"uri": connected.uri, "context": context.identity}


class _Context(NamedTuple):
    """The database that holds the base DN: its top entry, and the unique id of that."""

    dn: str
    identity: str


def _context(connected: Connected, base: str) -> _Context:
    wanted = _plain(base)
    top = [
        dn.decode("utf-8", "replace") for dn in _attributes(connected, "", "namingContexts").get("namingContexts", ())
    ]
    for dn in top:
        if wanted == _plain(dn) or wanted.endswith("," + _plain(dn)):
            for identity in _attributes(connected, dn, _UNIQUE).get(_UNIQUE, ()):
                return _Context(dn, identity.decode("ascii", "replace"))
    raise _NotSureError(f"{connected.uri} does not show the top of its tree to the account")


def _branches(connected: Connected, base: str, parents: Iterable[bytes]) -> set[str]:
    """Return the unique ids of the entries that hold others, up to the base; all of them must be visible."""
    top = _plain(base)
    waiting, found = [base.encode(), *parents], dict[str, str]()
    while waiting:
        dn = waiting.pop().decode("utf-8", "replace")
        plain = _plain(dn)
        if plain in found or not (plain == top or plain.endswith("," + top)):
            continue
        if len(found) >= _MOST_BRANCHES:
            raise _NotSureError(f"the people are in more than {_MOST_BRANCHES} branches of the tree")
        shown = _attributes(connected, dn, _UNIQUE, _CHANGED, _PARENT)
        if len(shown) != 3:
            raise _NotSureError(f"the account may not see {_UNIQUE}, {_CHANGED} and {_PARENT} of {dn}")
        found[plain] = shown[_UNIQUE][0].decode("ascii", "replace")
        waiting.append(_parent(dn.encode()))
    return set(found.values())


def _parent(dn: bytes) -> bytes:
    """Return the DN of what holds an entry, empty for none."""
    match = _FIRST_VALUE.match(dn)
    return dn[match.end() :] if match else b""


def _plain(dn: str) -> str:
    return re.sub(r"\s*([,=+])\s*", r"\1", dn.strip()).casefold()


def _attributes(connected: Connected, dn: str, *names: str) -> dict[str, list[bytes]]:
    """Return the attributes of these names that one entry shows; nothing where it is not shown itself."""
    found: dict[str, list[bytes]] = {}
    for entry in Search(connected, Request(dn, "(objectClass=*)", "base", names), 1):
        found.update((name.decode("ascii", "replace"), values) for name, values in entry.attributes.items() if values)
    return found
