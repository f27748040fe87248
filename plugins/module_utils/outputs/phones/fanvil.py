# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Fanvil's phonebook: PhoneBook with three numbers for each person."""

from __future__ import annotations

from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Values
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import xml_text
from ansible_collections.telephony.connector.plugins.module_utils.outputs.xml_file import DECLARATION, XmlPhonebook

_TAGS = {"phone": "Telephone", "mobile": "Mobile", "homephone": "Other"}


class Fanvil(XmlPhonebook):
    """The phonebook of Fanvil phones."""

    NAME = "fanvil"
    TITLE = "Fanvil phonebook"
    ENTRY = "DirectoryEntry"
    LIMITS: ClassVar[dict[str, str]] = {"numbers of an entry": "3, each sort once"}
    FIELDS: ClassVar[dict[str, str]] = {
        "display_name": "Name",
        "phone": "Telephone",
        "mobile": "Mobile",
        "homephone": "Other",
    }
    NOTES: ClassVar[tuple[str, ...]] = ("Also the shape of an XML phonebook that is imported by hand.",)

    def head(self, count: int) -> str:
        """Return the declaration and the root."""
        return f"{DECLARATION}<PhoneBook>\n"

    def one(self, values: Values) -> str:
        """Return one DirectoryEntry; empty elements are written, too."""
        numbers = "".join(f"<{tag}>{xml_text(values.get(name, ''))}</{tag}>" for name, tag in _TAGS.items())
        name = xml_text(values["name"])
        return f"  <DirectoryEntry><Name>{name}</Name>{numbers}<Ring>Default</Ring><Group></Group></DirectoryEntry>\n"

    def tail(self) -> str:
        """Close the root."""
        return "</PhoneBook>\n"
