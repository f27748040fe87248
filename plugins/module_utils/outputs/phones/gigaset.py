# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The phonebook of Gigaset's DECT systems N610, N670 and N870: a list of entries with attributes."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Entry, Values
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import xml_texts
from ansible_collections.telephony.connector.plugins.module_utils.outputs.xml_file import DECLARATION, XmlPhonebook

#: attribute -> field
_ATTRIBUTES = {
    "surname": "surname",
    "name": "given_name",
    "office1": "phone",
    "office2": "",
    "mobile1": "mobile",
    "mobile2": "",
    "home1": "homephone",
    "home2": "",
}
#: what is written of an entry, in the order in which it is shown
_FIELDS = ("surname", "given_name", *XmlPhonebook.NUMBERS)


class Gigaset(XmlPhonebook):
    """The XML phonebook of Gigaset N610, N670 and N870."""

    NAME = "gigaset"
    TITLE = "Gigaset N610, N670, N870 phonebook"
    ENTRY = "entry"
    ADVISED_ENTRIES = 2000
    LIMITS: ClassVar[dict[str, str]] = {"entries": "2000", "file": "2 MB"}
    FIELDS: ClassVar[dict[str, str]] = {field: name for name, field in _ATTRIBUTES.items() if field}
    NOTES: ClassVar[tuple[str, ...]] = (
        "An entry without given name and surname has its display name as surname.",
        "The N510 and N720 search by a protocol of their own: use format ldap for them.",
    )

    def values(self, entry: Entry, context: Context) -> Values:
        """Return names and numbers."""
        fields = entry.fields
        values: Values = {name: fields[name] for name in _FIELDS if name in fields}
        if "surname" in values or "given_name" in values:
            return values
        return {"surname": entry.name, **values}

    def head(self, count: int) -> str:
        """Return the declaration, the document type and the root."""
        return f"{DECLARATION}<!DOCTYPE LocalDirectory>\n<list>\n"

    def one(self, values: Values) -> str:
        """Return one entry with all its attributes."""
        return _frame(tuple(values)) % xml_texts(values)

    def tail(self) -> str:
        """Close the root."""
        return "</list>\n"


@lru_cache(maxsize=64)
def _frame(fields: tuple[str, ...]) -> str:
    """Return an entry with these fields, with %(name)s where the value of a field goes; other attributes are empty."""
    texts = {name: f"%({field})s" if field in fields else "" for name, field in _ATTRIBUTES.items()}
    attributes = " ".join(f'{name}="{text}"' for name, text in texts.items())
    return f"  <entry {attributes}/>\n"
