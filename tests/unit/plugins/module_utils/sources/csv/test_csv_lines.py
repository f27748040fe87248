# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines that are a record each are told without the parser: they come to what the parser makes of the whole file."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.sources.csv import decoding
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.dialect import Dialect
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.lines import PlainLines
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.rows import Rows
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.source import CsvSource
from ansible_collections.telephony.connector.plugins.module_utils.sources.portions import Sealed, portions_of

PIECES = st.sampled_from([*'a,b;"\n" \r\0\x1a', '"x"', '"x,y"', '""', "\r\n", "\n", "a,b\n", '"a","b"\n', 'c,"d\n'])
TEXTS = st.lists(PIECES, max_size=24).map("".join)
ENCLOSURES = st.sampled_from(['"', ""])
SEPARATORS = st.sampled_from(["auto", "lf", "crlf", "cr"])


def items_of(path, options):
    """Return what is read of the file, and how the read ended."""
    with CsvSource({"path": str(path), **options}).read(frozenset({"a"}), None) as reading:
        items = list(reading)
    return items, reading.result


@settings(max_examples=600, deadline=None)
@given(TEXTS, ENCLOSURES, SEPARATORS, st.integers(1, 9))
def test_a_file_is_read_as_if_the_parser_read_it_all(tmp_path_factory, text, enclosure, separator, block):
    path = tmp_path_factory.getbasetemp() / "lines.csv"
    ends = {"crlf": "\r\n", "cr": "\r"}.get(separator, "\n")
    path.write_bytes(f"a,b{ends}1,2{ends}".encode() + text.encode())
    options = {"enclosure": enclosure, "line_separator": separator}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "BLOCK", block)
        told = items_of(path, options)
        patch.setattr(PlainLines, "of_block", lambda *_: None)
        patch.setattr(PlainLines, "of_line", lambda *_: None)
        parsed = items_of(path, options)
    assert told == parsed


@settings(max_examples=600, deadline=None)
@given(TEXTS, ENCLOSURES, st.sampled_from(",;"))
def test_a_line_that_is_told_to_be_a_record_is_one_wherever_it_stands(text, enclosure, delimiter):
    dialect = Dialect(delimiter, enclosure, "auto")
    plain = PlainLines(dialect, 99)
    options = dialect.reader_options()
    bodies = plain.of_block(text) if text else None
    lines = [line for line in text.splitlines(keepends=True) if line.strip("\r\n")]
    if bodies is not None:
        # the parser makes as many rows of all of it, and the same of each by itself
        rows = [*csv.reader(text.splitlines(keepends=True), **options)]
        assert rows == [*csv.reader(bodies, **options)] == [next(csv.reader([body], **options)) for body in bodies]
        assert [plain.of_line(f"{body}\n") for body in bodies] == bodies == [*map(plain.of_row, rows)]
    elif text.endswith("\n") and text.count("\n") == len(lines) and "\r" not in text:
        assert None in [plain.of_line(line) for line in lines]


@pytest.mark.parametrize(
    "line",
    ["", " ", ",", '"",""', '5" disk,x', 'a,"b', 'a"b","c"', 'a,"b"c', 'a,"b""c"', "a\0,b", "a\rb,c", 'a,"b\nc"'],
)
def test_a_line_about_which_only_the_parser_can_tell_is_left_to_it(line):
    plain = PlainLines(Dialect(",", '"', "auto"), 2)
    assert plain.of_line(f"{line}\n") is None
    assert plain.of_block(f"a,b\n{line}\nc,d\n") is None


def test_ordinary_lines_are_told_whatever_their_line_breaks(tmp_path):
    lines = ["anna,Anna", '"ben","Ben, B."', 'carla,"C ""x"" D"', "dora,Dora"]
    for end in ("\n", "\r\n"):
        (tmp_path / "x.csv").write_bytes(end.join(["login,name,", *lines, ""]).encode())
        with CsvSource({"path": str(tmp_path / "x.csv")}).read(frozenset({"login"}), None) as reading:
            assert not any(isinstance(part, Sealed) for part in portions_of(reading))  # a column has no name
        (tmp_path / "x.csv").write_bytes(end.join(["login,name", *lines, ""]).encode())
        with CsvSource({"path": str(tmp_path / "x.csv")}).read(frozenset({"login"}), None) as reading:
            sent = [one for part in portions_of(reading) if isinstance(part, Sealed) for one in part.sent]
        assert sent == [b"anna,Anna", b'ben,"Ben, B."', b"dora,Dora"]


# ---------------------------------------------------------------------- what a sync does with it


STAFF = [f"user{number},User {number},{1000 + number}" for number in range(600)]


@pytest.fixture
def parsed(monkeypatch):
    """The lines that are handed to the parser to be opened, as a list that grows."""
    opened = []
    of_rows = Rows.sorted_out

    def note(self, rows, begins, ends):
        opened.extend(row[0] for row in rows)
        return of_rows(self, rows, begins, ends)

    monkeypatch.setattr(Rows, "sorted_out", note)
    return opened


def test_lines_that_did_not_change_are_not_parsed_wherever_they_are_now(system, parsed):
    system.profile()
    header, end = "username,displayname,phone", "\r\n"
    assert system.import_csv(end.join([header, *STAFF, ""]))["counts"]["created"] == 600
    parsed.clear()
    assert system.import_csv(end.join([header, *STAFF, ""]))["counts"]["unchanged"] == 600
    assert parsed == []
    # other line breaks, another order, and people among them about whom only the parser can tell
    moved = [
        *STAFF[300:],
        'anna,"Anna ""A"" A",3001',
        *STAFF[:300],
        "broken",
        'ben,"Ben',
        'B",3002',
        "user7,User seven,1007",
    ]
    counts = system.import_csv("\n".join([header, *moved, ""]))["counts"]
    assert {name: count for name, count in counts.items() if count} == {
        "read": 604, "created": 2, "unchanged": 600, "rejected": 1, "conflicts": 1
    }  # fmt: skip
    assert sorted(parsed) == ["anna", "ben", "broken", "user7"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("a,b,,", "a,b"),
        ("a,b,", "a,b"),
        ("a,", "a,"),
        (',"x,y",,', ',"x,y"'),
        ('"x,y",', '"x,y",'),
        ("a,b,c,", "a,b,c,"),
        ('a,"b,",', 'a,"b,"'),
        ('a,"",,,', "a,"),
    ],
)
def test_what_is_empty_beyond_the_columns_is_not_told(line, told):
    plain = PlainLines(Dialect(",", '"', "auto"), 2)
    assert plain.of_line(f"{line}\n") == told
    assert plain.of_block(f"{line}\nc,d\n") == [told, "c,d"]


SAME = ["a,Anna,100", '"a",Anna,"100"', "a,Anna,100,"]


@pytest.mark.parametrize("again", SAME)
@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("end", ["\n", ""])
def test_a_record_that_stands_twice_is_one_however_it_is_written(system, again, known, end):
    system.profile()
    header, first = "username,displayname,phone", "a,Anna,100\nb,Ben,101"
    if known:
        assert system.import_csv(f"{header}\n{first}\n")["counts"]["created"] == 2
    result = system.import_csv(f"{header}\n{first}\n{again}{end}")
    counts = result["counts"]
    assert (counts["created"] + counts["unchanged"], counts["conflicts"]) == (2, 0)
    assert any("record is a repetition" in warning for warning in result["warnings"]) or known


def test_who_stands_twice_with_another_number_is_one_or_in_conflict(system):
    system.profile(max_renumbered="100%")
    header = "username,displayname,phone"
    system.import_csv(f"{header}\na,Anna,100\nb,Ben,101\n")
    conflict = system.import_csv(f"{header}\na,Anna,200\na,Anna B,201\nb,Ben,101\n", check=True)["counts"]
    assert (conflict["conflicts"], conflict["unchanged"]) == (2, 1)
    counts = system.import_csv(f"{header}\na,Anna,200\na,Anna,200\nb,Ben,101\n")["counts"]
    assert (counts["updated"], counts["conflicts"], counts["unchanged"]) == (1, 0, 1)


def test_changes_come_in_the_order_of_the_file_whoever_reads_its_lines(system):
    system.profile()
    lines = ['a,"Anna\nA",100', "b,Ben,101", 'c,"Carl, C",102', 'd,"Dora ""D""",103', "e,Emil,104"]
    result = system.import_csv("\n".join(["username,displayname,phone", *lines]))
    assert [change["name"] for change in result["changes"]] == ["a", "b", "c", "d", "e"]


def test_what_a_person_is_told_of_a_line_does_not_depend_on_who_reads_it(system):
    system.profile()
    text = "username,displayname,phone\nanna,Anna,101,too,many\nben,Ben,102\ncarl,Carl\n"
    first, again = system.import_csv(text), system.import_csv(text)
    assert first["rejected"] == again["rejected"]
    assert [(one["record"], one["rule"]) for one in again["rejected"]] == [
        (2, "has 5 columns where the header has 3"), (4, "has 2 columns where the header has 3")
    ]  # fmt: skip
    assert again["counts"]["unchanged"] == 1
