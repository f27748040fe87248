# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contacts of a tenant for tests: mailboxes with folders of contacts, and organisation contacts.

Written from Microsoft's documentation of Graph v1.0: contacts have no fax property, their pages hold 10 unless $top
says otherwise, and a mailbox may be left out by a policy or not be in Exchange Online at all.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any
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
        contact = {"id": f"AAMkC{uuid.uuid4()}", "displayName": name, **properties}
        contact["faxes"] = {"String 0x3A24": fax} if fax else {}
        self.contacts.append(contact)
        return contact

    def find(self, key: str) -> ContactFolder | None:
        """Return the folder with an id, this one or one below."""
        found = (one.find(key) for one in self.children)
        return self if self.id == key else next((one for one in found if one), None)


class Contacts:
    """All mailboxes by address, and the contacts of the organisation."""

    def __init__(self) -> None:
        self.mailboxes: dict[str, ContactFolder] = {}
        self.organisation: list[dict[str, Any]] = []
        self.excluded: set[str] = set()  # by a policy

    def mailbox(self, address: str) -> ContactFolder:
        """Return the default folder of a mailbox, made on the first call."""
        return self.mailboxes.setdefault(address.lower(), ContactFolder("Contacts"))

    def listed(self, path: str, query: dict[str, str]) -> list[dict[str, Any]] | None:
        """Return what a path below users/ lists; None for one that is not about contacts."""
        match = re.fullmatch(r"users/([^/]+)/(contacts|contactFolders(?:/([^/]+)/(contacts|childFolders))?)", path)
        if match is None:
            return None
        address, kind, key, below = unquote(match[1]).lower(), match[2], unquote(match[3] or ""), match[4]
        if address in self.excluded:
            raise RefusedQueryError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        if address not in self.mailboxes:
            raise RefusedQueryError(404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive or on-premise.")
        folder = self.mailboxes[address].find(key) if key else self.mailboxes[address]
        if folder is None:
            raise RefusedQueryError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        if "contacts" in (kind, below):
            if folder.error:
                raise RefusedQueryError(*folder.error, "As the test wants it.")
            return _shown(folder.contacts, query)
        return [{"id": one.id, "displayName": one.name} for one in folder.children]

    def of_organisation(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """Return the organisation contacts."""
        names = _selected(query, OF_ORGANISATION)
        return [{name: one.get(name) for name in names} for one in self.organisation]


def _shown(contacts: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    names, tags = _selected(query, PROPERTIES), _expanded(query.get("$expand"))
    shown: list[dict[str, Any]] = []
    for contact in contacts:
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
