# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The columns of an Exchange contact, under the names that connector users know, and how exchangelib holds them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell

ALL = "*"

_PLAIN = {
    "DisplayName": "display_name",
    "GivenName": "given_name",
    "MiddleName": "middle_name",
    "Surname": "surname",
    "NickName": "nickname",
    "Initials": "initials",
    "Generation": "generation",
    "FileAs": "file_as",
    "SpouseName": "spouse_name",
    "CompanyName": "company_name",
    "Department": "department",
    "JobTitle": "job_title",
    "OfficeLocation": "office",
    "BusinessHomePage": "business_homepage",
}
_PHONES = (
    "AssistantPhone",
    "BusinessFax",
    "BusinessPhone",
    "BusinessPhone2",
    "Callback",
    "CarPhone",
    "CompanyMainPhone",
    "HomeFax",
    "HomePhone",
    "HomePhone2",
    "Isdn",
    "MobilePhone",
    "OtherFax",
    "OtherTelephone",
    "Pager",
    "PrimaryPhone",
    "RadioPhone",
    "Telex",
    "TtyTddPhone",
)
_NUMBERED = ("1", "2", "3")
_ADDRESSES = ("Business", "Home", "Other")
_ADDRESS_PARTS = ("street", ("zipcode", "city"), "state", "country")

#: Columns that the source itself fills: a key, the folder's path, and the login of the owner of a private book.
ID, FOLDER, OWNER = "id", "Folder", "local_id"

Take = Callable[[Any], Cell]


def _columns() -> dict[str, tuple[str, Take]]:
    """Return column -> (field of exchangelib that must be asked for, how to take the cell out of a contact)."""
    columns: dict[str, tuple[str, Take]] = {}
    for name, field in _PLAIN.items():
        columns[name] = (field, operator.attrgetter(field))
    for label in _PHONES:
        columns[f"PhoneNumbers_{label}"] = ("phone_numbers", _labelled("phone_numbers", label, "phone_number"))
    for number in _NUMBERED:
        label = f"EmailAddress{number}"
        columns[f"EmailAddresses_{label}"] = ("email_addresses", _address(label))
        label = f"ImAddress{number}"
        columns[f"ImAddresses_{label}"] = ("im_addresses", _labelled("im_addresses", label, "im_address"))
    for label in _ADDRESSES:
        columns[f"PhysicalAddresses_{label}"] = ("physical_addresses", _postal(label))
    return columns


def _labelled(field: str, label: str, part: str) -> Take:
    def take(contact: Any) -> Cell:
        # an empty list of exchangelib is None
        return next((getattr(one, part) for one in getattr(contact, field) or () if one.label == label), None)

    return take


def _address(label: str) -> Take:
    plain = _labelled("email_addresses", label, "email")

    def take(contact: Any) -> Cell:
        address = plain(contact)
        # an entry of the address list of Exchange itself is kept by its X.500 name, which is no e-mail address
        return None if isinstance(address, str) and address.upper().startswith("/O=") else address

    return take


def _postal(label: str) -> Take:
    def take(contact: Any) -> Cell:
        for one in contact.physical_addresses or ():
            if one.label == label:
                parts = [
                    " ".join(
                        filter(None, (getattr(one, name) for name in ((part,) if isinstance(part, str) else part)))
                    )
                    for part in _ADDRESS_PARTS
                ]
                return ", ".join(filter(None, parts))
        return None

    return take


COLUMNS = _columns()


class ContactRows:
    """Makes rows with the columns that a profile uses."""

    def __init__(self, wanted: frozenset[str]) -> None:
        folded = {name.casefold() for name in wanted}
        used = [name for name in COLUMNS if ALL in wanted or name.casefold() in folded]
        self.columns = (ID, FOLDER, OWNER, *used)
        self.fields = sorted({COLUMNS[name][0] for name in used} | {"display_name"})
        self._takes = [COLUMNS[name][1] for name in used]

    def row(self, key: str, folder: str, owner: str | None, contact: Any) -> tuple[Cell, ...]:
        """Return the cells of a contact."""
        return (key, folder, owner, *[take(contact) for take in self._takes])
