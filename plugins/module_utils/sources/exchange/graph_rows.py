# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The columns of a contact in Exchange Online, under the names that connector users know, and how Graph holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.ews_rows import (
    ALL,
    FOLDER,
    ID,
    OWNER,
)

#: A contact of Graph v1.0 has no fax numbers; they are properties of MAPI (PidTagBusinessFaxNumber, ...HomeFax...).
_FAXES = {"PhoneNumbers_BusinessFax": "String 0x3A24", "PhoneNumbers_HomeFax": "String 0x3A25"}
_EXTENDED = "singleValueExtendedProperties"

_PLAIN = {
    "DisplayName": "displayName",
    "GivenName": "givenName",
    "MiddleName": "middleName",
    "Surname": "surname",
    "NickName": "nickName",
    "Initials": "initials",
    "Generation": "generation",
    "FileAs": "fileAs",
    "SpouseName": "spouseName",
    "CompanyName": "companyName",
    "Department": "department",
    "JobTitle": "jobTitle",
    "OfficeLocation": "officeLocation",
    "BusinessHomePage": "businessHomePage",
    "PhoneNumbers_MobilePhone": "mobilePhone",
}
_PLACES = {
    "PhoneNumbers_BusinessPhone": ("businessPhones", 0),
    "PhoneNumbers_BusinessPhone2": ("businessPhones", 1),
    "PhoneNumbers_HomePhone": ("homePhones", 0),
    "PhoneNumbers_HomePhone2": ("homePhones", 1),
    "ImAddresses_ImAddress1": ("imAddresses", 0),
    "ImAddresses_ImAddress2": ("imAddresses", 1),
    "ImAddresses_ImAddress3": ("imAddresses", 2),
}
_MAILS = {f"EmailAddresses_EmailAddress{number + 1}": number for number in range(3)}
_POSTAL = {
    "PhysicalAddresses_Business": "businessAddress",
    "PhysicalAddresses_Home": "homeAddress",
    "PhysicalAddresses_Other": "otherAddress",
}
#: Types of the numbers of organisation contacts.
_TYPES = {
    "PhoneNumbers_BusinessPhone": "business",
    "PhoneNumbers_MobilePhone": "mobile",
    "PhoneNumbers_HomePhone": "home",
    "PhoneNumbers_BusinessFax": "businessFax",
    "PhoneNumbers_HomeFax": "homeFax",
    "PhoneNumbers_OtherFax": "otherFax",
    "PhoneNumbers_AssistantPhone": "assistant",
    "PhoneNumbers_OtherTelephone": "other",
    "PhoneNumbers_Pager": "pager",
    "PhoneNumbers_RadioPhone": "radio",
}
_OF_ORGANISATION = ("DisplayName", "GivenName", "Surname", "CompanyName", "Department", "JobTitle")

Item = Mapping[str, Any]
Take = Callable[[Item], Cell]


def _plain(name: str) -> Take:
    return lambda item: item.get(name)


def _at(name: str, place: int) -> Take:
    return lambda item: next(iter((item.get(name) or ())[place : place + 1]), None)


def _mail(place: int) -> Take:
    def take(item: Item) -> Cell:
        found = next(iter((item.get("emailAddresses") or ())[place : place + 1]), None)
        return found.get("address") if found else None

    return take


def _postal(name: str) -> Take:
    def take(item: Item) -> Cell:
        address = item.get(name) or {}
        town = " ".join(filter(None, (address.get("postalCode"), address.get("city"))))
        parts = (address.get("street"), town, address.get("state"), address.get("countryOrRegion"))
        return ", ".join(filter(None, parts)) or None

    return take


def _extended(tag: str) -> Take:
    def take(item: Item) -> Cell:
        # Graph writes the number of a property in any case of letters
        held = item.get(_EXTENDED) or ()
        return next((one.get("value") for one in held if str(one.get("id", "")).lower() == tag.lower()), None)

    return take


def _typed(kind: str) -> Take:
    def take(item: Item) -> Cell:
        return next((one.get("number") for one in item.get("phones") or () if one.get("type") == kind), None)

    return take


_CONTACT: dict[str, tuple[str, Take]] = {
    **{name: (held, _plain(held)) for name, held in _PLAIN.items()},
    **{name: (held, _at(held, place)) for name, (held, place) in _PLACES.items()},
    **{name: ("emailAddresses", _mail(place)) for name, place in _MAILS.items()},
    **{name: (held, _postal(held)) for name, held in _POSTAL.items()},
    **{name: (_EXTENDED, _extended(tag)) for name, tag in _FAXES.items()},
}
_ORGANISATION: dict[str, tuple[str, Take]] = {
    **{name: (_PLAIN[name], _plain(_PLAIN[name])) for name in _OF_ORGANISATION},
    **{name: ("phones", _typed(kind)) for name, kind in _TYPES.items()},
    "EmailAddresses_EmailAddress1": ("mail", _plain("mail")),
}


class GraphRows:
    """Makes rows with the columns that a profile uses, of contacts and of organisation contacts."""

    def __init__(self, wanted: frozenset[str]) -> None:
        folded = {name.casefold() for name in wanted}
        known = list(dict.fromkeys((*_CONTACT, *_ORGANISATION)))
        used = [name for name in known if ALL in wanted or name.casefold() in folded]
        self.columns = (ID, FOLDER, OWNER, *used)
        self._contact = [_CONTACT.get(name) for name in used]
        self._organisation = [_ORGANISATION.get(name) for name in used]

    def query(self) -> dict[str, str]:
        """Return the query options for contacts."""
        names = {one[0] for one in self._contact if one}
        query = {"$select": ",".join(sorted({"id", "displayName", *names} - {_EXTENDED}))}
        if _EXTENDED in names:
            wanted = " or ".join(f"id eq '{tag}'" for tag in _FAXES.values())
            query["$expand"] = f"{_EXTENDED}($filter={wanted})"
        return query

    def organisation_query(self) -> dict[str, str]:
        """Return the query options for organisation contacts."""
        return {"$select": ",".join(sorted({"id", "displayName", *(one[0] for one in self._organisation if one)}))}

    def contact(self, key: str, folder: str, owner: str | None, item: Item) -> tuple[Cell, ...]:
        """Return the cells of a contact."""
        return (key, folder, owner, *[one[1](item) if one else None for one in self._contact])

    def organisation_contact(self, key: str, item: Item) -> tuple[Cell, ...]:
        """Return the cells of an organisation contact."""
        return (key, "", None, *[one[1](item) if one else None for one in self._organisation])
