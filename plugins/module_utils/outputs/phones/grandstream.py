# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Grandstream's phonebook: AddressBook with a Contact for each person."""

from __future__ import annotations

from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Entry, Options, Values
from ansible_collections.telephony.connector.plugins.module_utils.outputs.file_options import (
    FILE_OPTIONS,
    TITLE_OPTION,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import xml_text
from ansible_collections.telephony.connector.plugins.module_utils.outputs.xml_file import DECLARATION, XmlPhonebook

_TYPES = {"phone": "Work", "mobile": "Mobile", "homephone": "Home"}


class Grandstream(XmlPhonebook):
    """The XML phonebook of Grandstream phones."""

    NAME = "grandstream"
    PER_ENTRY = False
    TITLE = "Grandstream phonebook"
    ENTRY = "Contact"
    ADVISED_ENTRIES = 1000
    OPTIONS: ClassVar[Options] = {
        **FILE_OPTIONS,
        **TITLE_OPTION,
        "account_index": {
            "type": "int",
            "default": 0,
            "description": "The account that dials: counted from 0 on newer phones, from 1 on older ones.",
        },
    }
    LIMITS: ClassVar[dict[str, str]] = {"entries": "1000"}
    FIELDS: ClassVar[dict[str, str]] = {
        "given_name": "FirstName",
        "surname": "LastName",
        "phone": 'Phone type="Work"',
        "mobile": 'Phone type="Mobile"',
        "homephone": 'Phone type="Home"',
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        "Phones fetch it as phonebook.xml (newer) or gs_phonebook.xml (older).",
        "Set Clear Old List on the phone, or entries that are gone stay there.",
        "LastName must not be empty: an entry without a surname has its display name there.",
    )

    def values(self, entry: Entry, context: Context) -> Values:
        """Return names and numbers."""
        fields = entry.fields
        values: Values = {"last_name": fields.get("surname") or entry.name}
        if fields.get("surname") and fields.get("given_name"):
            values = {"first_name": fields["given_name"], **values}
        return values | {name: fields[name] for name in self.NUMBERS if name in fields}

    def head(self, count: int) -> str:
        """Return the declaration, the root and the one group."""
        self._id = 0
        return (
            f"{DECLARATION}<AddressBook>\n"
            f"  <pbgroup><id>1</id><name>{xml_text(self.options['title'])}</name></pbgroup>\n"
        )

    def one(self, values: Values) -> str:
        """Return one Contact; its id counts from 1."""
        self._id += 1
        account = self.options["account_index"]
        numbers = "".join(
            f'<Phone type="{kind}"><phonenumber>{xml_text(values[name])}</phonenumber>'
            f"<accountindex>{account}</accountindex></Phone>"
            for name, kind in _TYPES.items()
            if name in values
        )
        return (
            f"  <Contact><id>{self._id}</id><FirstName>{xml_text(values.get('first_name', ''))}</FirstName>"
            f"<LastName>{xml_text(values['last_name'])}</LastName><Frequent>0</Frequent>{numbers}<Group>1</Group>"
            "</Contact>\n"
        )

    def tail(self) -> str:
        """Close the root."""
        return "</AddressBook>\n"
