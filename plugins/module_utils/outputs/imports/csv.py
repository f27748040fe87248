# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""CSV files whose columns a person names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    Entry,
    FileFormat,
    Item,
    Options,
    Values,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.csv_file import (
    FORMULAS_OPTION,
    CsvLines,
    as_text,
    harmless,
    may_hold_formulas,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.file_options import FILE_OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import check_encoding
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.field_expressions import (
    FieldExpressions,
)

#: The columns of the connector's own phonebook files.
DEFAULT_COLUMNS = {
    "displayname": "display_name",
    "phone": "phone",
    "givenname": "given_name",
    "surname": "surname",
    "organisation": "organisation",
    "email": "email",
    "mobile": "mobile",
    "homephone": "homephone",
    "fax": "fax",
    "notes": "notes",
}
_TEXT = frozenset((str,))


class Csv(FileFormat):
    """A CSV file with a header and a line for each entry."""

    NAME = "csv"
    PER_ENTRY = True
    TITLE = "CSV file"
    NEWLINE = "\r\n"
    NEEDS_NUMBER = False
    NUMBERS: ClassVar[tuple[str, ...]] = ("phone", "mobile", "homephone", "fax", "did")
    OPTIONS: ClassVar[Options] = {
        **FILE_OPTIONS,
        "columns": {
            "type": "dict",
            "description": "The columns in their order: what stands in the header, and the expression for the value."
            " The default is what the template csv_phonebook reads.",
        },
        "encoding": {"type": "str", "default": "utf-8", "description": "The encoding, such as utf-8-sig or cp1252."},
        "delimiter": {"type": "str", "default": ",", "description": "What stands between columns, one character."},
        **FORMULAS_OPTION,
    }
    FIELDS: ClassVar[dict[str, str]] = {expression: header for header, expression in DEFAULT_COLUMNS.items()}
    NOTES: ClassVar[tuple[str, ...]] = ("Lines end with CRLF, values are quoted where needed (RFC 4180).",)

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        columns = options.get("columns") or DEFAULT_COLUMNS
        self._headers = [str(header) for header in columns]
        self._expressions = FieldExpressions({f'column "{name}"': source for name, source in columns.items()})
        fields = self._expressions.fields
        #: where each column is a field, as they mostly are: (header, field)
        self._fields = None if fields is None else list(zip(self._headers, fields, strict=True))
        delimiter = options.get("delimiter") or ","
        if len(delimiter) != 1 or delimiter in '"\r\n':
            raise DefinitionError(f"The option delimiter must be one character, such as , or ;, not {delimiter!r}.")
        self._encoding = check_encoding(str(options.get("encoding") or "utf-8"))
        self._lines = CsvLines(delimiter, self.NEWLINE)

    @property
    def encoding(self) -> str:
        """The encoding of the file."""
        return self._encoding

    def items(self, entry: Entry, context: Context) -> Iterable[Item]:
        """Return one line."""
        values = self._cells(entry)
        line = "\0".join(("", *values.values()))  # looked at as a whole first
        if may_hold_formulas(line):
            formulas = self.options.get("formulas")
            values = {name: harmless(text, formulas, entry, context.findings) for name, text in values.items()}
        if not self._takes(line):
            self._tell_of_losses(entry, values, context)
        return (Item(entry.key, entry.name, self.place(entry), values),)

    def _cells(self, entry: Entry) -> dict[str, str]:
        """Return {header: text} of the columns in which something stands."""
        if self._fields is not None:
            found = entry.fields
            cells = {header: found[name] for header, name in self._fields if name in found}
        else:
            values = self._expressions.values(entry.kind, entry.fields)
            cells = {header: value for header, value in zip(self._headers, values, strict=True) if value != ""}
        if _TEXT.issuperset(map(type, cells.values())):
            return cells
        return {header: text for header, value in cells.items() if (text := as_text(value))}

    def _takes(self, text: str) -> bool:
        if text.isascii():
            return True
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            return False
        return True

    def _tell_of_losses(self, entry: Entry, values: Values, context: Context) -> None:
        for header, text in values.items():
            try:
                text.encode(self._encoding)
            except UnicodeEncodeError as error:
                rule = f"{text[error.start]!r} is not in {self._encoding}, and becomes a question mark"
                context.findings.note_cut(entry.name, header, text, rule)

    def head(self, count: int) -> str:
        """Return the header."""
        return self._lines.line(self._headers)

    def one(self, values: Values) -> str:
        """Return one line."""
        return self._lines.line(map(values.get, self._headers))  # nothing is an empty cell
