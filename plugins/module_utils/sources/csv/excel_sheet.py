# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The cells of one sheet of an Excel workbook, row by row, without keeping any (ECMA-376, part 1, 18.3.1).

The part of the file is parsed as it is unpacked, so that memory does not grow with the number of rows.
"""

from __future__ import annotations

import re
import xml.parsers.expat
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, NamedTuple
from xml.parsers.expat import ExpatError

from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import MAX_VALUE
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import BrokenOffError, Meter

_PIECE = 1 << 16
_MOST_COLUMNS = 16_384  # as many as Excel has
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_TEXTS = ("v", "t", "f")


class Cell(NamedTuple):
    """A cell as the file has it: its column (from 0), type, style, text, and whether a formula stands in it."""

    column: int
    kind: str
    style: int
    text: str
    has_formula: bool


class Row(NamedTuple):
    """A row with its number in Excel, and the cells that are there."""

    number: int
    cells: list[Cell]


@dataclass
class Findings:
    """What a person cannot see in the values, known when the sheet was read to its end."""

    hidden_rows: int = 0
    hidden_columns: int = 0
    merged: list[str] = field(default_factory=list)
    merged_count: int = 0
    is_whole: bool = False


def rows(part: IO[bytes], where: str, meter: Meter, findings: Findings) -> Iterator[Row]:
    """Yield the rows of a sheet; BrokenOffError for what is no sheet, or goes beyond the bounds."""
    parser = _SheetParser(where, findings)
    try:
        while data := part.read(_PIECE):
            meter.received(len(data))
            parser.expat.Parse(data, False)
            yield from parser.take()
        parser.expat.Parse(b"", True)
        yield from parser.take()
    except ExpatError as error:
        raise BrokenOffError(f"{where} is broken: its sheet is not valid XML ({error}).") from None


class _SheetParser:
    """What expat calls back. Only the names matter, not their namespaces, of which there are two (strict or not)."""

    def __init__(self, where: str, findings: Findings) -> None:
        self.expat = new_parser(where)
        self.expat.StartElementHandler, self.expat.EndElementHandler = self._start, self._end
        self.expat.CharacterDataHandler = self._data
        self._where, self._findings = where, findings
        self._ready: list[Row] = []
        self._row = self._column = 0
        self._cells: list[Cell] = []
        self._kind, self._style, self._has_formula = "n", 0, False
        self._texts: list[str] = []
        self._size = 0
        self._takes, self._is_phonetic = False, False

    def take(self) -> list[Row]:
        """Return the rows that are complete, and forget them."""
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, given: dict[str, str]) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._begin_cell(given)
        elif name in ("v", "t"):
            self._takes = not self._is_phonetic
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            number = given.get("r", "")
            self._row = int(number) if number.isascii() and number.isdecimal() and len(number) < 8 else self._row + 1
            self._cells, self._column = [], -1
            self._findings.hidden_rows += _is_true(given.get("hidden"))
        elif name == "rPh":
            self._is_phonetic = True
        elif name == "col" and _is_true(given.get("hidden")):
            self._findings.hidden_columns += 1
        elif name == "mergeCell":
            self._findings.merged_count += 1
            if len(self._findings.merged) < 3:
                self._findings.merged.append(given.get("ref", "")[:20])

    def _begin_cell(self, given: dict[str, str]) -> None:
        place = _REFERENCE.fullmatch(given.get("r", ""))
        self._column = self._column + 1 if place is None else column_number(place[1])
        if self._column >= _MOST_COLUMNS:
            raise BrokenOffError(f"{self._where} has more than {_MOST_COLUMNS} columns in row {self._row}.")
        style = given.get("s", "0")
        self._kind = given.get("t", "n")
        self._style = int(style) if style.isascii() and style.isdecimal() and len(style) < 8 else 0
        self._has_formula, self._texts, self._size = False, [], 0

    def _data(self, text: str) -> None:
        if self._takes and self._size <= MAX_VALUE:  # one more is enough to see that it is too long
            self._texts.append(text)
            self._size += len(text)

    def _end(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name in _TEXTS:
            self._takes = False
        elif name == "c":
            if self._texts or self._has_formula:
                text = "".join(self._texts)
                self._cells.append(Cell(self._column, self._kind, self._style, text, self._has_formula))
        elif name == "row":
            self._ready.append(Row(self._row, self._cells))
        elif name == "rPh":
            self._is_phonetic = False
        elif name == "worksheet":
            self._findings.is_whole = True


def new_parser(where: str) -> xml.parsers.expat.XMLParserType:
    """Return a parser that takes no document types, which nobody needs here and which entities without end need."""

    def refuse(*_declaration: object) -> None:
        raise BrokenOffError(f"{where} holds a document type in its XML, as no workbook does; it is not read.")

    parser = xml.parsers.expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    return parser


def column_number(letters: str) -> int:
    """Return the place of a column (from 0): A is 0, Z is 25, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _is_true(text: str | None) -> bool:
    return text in ("1", "true")
