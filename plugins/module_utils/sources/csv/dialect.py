# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""How a CSV file is written: delimiter, enclosure and line separator, and what its first line says."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError

DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a vertical bar"}
_TAB = ("\\t", "tab")


@dataclass(frozen=True)
class Dialect:
    """The characters of a CSV file; `enclosure` "" means that it has none."""

    delimiter: str
    enclosure: str
    line_separator: str

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Dialect:
        """Make it from the source options; DefinitionError for characters that cannot be told apart."""
        delimiter = options.get("delimiter", ",")
        if delimiter.lower() in _TAB:
            delimiter = "\t"
        enclosure = options.get("enclosure", '"')
        if len(delimiter) != 1 or delimiter in "\r\n\0":
            raise DefinitionError(
                'The source option delimiter must be one character, e.g. "," or ";", or "\\t" for a tab.'
            )
        if len(enclosure) > 1 or (enclosure and enclosure in "\r\n\0"):
            raise DefinitionError(
                "The source option enclosure must be one character, or empty for a file that has none."
            )
        if delimiter == enclosure:
            raise DefinitionError("The source options delimiter and enclosure must not be the same character.")
        return cls(delimiter, enclosure, options.get("line_separator", "auto"))

    def reader_options(self) -> dict[str, Any]:
        """Return the arguments of csv.reader; strict, as text after a closing enclosure is the trace of a lost one."""
        if not self.enclosure:
            return {"delimiter": self.delimiter, "quoting": csv.QUOTE_NONE, "quotechar": None}
        return {"delimiter": self.delimiter, "quotechar": self.enclosure, "doublequote": True, "strict": True}

    def closes(self, line: str) -> bool:
        """Say whether a line that begins a record ends outside an enclosure (a doubled one counts twice)."""
        return not self.enclosure or line.count(self.enclosure) % 2 == 0

    def guess(self, line: str) -> tuple[str, ...]:
        """Return what the cells of a line that cannot be parsed may be, to know whom it is about."""
        try:
            return tuple(next(csv.reader([line.rstrip("\r\n")], **{**self.reader_options(), "strict": False})))
        except csv.Error:
            return tuple(line.split(self.delimiter))


def shown(delimiter: str) -> str:
    """Return a delimiter as one would write it into a profile."""
    return '"\\t"' if delimiter == "\t" else f'"{delimiter}"'


def column_names(
    cells: Sequence[str], text: str, wanted: frozenset[str], dialect: Dialect, where: str
) -> tuple[str, ...]:
    """Return the names in the first line, "" for a column without one; SourceError where they cannot be used.

    `text` is that line as it stands in the file, `wanted` the columns that the profile uses.
    """
    names = tuple(cell.strip().lstrip("\ufeff") for cell in cells)
    if any("\0" in name for name in names):
        raise SourceError(f"The first line of {where} holds NUL bytes; it is probably utf-16: set encoding: utf-16.")
    check_delimiter(names, text, wanted, dialect, where)
    return unique_names(names, where)


def unique_names(names: tuple[str, ...], where: str) -> tuple[str, ...]:
    """Return names of columns, "" for one without; SourceError for two that are the same."""
    seen: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        if name and (first := seen.setdefault(name.casefold(), number)) != number:
            raise SourceError(
                f'The columns {first} and {number} of {where} have the same name "{name}" (letter case does not '
                "count); rename one of them in the first line."
            )
    return names


def check_delimiter(names: Sequence[str], text: str, wanted: frozenset[str], dialect: Dialect, where: str) -> None:
    """Refuse a first line that another delimiter would split into the columns that the profile uses."""
    needed = {name.strip().casefold() for name in wanted}
    if needed.intersection(name.casefold() for name in names):
        return
    text = text.strip("\r\n")
    for other, word in DELIMITERS.items():
        if other in (dialect.delimiter, dialect.enclosure) or other not in text:
            continue
        found = _split(text, Dialect(other, dialect.enclosure, dialect.line_separator))
        if (len(names) <= 1 and len(found) > 1) or needed.intersection(name.casefold() for name in found):
            raise SourceError(
                f"The first line of {where} has {_columns(len(names))} with the delimiter {shown(dialect.delimiter)}, "
                f"but it looks separated by {word} ({_columns(len(found))}): set delimiter: {shown(other)}."
            )


def _split(text: str, dialect: Dialect) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader([text], **dialect.reader_options()), [])]
    except csv.Error:
        return []


def _columns(count: int) -> str:
    return "one column" if count <= 1 else f"{count} columns"
