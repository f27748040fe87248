# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The records of one CSV file, row by row, with an eye on what shows that the file is not whole."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    ReadResult,
    Unusable,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import MAX_VALUE, too_long
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.decoding import TextLines
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.dialect import (
    Dialect,
    check_delimiter,
    column_names,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.lines import (
    Lines,
    PlainLines,
    TextEndedError,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.rows import Rows, has_text
from ansible_collections.telephony.connector.plugins.module_utils.sources.portions import (
    SIZE,
    Item,
    Part,
    Portion,
    Sealed,
    each_of,
)

#: Raise it when lines become other records than before: what is known by its line is then read anew.
_FORM = 1


class CsvReading:
    """See Reading. `columns` leaves out columns without a name, and is empty for a file without a first line."""

    def __init__(
        self, text: TextLines, dialect: Dialect, wanted: frozenset[str], checkpoint: Mapping[str, Any]
    ) -> None:
        self._text = text
        self._where = text.where
        self._dialect = dialect
        self._checkpoint = checkpoint
        self._lines = Lines(text)
        self._reader = csv.reader(self._lines, **dialect.reader_options())
        self._too_large = ""  # a record that is left out for its size, one sentence
        self._doubt = ""  # why the rest of the file is no use
        self.result = ReadResult(
            complete=False, reason=f"{self._where} was not read to its end.", warnings=text.warnings
        )
        self._names = self._first_line(wanted)
        self.columns = tuple(name for name in self._names if name)
        # the first records are read here, so that a wrong encoding fails as early as it can
        # a cell without a name is looked at each time
        self._plain = PlainLines(dialect, len(self._names)) if all(self._names) else None
        self._form = repr((_FORM, dialect.delimiter, dialect.enclosure, self._names))
        self._rows = Rows(text, self._lines, self._names)
        parts = self._parts()
        first = next(parts, None)
        if first is None and text.wrong_encoding:
            raise SourceError(text.failure)
        self._all: Iterator[Part] = parts if first is None else chain((first,), parts)

    def portions(self) -> Iterator[Part]:
        """Yield what is in the file, in its order. Only once."""
        return self._all

    def __iter__(self) -> Iterator[Item]:
        """Yield the same, record by record."""
        return each_of(self._all)

    # ------------------------------------------------------------------------------------------------ first line

    def _first_line(self, wanted: frozenset[str]) -> tuple[str, ...]:
        """Return all names of the first line that is not blank, () for a file without one; SourceError if unusable."""
        try:
            cells = next((row for row in self._reader if self._lines.at_end or has_text(row)), [])
        except csv.Error as error:
            # with all names enclosed, a wrong delimiter ends here
            check_delimiter((), self._head()[0], wanted, self._dialect, self._where)
            raise SourceError(self._bad_first_line(_rule(error))) from error
        except TextEndedError:
            raise SourceError(
                self._text.failure or self._bad_first_line("has an enclosure that is never closed")
            ) from None
        if self._text.failure and self._lines.at_end:
            raise SourceError(self._text.failure)
        head, rest = self._head()
        if rest.startswith("\n") and self._dialect.line_separator == "cr":
            raise SourceError(self._bad_first_line("ends with CR LF"))
        return column_names(cells, head, wanted, self._dialect, self._where)

    def _head(self) -> tuple[str, str]:
        return self._text.beginning(self._lines.number)

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

    def _parts(self) -> Iterator[Part]:
        """Yield records, numbered by the line in which they begin.

        Lines that are a record each are told by looks at a whole block, and opened by whoever does not know them.
        """
        found = False
        while not self._doubt and (block := self._lines.next_block()):
            plain = None if self._plain is None else self._plain.of_block(block)
            for part in self._one_by_one(block) if plain is None else self._sealed(self._numbers(len(plain)), plain):
                found = True
                yield part
        self._finish(found)

    def _numbers(self, count: int) -> range:
        """Return the numbers of the next lines, which are as many records."""
        before = self._lines.number
        self._lines.number += count
        return range(before + 1, self._lines.number + 1)

    def _sealed(self, numbers: Sequence[int], lines: Sequence[str]) -> list[Part]:
        sent = [*map(str.encode, lines, repeat("utf-8"), repeat("surrogatepass"))]
        places = range(0, len(sent), SIZE)
        return [Sealed(tuple(numbers[at : at + SIZE]), sent[at : at + SIZE], self._form, self._open) for at in places]

    def _open(self, numbers: Sequence[int], sent: Sequence[bytes]) -> list[Portion | Unusable]:
        """See Sealed."""
        lines = map(bytes.decode, sent, repeat("utf-8"), repeat("surrogatepass"))
        rows = [*csv.reader(lines, **self._dialect.reader_options())]
        return self._rows.sorted_out(rows, [number - 1 for number in numbers], numbers)

    def _one_by_one(self, block: str) -> Iterator[Part]:
        """Yield the records that begin in a block in which not every line is a record."""
        lines, plain = self._lines, self._plain
        numbers: list[int] = []
        bodies: list[str] = []
        for line in lines.in_block(block):
            before = lines.number - 1
            body, row = plain.of_line(line) if plain else None, None
            if body is None:
                lines.put_back()
                row = self._row(before)
                body = plain.of_row(row) if plain and isinstance(row, list) and len(row) == len(self._names) else None
            if body is not None:
                numbers.append(before + 1)
                bodies.append(body)
                continue
            yield from self._sealed(numbers, bodies)
            numbers, bodies = [], []
            if isinstance(row, Unusable):
                yield row
            elif row is not None and has_text(row):
                yield from self._rows.sorted_out([row], [before], [lines.number])
            if self._doubt:
                break
        yield from self._sealed(numbers, bodies)

    def _row(self, before: int) -> list[str] | Unusable | None:
        """Return the next row, which begins after so many lines; None at the end of what can be read."""
        self._lines.begin = before
        try:
            row = next(self._reader)
        except csv.Error as error:
            if not self._is_confined(error, before):
                return None
            return Unusable(before + 1, self._guess(self._lines.last), "", "", _rule(error))
        except TextEndedError:
            self._doubt = f"{self._where} ends inside an enclosure that opens in the record from line {before + 1} on."
            return None
        return self._rows.trimmed(row)

    def _is_confined(self, error: csv.Error, line: int) -> bool:
        """Say whether an error of the parser costs one line only; else the rest of the file cannot be trusted."""
        last = self._lines.number
        if last == line + 1 and "field larger" not in str(error):
            return True
        # what follows an enclosure that is still open at the end of the line is no record
        if last == line + 1 and self._dialect.closes(self._lines.last):
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
        reason = self._text.failure or self._doubt or self._rows.doubt or self._too_large
        self.result.complete = not reason
        self.result.warnings += self._rows.warnings
        self.result.reason = reason
        if reason:
            return
        if not self._names:
            self.result.warnings.append(f"{self._where} is empty.")
        elif not found:
            self.result.warnings.append(f"{self._where} has a first line with column names, but no record.")
        self.result.checkpoint = {**self._checkpoint, "final_newline": self._text.final_newline}


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
