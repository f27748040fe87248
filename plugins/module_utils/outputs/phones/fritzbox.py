# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The phonebook that a FRITZ!Box imports."""

from __future__ import annotations

from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    Entry,
    Options,
    Values,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.file_options import (
    FILE_OPTIONS,
    TITLE_OPTION,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import xml_text
from ansible_collections.telephony.connector.plugins.module_utils.outputs.xml_file import DECLARATION, XmlPhonebook

_TYPES = {"phone": "work", "mobile": "mobile", "homephone": "home", "fax": "fax_work"}


class FritzBox(XmlPhonebook):
    """The phonebook of a FRITZ!Box."""

    NAME = "fritzbox"
    TITLE = "FRITZ!Box phonebook"
    ENTRY = "contact"
    NUMBERS: ClassVar[tuple[str, ...]] = tuple(_TYPES)
    OPTIONS: ClassVar[Options] = {**FILE_OPTIONS, **TITLE_OPTION}
    LIMITS: ClassVar[dict[str, str]] = {"numbers of an entry": "9"}
    FIELDS: ClassVar[dict[str, str]] = {
        "display_name": "realName",
        "phone": 'number type="work"',
        "mobile": 'number type="mobile"',
        "homephone": 'number type="home"',
        "fax": 'number type="fax_work"',
        "email": "email",
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        "An upload replaces the whole phonebook, internal numbers and quick dials that were added there included.",
    )

    def values(self, entry: Entry, context: Context) -> Values:
        """Return the name, the numbers and the e-mail address."""
        values = super().values(entry, context)
        return values | ({"email": entry.fields["email"]} if "email" in entry.fields else {})

    def head(self, count: int) -> str:
        """Return the declaration and the roots."""
        return f'{DECLARATION}<phonebooks>\n  <phonebook name="{xml_text(self.options["title"])}">\n'

    def one(self, values: Values) -> str:
        """Return one contact; its first number is the main one."""
        written = [name for name in _TYPES if name in values]
        numbers = "".join(
            f'<number type="{_TYPES[name]}" prio="{int(place == 0)}" id="{place}">{xml_text(values[name])}</number>'
            for place, name in enumerate(written)
        )
        mail = f'<email classifier="private" id="0">{xml_text(values["email"])}</email>' if "email" in values else ""
        return (
            f"    <contact><category>0</category><person><realName>{xml_text(values['name'])}</realName></person>"
            f'<telephony nid="{len(written)}">{numbers}</telephony><services>{mail}</services></contact>\n'
        )

    def tail(self) -> str:
        """Close the roots."""
        return "  </phonebook>\n</phonebooks>\n"
