# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The lines of a CSV file: handed to the parser one by one, or told to be records as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    before a delimiter or at its end; no enclosure stands in a value. They are told without their line breaks, without
    delimiters behind the last column, and with enclosures around values with a delimiter only: what has the same cells
    has the same text.
    """

    def __init__(self, dialect: Dialect, width: int) -> None:
        """`width`: the number of columns."""
        self._width = width
        self._enclosure, self._delimiter = dialect.enclosure, dialect.delimiter
        self._without_value = f"{BLANKS}{dialect.delimiter}{dialect.enclosure}"
        self._ends = {"crlf": ("\r\n",), "cr": ("\r",), "lf": ("\n",)}.get(dialect.line_separator, ("\n", "\r"))
        self._before, self._after = {dialect.delimiter, "\n"}, {dialect.delimiter, "\n", "\r"}

    def of_block(self, block: str) -> list[str] | None:
        """Return the lines of a block; None if one of them is not such."""
        separator = "\n"
        if "\r" in block:
            separator = "\r\n"
            if not block.count(separator) == block.count("\r") == block.count("\n"):
                return None
        if not block.endswith(separator) or not block.endswith(self._ends) or "\0" in block:
            return None
        text = self._enclosed(block)
        if text is None:
            return None
        lines = text.split(separator)
        del lines[-1]
        if not all(map(str.strip, lines, repeat(self._without_value))):
            return None
        if f"{self._delimiter}{separator}" in text:
            lines = [*map(self._trimmed, lines)]
        return None if max(map(len, lines)) > MAX_VALUE else lines

    def of_line(self, line: str) -> str | None:
        """Return a line if it is such a line, else None."""
        body = line.removesuffix("\n").removesuffix("\r")
        if not line.endswith(self._ends) or "\r" in body or "\n" in body or "\0" in body or len(body) > MAX_VALUE:
            return None
        text = self._enclosed(body + "\n") if body.strip(self._without_value) else None
        return None if text is None else self._trimmed(text[:-1])

    def of_row(self, row: Sequence[str]) -> str | None:
        """Return the line that would be a row, None if such a line cannot be one."""
        joined, enclosure = "".join(row), self._enclosure
        if any(one in joined for one in "\r\n\0") or (enclosure and enclosure in joined):
            return None
        line = self._delimiter.join(map(self._with_enclosure, row))
        return line if not {*joined} <= {*self._without_value} and len(line) <= MAX_VALUE else None

    def _trimmed(self, line: str) -> str:
        """Return a line without what is empty beyond the columns."""
        delimiter, enclosure = self._delimiter, self._enclosure
        if not line.endswith(delimiter):
            return line
        more = line.count(delimiter) + 1 - self._width
        if more > 0 and enclosure and enclosure in line:
            more -= "".join(line.split(enclosure)[1::2]).count(delimiter)
        return line[:-more] if more > 0 and line.endswith(delimiter * more) else line

    def _with_enclosure(self, value: str) -> str:
        return f"{self._enclosure}{value}{self._enclosure}" if self._delimiter in value else value

    def _enclosed(self, text: str) -> str | None:
        """Return lines with the enclosures that they need, None if some stand where they do not belong."""
        if not self._enclosure or self._enclosure not in text:
            return text
        parts = text.split(self._enclosure)
        outside, inside = parts[::2], parts[1::2]
        if len(parts) % 2 == 0 or "\n" in (joined := "".join(inside)) or "\r" in joined:
            return None
        opens = {part[-1:] for part in outside[1:-1]}
        if outside[0]:
            opens.add(outside[0][-1])
        if not (opens <= self._before and {part[:1] for part in outside[1:]} <= self._after):
            return None
        parts[1::2] = map(self._with_enclosure, inside)
        return "".join(parts)
