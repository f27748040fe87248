# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""CSV files as a source: the options, and opening the file."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar
from urllib.parse import urlsplit

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Reading, UnchangedReading
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import MAX_BYTES, MAX_VALUE
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.decoding import TextLines
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.dialect import Dialect
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.encoding_names import check_encoding
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_signs import (
    begins_as_workbook,
    is_named_as_workbook,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.options import OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.reading import CsvReading
from ansible_collections.telephony.connector.plugins.module_utils.sources.files import locations
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import MeteredStream
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_checks import given
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import Options, secrets_of


class CsvSource:
    """A CSV file or Excel workbook whose first line names the columns; on disk, on an SMB share or at a web address.

    The checkpoint: `source` (digest of the options it holds for), `final_newline` (whether the file ended with a line
    break), and the validators of where the file lives.
    """

    family: ClassVar[str] = "csv"
    OPTIONS: ClassVar[Options] = OPTIONS
    SECRETS: ClassVar[frozenset[str]] = secrets_of(OPTIONS)
    EMPTY_HINT: ClassVar[str] = "check that it is the right file and that the export which writes it went well"
    columns_hint: ClassVar[str] = ""

    def __init__(self, options: Mapping[str, Any]) -> None:
        sheet = options.get("sheet")
        if isinstance(sheet, int) and not isinstance(sheet, bool):  # as a number of YAML comes
            options = {**options, "sheet": str(sheet)}
        self._options = given(options, self.OPTIONS, self.family)
        locations.check_place(self._options)
        self._encoding = self._options.get("encoding", "utf-8")
        check_encoding(self._encoding)
        self._dialect = Dialect.from_options(self._options)

    @contextmanager
    def read(self, wanted: frozenset[str], checkpoint: Mapping[str, Any] | None) -> Iterator[Reading]:
        """See Source.read."""
        identity = self._identity()
        known = checkpoint if checkpoint and checkpoint.get("source") == identity else {}
        with _limited_values(), locations.open_stream(self._options, known) as stream:
            if stream.unchanged:
                yield UnchangedReading(known)
                return
            beginning = stream.peek(8)
            if begins_as_workbook(beginning) or self._names_workbook():
                with self._workbook_reading(stream, wanted, {"source": identity, **stream.validators}) as reading:
                    yield reading
                return
            ended = known.get("final_newline") is True
            text = TextLines(stream, self._encoding, self._dialect.line_separator, must_end_with_newline=ended)
            yield CsvReading(text, self._dialect, wanted, {"source": identity, **stream.validators})

    def _names_workbook(self) -> bool:
        name = urlsplit(self._options["url"]).path if "url" in self._options else self._options["path"]
        return "sheet" in self._options or is_named_as_workbook(name)

    @contextmanager
    def _workbook_reading(
        self, stream: MeteredStream, wanted: frozenset[str], checkpoint: Mapping[str, Any]
    ) -> Iterator[Reading]:
        # here: who has no workbook need not wait for it
        from ansible_collections.telephony.connector.plugins.module_utils.sources.csv import excel_workbook
        from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_reading import (
            WorkbookReading,
        )
        from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_sheet import Findings

        most = self._options.get("max_bytes", MAX_BYTES)
        with excel_workbook.opened(stream, most) as book:
            name, part, state = book.choose(self._options.get("sheet", ""))
            if state != "visible":
                book.warnings.append(f'The sheet "{name}" of {book.where} is hidden, and read all the same.')
            book.load_strings(stream.meter)
            findings = Findings()
            with book.rows(part, stream.meter, findings) as rows:
                yield WorkbookReading(book, name, rows, findings, wanted, checkpoint)

    def _identity(self) -> str:
        """Return a digest of the options that decide what is read, and how: a checkpoint counts for these alone."""
        decisive = {name: value for name, value in self._options.items() if name not in self.SECRETS}
        return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:16]


@contextmanager
def _limited_values() -> Iterator[None]:
    """Have the parser stop at a value that is too large: the limit is one of the whole process."""
    before = csv.field_size_limit(MAX_VALUE)
    try:
        yield
    finally:
        csv.field_size_limit(before)
