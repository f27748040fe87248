# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What the XML phonebooks share: their options, the check by an XML parser, names with limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import BinaryIO, ClassVar
from xml.parsers import expat

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    Entry,
    FileFormat,
    Item,
    Options,
    Values,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.file_options import FILE_OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import cut_characters

_PIECE = 1 << 16
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


class XmlPhonebook(FileFormat):
    """An XML file with an element for each entry."""

    PER_ENTRY: ClassVar[bool] = True
    OPTIONS: ClassVar[Options] = FILE_OPTIONS
    #: the element that stands for one entry
    ENTRY: ClassVar[str]
    #: characters of a name, 0 for no limit
    MAX_NAME: ClassVar[int] = 0

    def items(self, entry: Entry, context: Context) -> Iterable[Item]:
        """Return one item of the entry's names and numbers."""
        return (Item(entry.key, entry.name, self.place(entry), self.values(entry, context)),)

    def values(self, entry: Entry, context: Context) -> Values:
        """Return what is written about an entry: its name, and its numbers in the order of NUMBERS."""
        fields = entry.fields
        values: Values = {"name": self.fit(entry, "display_name", self.MAX_NAME, context)}
        for name in self.NUMBERS:
            if name in fields:
                values[name] = fields[name]
        return values

    def fit(self, entry: Entry, field: str, limit: int, context: Context) -> str:
        """Return a text field, cut to the format's limit of characters."""
        text: str = entry.fields.get(field, "")
        if limit and len(text) > limit:
            context.findings.note_cut(entry.name, field, text, f"at most {limit} characters")
            return cut_characters(text, limit)
        return text

    def read_back(self, file: BinaryIO) -> int | None:
        """Return how many entries expat finds."""
        return count_elements(file, self.ENTRY)


def count_elements(file: BinaryIO, name: str) -> int:
    """Return how often an element occurs in an XML file; ValueError when expat finds it not well-formed.

    Counted by its start tags, which cannot stand in a well-formed file otherwise: a handler would take four times as
    long as the parser.
    """
    starts = re.compile(rb"<%b[\s/>]" % name.encode())
    longest = len(name) + 2
    count, rest = 0, b""
    parser = expat.ParserCreate()
    try:
        while piece := file.read(_PIECE):
            parser.Parse(piece)
            text = rest + piece
            count += len(starts.findall(text))
            rest = text[1 - longest :]  # too short for a whole tag
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from None
    return count
