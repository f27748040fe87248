# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Poly's (Polycom's) directory: one item for each number, names of at most 40 bytes, no number twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Entry, Item, Values
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import cut_bytes, xml_texts
from ansible_collections.telephony.connector.plugins.module_utils.outputs.xml_file import DECLARATION, XmlPhonebook

_LABELS = {"mobile": " (mobile)", "homephone": " (home)"}
_MAX_BYTES = 40
_ITEM = "    <item><ln>%(ln)s</ln><fn>%(fn)s</fn><ct>%(ct)s</ct><lb>%(lb)s</lb></item>\n"


class Poly(XmlPhonebook):
    """The contact directory of Poly phones."""

    NAME = "poly"
    TITLE = "Poly directory"
    ENTRY = "item"
    LIMITS: ClassVar[dict[str, str]] = {
        "given_name, surname, display_name": "40 bytes of UTF-8 each",
        "numbers": "each once in the book",
        "file": "50 to 200 KB on old models",
    }
    FIELDS: ClassVar[dict[str, str]] = {
        "surname": "ln",
        "given_name": "fn",
        "display_name": "lb",
        "phone": "ct",
        "mobile": "ct of an item of its own",
        "homephone": "ct of an item of its own",
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        "000000000000-directory.xml seeds all phones, <mac>-directory.xml is that of one phone.",
        "A number that comes twice in the book is kept once, and the other is reported.",
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._seen: set[tuple[str, str]] = set()

    def items(self, entry: Entry, context: Context) -> Iterable[Item]:
        """Return an item for each number that is not in the book yet."""
        place = self.place(entry)
        names = [name for name in self.NUMBERS if name in entry.fields]
        for name in names:
            number = entry.fields[name]
            if (place, number) in self._seen:
                context.findings.leave_value_out(
                    entry.name, name, number, "is in the book already, and may be there once"
                )
                continue
            self._seen.add((place, number))
            suffix = _LABELS.get(name, "") if name != names[0] else ""
            key = entry.key if name == names[0] else f"{entry.key}:{name}"
            yield Item(key, entry.name + suffix, place, self._values(entry, number, suffix, context))

    def _values(self, entry: Entry, number: str, suffix: str, context: Context) -> Values:
        fields = entry.fields
        surname, given_name = fields.get("surname", ""), fields.get("given_name", "")
        label = self._fit(entry, "display_name", entry.name, suffix, context)
        if not surname and not given_name:
            return {"ln": label, "fn": "", "ct": number, "lb": label}
        return {
            "ln": self._fit(entry, "surname", surname, "" if given_name else suffix, context),
            "fn": self._fit(entry, "given_name", given_name, suffix if given_name else "", context),
            "ct": number,
            "lb": label,
        }

    def _fit(self, entry: Entry, field: str, text: str, suffix: str, context: Context) -> str:
        short = cut_bytes(text, _MAX_BYTES - len(suffix))
        if short != text:
            context.findings.note_cut(entry.name, field, text, f"at most {_MAX_BYTES - len(suffix)} bytes")
        return short + suffix

    def head(self, count: int) -> str:
        """Return the declaration and the root."""
        return f"{DECLARATION}<directory>\n  <item_list>\n"

    def one(self, values: Values) -> str:
        """Return one item."""
        return _ITEM % xml_texts(values)

    def tail(self) -> str:
        """Close the root."""
        return "  </item_list>\n</directory>\n"
