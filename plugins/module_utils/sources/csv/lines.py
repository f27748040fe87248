# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The lines of a CSV file: handed to the parser one by one, or told to be records as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import MAX_VALUE
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.decoding import TextLines
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.dialect import Dialect

#: What may stand in a line without a value: old exports end their files with 0x1a.
BLANKS = " \t\x1a"


class TextEndedError(Exception):
    """The lines are used up while a record is still open (it is inside an enclosure)."""


class Lines:
    """The lines of a text with their line breaks, for csv.reader; `number` of them were handed out, `last` the last.

    When they are used up, one empty line comes, and after that TextEndedError.
    """

    def __init__(self, text: TextLines) -> None:
        self._text = text
        self._block: Iterator[str] = iter(())
        self._left = ""  # a line that is handed out once more
        self.number = 0
        self.last = ""
        self.begin = 0  # lines before the record that is being read
        self.at_end = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.next_in_block()
        if line or self._enter(self._text.next_block(self.begin)):
            return line or self.next_in_block()
        if self.at_end:
            raise TextEndedError
        self.at_end = True
        return ""

    def _enter(self, block: str) -> bool:
        self._block = iter(self._text.split(block))
        return bool(block)

    def next_in_block(self) -> str:
        """Return the next line of the block, "" when they are used up."""
        line, self._left = self._left or next(self._block, ""), ""
        if line:
            self.number += 1
            self.last = line
        return line

    def put_back(self) -> None:
        """Have the last line handed out once more."""
        self.number -= 1
        self._left = self.last

    def next_block(self) -> str:
        """Return what is left of the block, or the next one, between two records; "" at the end of the text."""
        left = "".join(self._block)
        return left or self._text.next_block(None)

    def in_block(self, block: str) -> Iterator[str]:
        """Yield the lines of a block; of these the parser may take some, and with the last of them some of the next."""
        self._enter(block)
        this = self._block
        while this is self._block and (line := self.next_in_block()):
            yield line


class PlainLines:
    """Tells which lines are one record each, whatever stands before and after them, by looks at all of a block.

    Such are those with a value in them, whose enclosures open after a delimiter or at the start of the line, and close
    before a delimiter or at its end; no enclosure stands in a value.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._enclosure = dialect.enclosure
        self._without_value = f"{BLANKS}{dialect.delimiter}{dialect.enclosure}"
        self._ends = {"crlf": ("\r\n",), "cr": ("\r",), "lf": ("\n",)}.get(dialect.line_separator, ("\n", "\r"))
        self._before, self._after = {dialect.delimiter, "\n"}, {dialect.delimiter, "\n", "\r"}

    def of_block(self, block: str) -> list[str] | None:
        """Return the lines of a block without their line breaks; None if one of them is not such."""
        separator = "\n"
        if "\r" in block:
            separator = "\r\n"
            if not block.count(separator) == block.count("\r") == block.count("\n"):
                return None
        if not block.endswith(separator) or not block.endswith(self._ends) or "\0" in block:
            return None
        if self._enclosure and self._enclosure in block and not self._is_enclosed_well(block):
            return None
        lines = block.split(separator)
        del lines[-1]
        if not all(map(str.strip, lines, repeat(self._without_value))):
            return None
        return None if max(map(len, lines)) > MAX_VALUE else lines

    def of_line(self, line: str) -> str | None:
        """Return a line without its line break if it is such a line, else None."""
        body = line.removesuffix("\n").removesuffix("\r")
        if not line.endswith(self._ends) or "\r" in body or "\n" in body or "\0" in body or len(body) > MAX_VALUE:
            return None
        if not body.strip(self._without_value):
            return None
        is_enclosed = bool(self._enclosure) and self._enclosure in body
        return None if is_enclosed and not self._is_enclosed_well(body + "\n") else body

    def _is_enclosed_well(self, text: str) -> bool:
        parts = text.split(self._enclosure)
        outside = parts[::2]
        if len(parts) % 2 == 0 or "\n" in (inside := "".join(parts[1::2])) or "\r" in inside:
            return False
        opens = {part[-1:] for part in outside[1:-1]}
        if outside[0]:
            opens.add(outside[0][-1])
        return opens <= self._before and {part[:1] for part in outside[1:]} <= self._after
