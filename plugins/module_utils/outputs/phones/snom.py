# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Snom's directory: tbook 2.0, complete, so that what is gone from the book goes from the phone."""

from __future__ import annotations

from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Entry, Values
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import xml_text
from ansible_collections.telephony.connector.plugins.module_utils.outputs.xml_file import DECLARATION, XmlPhonebook

_TYPES = {"phone": "business", "mobile": "mobile", "homephone": "home"}
_TEXTS = {
    "given_name": "first_name",
    "surname": "last_name",
    "organisation": "organization",
    "email": "email",
    "notes": "note",
}


class Snom(XmlPhonebook):
    """The remote XML directory, and the local directory, of Snom phones."""

    NAME = "snom"
    TITLE = "Snom directory (tbook 2.0)"
    ENTRY = "contact"
    ADVISED_ENTRIES = 2000
    LIMITS: ClassVar[dict[str, str]] = {"entries": "2000 (old models 100 or 250)", "books on a phone": "3"}
    FIELDS: ClassVar[dict[str, str]] = {
        "given_name": "first_name",
        "surname": "last_name",
        "organisation": "organization",
        "email": "email",
        "notes": "note",
        "phone": 'number type="business"',
        "mobile": 'number type="mobile"',
        "homephone": 'number type="home"',
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        "An entry without given name and surname has its display name as first name.",
        "The phone asks by POST, which a web server for files refuses unless it is told to answer.",
        "The remote XML directory needs firmware 10.1.178.0 or later.",
    )

    def values(self, entry: Entry, context: Context) -> Values:
        """Return names, texts and numbers."""
        fields = entry.fields
        values: Values = {name: fields[name] for name in (*_TEXTS, *self.NUMBERS) if name in fields}
        if "given_name" not in values and "surname" not in values:
            values = {"given_name": entry.name, **values}
        return values

    def head(self, count: int) -> str:
        """Return the declaration and the root; `complete` is the only way to have the phone delete."""
        return f'{DECLARATION}<tbook e="2" version="2.0" complete="true">\n'

    def one(self, values: Values) -> str:
        """Return one contact."""
        texts = "".join(f"<{tag}>{xml_text(values[name])}</{tag}>" for name, tag in _TEXTS.items() if name in values)
        numbers = "".join(
            f'<number no="{xml_text(values[name])}" type="{kind}" outgoing_id="0"/>'
            for name, kind in _TYPES.items()
            if name in values
        )
        return f'  <contact fav="false" vip="false" blocked="false">{texts}<numbers>{numbers}</numbers></contact>\n'

    def tail(self) -> str:
        """Close the root."""
        return "</tbook>\n"
