# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Excel workbooks in the place of CSV files: the same columns and records, with Excel's row numbers."""

from __future__ import annotations

import datetime
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record
from ansible_collections.telephony.connector.tests import workbooks
from ansible_collections.telephony.connector.tests.servers.web import Web

WANTED = ("username", "phone", "born", "value")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "staff.xlsx"


@pytest.fixture
def book(path, read):
    """Write rows with openpyxl and read them: book([...], ..., prepare=lambda sheet: ..., sheet="People")."""

    def write_and_read(*rows: list[Any], prepare: Any = None, **options: Any) -> Any:
        workbook = Workbook()
        sheet = workbook.active
        for row in rows:
            sheet.append(row)
        if prepare is not None:
            prepare(sheet)
        workbook.save(path)
        return read({"path": str(path), **options}, WANTED)

    return write_and_read


def refusal(read: Any, **options: Any) -> str:
    with pytest.raises(SourceError) as caught:
        read(options, WANTED)
    return str(caught.value.message)


class TestReading:
    def test_rows_are_records_with_the_numbers_that_excel_shows(self, book):
        whole = book(["username", "phone"], ["anna", "201"], [], [None, "  "], ["ben", "202"])
        assert whole.columns == ("username", "phone")
        assert whole.items == [Record(2, ("anna", "201")), Record(5, ("ben", "202"))]
        assert (whole.result.complete, whole.result.reason, whole.result.warnings) == (True, "", [])

    def test_the_header_may_stand_below_empty_rows(self, book):
        whole = book([], [None, " username ", "phone"], [None, "anna", "201"])
        assert (whole.columns, whole.rows) == (("username", "phone"), [("anna", "201")])

    def test_the_columns_of_the_original_import_are_read_as_they_are(self, book):
        names = ["displayname", "username", "password", "pin", "phone"]
        whole = book(names, ["Anna Berg", "anna", "geheim-1234", 1234, 201])
        assert whole.columns == tuple(names)
        assert whole.rows == [("Anna Berg", "anna", "geheim-1234", "1234", "201")]

    @pytest.mark.parametrize(
        ("value", "number_format", "text"),
        [
            ("0231", "General", "0231"),
            (231, "0000", "0231"),
            (231, "General", "231"),
            (493012345678901, "General", "493012345678901"),
            (4.9301234567e11, "General", "493012345670"),
            (1000.0, "General", "1000"),
            (1000.0, "0.00", "1000"),
            (0.1 + 0.2, "General", "0.3"),
            (-1.5, "General", "-1.5"),
            (1e20, "General", "100000000000000000000"),
            (True, "General", "true"),
            (False, "General", "false"),
            (datetime.date(2026, 11, 28), "DD.MM.YYYY", "2026-11-28"),
            (datetime.datetime(2026, 11, 28, 8, 30), "DD.MM.YYYY HH:MM", "2026-11-28T08:30:00"),  # noqa: DTZ001
            (datetime.time(8, 30), "HH:MM", "08:30:00"),
            ("2026-11-28", "General", "2026-11-28"),
            ("Zeile 1\nZeile 2", "General", "Zeile 1\nZeile 2"),
            ("Müller & Söhne <GmbH>", "General", "Müller & Söhne <GmbH>"),
            ("a_x000D_b", "General", "a\rb"),
            ("a_xD83D__xDE00_b", "General", "a😀b"),
        ],
    )
    def test_a_value_is_the_text_that_a_person_means(self, book, value, number_format, text):
        def prepare(sheet: Any) -> None:
            sheet["B2"].number_format = number_format

        assert book(["username", "value"], ["anna", value], prepare=prepare).rows == [("anna", text)]

    def test_a_formula_counts_by_its_stored_value(self, path, read):
        cells = '<c r="A2" t="str"><f>LOWER("ANNA")</f><v>anna</v></c><c r="B2"><f>200+1</f><v>201</v></c>'
        workbooks.write(
            path, [workbooks.START, header("username", "phone"), f'<row r="2">{cells}</row>', workbooks.END]
        )
        whole = read({"path": str(path)}, WANTED)
        assert (whole.rows, whole.result.warnings) == ([("anna", "201")], [])

    def test_a_formula_without_a_stored_value_is_empty_and_told(self, book):
        whole = book(["username", "phone"], ["anna", "=200+1"])
        assert whole.rows == [("anna", "")]
        assert "has formulas without a stored value (1), which count as empty" in whole.result.warnings[0]

    @pytest.mark.parametrize(("value", "what"), [("a_x0000_", "a NUL character"), ("a_xD83D_", "half a character")])
    def test_a_text_that_no_store_can_hold_rejects_the_row(self, book, value, what):
        whole = book(["username", "phone"], ["anna", value], ["bert", "2"])
        assert [(one.number, one.field, one.rule) for one in whole.unusable] == [(2, "phone", f"holds {what}")]
        assert whole.rows == [("bert", "2")]

    @pytest.mark.parametrize(("column", "is_rejected"), [("phone", True), ("other", False)])
    def test_an_error_of_excel_rejects_the_row_where_the_profile_uses_it(self, path, read, column, is_rejected):
        cells = '<c r="A2" t="inlineStr"><is><t>anna</t></is></c><c r="B2" t="e"><v>#N/A</v></c>'
        workbooks.write(path, [workbooks.START, header("username", column), f'<row r="2">{cells}</row>', workbooks.END])
        whole = read({"path": str(path)}, WANTED)
        assert whole.result.complete
        if is_rejected:
            assert [(one.number, one.field, one.rule) for one in whole.unusable] == [
                (2, "phone", "holds the error #N/A in column phone")
            ]
        else:
            assert whole.rows == [("anna", "")]

    def test_what_a_person_does_not_see_is_told(self, book):
        def prepare(sheet: Any) -> None:
            sheet.merge_cells("A2:A3")
            sheet.row_dimensions[3].hidden = True
            sheet.column_dimensions["B"].hidden = True
            sheet["C2"] = "nameless"

        whole = book(["username", "phone"], ["anna", "201"], ["ben", "202"], prepare=prepare)
        assert whole.rows == [("anna", "201"), ("", "202")]
        told = " ".join(whole.result.warnings)
        assert "has merged cells (A2:A3)" in told
        assert "has hidden rows (1) or columns (1), which are read like all others" in told
        assert "has values in row 2 in a column without a name in the first row (column 3)" in told

    def test_a_sheet_is_chosen_by_name_or_number(self, path, read):
        workbook = Workbook()
        workbook.active.append(["username"])
        second = workbook.create_sheet("Zweites Blatt")
        second.append(["username"])
        second.append(["ben"])
        second.sheet_state = "hidden"
        workbook.save(path)
        for wanted in ("Zweites Blatt", "zweites blatt", "2", 2):
            whole = read({"path": str(path), "sheet": wanted}, WANTED)
            assert whole.rows == [("ben",)]
            assert "is hidden, and read all the same" in whole.result.warnings[0]
        assert read({"path": str(path)}, WANTED).rows == []
        assert 'has no sheet "Zweites Blat"; check sheet. It has "Sheet", "Zweites Blatt". Did you mean' in refusal(
            read, path=str(path), sheet="Zweites Blat"
        )
        assert "has no sheet" in refusal(read, path=str(path), sheet="3")

    def test_two_columns_of_one_name_are_refused(self, book):
        with pytest.raises(SourceError, match='The columns 1 and 2 of row 1 of the sheet "Sheet" of Excel workbook "'):
            book(["phone", "Phone"], ["1", "2"])

    def test_a_blank_at_the_end_of_a_sheets_name_does_not_count(self, path, read):
        workbook = Workbook()
        workbook.active.title = "Staff "
        workbook.active.append(["username"])
        workbook.active.append(["anna"])
        workbook.save(path)
        for name in ("Staff ", "staff"):
            assert read({"path": str(path), "sheet": name}, WANTED).items == [Record(2, ("anna",))]

    def test_a_cover_without_records_names_the_other_sheets(self, path, read):
        workbook = Workbook()
        workbook.active.append(["As of 2026-11-28"])
        workbook.create_sheet("People")
        workbook.save(path)
        (warning,) = read({"path": str(path)}, WANTED).result.warnings
        assert warning.endswith('but no record; the other sheets are "People" (option sheet).')

    def test_an_empty_sheet_is_told(self, book):
        whole = book()
        assert (whole.columns, whole.rows, whole.result.complete) == ((), [], True)
        assert "is empty" in whole.result.warnings[0]

    @pytest.mark.once
    def test_memory_does_not_grow_with_the_rows(self, path, read):
        def peak(count: int) -> int:
            file = workbooks.people(path, count)
            tracemalloc.start()
            try:
                with source(file).read(frozenset(WANTED), None) as reading:
                    assert sum(1 for _item in reading) == count
                    assert reading.result.complete
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

        peak(100)  # libraries are loaded now
        assert peak(20_000) < peak(2_000) + 1_000_000

    def test_a_workbook_at_a_web_address(self, path, read, tmp_path):
        web = Web(tmp_path / "web")
        try:
            web.start()
            body = Path(workbooks.people(path, 3)).read_bytes()
            web.answer("/export", {"body": body, "headers": {"ETag": '"1"'}})
            options = {"url": web.url("/export"), "ca_path": web.ca.path("ca.crt")}
            whole = read(options, WANTED)
            assert len(whole.rows) == 3
            assert read(options, WANTED, whole.result.checkpoint).result.unchanged
            web.answer("/export", {"body": body, "cut": 300})
            assert "broke off after 300 of" in refusal(read, **options)
            for name, called in (("/a.XLSX?day=1", "Excel workbook https"), ("/a.csv?as=.xlsx", "CSV file https")):
                web.answer(name.partition("?")[0], {"body": body, "cut": 300})
                named = {**options, "url": web.url(name)}
                assert refusal(read, **named).startswith(called)
                assert refusal(read, **named, max_bytes=100).startswith(called)
        finally:
            web.stop()


def source(path: str) -> Any:
    from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class

    return source_class("csv")({"path": path})


def header(*names: str) -> str:
    cells = (f'<c r="{chr(65 + place)}1" t="inlineStr"><is><t>{name}</t></is></c>' for place, name in enumerate(names))
    return f'<row r="1">{"".join(cells)}</row>'


class TestRefusals:
    def test_a_file_that_is_no_workbook(self, path, read):
        path.write_text("username,phone\nanna,201\n")
        assert "is no Excel workbook; check path and sheet" in refusal(read, path=str(path))

    def test_a_csv_file_with_a_sheet(self, tmp_path, read):
        (tmp_path / "staff.csv").write_text("username,phone\nanna,201\n")
        assert "is no Excel workbook" in refusal(read, path=str(tmp_path / "staff.csv"), sheet="1")

    def test_an_archive_of_something_else(self, path, read):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("staff.csv", "username")
        assert "is a ZIP archive, not an Excel workbook" in refusal(read, path=str(path))

    @pytest.mark.parametrize(
        ("stream", "words"),
        [("EncryptedPackage", "is encrypted with a password"), ("Workbook", "is a workbook of Excel 2003 or before")],
    )
    def test_an_encrypted_or_old_workbook(self, path, read, stream, words):
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 600)
        assert words in refusal(read, path=str(path))

    def test_a_workbook_that_unpacks_to_very_much(self, path, read):
        blank = " " * 1_000_000
        workbooks.write(path, [workbooks.START, *[blank] * 60, workbooks.END])
        assert path.stat().st_size < 1_000_000
        message = refusal(read, path=str(path), max_bytes=50_000_000)
        assert "unpacks to 600" in message
        assert "raise max_bytes" in message

    @pytest.mark.parametrize(
        "sheet",
        [
            workbooks.START + '<row r="1"><c r="A1" t="s"><v>99</v></c>',
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + workbooks.START + workbooks.END,
            "no xml",
            workbooks.START + f'<row r="1">{"<c><v>1</v></c>" * 20_000}</row>' + workbooks.END,
        ],
    )
    def test_a_sheet_that_is_broken(self, path, read, sheet):
        workbooks.write(path, [sheet])
        message = refusal(read, path=str(path))
        assert "is broken" in message or "document type" in message or "more than 16384 columns" in message

    def test_a_sheet_that_breaks_later_is_an_incomplete_read(self, path, read):
        row = '<row r="2"><c r="A2" t="inlineStr"><is><t>anna</t></is></c></row>'
        workbooks.write(path, [workbooks.START, header("username"), row, " " * 100_000, "<row"])
        whole = read({"path": str(path)}, WANTED)
        assert (whole.rows, whole.result.complete) == ([("anna",)], False)
        assert "is broken: its sheet is not valid XML" in whole.result.reason

    def test_a_value_that_is_too_long_costs_its_row(self, path, read):
        rows = [
            f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{text}</t></is></c></row>'
            for row, text in ((2, "x" * 1_000_000), (3, "ben"))
        ]
        workbooks.write(path, [workbooks.START, header("username"), *rows, workbooks.END])
        whole = read({"path": str(path)}, WANTED)
        assert (whole.rows, whole.result.complete) == ([("ben",)], False)
        assert [one.number for one in whole.unusable] == [2]
        assert "Record 2 of the sheet" in whole.result.reason
