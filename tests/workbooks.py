# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workbooks that no program writes: parts put together by hand, as large or as broken as a test wants them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
<Override PartName="/xl/sharedStrings.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>
</Types>"""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BOOK = f"""<?xml version="1.0"?><workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">
<sheets><sheet name="People" sheetId="1" r:id="rId1"/></sheets></workbook>"""
_RELS = f"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"""
START = f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>'
END = "</sheetData></worksheet>"


def write(path: Path, sheet: Iterable[str], strings: Iterable[str] = ()) -> str:
    """Write a workbook of one sheet, whose part is `sheet`, and whose shared strings are `strings`; return its path."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("xl/workbook.xml", _BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", _RELS)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for piece in sheet:
                part.write(piece.encode())
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            part.write(f'<?xml version="1.0"?><sst xmlns="{_MAIN}">'.encode())
            for text in strings:
                part.write(f"<si><t>{text}</t></si>".encode())
            part.write(b"</sst>")
    return str(path)


def people(path: Path, count: int) -> str:
    """Write a workbook of so many people, with the columns username, displayname and phone, as Excel would."""
    texts = ["username", "displayname", "phone"]

    def sheet() -> Iterable[str]:
        yield (
            START
            + '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>'
        )
        for row in range(2, count + 2):
            first = 2 * row - 1
            yield (
                f'<row r="{row}"><c r="A{row}" t="s"><v>{first}</v></c><c r="B{row}" t="s"><v>{first + 1}</v></c>'
                f'<c r="C{row}"><v>{10000 + row}</v></c></row>'
            )
        yield END

    def strings() -> Iterable[str]:
        yield from texts
        for number in range(count):
            yield f"user{number}"
            yield f"Person Number {number}"

    return write(path, sheet(), strings())
