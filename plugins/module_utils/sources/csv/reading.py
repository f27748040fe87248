# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The records of one CSV file, row by row, with an eye on what shows that the file is not whole."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice, repeat
from operator import attrgetter, itemgetter
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Cell,
    Gone,
    ReadResult,
    Record,
    Unusable,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import MAX_VALUE, too_long
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.decoding import TextEndedError, TextLines
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.dialect import (
    Dialect,
    check_delimiter,
    column_names,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.portions import SIZE, Part, Portion, each_of

_FIRST = itemgetter(0)
_LINE = attrgetter("line_num")
_BLANKS = " \t\x1a"  # 0x1a: some old exports end their files with it


class CsvReading:
    """See Reading. `columns` leaves out columns without a name, and is empty for a file without a first line."""

    def __init__(
        self, text: TextLines, dialect: Dialect, wanted: frozenset[str], checkpoint: Mapping[str, Any]
    ) -> None:
        self._text = text
        self._where = text.where
        self._dialect = dialect
        self._checkpoint = checkpoint
        self._reader = csv.reader(text.lines(), **dialect.reader_options())
        self._too_large = ""  # a record that is left out for its size, one sentence
        self._doubt = ""  # why records may be missing although the file could be read to its end
        self.result = ReadResult(
            complete=False, reason=f"{self._where} was not read to its end.", warnings=text.warnings
        )
        self._names = self._first_line(wanted)
        self.columns = tuple(name for name in self._names if name)
        # the first records are read here, so that a wrong encoding fails as early as it can
        parts = self._parts()
        first = next(parts, None)
        if first is None and text.wrong_encoding:
            raise SourceError(text.failure)
        self._all: Iterator[Part] = parts if first is None else chain((first,), parts)

    def portions(self) -> Iterator[Part]:
        """Yield what is in the file, in its order. Only once."""
        return self._all

    def __iter__(self) -> Iterator[Record | Unusable | Gone]:
        """Yield the same, record by record."""
        return each_of(self._all)

    # ------------------------------------------------------------------------------------------------ first line

    def _first_line(self, wanted: frozenset[str]) -> tuple[str, ...]:
        """Return all names of the first line that is not blank, () for a file without one; SourceError if unusable."""
        try:
            cells = next((row for row in self._reader if self._text.at_end or _has_text(row)), [])
        except csv.Error as error:
            # with all names enclosed, a wrong delimiter ends here
            check_delimiter((), self._head()[0], wanted, self._dialect, self._where)
            raise SourceError(self._bad_first_line(_rule(error))) from error
        except TextEndedError:
            raise SourceError(
                self._text.failure or self._bad_first_line("has an enclosure that is never closed")
            ) from None
        if self._text.failure and self._text.at_end:
            raise SourceError(self._text.failure)
        head, rest = self._head()
        if rest.startswith("\n") and self._dialect.line_separator == "cr":
            raise SourceError(self._bad_first_line("ends with CR LF"))
        return column_names(cells, head, wanted, self._dialect, self._where)

    def _head(self) -> tuple[str, str]:
        return self._text.beginning(self._reader.line_num)

    def _bad_first_line(self, why: str) -> str:
        return (
            f"The first line of {self._where} cannot be used: it {why}; check delimiter, enclosure and line_separator "
            f"(now {self._dialect.line_separator}{self._found_separator()})."
        )

    def _found_separator(self) -> str:
        if self._dialect.line_separator == "auto":
            return ""
        text = "".join(self._head())
        found = "crlf" if "\r\n" in text else "lf" if "\n" in text else "cr" if "\r" in text else ""
        return f", the file looks like {found}" if found not in ("", self._dialect.line_separator) else ""

    # --------------------------------------------------------------------------------------------------- records

    def _parts(self) -> Iterator[Portion | Unusable]:
        """Yield records, numbered by the line in which they begin.

        The path of ordinary rows is short on purpose: a million of them pass here.
        """
        text, reader, pick = self._text, self._reader, self._picker()
        found = False
        line = reader.line_num  # the last line of the record before
        while not text.at_end:
            broken: csv.Error | None = None
            is_open = False
            rows: list[list[str]] = []
            # its last line beside each row, all of it without a step of Python's; what came before an error stays
            ends = text.record_ends = [line]
            noted = zip(map(rows.append, reader), map(ends.append, map(_LINE, repeat(reader))), strict=False)
            try:
                deque(islice(noted, SIZE), maxlen=0)
            except csv.Error as error:
                broken = error
            except TextEndedError:
                is_open = True
            if text.at_end and rows and not rows[-1] and ends[-1] == reader.line_num:
                del rows[-1], ends[-1]  # the empty line that says that no record was open at the end
                is_open = False
            line = ends[-1]
            for part in self._sorted_out(rows, ends, pick):
                found = True
                yield part
            if is_open:
                self._doubt = (
                    f"{self._where} ends inside an enclosure that opens in the record from line {line + 1} on."
                )
            if broken is not None:
                found = True
                if not self._is_confined(broken, line):
                    break
                yield Unusable(line + 1, self._guess(text.last_line()), "", "", _rule(broken))
                line = reader.line_num
        self._finish(found)

    def _sorted_out(
        self, rows: list[list[str]], ends: Sequence[int], pick: Callable[[list[str]], tuple[str, ...]]
    ) -> Iterator[Portion | Unusable]:
        """Yield what rows are; `ends` are the last line before them, and that of each."""
        width, has_nul = len(self._names), self._text.has_nul
        if not has_nul and {*map(len, rows)} == {width} and all(map(_FIRST, rows)):
            yield Portion([end + 1 for end in ends[:-1]], list(map(pick, rows)))
            return
        numbers: list[int] = []
        usual: list[tuple[Cell, ...]] = []
        for row, line, end in zip(rows, ends, ends[1:], strict=False):
            item: Record | Unusable | None
            if len(row) == width and (row[0] or any(row)) and not has_nul:
                item = Record(line + 1, pick(row))
            else:
                item = self._unusual(row, line, end, pick)
            if isinstance(item, Unusable):
                if usual:
                    yield Portion(numbers, usual)
                numbers, usual = [], []
                yield item
            elif item is not None:
                numbers.append(item.number)
                usual.append(item.row)
        if usual:
            yield Portion(numbers, usual)

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
                self.result.warnings.append(
                    f"Column {used + 1} of {self._where} has values but no name in the first line; it is left out."
                )
            return tuple([row[index] for index in named])

        return pick

    def _unusual(
        self, row: list[str], line: int, end: int, pick: Callable[[list[str]], tuple[str, ...]]
    ) -> Record | Unusable | None:
        """Return what a row is that is blank, has not as many columns as the first line, or may hold a NUL byte.

        `line` is the last line before it, `end` its own last line.
        """
        width = len(self._names)
        if not _has_text(row):
            return None
        if len(row) > width and not any(row[width:]):
            row = row[:width]  # a delimiter at the end of every line is common, and holds nothing
        if len(row) != width:
            return self._ragged(row, line, end)
        for name, cell in zip(self._names, row, strict=True):
            if "\0" in cell and name:
                # the value is left out: it may be a password
                return Unusable(line + 1, tuple(row), name, "", "holds a NUL byte")
        return Record(line + 1, pick(row))

    def _ragged(self, row: list[str], line: int, end: int) -> Unusable | None:
        width = len(self._names)
        if self._text.in_last_line and end == self._last_line() and len(row) < width:
            self._doubt = (
                f"{self._where} ends in the middle of line {end}, after column {len(row)} of {width} "
                "and without a line break; it is cut off, and that line is left out."
            )
            return None
        if end > line + 1 and not self._doubt:
            # an enclosure that is not closed takes the following records in, up to the next enclosure
            self._doubt = (
                f"The record in lines {line + 1} to {end} of {self._where} has "
                f"{_columns(len(row))} where the header has {width}, and line breaks in it; an enclosure in it may not "
                "be closed and other records lost in it."
            )
        return Unusable(line + 1, tuple(row), "", "", f"has {_columns(len(row))} where the header has {width}")

    def _last_line(self) -> int:
        """Return the number of the line that was handed out last, but for the empty one after the last."""
        return self._reader.line_num - self._text.at_end

    def _is_confined(self, error: csv.Error, line: int) -> bool:
        """Say whether an error of the parser costs one line only; else the rest of the file cannot be trusted."""
        last = self._reader.line_num
        if last == line + 1 and "field larger" not in str(error):
            return True
        # what follows an enclosure that is still open at the end of the line is no record
        if last == line + 1 and self._dialect.closes(self._text.last_line()):
            self._too_large = self._too_large or (
                f"Line {last} of {self._where} {too_long()}; it is left out: shorten the value in the file."
            )
            return True
        self._doubt = (
            f"{self._where} cannot be read on after line {last}: the record that begins in line {line + 1} "
            f"{_rule(error)}; an enclosure in it is probably not closed."
        )
        return False

    def _guess(self, line: str) -> tuple[str, ...]:
        """Return what the cells of a line that cannot be used may be, as far as they are not too large."""
        return tuple(cell for cell in self._dialect.guess(line) if len(cell) <= MAX_VALUE)

    def _finish(self, found: bool) -> None:
        reason = self._text.failure or self._doubt or self._too_large
        self.result.complete = not reason
        self.result.reason = reason
        if reason:
            return
        if not self._names:
            self.result.warnings.append(f"{self._where} is empty.")
        elif not found:
            self.result.warnings.append(f"{self._where} has a first line with column names, but no record.")
        self.result.checkpoint = {**self._checkpoint, "final_newline": self._text.final_newline}


def _has_text(row: list[str]) -> bool:
    return any(cell.strip(_BLANKS) for cell in row)


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"


def _rule(error: csv.Error) -> str:
    """Return the parser's error in the words of the profile; it completes "the record ..."."""
    text = str(error)
    if "expected after" in text:
        return (
            "has text between a closing enclosure and the next delimiter (an enclosure inside a value must be doubled)"
        )
    if "new-line character" in text:
        return "has a line break outside an enclosure"
    if "field larger" in text:
        return too_long()
    return f"is not CSV ({text})"
