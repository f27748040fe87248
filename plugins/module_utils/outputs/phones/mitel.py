# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Mitel's (Aastra's) directory as an XML application: a text menu whose entries dial."""

from __future__ import annotations

from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Options, Values
from ansible_collections.telephony.connector.plugins.module_utils.outputs.file_options import (
    FILE_OPTIONS,
    TITLE_OPTION,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.one_number import OneNumberPhonebook
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import xml_text, xml_texts
from ansible_collections.telephony.connector.plugins.module_utils.outputs.xml_file import DECLARATION

_ITEM = "  <MenuItem><Prompt>%(name)s</Prompt><URI>Dial:%(number)s</URI></MenuItem>\n"


class Mitel(OneNumberPhonebook):
    """A text menu for Mitel 6800 and 6900 and Aastra phones."""

    NAME = "mitel"
    TITLE = "Mitel and Aastra directory"
    ENTRY = "MenuItem"
    ADVISED_ENTRIES = 5000
    OPTIONS: ClassVar[Options] = {**FILE_OPTIONS, **TITLE_OPTION}
    LIMITS: ClassVar[dict[str, str]] = {"entries": "5000 advised"}
    FIELDS: ClassVar[dict[str, str]] = {
        "display_name": "Prompt",
        "phone": "URI Dial:",
        "mobile": "URI Dial: of an item of its own",
        "homephone": "URI Dial: of an item of its own",
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        "The address goes into an XML key (softkey type xml). For large books use format ldap.",
    )

    def head(self, count: int) -> str:
        """Return the declaration, the root and the title."""
        title = xml_text(self.options["title"])
        return f'{DECLARATION}<AastraIPPhoneTextMenu style="none" destroyOnExit="yes">\n  <Title>{title}</Title>\n'

    def one(self, values: Values) -> str:
        """Return one MenuItem."""
        return _ITEM % xml_texts(values)

    def tail(self) -> str:
        """Close the root."""
        return "</AastraIPPhoneTextMenu>\n"
