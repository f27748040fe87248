# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Changes from OpenLDAP (overlay syncprov).

Besides what incremental.py says, everything is read where

* the profile or its search filter looks at memberOf, and anything but the people themselves changed: the server fills
  memberOf in when a group changes, and does not count that as a change of its members;
* it looks at names of others (manager), and anything at all changed: when somebody is renamed or deleted, the overlay
  refint writes that into those who name them, and that does not count as a change of theirs either;
* the account may not see of a person or a branch when it was changed (entryCSN): the server then keeps changes back;
* the server was restarted: it only lists what still exists then.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import BrokenOffError, Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.content_sync import (
    SyncAnswer,
    answered,
    ask,
    synchronise,
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.delta import Delta
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.schema import naming
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.tree import (
    SUBORDINATES,
    Context,
    NotSureError,
    RestoredError,
    attributes_of,
)

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected

_COOKIE = re.compile(r"rid=\d+(?:,sid=[0-9a-f]+)?,csn=(\S+)")  # OpenLDAP's, whose behaviour is known
_NOBODY = "(&(objectClass=*)(!(objectClass=*)))"
_CHANGED, _UNIQUE, _KEY = "entryCSN", "entryUUID", "entryuuid"
_MEMBER_OF = "memberof"
#: Attributes of most profiles for which the schema need not be asked: they name nobody else, or were looked at before.
_OWN = frozenset(
    (
        *("cn", "displayname", "dn", "entrycsn", "entryuuid", "facsimiletelephonenumber", "givenname", "homephone"),
        *("mail", "memberof", "mobile", "o", "objectclass", "sn", "telephonenumber", "title", "uid", "username"),
    )
)


class OpenLdap:
    """See Flavour."""

    unique: ClassVar[str] = _UNIQUE
    clock: ClassVar[str] = _CHANGED
    shown: ClassVar[tuple[str, ...]] = (_CHANGED,)
    shown_of_branches: ClassVar[tuple[str, ...]] = (_UNIQUE, _CHANGED, SUBORDINATES)

    @classmethod
    def begin(cls, connected: Connected, context: Context) -> dict[str, Any]:
        """See Flavour."""
        answer = synchronise(connected, Request(context.dn, _NOBODY, "base", ("1.1",)), "")
        if answer is None or not _COOKIE.fullmatch(answer.cookie):
            raise NotSureError(
                f"{connected.uri} offers no content synchronisation (OpenLDAP: overlay syncprov; 389 Directory Server:"
                " plug-ins Content Synchronization and Retro Changelog)"
            )
        return {"cookie": answer.cookie}

    @classmethod
    def delta(
        cls,
        connected: Connected,
        request: Request,
        context: Context,
        checkpoint: Mapping[str, Any],
        used: frozenset[str],
        key: str,
    ) -> Delta:
        """See Flavour."""
        cookie = str(checkpoint.get("cookie") or "")
        if not _COOKIE.fullmatch(cookie):
            raise NotSureError
        _check_clock(connected, context, cookie)
        people, everything = _ask(connected, request, context, cookie)
        _check(people, everything, used)
        if (everything.entries or everything.gone) and naming(connected, used - _OWN):
            raise NotSureError
        if people.cookie not in ("", cookie) and not (everything.entries or everything.gone):
            raise NotSureError  # something changed that is kept back from the account
        if any(_CHANGED.encode() not in entry.attributes for entry in people.entries.values()):
            raise NotSureError
        gone = people.gone - people.entries.keys()
        if gone and key != _KEY:
            raise NotSureError  # it is not known which keys these are
        return Delta(
            entries=list(people.entries.values()),
            gone=sorted(gone),
            position={"cookie": people.cookie or cookie},
            lost=(everything.gone | people.gone) - everything.entries.keys(),
            told=people.entries.keys() | people.gone | everything.entries.keys() | everything.gone,
        )


def _ask(connected: Connected, request: Request, context: Context, cookie: str) -> tuple[SyncAnswer, SyncAnswer]:
    """Ask what changed of the people, and of everything.

    The people first: what changes between the two is seen in the second, and comes again by the older cookie. The
    second is asked before the first answer is worked on, so that both sides work.
    """
    of_everything = Request(context.dn, "(objectClass=*)", "subtree", (SUBORDINATES,))
    first = ask(connected, request, cookie)
    first.receive()
    second = ask(connected, of_everything, cookie) if first.done else None
    try:
        people = answered(first)
    except BrokenOffError:
        with suppress(BrokenOffError, SourceError):  # the connection is used on, so nothing may be left on its way
            deque(second or (), maxlen=0)
        raise
    everything = answered(second or ask(connected, of_everything, cookie))
    return _checked(people), _checked(everything)


def _checked(answer: SyncAnswer | None) -> SyncAnswer:
    if answer is None or not answer.is_delta or not (_COOKIE.fullmatch(answer.cookie) or not answer.cookie):
        raise NotSureError
    return answer


def _check(people: SyncAnswer, everything: SyncAnswer, used: frozenset[str]) -> None:
    """Raise where something changed that changes other entries with it."""
    for entry in everything.entries.values():
        # perhaps it was moved, with all that is below it; nor is it known where the account may not see the attribute
        if entry.attributes.get(SUBORDINATES.encode()) != [b"FALSE"]:
            raise NotSureError
    others = everything.entries.keys() - people.entries.keys()
    if _MEMBER_OF in used and (everything.gone or people.gone or others):
        raise NotSureError  # a group that changed, or went, or that the account may not see, which is told as gone


def _check_clock(connected: Connected, context: Context, cookie: str) -> None:
    """Raise RestoredError where the server is not as far as the cookie, which it gave (contextCSN, where visible)."""
    before = _by_server(_COOKIE.fullmatch(cookie)[1].split(";"))  # type: ignore[index]  # it matches
    shown = attributes_of(connected, context.dn, "contextCSN").get("contextcsn", ())
    now = _by_server(value.decode("ascii", "replace") for value in shown)
    if now and any(now.get(server, "") < moment for server, moment in before.items()):
        raise RestoredError("is older than when it was read last (contextCSN), as after a restore from a copy")


def _by_server(numbers: Any) -> dict[str, str]:
    """Return change sequence numbers (time#count#server#modification) by their server."""
    return {number.split("#")[2]: number for number in numbers if number.count("#") == 3}
