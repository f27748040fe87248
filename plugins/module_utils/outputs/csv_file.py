# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Files of columns: lines of CSV, and files whose columns a program prescribes."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    Entry,
    FileFormat,
    Item,
    Options,
    Values,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.file_options import FILE_OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.outputs.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import cut_characters

#: What a spreadsheet takes for a formula when a cell begins with it (OWASP, "CSV Injection").
_FORMULA = "=+@\t\r-"
_NUMBER = re.compile(r"[+-]?[0-9*#()./ \u00a0-]*")
_FORMULA_CELL = re.compile(r"\0(?:[=@\t\r]|[+-](?![0-9*#()./ \u00a0-]*(?:\0|\Z)))")
_TRUNK_ZERO = re.compile(r"(?<=\d)\s*\(0\)")
_SEPARATORS = re.compile(r"[\s()./\u00a0-]")
_LINE_BREAKS = re.compile(r"[\r\n]+")

_WARNING = (
    "Values would run as a formula when the file is opened in a spreadsheet; import it as text there, or set formulas:"
    " text"
)

FORMULAS_OPTION: Options = {
    "formulas": {
        "type": "str",
        "choices": ["keep", "text"],
        "default": "keep",
        "description": "Values that a spreadsheet would run as a formula, such as a name that begins with =: keep"
        " writes them as they are and warns, text puts an apostrophe before them. Phone numbers are no formulas.",
    }
}
SECRET_MODE: Options = {
    "mode": {
        "type": "str",
        "default": "0600",
        "description": "The permissions of the file, in octal digits. It tells about accounts: others may not read it.",
    }
}


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet would run a cell; signs before a phone number are harmless."""
    return text[:1] in _FORMULA and bool(text) and not _NUMBER.fullmatch(text)


def may_hold_formulas(cells: str) -> bool:
    """Say whether one of several cells is a formula; each has a NUL before it, which no cell holds."""
    return _FORMULA_CELL.search(cells) is not None


def harmless(text: str, formulas: str | None, entry: Entry, findings: Findings, limit: int = 0) -> str:
    """Return a cell as the option `formulas` wants it: with an apostrophe before a formula, or as it is and said."""
    if not is_formula(text):
        return text
    if formulas == "text":
        return "'" + (cut_characters(text, limit - 1) if limit else text)
    findings.warn(_WARNING, entry.name)
    return text


def dialled(number: str) -> str:
    """Return a number without what only people read: blanks, brackets, slashes, and the (0) after a country code."""
    return _SEPARATORS.sub("", _TRUNK_ZERO.sub("", number))


class CsvLines:
    """Makes lines of CSV (RFC 4180). `line` returns one with its end, from its cells; None is an empty one."""

    def __init__(self, delimiter: str, newline: str) -> None:
        writer = csv.writer(_Handed(), delimiter=delimiter, lineterminator=newline)
        self.line: Callable[[Iterable[str | None]], str] = writer.writerow  # returns what `write` returns


class _Handed:
    """A file that hands what is written back to the writer, which makes one call for each line."""

    write = str


@dataclass(frozen=True)
class Column:
    """One column: its header, the field that fills it, and what the program takes.

    `limit`: characters, 0 for no known limit. `allowed`: what a value must match as a whole, in `rule` in words; a
    value that does not is left out. `always`: what stands there in each line.
    """

    header: str
    field: str = ""
    limit: int = 0
    allowed: str = ""
    rule: str = ""
    always: str = ""
    is_number: bool = False

    def takes(self, value: str) -> bool:
        """Say whether a number or an address may stand in the column as it is."""
        return len(value) <= (self.limit or len(value)) and bool(re.fullmatch(self.allowed or ".*", value))

    def fitting(self, entry: Entry, value: str, findings: Findings) -> str:
        """Return what of a value goes into the column; the findings are told what does not."""
        text = _LINE_BREAKS.sub(" ", value)
        if self.allowed and not re.fullmatch(self.allowed, text):
            findings.leave_value_out(entry.name, self.header, value, self.rule)
            return ""
        if self.limit and len(text) > self.limit:
            rule = f"at most {self.limit} characters"
            if self.is_number or self.allowed:
                findings.leave_value_out(entry.name, self.header, value, rule)
                return ""
            findings.note_cut(entry.name, self.header, value, rule)
            return cut_characters(text, self.limit)
        return text


class ColumnFile(FileFormat):
    """A CSV file whose columns a program prescribes: a header, and a line for each entry."""

    PER_ENTRY = True
    NEWLINE = "\r\n"
    COLUMNS: ClassVar[tuple[Column, ...]]
    #: the column that takes the secret of an entry
    SEALED_COLUMN: ClassVar[str] = ""
    OPTIONS: ClassVar[Options] = {**FILE_OPTIONS, **FORMULAS_OPTION}

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._lines = CsvLines(",", self.NEWLINE)
        self._columns = self.columns()
        self._headers = [column.header for column in self._columns]

    def columns(self) -> tuple[Column, ...]:
        """Return the columns in their order; options may decide about some."""
        return self.COLUMNS

    def cells(self, entry: Entry, context: Context) -> Mapping[str, str] | None:
        """Return {field: text} of an entry; None (having told the findings) when it has no line."""
        return {name: as_text(value) for name, value in entry.fields.items()}

    def secret(self, entry: Entry) -> str:
        """Return what goes into the secret column."""
        return ""

    def items(self, entry: Entry, context: Context) -> Iterable[Item]:
        """Return one line."""
        cells = self.cells(entry, context)
        if cells is None:
            return
        values: Values = {}
        for column in self._columns:
            text = column.always or cells.get(column.field, "")
            if text and not column.always:
                text = column.fitting(entry, text, context.findings)
                text = harmless(text, self.options.get("formulas"), entry, context.findings, column.limit)
            if text:
                values[column.header] = text
        yield Item(entry.key, entry.name, self.place(entry), values, "", self.secret(entry))

    def head(self, count: int) -> str:
        """Return the header."""
        return self._lines.line(self._headers)

    def one(self, values: Values) -> str:
        """Return one line."""
        secret = values.get("secret", "")
        return self._lines.line(
            [secret if name == self.SEALED_COLUMN and secret else values.get(name, "") for name in self._headers]
        )


def as_text(value: Any) -> str:
    """Return a field's value as text; lists are joined."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(as_text, value))
    return str(value)


def limits_of(columns: Iterable[Column]) -> dict[str, str]:
    """Return the limits of columns as format_info shows them."""
    said = {}
    for one in columns:
        parts = [f"{one.limit} characters"] if one.limit else []
        if one.rule:
            parts.append(one.rule)
        if parts:
            said[one.header] = ", ".join(parts)
    return said


def fields_of(columns: Iterable[Column]) -> dict[str, str]:
    """Return which field goes where, as format_info shows it."""
    return {one.field: one.header for one in columns if one.field}
