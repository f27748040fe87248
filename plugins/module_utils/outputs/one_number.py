# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Formats that take one number an entry: a person with several becomes several entries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Entry, Item, Values
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import cut_characters
from ansible_collections.telephony.connector.plugins.module_utils.outputs.xml_file import XmlPhonebook

_SUFFIXES = {"mobile": " (mobile)", "homephone": " (home)"}


class OneNumberPhonebook(XmlPhonebook):
    """An XML phonebook whose entries are a name and one number. The first number bears the name alone."""

    MAX_NAME: ClassVar[int] = 0

    def items(self, entry: Entry, context: Context) -> Iterable[Item]:
        """Return an item for each number."""
        numbers = [name for name in self.NUMBERS if name in entry.fields]
        for name in numbers:
            suffix = _SUFFIXES.get(name, "") if name != numbers[0] else ""
            shown = self.named(entry, suffix, context)
            key = entry.key if name == numbers[0] else f"{entry.key}:{name}"
            yield Item(key, entry.name + suffix, self.place(entry), {"name": shown, "number": entry.fields[name]})

    def named(self, entry: Entry, suffix: str, context: Context) -> str:
        """Return the name with what tells several numbers apart, within the limit."""
        limit = self.MAX_NAME and self.MAX_NAME - len(suffix)
        if limit and len(entry.name) > limit:
            context.findings.note_cut(entry.name, "display_name", entry.name, f"at most {limit} characters")
            return cut_characters(entry.name, limit) + suffix
        return entry.name + suffix

    def one(self, values: Values) -> str:
        """Return one entry."""
        raise NotImplementedError
