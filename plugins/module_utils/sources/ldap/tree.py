# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What incremental reads ask a directory about its tree: the top, the branches, and some entries by their ids."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import BrokenOffError, Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.directory.searches import entries_of
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
    from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry

SUBORDINATES = "hasSubordinates"
_MOST_BRANCHES = 1000  # each is asked for by a question of its own
_FIRST_VALUE = re.compile(rb"(?:\\.|[^\\,])*,")  # of a DN, up to the comma (RFC 4514)
#: Ids in one filter. 389 Directory Server compares each entry that it finds with all of them, one after the other.
_AT_ONCE = 10
_ANY = "(objectClass=*)"


class NotSureError(Exception):
    """Changes alone cannot be trusted; the message says why where a person can do something about it."""


class RestoredError(NotSureError):
    """The directory holds an older state than the one that is known; the message completes "the directory ..."."""


class Context(NamedTuple):
    """The database that holds the base DN: its top entry, and the unique id of that."""

    dn: str
    identity: str


def context_of(connected: Connected, base: str, unique: str) -> Context:
    """Return the database of a base DN; `unique` is the attribute with the ids of entries. Raises NotSureError."""
    wanted = plain(base)
    top = [
        dn.decode("utf-8", "replace") for dn in attributes_of(connected, "", "namingContexts").get("namingcontexts", ())
    ]
    for dn in top:
        if wanted == plain(dn) or wanted.endswith("," + plain(dn)):
            for identity in attributes_of(connected, dn, unique).get(unique.lower(), ()):
                return Context(dn, identity.decode("ascii", "replace"))
    raise NotSureError(f"{connected.uri} does not show the top of its tree to the account")


def branches_of(connected: Connected, base: str, parents: Iterable[bytes], shown: Sequence[str]) -> set[str]:
    """Return the ids of the entries that hold others, up to the base; all of them must be visible, or NotSureError.

    `shown` are the attributes that must be visible, the first being the one with the ids.
    """
    top = plain(base)
    waiting, found = [base.encode(), *parents], dict[str, str]()
    while waiting:
        dn = waiting.pop().decode("utf-8", "replace")
        folded = plain(dn)
        if folded in found or not (folded == top or folded.endswith("," + top)):
            continue
        if len(found) >= _MOST_BRANCHES:
            raise NotSureError(f"the people are in more than {_MOST_BRANCHES} branches of the tree")
        values = attributes_of(connected, dn, *shown)
        if len(values) != len(shown):
            raise NotSureError(f"the account may not see {', '.join(shown[:-1])} and {shown[-1]} of {dn}")
        found[folded] = values[shown[0].lower()][0].decode("ascii", "replace")
        waiting.append(parent_of(dn.encode()))
    return set(found.values())


def entries_by_id(connected: Connected, request: Request, unique: str, ids: Iterable[str]) -> list[Entry]:
    """Return the entries of a search that have one of these ids; raises NotSureError when that breaks off."""
    ordered = sorted(ids)
    parts = []
    for start in range(0, len(ordered), _AT_ONCE):
        either = "".join(f"({unique}={one})" for one in ordered[start : start + _AT_ONCE])
        # the ids first: once a server has found few enough entries, it does not ask an index for all people any more
        parts.append(replace(request, filter=f"(&(|{either}){request.filter})"))
    try:
        return entries_of(connected, parts)
    except (BrokenOffError, SourceError) as error:
        raise NotSureError from error


def parent_of(dn: bytes) -> bytes:
    """Return the DN of what holds an entry, empty for none."""
    match = _FIRST_VALUE.match(dn)
    return dn[match.end() :] if match else b""


def plain(dn: str) -> str:
    """Return a DN in a form that can be compared: without blanks around its separators, in lower case."""
    return re.sub(r"\s*([,=+])\s*", r"\1", dn.strip()).casefold()


def attributes_of(connected: Connected, dn: str, *names: str) -> dict[str, list[bytes]]:
    """Return the attributes of these names (in lower case) that one entry shows; none where it is not shown itself."""
    found: dict[str, list[bytes]] = {}
    for entry in Search(connected, Request(dn, _ANY, "base", names), 1):
        found.update(
            (name.decode("ascii", "replace").lower(), values) for name, values in entry.attributes.items() if values
        )
    return found


def value_of(name: str) -> Callable[[Entry], str]:
    """Return what gives the first value of an attribute of an entry, "" where there is none.

    Servers write the name as they know it, or as it was asked for.
    """
    spelled, folded = {name.encode()}, name.lower().encode()

    def value(entry: Entry) -> str:
        attributes = entry.attributes
        for known in spelled:
            if known in attributes:
                return attributes[known][0].decode("utf-8", "replace") if attributes[known] else ""
        for other, values in attributes.items():
            if other.lower() == folded:
                spelled.add(other)
                return values[0].decode("utf-8", "replace") if values else ""
        return ""

    return value
