# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contacts of a tenant for tests: mailboxes with folders of contacts, and organisation contacts.

Written from Microsoft's documentation of Graph v1.0: contacts have no fax property, their pages hold 10 unless $top
says otherwise, and a mailbox may be left out by a policy or not be in Exchange Online at all.

Delta queries are for one folder, named by its id. They compare the folder with what it held when the token was made,
so tests may change it as they like; of a contact they see no more than the properties that were selected, without
numbers kept in extended properties: all that is to be seen of those is that the contact has another changeKey.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote

from ansible_collections.telephony.connector.tests.servers.graph_tenant import RefusedQueryError, bad

PAGE = 10
# fmt: off
PROPERTIES = frozenset((
    "id", "assistantName", "birthday", "businessAddress", "businessHomePage", "businessPhones", "categories",
    "changeKey", "children", "companyName", "createdDateTime", "department", "displayName", "emailAddresses", "fileAs",
    "generation", "givenName", "homeAddress", "homePhones", "imAddresses", "initials", "jobTitle",
    "lastModifiedDateTime", "manager", "middleName", "mobilePhone", "nickName", "officeLocation", "otherAddress",
    "parentFolderId", "personalNotes", "profession", "spouseName", "surname", "title",
))
OF_ORGANISATION = frozenset((
    "id", "addresses", "companyName", "department", "displayName", "givenName", "jobTitle", "mail", "mailNickname",
    "phones", "proxyAddresses", "surname",
))
# fmt: on
_PROPERTY = re.compile(r"id eq '(String 0x[0-9A-F]{4})'")
_EXPAND = re.compile(r"singleValueExtendedProperties\(\$filter=(id eq '[^']+'(?: or id eq '[^']+')*)\)")


@dataclass
class ContactFolder:
    """A folder; the default one of a mailbox has all others below it. `error` is (status, code) for its contacts."""

    name: str
    contacts: list[dict[str, Any]] = field(default_factory=list)
    children: list[ContactFolder] = field(default_factory=list)
    error: tuple[int, str] | None = None
    id: str = field(default_factory=lambda: f"AAMkA{uuid.uuid4()}/+=")

    def folder(self, name: str) -> ContactFolder:
        """Make a folder below."""
        self.children.append(ContactFolder(name))
        return self.children[-1]

    def add(self, name: str, fax: str = "", **properties: Any) -> dict[str, Any]:
        """Put a contact in."""
        contact = {"id": _contact_id(), "displayName": name, **properties}
        contact["faxes"] = {"String 0x3A24": fax} if fax else {}
        self.contacts.append(contact)
        return contact

    def move(self, contact: dict[str, Any], to: ContactFolder) -> None:
        """Move a contact to another folder, where it gets another id."""
        self.contacts.remove(contact)
        contact["id"] = _contact_id()
        to.contacts.append(contact)

    def find(self, key: str) -> ContactFolder | None:
        """Return the folder with an id, this one or one below."""
        found = (one.find(key) for one in self.children)
        return self if self.id == key else next((one for one in found if one), None)


class _Round(NamedTuple):
    """What a token of a delta query stands for: a folder, what it held, and what of the round is still to be sent."""

    folder: str
    names: list[str]
    known: dict[str, dict[str, Any]]
    items: list[dict[str, Any]]
    was_empty: bool = False


class Contacts:
    """All mailboxes by address, and the contacts of the organisation."""

    def __init__(self) -> None:
        self.mailboxes: dict[str, ContactFolder] = {}
        self.organisation: list[dict[str, Any]] = []
        self.excluded: set[str] = set()  # by a policy
        self.repeats = False  # list each change several times
        self._tokens: dict[str, _Round] = {}

    def mailbox(self, address: str) -> ContactFolder:
        """Return the default folder of a mailbox, made on the first call."""
        return self.mailboxes.setdefault(address.lower(), ContactFolder("Contacts"))

    def listed(self, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
        """Return what a path below users/ lists: contacts, or folders."""
        folder, lists_contacts = self._folder(path)
        if lists_contacts:
            return _shown(folder, folder.contacts, query)
        return [{"id": one.id, "displayName": one.name} for one in folder.children]

    def one(self, path: str, key: str, query: dict[str, str]) -> dict[str, Any]:
        """Return one contact of the folder that a path below users/ names."""
        folder, _lists_contacts = self._folder(path)
        found = _shown(folder, [contact for contact in folder.contacts if contact["id"] == key], query)
        if not found:
            raise RefusedQueryError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        return found[0]

    def _folder(self, path: str) -> tuple[ContactFolder, bool]:
        """Return the folder that a path names, and whether the path is about its contacts."""
        match = re.fullmatch(r"users/([^/]+)/(contacts|contactFolders(?:/([^/]+)/(contacts|childFolders))?)", path)
        if match is None:
            raise RefusedQueryError(404, "ResourceNotFound", f"Resource not found for the segment '{path}'.")
        address, kind, key, below = unquote(match[1]).lower(), match[2], unquote(match[3] or ""), match[4]
        if address in self.excluded:
            raise RefusedQueryError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        if address not in self.mailboxes:
            raise RefusedQueryError(404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive or on-premise.")
        folder = self.mailboxes[address].find(key) if key else self.mailboxes[address]
        if folder is None:
            raise RefusedQueryError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        lists_contacts = "contacts" in (kind, below)
        if lists_contacts and folder.error:
            raise RefusedQueryError(*folder.error, "As the test wants it.")
        return folder, lists_contacts

    # -------------------------------------------------------------------------------------------------------- delta

    def changes(
        self, path: str, query: dict[str, str], size: int, empty_pages: bool
    ) -> tuple[list[dict[str, Any]], str, str]:
        """Return a page of what changed in a folder, and name and token of the link at its end."""
        folder, lists_contacts = self._folder(path)
        if not lists_contacts or "/contactFolders/" not in path:
            raise bad("Change tracking is not supported against 'microsoft.graph.contact'.", "ErrorInvalidUrlQuery")
        if "$skiptoken" in query:
            left = self._held(query["$skiptoken"], folder)
        else:
            left = self._begin_round(folder, query)
        is_empty = empty_pages and not left.was_empty
        value, rest = ([], left.items) if is_empty else (left.items[:size], left.items[size:])
        done = not rest and not is_empty
        token = str(uuid.uuid4())
        self._tokens[token] = left._replace(items=rest, was_empty=is_empty)
        return value, "@odata.deltaLink" if done else "@odata.nextLink", token

    def _begin_round(self, folder: ContactFolder, query: dict[str, str]) -> _Round:
        token = query.get("$deltatoken")
        allowed = {"$select"} if token is None else {"$deltatoken"}
        if wrong := sorted(set(query) - allowed):
            raise bad(f"The following parameters are not supported with change tracking: '{wrong[0]}'.")
        before = None if token is None else self._held(token, folder)
        names = _selected(query, PROPERTIES) if before is None else before.names
        now = {one["id"]: one for one in _shown(folder, folder.contacts, {"$select": ",".join(names)})}
        known = before.known if before else {}
        news: list[dict[str, Any]] = [one for key, one in now.items() if known.get(key) != one]
        gone = [{"id": key, "@removed": {"reason": "deleted"}} for key in known if key not in now]
        earlier: list[dict[str, Any]] = []
        if self.repeats:  # what comes last of a contact holds
            earlier += [{"id": one["id"], "@removed": {"reason": "changed"}} for one in news]
            earlier += [{"id": one["id"], "changeKey": "before"} for one in gone]
        return _Round(folder.id, names, now, [*earlier, *gone, *news])

    def _held(self, token: str, folder: ContactFolder) -> _Round:
        held = self._tokens.get(token)
        if held is None or held.folder != folder.id:
            raise RefusedQueryError(410, "SyncStateNotFound", "The sync state generation is not found.")
        return held

    def expire(self) -> None:
        """Let all links to changes be too old."""
        self._tokens.clear()

    def of_organisation(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """Return the organisation contacts."""
        names = _selected(query, OF_ORGANISATION)
        return [{name: one.get(name) for name in names} for one in self.organisation]


def _contact_id() -> str:
    return f"AAMkC{uuid.uuid4()}/+="


def _shown(folder: ContactFolder, contacts: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    names, tags = _selected(query, PROPERTIES), _expanded(query.get("$expand"))
    shown: list[dict[str, Any]] = []
    for contact in contacts:
        version = hashlib.blake2b(repr(contact).encode(), digest_size=8).hexdigest()
        contact = {**contact, "parentFolderId": folder.id, "changeKey": version}
        one = {name: contact.get(name) for name in names}
        held = [
            {"id": tag.replace("0x3A", "0x3a"), "value": contact["faxes"][tag]} for tag in tags & set(contact["faxes"])
        ]
        shown.append(one | ({"singleValueExtendedProperties": held} if held else {}))
    return shown


def _selected(query: dict[str, str], known: frozenset[str]) -> list[str]:
    names = query.get("$select", "id,displayName").split(",")
    for name in names:
        if name not in known:
            raise bad(f"Could not find a property named '{name}' on type 'microsoft.graph.contact'.")
    return sorted({"id", *names})


def _expanded(text: str | None) -> frozenset[str]:
    if text is None:
        return frozenset()
    match = _EXPAND.fullmatch(text)
    if match is None:
        raise bad(f"Parsing OData Select and Expand failed: {text}")
    return frozenset(_PROPERTY.findall(match[1]))
