# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What the rows of a CSV file are: records, or why they are none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell, Record, Unusable
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.decoding import TextLines
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.lines import BLANKS, Lines
from ansible_collections.telephony.connector.plugins.module_utils.sources.portions import Portion


class Rows:
    """Makes records of rows; `doubt` is why records may be missing, `warnings` what else a person should know."""

    def __init__(self, text: TextLines, lines: Lines, names: tuple[str, ...]) -> None:
        """`names` of all columns, "" for one without."""
        self._text, self._lines, self._where = text, lines, text.where
        self._names = names
        self._pick = self._picker()
        self.doubt = ""
        self.warnings: list[str] = []

    def sorted_out(self, rows: list[list[str]], begins: Sequence[int], ends: Sequence[int]) -> list[Portion | Unusable]:
        """Return what trimmed rows with texts are; `begins` are the last lines before them, `ends` their own last."""
        pick, width, has_nul = self._pick, len(self._names), self._text.has_nul
        if not has_nul and {*map(len, rows)} == {width}:
            return [Portion([before + 1 for before in begins], list(map(pick, rows)))]
        numbers: list[int] = []
        usual: list[tuple[Cell, ...]] = []
        parts: list[Portion | Unusable] = []
        for row, before, end in zip(rows, begins, ends, strict=True):
            item: Record | Unusable | None
            if len(row) == width and not has_nul:
                item = Record(before + 1, pick(row))
            else:
                item = self._unusual(row, before, end)
            if isinstance(item, Unusable):
                parts += [Portion(numbers, usual), item] if usual else [item]
                numbers, usual = [], []
            elif item is not None:
                numbers.append(item.number)
                usual.append(item.row)
        return [*parts, Portion(numbers, usual)] if usual else parts

    def trimmed(self, row: list[str]) -> list[str]:
        """Return a row without what is empty beyond the columns: a delimiter at the end of every line is common."""
        width = len(self._names)
        return row[:width] if len(row) > width and not any(row[width:]) else row

    def _picker(self) -> Callable[[list[str]], tuple[str, ...]]:
        """Return what makes a record's cells of a row: all of them, or those with a column name."""
        if all(self._names):
            return tuple
        named = [index for index, name in enumerate(self._names) if name]
        unnamed = [index for index, name in enumerate(self._names) if not name]

        def pick(row: list[str]) -> tuple[str, ...]:
            nonlocal unnamed
            used = next((index for index in unnamed if row[index]), None)
            if used is not None:
                unnamed = []
                self.warnings.append(
                    f"Column {used + 1} of {self._where} has values but no name in the first line; it is left out."
                )
            return tuple([row[index] for index in named])

        return pick

    def _unusual(self, row: list[str], line: int, end: int) -> Record | Unusable | None:
        """Return what a row is that has not as many columns as the first line, or may hold a NUL byte.

        `line` is the last line before it, `end` its own last line.
        """
        if len(row) != len(self._names):
            return self._ragged(row, line, end)
        for name, cell in zip(self._names, row, strict=True):
            if "\0" in cell and name:
                # the value is left out: it may be a password
                return Unusable(line + 1, tuple(row), name, "", "holds a NUL byte")
        return Record(line + 1, self._pick(row))

    def _ragged(self, row: list[str], line: int, end: int) -> Unusable | None:
        width = len(self._names)
        if self._text.in_last_line and end == self._lines.number and len(row) < width:
            self.doubt = (
                f"{self._where} ends in the middle of line {end}, after column {len(row)} of {width} "
                "and without a line break; it is cut off, and that line is left out."
            )
            return None
        if end > line + 1 and not self.doubt:
            # an enclosure that is not closed takes the following records in, up to the next enclosure
            self.doubt = (
                f"The record in lines {line + 1} to {end} of {self._where} has "
                f"{_columns(len(row))} where the header has {width}, and line breaks in it; an enclosure in it may not "
                "be closed and other records lost in it."
            )
        return Unusable(line + 1, tuple(row), "", "", f"has {_columns(len(row))} where the header has {width}")


def has_text(row: list[str]) -> bool:
    """Say whether there is anything in a row."""
    return any(cell.strip(BLANKS) for cell in row)


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"
