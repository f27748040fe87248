# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a CSV file on disk becomes: columns, records, and rows that cannot be used."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record


class TestWholeFiles:
    def test_rows_become_numbered_records_of_tuples(self, read_bytes):
        whole = read_bytes(b"a,b\n1,2\n3,4\n")
        assert whole.columns == ("a", "b")
        assert whole.items == [Record(2, ("1", "2")), Record(3, ("3", "4"))]
        assert {(type(item), type(item.row)) for item in whole.items} == {(Record, tuple)}
        assert (whole.result.complete, whole.result.reason, whole.result.warnings) == (True, "", [])
        assert whole.result.full
        assert not whole.result.unchanged

    def test_blank_lines_and_rows_without_any_value_are_skipped_and_count_as_lines(self, read_bytes):
        whole = read_bytes(b'\n \na,b\n\n1,2\n\n,\n  \n3,4\n , \n"",\t\n\n')
        assert whole.items == [Record(5, ("1", "2")), Record(9, ("3", "4"))]

    def test_the_mark_that_old_programs_put_at_the_end_is_no_record(self, read_bytes):
        whole = read_bytes(b"a,b\r\n1,2\r\n\x1a")
        assert (whole.rows, whole.result.complete) == ([("1", "2")], True)

    @pytest.mark.parametrize("data", [b"a\n1\n\n2\n", b'a\n1\n""\n2\n'])
    def test_one_column_is_enough(self, read_bytes, data):
        assert read_bytes(data, wanted=("a",)).rows == [("1",), ("2",)]

    def test_enclosures_hold_delimiters_line_breaks_and_doubled_enclosures(self, read_bytes):
        whole = read_bytes(b'a,b\n"x, y","one\ntwo\r\nthree"\n"say ""hi""",2\n')
        assert whole.rows == [("x, y", "one\ntwo\r\nthree"), ('say "hi"', "2")]
        assert whole.result.complete

    def test_without_enclosure_quotes_are_ordinary_characters(self, read_bytes):
        assert read_bytes(b'a,b\n"x",5"\n', enclosure="").rows == [('"x"', '5"')]

    @pytest.mark.parametrize(
        ("option", "character"), [(";", ";"), ("\t", "\t"), ("\\t", "\t"), ("TAB", "\t"), ("|", "|")]
    )
    def test_delimiters(self, read_bytes, option, character):
        assert read_bytes(f"a{character}b\n1,5{character}2\n".encode(), delimiter=option).rows == [("1,5", "2")]

    def test_a_file_of_many_blocks_keeps_its_rows(self, read_bytes):
        rows = [(f"user{number}", "x" * (number % 97) + "\r\n" * (number % 3 == 0)) for number in range(20_000)]
        data = "a,b\r\n" + "".join(f'{name},"{text}"\r\n' for name, text in rows)
        whole = read_bytes(data.encode())
        assert whole.rows == rows
        lines = data.count("\r\n")
        assert whole.items[-1].number == lines

    def test_home_directories_are_understood(self, read, path, monkeypatch):
        path.write_bytes(b"a,b\n1,2\n")
        monkeypatch.setenv("HOME", str(path.parent))
        assert read({"path": "~/staff.csv"}).rows == [("1", "2")]


class TestLineSeparators:
    @pytest.mark.parametrize("text", ["\n", "\r\n", "\r"])
    def test_auto_takes_any(self, read_bytes, text):
        whole = read_bytes(text.join(["a,b", "1,2", "3,4", ""]).encode())
        assert (whole.rows, whole.result.complete) == ([("1", "2"), ("3", "4")], True)
        assert whole.result.checkpoint["final_newline"] is True

    @pytest.mark.parametrize(("option", "text"), [("lf", "\n"), ("crlf", "\r\n"), ("cr", "\r")])
    @pytest.mark.parametrize("inner", ["\n", "\r\n", "\r"])
    def test_the_one_that_is_set_leaves_the_others_in_values_alone(self, read_bytes, option, text, inner):
        data = text.join(["a,b", f'"1{inner}2",3', "4,5"]).encode()
        assert read_bytes(data, line_separator=option).rows == [(f"1{inner}2", "3"), ("4", "5")]

    @pytest.mark.parametrize(
        ("option", "text", "found"),
        [("lf", "\r", "cr"), ("crlf", "\n", "lf"), ("cr", "\r\n", "crlf"), ("cr", "\n", "lf")],
    )
    def test_a_wrong_one_is_refused_and_the_right_one_named(self, read_bytes, option, text, found):
        with pytest.raises(SourceError, match=rf"line_separator \(now {option}, the file looks like {found}\)"):
            read_bytes(text.join(["a,b", "1,2", "3,4", ""]).encode(), line_separator=option)

    def test_a_break_of_two_bytes_may_lie_on_a_block_border(self, read_bytes):
        for missing in range(-2, 3):
            first, second = "x" * 65_530, "y" * ((1 << 17) - 65_530 - len("a,b\r\n,\r\n") + missing)
            whole = read_bytes(f"a,b\r\n{first},{second}\r\n2,3\r\n4".encode())
            assert whole.rows == [(first, second), ("2", "3")]
            assert "in the middle of line 4," in whole.result.reason

    def test_a_text_without_line_breaks_does_not_fill_the_memory(self, read_bytes):
        whole_line = b"x" * ((1 << 22) + (1 << 18))
        with pytest.raises(SourceError, match="more than 4194304 characters without a line break from line 1 on"):
            read_bytes(whole_line)


class TestFirstLine:
    def test_names_are_stripped(self, read_bytes):
        assert read_bytes(b' a ,"b "\n1,2\n').columns == ("a", "b")

    def test_two_columns_of_one_name_are_refused_with_both_numbers(self, read_bytes):
        with pytest.raises(SourceError, match=r'columns 1 and 3 of .*staff.csv" have the same name "A"'):
            read_bytes(b"a,b, A\n1,2,3\n")

    def test_columns_without_a_name_are_left_out(self, read_bytes):
        whole = read_bytes(b"a,,b,\n1,,2,\n")
        assert (whole.columns, whole.rows, whole.result.warnings) == (("a", "b"), [("1", "2")], [])

    def test_values_in_a_column_without_a_name_are_told_once(self, read_bytes):
        whole = read_bytes(b"a,,b\n1,x,2\n3,y,4\n")
        assert whole.rows == [("1", "2"), ("3", "4")]
        assert [warning for warning in whole.result.warnings if "Column 2" in warning] == whole.result.warnings
        assert len(whole.result.warnings) == 1

    @pytest.mark.parametrize(
        ("data", "found"),
        [
            (b"a;b;c\n1;2;3\n", 'a semicolon \\(3 columns\\): set delimiter: ";"'),
            (b"a\tb\n1\t2\n", 'a tab \\(2 columns\\): set delimiter: "\\\\t"'),
            (b"a|b\n1|2\n", "a vertical bar"),
            (b'"a";"b"\n1;2\n', "a semicolon"),
            (b"a;b;name, first\n1;2;3\n", "has 2 columns .* a semicolon"),
        ],
    )
    def test_a_wrong_delimiter_is_refused_and_the_right_one_named(self, read_bytes, data, found):
        with pytest.raises(SourceError, match=f'with the delimiter ",", but it looks separated by {found}|{found}'):
            read_bytes(data)

    def test_one_wanted_column_with_another_delimiter_in_its_neighbours_name_is_fine(self, read_bytes):
        assert read_bytes(b"a,x;y\n1,2\n").columns == ("a", "x;y")

    def test_letter_case_of_wanted_columns_does_not_count(self, read_bytes):
        assert read_bytes(b"A;x,b\n1,2\n", wanted=("B",)).columns == ("A;x", "b")

    def test_an_enclosure_that_is_never_closed_is_refused(self, read_bytes):
        with pytest.raises(SourceError, match="has an enclosure that is never closed"):
            read_bytes(b'a,"b\n1,2\n')


class TestRowsThatCannotBeUsed:
    def test_too_few_and_too_many_columns(self, read_bytes):
        whole = read_bytes(b"a,b,c\n1,2,3\n4\n5,6,7,8\n9,10,11\n")
        assert whole.rows == [("1", "2", "3"), ("9", "10", "11")]
        assert [(item.number, item.rule) for item in whole.unusable] == [
            (3, "has 1 column where the header has 3"),
            (4, "has 4 columns where the header has 3"),
        ]
        assert whole.result.complete

    def test_delimiters_at_the_end_of_a_row_hold_nothing(self, read_bytes):
        assert read_bytes(b"a,b\n1,2,\n3,4,,\n").rows == [("1", "2"), ("3", "4")]

    def test_a_nul_byte_is_named_with_its_column(self, read_bytes):
        whole = read_bytes(b"a,b\n1,2\n3,4\x005\n6,7\n\x00,8\n")
        assert whole.rows == [("1", "2"), ("6", "7")]
        assert [(item.number, item.field, item.rule) for item in whole.unusable] == [
            (3, "b", "holds a NUL byte"),
            (5, "a", "holds a NUL byte"),
        ]

    def test_text_after_a_closing_enclosure(self, read_bytes):
        whole = read_bytes(b'a,b\n"Otto "Fritz" Meier",1\n2,3\n')
        assert whole.rows == [("2", "3")]
        assert "text between a closing enclosure and the next delimiter" in whole.unusable[0].rule
        assert whole.result.complete

    @pytest.mark.parametrize("text", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("auto", [True, False])
    def test_what_a_broken_row_may_be_about_is_known(self, read_bytes, text, auto):
        separator = "auto" if auto else {"\n": "lf", "\r\n": "crlf", "\r": "cr"}[text]
        lines = ["a,b", *["1,2"] * 40_000, '"Otto "Fritz" Meier",anna', "3,4", 'carla,"x"y', ""]
        whole = read_bytes(text.join(lines).encode(), line_separator=separator)
        assert [item.row[-1] if item.row[-1] == "anna" else item.row[0] for item in whole.unusable] == ["anna", "carla"]
        assert [item.number for item in whole.unusable] == [40_002, 40_004]

    def test_a_line_break_that_is_not_the_separator(self, read_bytes):
        whole = read_bytes(b"a,b\n1\r5,2\n3,4\n", line_separator="lf")
        assert (whole.rows, whole.unusable[0].rule) == ([("3", "4")], "has a line break outside an enclosure")

    def test_values_are_never_shown_as_they_may_be_secrets(self, read_bytes):
        whole = read_bytes(b'a,b\n1,s3cret\x00\ns3cret\n"s3cret"x,2\n')
        assert [item.value for item in whole.unusable] == ["", "", ""]
        assert "s3cret" not in "".join(item.rule for item in whole.unusable)
