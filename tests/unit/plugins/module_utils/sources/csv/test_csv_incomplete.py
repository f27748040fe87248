# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CSV files that break off or are empty: what can be used is, and the read is known to be incomplete."""

from __future__ import annotations

import tracemalloc

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import MAX_VALUE
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class


class TestFilesThatAreNotWhole:
    @pytest.mark.parametrize("enclosed", [False, True])
    def test_cut_at_any_byte_no_half_row_is_used(self, read_bytes, enclosed):
        rows = [("anna", "201", "Meier, Anna"), ("bert", "202", "Zwei\nZeilen"), ("carla", "203", 'mit "Spitznamen"')]
        text = "user,phone,name\r\n"
        ends = []
        for row in rows:
            cells = [f'"{cell}"'.replace('"', '""')[1:-1] if enclosed or cell != row[1] else cell for cell in row]
            text += ",".join(cells) + "\r\n"
            ends += [len(text) - 1, len(text)]
        data = text.encode()
        last = read_bytes(data, wanted=("user", "phone"))
        assert (last.rows, last.result.complete) == (rows, True)
        for size in range(data.index(b"\n") + 1, len(data)):
            whole = read_bytes(data[:size], wanted=("user", "phone"), checkpoint=last.result.checkpoint)
            assert whole.rows == rows[: len(whole.rows)], size
            assert not whole.unusable, size
            # cut right behind a row, or in its line break, nothing shows it; and the rows are whole
            assert whole.result.complete is (size in (data.index(b"\n") + 1, *ends)), size

    def test_an_enclosure_still_open_at_the_end(self, read_bytes):
        whole = read_bytes(b'a,b\n1,"x\ny"\n2,"open\n3,4\n')
        assert whole.rows == [("1", "x\ny")]
        assert not whole.result.complete
        assert "ends inside an enclosure that opens in the record from line 4 on" in whole.result.reason
        assert whole.result.checkpoint is None

    def test_a_last_row_that_is_short_and_has_no_line_break(self, read_bytes):
        whole = read_bytes(b"a,b,c\n1,2,3\n4,5")
        assert (whole.rows, whole.unusable, whole.result.complete) == ([("1", "2", "3")], [], False)
        assert "ends in the middle of line 3, after column 2 of 3 and without a line break" in whole.result.reason

    def test_a_last_row_without_line_break_is_fine_when_it_has_all_columns(self, read_bytes):
        whole = read_bytes(b"a,b\n1,2\n3,4")
        assert (whole.rows, whole.result.complete) == ([("1", "2"), ("3", "4")], True)
        assert whole.result.checkpoint["final_newline"] is False

    def test_a_file_that_ended_with_a_line_break_and_does_so_no_more(self, read_bytes):
        before = read_bytes(b"a,b\n1,2\n3,45\n").result.checkpoint
        whole = read_bytes(b"a,b\n1,2\n3,4", checkpoint=before)
        assert (whole.rows, whole.result.complete) == ([("1", "2")], False)
        assert "no longer ends with a line break as it did; it may be cut off in line 3" in whole.result.reason

    def test_a_checkpoint_of_other_options_says_nothing(self, read_bytes):
        before = read_bytes(b"a,b\n1,2\n3,45\n").result.checkpoint
        assert read_bytes(b"a,b\n1,2\n3,4", checkpoint=before, encoding="latin-1").result.complete

    def test_an_enclosure_that_swallows_rows_and_shows_at_the_next_one(self, read_bytes):
        whole = read_bytes(b'a,b,c\n1,"x,2\n3,y,4\n5,"z",6\n7,w,8\n')
        assert (whole.items, whole.result.complete) == ([], False)
        assert "cannot be read on after line 4: the record that begins in line 2" in whole.result.reason

    def test_an_enclosure_that_swallows_rows_and_makes_a_row_of_another_width(self, read_bytes):
        whole = read_bytes(b'a,b\n1,2\n3,"x\n4,y\n5,",z\n6,7\n')
        assert whole.rows == [("1", "2"), ("6", "7")]
        assert [item.rule for item in whole.unusable] == ["has 3 columns where the header has 2"]
        assert not whole.result.complete
        assert "The record in lines 3 to 5 of CSV file" in whole.result.reason

    def test_a_value_that_is_far_too_long(self, read_bytes):
        whole = read_bytes(b'a,b\n1,2\n3,"' + b"x,y\n" * (MAX_VALUE // 4 + 1))
        assert (whole.rows, whole.result.complete) == ([("1", "2")], False)
        assert "the record that begins in line 3 has a value of more than 65536 characters" in whole.result.reason
        assert "an enclosure in it is probably not closed" in whole.result.reason

    @pytest.mark.parametrize("enclosure", [b'"', b""])
    def test_a_value_that_is_far_too_long_in_one_line_costs_that_line(self, read_bytes, enclosure):
        long = enclosure + b"x" * 1_000_000 + enclosure
        whole = read_bytes(b"a,b\n1,2\n3," + long + b"\n4,5\n")
        assert (whole.rows, whole.result.complete) == ([("1", "2"), ("4", "5")], False)
        assert [(item.number, item.row) for item in whole.unusable] == [(3, ("3",))]
        assert "Line 3 of CSV file" in whole.result.reason
        assert "has a value of more than 65536 characters; it is left out" in whole.result.reason

    def test_what_follows_a_value_that_is_too_long_and_still_open_is_no_record(self, read_bytes):
        whole = read_bytes(b'a,b\n1,2\n3,"' + b"x" * (MAX_VALUE + 1) + b'\n4,5\n"\n6,7\n')
        assert (whole.rows, whole.unusable, whole.result.complete) == ([("1", "2")], [], False)

    def test_a_value_that_is_just_not_too_long(self, read_bytes):
        whole = read_bytes(b"a,b\n3," + b"x" * MAX_VALUE + b"\n4,5\n")
        assert (len(whole.rows), whole.result.complete) == (2, True)

    @pytest.mark.once
    @pytest.mark.parametrize("piece", [b'"\n",', b'"' + b"x" * 1000 + b'\n",'])
    def test_a_record_without_end_does_not_fill_the_memory(self, read, path, piece):
        path.write_bytes(b"a,b\n1,2\n" + piece * (30_000_000 // len(piece)))
        tracemalloc.start()
        try:
            whole = read({"path": str(path)})
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert (whole.rows, whole.result.complete) == ([("1", "2")], False)
        assert "has a record of more than 16 MiB from line 3 on" in whole.result.reason
        assert peak < 120_000_000

    @pytest.mark.parametrize("change", ["grow", "shrink", "touch"])
    def test_a_file_that_changes_while_it_is_read(self, path, change):
        import os

        path.write_bytes(b"a,b\n" + b"1,2\n" * 100_000)
        source = source_class("csv")({"path": str(path)})
        with source.read(frozenset({"a"}), None) as reading:
            items = iter(reading)
            next(items)
            if change == "grow":
                with path.open("ab") as file:
                    file.write(b"3,4\n")
            elif change == "shrink":
                os.truncate(path, 200_000)
            else:
                os.utime(path, (0, 0))
            list(items)
        assert not reading.result.complete
        assert "changed while it was read" in reading.result.reason

    def test_a_file_replaced_by_renaming_is_read_to_its_end(self, path):
        path.write_bytes(b"a,b\n" + b"1,2\n" * 100_000)
        with source_class("csv")({"path": str(path)}).read(frozenset({"a"}), None) as reading:
            items = iter(reading)
            next(items)
            new = path.with_suffix(".new")
            new.write_bytes(b"a,b\n")
            new.rename(path)
            assert len(list(items)) == 99_999
        assert reading.result.complete

    def test_a_read_that_is_given_up_is_not_complete(self, path):
        path.write_bytes(b"a,b\n1,2\n3,4\n")
        with source_class("csv")({"path": str(path)}).read(frozenset({"a"}), None) as reading:
            next(iter(reading))
        assert not reading.result.complete
        assert reading.result.checkpoint is None


class TestEmptyFiles:
    @pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n", b" \r\n", b"\xff\xfe"])
    def test_a_file_without_text_is_complete_and_empty(self, read_bytes, data):
        whole = read_bytes(data)
        assert (whole.columns, whole.items, whole.result.complete) == ((), [], True)
        assert whole.result.warnings[0].endswith('staff.csv" is empty.')

    @pytest.mark.parametrize("data", [b"a,b\n", b"a,b", b"a,b\r\n\r\n,\r\n"])
    def test_a_first_line_alone_is_complete_and_says_so(self, read_bytes, data):
        whole = read_bytes(data)
        assert (whole.columns, whole.items, whole.result.complete) == (("a", "b"), [], True)
        assert "but no record" in whole.result.warnings[0]
