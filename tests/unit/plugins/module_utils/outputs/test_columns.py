# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands in an entry, each import file has one line of the right columns for it, and nothing too wide."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Entry
from ansible_collections.telephony.connector.plugins.module_utils.outputs.csv_file import (
    ColumnFile,
    dialled,
    is_formula,
    may_hold_formulas,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.outputs.registry import FORMATS

COLUMN_FILES = [one for one in FORMATS.values() if issubclass(one, ColumnFile)]
#: bits that break careless writers, alone and in any order
BITS = [
    "=",
    "+",
    "-",
    "@",
    "'",
    '"',
    ",",
    ";",
    "\n",
    "\r\n",
    "\t",
    "ä",
    "😀",
    "\u2028",
    " ",
    "7",
    "x" * 70,
    "a@b.example",
]
TEXTS = st.lists(st.one_of(st.sampled_from(BITS), st.text(max_size=5)), max_size=6).map("".join)
#: fields that the store has checked
CHECKED = {"username": "anna", "extension": "201", "sip_user": "201", "auth_method": "internal"}
NAMES = (
    "given_name", "surname", "email", "organisation", "phone", "mobile", "homephone", "fax", "notes", "language",
    "phonebook.mobile", "phonebook.homephone", "phonebook.fax", "phonebook.organisation", "phonebook.notes",
)  # fmt: skip


def lines_of(
    format_: type[ColumnFile], options: dict[str, Any], fields: dict[str, str], secret: str
) -> tuple[Any, ...]:
    """Return the columns, and the rows that a reader finds in the lines of one entry."""
    output = format_({"path": "/x", **options})
    entry = Entry("1", "user", fields["display_name"], fields, "", {"sip_password": secret})
    context = Context(Findings(), lambda key: f"uid {key}", lambda number: [number], lambda: ())
    text = output.head(1)
    for item in output.items(entry, context):
        text += output.one({**item.values, "secret": item.secret} if item.secret else item.values)
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    return output.columns(), header, rows, text


@pytest.mark.parametrize("format_", COLUMN_FILES, ids=lambda one: one.NAME)
@given(
    display_name=TEXTS.filter(str.strip),
    fields=st.dictionaries(st.sampled_from(NAMES), TEXTS.filter(bool), max_size=6),
    secret=st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=8, max_size=12),
    formulas=st.sampled_from(["keep", "text"]),
)
def test_a_line_is_a_line(
    format_: type[ColumnFile], display_name: str, fields: dict[str, str], secret: str, formulas: str
) -> None:
    every = {**fields, **CHECKED, "display_name": display_name}
    columns, header, rows, text = lines_of(format_, {"formulas": formulas}, every, secret)
    assert len(rows) <= 1
    assert text.count("\n") == len(rows) + 1, "a line break in a cell makes a line of its own elsewhere"
    for row in rows:
        assert len(row) == len(header)
        for column, cell in zip(columns, row, strict=True):
            if column.header == format_.SEALED_COLUMN:
                continue
            assert not column.limit or len(cell) <= column.limit
            assert formulas == "keep" or not is_formula(cell)
        if format_.NAME in ("threecx_users", "wazo_users"):
            assert row[header.index(format_.SEALED_COLUMN)] == secret


@pytest.mark.parametrize(
    ("number", "plain"),
    [
        ("+49 (0)171 / 234-567", "+49171234567"), ("(0171) 234", "0171234"), ("0171.234", "0171234"), ("*21", "*21"),
        ("+49\u00a0171", "+49171"),
    ],
)  # fmt: skip
def test_numbers_lose_what_only_people_read(number: str, plain: str) -> None:
    assert dialled(number) == plain


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("=1+1", True), ("@SUM(A1)", True), ("+49 991 1", False), ("-5", False), ("+cmd|' /C calc'!A0", True),
        ("\tx", True), ("a=b", False), ("", False), ("--", False), ("-- Office --", True),
    ],
)  # fmt: skip
def test_a_sign_before_a_number_is_no_formula(text: str, verdict: bool) -> None:
    assert is_formula(text) is verdict


@given(cells=st.lists(TEXTS.filter(lambda text: "\0" not in text), max_size=6))
def test_a_formula_among_several_cells_is_found(cells: list[str]) -> None:
    assert may_hold_formulas("".join(f"\0{cell}" for cell in cells)) is any(map(is_formula, cells))


@pytest.mark.parametrize(
    "columns", [{"Name": "display_name", "Mail": "email"}, {"Name": "display_name", "Mail": "email or ''"}]
)
def test_what_is_empty_is_no_value_however_it_is_worked_out(columns: Any) -> None:
    output = FORMATS["csv"]({"path": "/x", "columns": columns})
    entry = Entry("1", "phonebook_entry", "Anna", {"display_name": "Anna"}, "", {})
    context = Context(Findings(), lambda key: f"uid {key}", lambda number: [number], lambda: ())
    (item,) = output.items(entry, context)
    assert list(item.values.values()) == ["Anna"]
