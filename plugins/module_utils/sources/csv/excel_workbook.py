# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""An Excel workbook (.xlsx) as a table: its sheets, the formats of numbers, and the records of one sheet.

openpyxl reads what the file consists of (parts, sheets, styles). Its cells are read here, because openpyxl keeps all
texts of a workbook in memory, and python-calamine whole sheets.
"""

from __future__ import annotations

import contextlib
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from typing import IO

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import MAX_RECORD
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv import excel_sheet
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_cells import Style, style_of
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_signs import OLE, ZIP
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_strings import SharedStrings
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import (
    BrokenOffError,
    Meter,
    MeteredStream,
)

_PIECE = 1 << 20
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD = "Workbook".encode("utf-16-le")


class Workbook:
    """One workbook, with its sheets. Made by `opened`."""

    def __init__(self, file: IO[bytes], where: str, most_bytes: int) -> None:
        self.where = where
        self.warnings: list[str] = []
        self.strings = SharedStrings()
        self._styles: dict[int, Style] = {}
        try:
            self._read(file, most_bytes)
        except BaseException:
            self.strings.close()
            raise

    def _read(self, file: IO[bytes], most_bytes: int) -> None:
        from openpyxl.reader.excel import ExcelReader  # type: ignore[import-untyped, unused-ignore]
        from openpyxl.styles.stylesheet import apply_stylesheet  # type: ignore[import-untyped, unused-ignore]
        from openpyxl.xml.constants import SHARED_STRINGS  # type: ignore[import-untyped, unused-ignore]

        self._check_size(file, most_bytes)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
                reader.read_manifest()
                reader.read_workbook()
                sheets = list(reader.parser.find_sheets())
                shared = reader.package.find(SHARED_STRINGS)
        except Exception as error:  # whatever a broken file makes of the parser
            raise SourceError(
                f"{self.where} is no Excel workbook that can be read ({type(error).__name__}); open it in Excel, and"
                " save it as .xlsx or CSV."
            ) from None
        self.archive: zipfile.ZipFile = reader.archive
        self._book = reader.wb
        self._strings_part = None if shared is None else str(shared.PartName).lstrip("/")
        self.sheets = {
            str(one.name): (str(rel.target), str(one.state)) for one, rel in sheets if "chart" not in rel.Type
        }
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                apply_stylesheet(self.archive, self._book)
        except Exception:
            self.warnings.append(
                f"The number formats of {self.where} cannot be read; dates come as numbers, and 0231 may come as 231."
            )

    def _check_size(self, file: IO[bytes], most_bytes: int) -> None:
        """Refuse a file that is no archive, or one that unpacks to more than a read may bring; nothing is unpacked."""
        try:
            with zipfile.ZipFile(file) as archive:
                parts = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
            raise SourceError(
                f"{self.where} is no Excel workbook, or is cut off: it is no ZIP archive; write it again, or save it as"
                " CSV."
            ) from None
        names = {part.filename for part in parts}
        if "[Content_Types].xml" not in names:
            raise SourceError(f"{self.where} is a ZIP archive, not an Excel workbook; unpack it, or name the workbook.")
        if any(part.flag_bits & 1 for part in parts):
            raise SourceError(f"{self.where} is encrypted; save it without a password.")
        tables = ("worksheets/", "sharedstrings", "media/", "drawings/", "vba", "embeddings/")
        total = sum(part.file_size for part in parts)
        kept = sum(part.file_size for part in parts if not any(one in part.filename.lower() for one in tables))
        if total > most_bytes or kept > 4 * MAX_RECORD:
            raise SourceError(
                f"{self.where} unpacks to {total} bytes, which is more than a read may bring; if that is meant, raise"
                " max_bytes."
            )

    def load_strings(self, meter: Meter) -> None:
        """Read the texts that cells share."""
        if self._strings_part is not None and self._strings_part in self.archive.namelist():
            with _opened_part(self.archive, self._strings_part, self.where) as part:
                self.strings.load(part, self.where, meter)

    def choose(self, wanted: str) -> tuple[str, str, str]:
        """Return (name, part, state) of the sheet of that name or number (from 1), of the first one for "".

        SourceError when there is none.
        """
        names = list(self.sheets)
        if not names:
            raise SourceError(f"{self.where} has no sheet with cells.")
        name = wanted.strip()
        # by their names without blanks at the ends, which nobody sees in Excel; of two such the exact one
        folded = {one.strip().casefold(): one for one in reversed(names)} | {one.casefold(): one for one in names}
        if not name:
            chosen = names[0]
        elif found := folded.get(wanted.casefold()) or folded.get(name.casefold()):
            chosen = found
        elif name.isascii() and name.isdecimal() and len(name) < 5 and 1 <= int(name) <= len(names):
            chosen = names[int(name) - 1]
        else:
            shown = ", ".join(f'"{one}"' for one in names[:10])
            raise SourceError(f'{self.where} has no sheet "{name}"; check sheet. It has {shown}.{nearest(name, names)}')
        return (chosen, *self.sheets[chosen])

    def style(self, number: int) -> Style:
        """Return how a style shows numbers."""
        found = self._styles.get(number)
        if found is None:
            found = self._styles[number] = self._style(number)
        return found

    def _style(self, number: int) -> Style:
        from openpyxl.styles.numbers import (  # type: ignore[import-untyped, unused-ignore]
            BUILTIN_FORMATS,
            BUILTIN_FORMATS_MAX_SIZE,
        )

        try:
            index = self._book._cell_styles[number].numFmtId
            own = index - BUILTIN_FORMATS_MAX_SIZE
            text = self._book._number_formats[own] if own >= 0 else BUILTIN_FORMATS.get(index, "General")
        except (IndexError, AttributeError):
            return Style()
        return style_of(text, number in self._book._date_formats)

    def to_date(self, number: float) -> object:
        """Return the date, time or both of Excel's number."""
        from openpyxl.utils.datetime import from_excel  # type: ignore[import-untyped, unused-ignore]

        return from_excel(number, self._book.epoch)

    @contextlib.contextmanager
    def rows(self, part: str, meter: Meter, findings: excel_sheet.Findings) -> Iterator[Iterator[excel_sheet.Row]]:
        """Open the rows of a part."""
        with _opened_part(self.archive, part, self.where) as opened:
            yield excel_sheet.rows(opened, self.where, meter, findings)

    def close(self) -> None:
        """Let go of the files."""
        self.strings.close()
        self.archive.close()


@contextlib.contextmanager
def _opened_part(archive: zipfile.ZipFile, name: str, where: str) -> Iterator[IO[bytes]]:
    try:
        with archive.open(name) as part:
            yield part
    except (KeyError, zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise BrokenOffError(f"{where} is broken: {name} cannot be unpacked ({type(error).__name__}).") from None


@contextlib.contextmanager
def opened(stream: MeteredStream, most_bytes: int) -> Iterator[Workbook]:
    """Copy a stream into a temporary file, and open the workbook in it; SourceError for what is none."""
    require("openpyxl", "openpyxl", "3.1", "an Excel workbook")
    beginning = stream.peek(8)
    with tempfile.TemporaryFile() as file:
        try:
            while data := stream.read(_PIECE):
                file.write(data)
            stream.check_end()
        except BrokenOffError as error:
            raise SourceError(str(error)) from None
        _refuse_others(file, beginning, stream.where)
        book = Workbook(file, stream.where, most_bytes)
        with contextlib.closing(book):
            yield book


def _refuse_others(file: IO[bytes], beginning: bytes, where: str) -> None:
    if beginning.startswith(ZIP):
        return
    if not beginning.startswith(OLE):
        raise SourceError(f"{where} is no Excel workbook; check path and sheet, which is for workbooks alone.")
    file.seek(0)
    head = file.read(_PIECE)
    if _ENCRYPTED in head or (_OLD not in head and _ENCRYPTED in file.read()):
        raise SourceError(f"{where} is encrypted with a password; save it without one.")
    raise SourceError(f"{where} is a workbook of Excel 2003 or before (.xls); save it as .xlsx or CSV.")
