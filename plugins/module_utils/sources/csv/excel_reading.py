# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The records of one sheet of a workbook, with Excel's row numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Gone, ReadResult, Record, Unusable
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import (
    LimitReachedError,
    checked,
    is_within,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.dialect import unique_names
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_cells import CellError, text_of
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_sheet import Cell, Findings, Row
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_workbook import Workbook
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import BrokenOffError
from ansible_collections.telephony.connector.plugins.module_utils.sources.unfit import unfit

ALL = "*"


class WorkbookReading:
    """See Reading. The first row with a value names the columns; those without a name are left out."""

    def __init__(
        self,
        book: Workbook,
        name: str,
        rows: Iterator[Row],
        findings: Findings,
        wanted: frozenset[str],
        checkpoint: Mapping[str, Any],
    ) -> None:
        """`checkpoint` is what to keep when the read is complete."""
        self._book, self._rows, self._findings = book, rows, findings
        self._name, self._sheet = name, f'sheet "{name}" of {book.where}'
        self._has_records = False
        self._wanted = {column.strip().casefold() for column in wanted}
        self._unnamed: int | None = None
        self._unnamed_row = 0
        self._uncalculated = 0
        self._checkpoint = checkpoint
        self.result = ReadResult(
            complete=False, reason=f"The {self._sheet} was not read to its end.", warnings=book.warnings
        )
        try:
            self._names = self._header()
            self.columns = tuple(filter(None, self._names))
            # the first record is read here, so that what is wrong is told as early as it can
            records = self._records()
            first = next(records, None)
        except LimitReachedError:
            raise
        except BrokenOffError as error:
            raise SourceError(str(error)) from None
        self._items: Iterator[Record | Unusable] = iter(()) if first is None else chain((first,), records)

    def __iter__(self) -> Iterator[Record | Unusable | Gone]:
        """Yield what is in the sheet, in its order. Only once."""
        return self._items

    def _header(self) -> tuple[str, ...]:
        for row in self._rows:
            texts = {cell.column: self._text(cell).strip() for cell in row.cells}
            if any(texts.values()):
                names = tuple(texts.get(column, "") for column in range(max(texts) + 1))
                return unique_names(names, f"row {row.number} of the {self._sheet}")
        return ()

    def _text(self, cell: Cell) -> str:
        """Return the text of a cell of the header, "" for one without."""
        try:
            return self._value(cell)
        except CellError:
            return ""

    def _records(self) -> Iterator[Record | Unusable]:
        try:
            for row in self._rows:
                item = self._item(row)
                if item is not None:
                    self._has_records = True
                    yield item
        except BrokenOffError as error:
            self.result.reason = self.result.reason if self._told_too_large() else str(error)
            return
        self._finish()

    def _told_too_large(self) -> bool:
        return "is left out" in self.result.reason

    def _item(self, row: Row) -> Record | Unusable | None:
        texts = [""] * len(self._names)
        fault: tuple[str, str] | None = None
        for cell in row.cells:
            if cell.column >= len(texts) or not self._names[cell.column]:
                self._note_unnamed(cell, row.number)
                continue
            name = self._names[cell.column]
            try:
                text = self._value(cell)
            except CellError as error:
                if self._is_wanted(name):
                    fault = fault or (name, f"{error} in column {name}")
                continue
            if what := unfit(text):
                fault = fault or (name, f"holds {what}")
                continue
            texts[cell.column] = text
        cells = tuple(text for text, name in zip(texts, self._names, strict=True) if name)
        if fault is not None:
            return Unusable(row.number, cells, fault[0], "", fault[1])
        if not any(text.strip() for text in cells):
            return None
        return self._within(Record(row.number, cells))

    def _within(self, record: Record) -> Record | Unusable:
        if is_within(record.row):
            return record
        told = ReadResult()
        item = checked(record, self.columns, told, f"the {self._sheet}")
        if not self._told_too_large():
            self.result.reason = told.reason
        return item

    def _value(self, cell: Cell) -> str:
        if cell.has_formula and not cell.text and cell.kind != "str":
            self._uncalculated += 1
            return ""
        return text_of(cell.kind, cell.text, self._book.style(cell.style), self._book.to_date, self._book.strings.text)

    def _is_wanted(self, name: str) -> bool:
        return ALL in self._wanted or name.casefold() in self._wanted

    def _note_unnamed(self, cell: Cell, row: int) -> None:
        if self._unnamed is None and cell.text.strip():
            self._unnamed, self._unnamed_row = cell.column, row

    def _finish(self) -> None:
        result, findings = self.result, self._findings
        if not findings.is_whole:
            result.reason = f"The {self._sheet} is cut off."
            return
        result.warnings += self._sentences()
        if self._told_too_large():
            return
        result.complete, result.reason = True, ""
        result.checkpoint = dict(self._checkpoint)

    def _sentences(self) -> list[str]:
        findings, where = self._findings, f"The {self._sheet}"
        told = []
        if not self._has_records:
            empty = "has a first row with column names, but no record" if self._names else "is empty"
            others = ", ".join([f'"{name}"' for name in self._book.sheets if name != self._name][:10])
            told.append(f"{where} {empty}{f'; the other sheets are {others} (option sheet)' if others else ''}.")
        if self._unnamed is not None:
            told.append(
                f"{where} has values in row {self._unnamed_row} in a column without a name in the first row (column"
                f" {self._unnamed + 1}); they are left out."
            )
        if findings.merged_count:
            shown = ", ".join(findings.merged) + (", ..." if findings.merged_count > len(findings.merged) else "")
            told.append(
                f"{where} has merged cells ({shown}): the value counts for the first row and column of each alone."
            )
        if findings.hidden_rows or findings.hidden_columns:
            told.append(
                f"{where} has hidden rows ({findings.hidden_rows}) or columns ({findings.hidden_columns}), which are"
                " read like all others."
            )
        if self._uncalculated:
            told.append(
                f"{where} has formulas without a stored value ({self._uncalculated}), which count as empty; open and"
                " save it in Excel."
            )
        return told
