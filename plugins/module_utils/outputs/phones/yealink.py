# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Yealink's remote phonebook: YealinkIPPhoneDirectory with a DirectoryEntry for each person."""

from __future__ import annotations

from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Values
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import xml_text
from ansible_collections.telephony.connector.plugins.module_utils.outputs.xml_file import DECLARATION, XmlPhonebook

_LABELS = {"phone": "Office", "mobile": "Mobile", "homephone": "Home"}


class Yealink(XmlPhonebook):
    """The remote phonebook of Yealink phones."""

    NAME = "yealink"
    TITLE = "Yealink remote phonebook"
    ENTRY = "DirectoryEntry"
    LIMITS: ClassVar[dict[str, str]] = {"books on a phone": "5"}
    FIELDS: ClassVar[dict[str, str]] = {
        "display_name": "Name",
        "phone": 'Telephone label="Office"',
        "mobile": 'Telephone label="Mobile"',
        "homephone": 'Telephone label="Home"',
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        "The address goes into remote_phonebook.data.1.url, the book's title into remote_phonebook.data.1.name.",
    )

    def head(self, count: int) -> str:
        """Return the declaration and the root."""
        return f"{DECLARATION}<YealinkIPPhoneDirectory>\n"

    def one(self, values: Values) -> str:
        """Return one DirectoryEntry."""
        numbers = "".join(
            f'<Telephone label="{label}">{xml_text(values[name])}</Telephone>'
            for name, label in _LABELS.items()
            if name in values
        )
        return f"  <DirectoryEntry><Name>{xml_text(values['name'])}</Name>{numbers}</DirectoryEntry>\n"

    def tail(self) -> str:
        """Close the root."""
        return "</YealinkIPPhoneDirectory>\n"
