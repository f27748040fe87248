# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Changes from 389 Directory Server (plug-in Content Synchronization), which is the server under FreeIPA.

The server tells only which entries changed: by nsUniqueId, or by entryUUID where it may synchronise in the way of
OpenLDAP (`syncrepl-allow-openldap`). What it sends of them lacks attributes, and nothing is said of an entry that no
longer fits the search. So changes anywhere in the database are asked for, and these entries are then read by their ids.
Changes of memberOf are written into the members here, so that they are told.

Besides what incremental.py says, everything is read where

* the server was restarted, or its database loaded anew (dataVersion), or its change log begins after the checkpoint;
* an entry is gone whose key the server does not tell (the profile's key is not the server's id);
* an entry that works out attributes of others (class of service with its templates, roles) came, changed or went.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.content_sync import synchronise
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.delta import Delta
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.tree import (
    SUBORDINATES,
    Context,
    NotSureError,
    RestoredError,
    attributes_of,
    entries_by_id,
    value_of,
)

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
    from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry

#: the entries that work out attributes of others; a template need not be hidden as the others are
_MAKERS, _TEMPLATE, _INDIRECT = (
    "(|(objectClass=ldapSubEntry)(objectClass=cosTemplate))",
    b"costemplate",
    b"cosindirectdefinition",
)
_MOST_MAKERS = 1000
_CLASSES = "objectClass"
_ANY, _NOBODY = "(objectClass=*)", "(&(objectClass=*)(!(objectClass=*)))"
_VERSION, _FIRST, _LAST = "dataVersion", "firstChangeNumber", "lastChangeNumber"


class Ds389:
    """See Flavour: a server that names entries by nsUniqueId."""

    unique: ClassVar[str] = "nsUniqueId"
    clock: ClassVar[str] = "modifyTimestamp"
    shown: ClassVar[tuple[str, ...]] = ("nsUniqueId",)
    shown_of_branches: ClassVar[tuple[str, ...]] = ("nsUniqueId", SUBORDINATES)
    #: server and port, account, search, number of the last change
    _cookie: ClassVar[re.Pattern[str]] = re.compile(r"[^#]+#.*#\d+", re.DOTALL)
    _first_cookie: ClassVar[str] = ""

    @classmethod
    def begin(cls, connected: Connected, context: Context) -> dict[str, Any]:
        """See Flavour."""
        root = _root(connected)
        answer = synchronise(connected, Request(context.dn, _NOBODY, "base", ("1.1",)), cls._first_cookie)
        if answer is None or not cls._cookie.fullmatch(answer.cookie):
            raise NotSureError(
                f"{connected.uri} offers no content synchronisation (plug-ins Content Synchronization and Retro"
                " Changelog, with nsslapd-attribute: nsuniqueid:targetUniqueId)"
            )
        # a cookie is good for one search only, and names it
        cookie = answer.cookie.replace(f":{_NOBODY}#", f":{_ANY}#")
        return {**root, "cookie": cookie, "makers": cls._makers(connected, context)}

    @classmethod
    def _makers(cls, connected: Connected, context: Context) -> list[str]:
        """Return the ids of the entries that work out attributes of others, as far as the account sees them."""
        search = Search(connected, Request(context.dn, _MAKERS, "subtree", (cls.unique, _CLASSES)), _MOST_MAKERS)
        found = list(search)
        if search.failure or len(found) > _MOST_MAKERS:
            raise NotSureError(search.failure or f"there are more than {_MOST_MAKERS} roles and classes of service")
        if any(_INDIRECT in _classes_of(entry) for entry in found):
            raise NotSureError("a class of service takes attributes from any entries (cosIndirectDefinition)")
        return sorted(map(value_of(cls.unique), found))

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
        cookie, root = str(checkpoint.get("cookie") or ""), _root(connected)
        before = int(checkpoint.get("change") or 0)
        if root["change"] < before:
            raise RestoredError(
                "is older than when it was read last (lastChangeNumber), as after a restore from a copy"
            )
        makers = checkpoint.get("makers")
        if root["version"] != checkpoint.get("version") or not cls._cookie.fullmatch(cookie) or makers is None:
            raise NotSureError
        if root["change"] == before:
            return Delta([], [], {})
        if root["first"] > before + 1:
            raise NotSureError  # older changes are no longer in the change log
        answer = synchronise(connected, Request(context.dn, _ANY, "subtree", ("1.1",)), cookie)
        if answer is None or answer.is_too_long or answer.lists_present:
            raise NotSureError
        named = {cls._as_id(one) for one in answer.entries.keys() | answer.gone}
        if not named and answer.cookie != cookie:
            raise NotSureError  # something changed that is kept back from the account
        if not named.isdisjoint(makers):
            raise NotSureError  # others have other attributes now
        position = {"cookie": answer.cookie or cookie, "change": root["change"]}
        return cls._read(connected, request, context, named, key, position)

    @classmethod
    def _as_id(cls, named: str) -> str:
        """Return the UUID that the server names as its attribute has it: four groups of eight digits."""
        digits = named.replace("-", "")
        return "-".join(digits[place : place + 8] for place in range(0, 32, 8))

    @classmethod
    def _read(
        cls, connected: Connected, request: Request, context: Context, ids: set[str], key: str, position: dict[str, Any]
    ) -> Delta:
        """Read the entries of these ids as they are now."""
        id_of, key_of, holds_others = value_of(cls.unique), value_of(key), value_of(SUBORDINATES)
        asked = request.with_attributes(cls.unique, SUBORDINATES, _CLASSES)
        people = {id_of(entry): entry for entry in entries_by_id(connected, asked, cls.unique, ids)}
        others = ids - people.keys()
        around = Request(context.dn, _ANY, "subtree", (cls.unique,))
        around = around.with_attributes(SUBORDINATES, _CLASSES, *filter(None, [key]))
        seen = {id_of(entry): entry for entry in entries_by_id(connected, around, cls.unique, others)}
        for entry in (*people.values(), *seen.values()):
            if holds_others(entry).upper() != "FALSE" or _TEMPLATE in _classes_of(entry):
                raise NotSureError  # perhaps it was moved, with all that is below it; or it gives others attributes
        lost = others - seen.keys()
        hidden = Request(context.dn, "(objectClass=ldapSubEntry)", "subtree", ("1.1",))
        if entries_by_id(connected, hidden, cls.unique, lost):
            raise NotSureError  # a new role or class of service
        if (lost and key != cls.unique.lower()) or (seen and not key):
            raise NotSureError  # it is not known which keys these are
        gone = ({key_of(entry) for entry in seen.values()} - {""}) | lost
        # the answers to several searches come as they come: in one order, a run shows what the simulation showed
        ordered = [people[one] for one in sorted(people)]
        return Delta(ordered, sorted(gone), position, lost=lost, told=ids)


class Ds389ByEntryUuid(Ds389):
    """See Flavour: a server that may synchronise in the way of OpenLDAP, and names entries by entryUUID then."""

    unique: ClassVar[str] = "entryUUID"
    shown: ClassVar[tuple[str, ...]] = ("entryUUID",)
    shown_of_branches: ClassVar[tuple[str, ...]] = ("entryUUID", SUBORDINATES)
    _cookie: ClassVar[re.Pattern[str]] = re.compile(r"rid=\d+,csn=\S+")
    _first_cookie: ClassVar[str] = "rid=000"

    @classmethod
    def _as_id(cls, named: str) -> str:
        return named


def _classes_of(entry: Entry) -> set[bytes]:
    """Return the object classes of an entry, in lower case."""
    named = (values for name, values in entry.attributes.items() if name.lower() == _CLASSES.lower().encode())
    return {value.lower() for values in named for value in values}


def _root(connected: Connected) -> dict[str, Any]:
    """Return the state of the server: its data's version, and the numbers of its first and last known change."""
    found = attributes_of(connected, "", _VERSION, _FIRST, _LAST)
    first, last = (found.get(name.lower(), [b""])[0] for name in (_FIRST, _LAST))
    if not (last.isdigit() and first.isdigit()):
        raise NotSureError(f"{connected.uri} does not show the account which changes it knows ({_FIRST}, {_LAST})")
    version = b" ".join(found.get(_VERSION.lower(), [])).decode("ascii", "replace")
    return {"version": version, "first": int(first), "change": int(last)}
