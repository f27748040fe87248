# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encodings of CSV files: byte order marks, the ones companies have, and wrong ones told with the byte's position."""

from __future__ import annotations

import codecs

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError

TEXT = "a,b\r\nMüller,1\r\nStraße,2\r\n"
ROWS = [("Müller", "1"), ("Straße", "2")]
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@pytest.mark.parametrize("option", [None, "utf-8", "utf-16", "latin-1", "cp1252"])
@pytest.mark.parametrize("encoding", MARKS)
def test_a_byte_order_mark_decides_whatever_the_profile_says(read_bytes, encoding, option):
    whole = read_bytes(MARKS[encoding] + TEXT.encode(encoding), encoding=option)
    assert (whole.columns, whole.rows, whole.result.complete) == (("a", "b"), ROWS, True)


@pytest.mark.parametrize(
    ("option", "encoding"),
    [
        (None, "utf-8"),
        ("UTF8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
        ("latin-1", "latin-1"),
        ("iso-8859-15", "iso-8859-15"),
        ("cp1252", "cp1252"),
        ("windows-1252", "cp1252"),
        ("cp850", "cp850"),
    ],
)
def test_encodings_without_a_mark(read_bytes, option, encoding):
    whole = read_bytes(TEXT.encode(encoding), encoding=option)
    assert (whole.rows, whole.result.complete, whole.result.warnings) == (ROWS, True, [])


@pytest.mark.parametrize("encoding", ["gb18030", "shift_jis", "euc_jp", "big5"])
def test_encodings_of_several_bytes_across_block_borders(read_bytes, encoding):
    rows = [("山田" + "x" * (number % 3), str(number)) for number in range(30_000)]
    data = "a,b\n" + "".join(f"{name},{number}\n" for name, number in rows)
    assert read_bytes(data.encode(encoding), encoding=encoding).rows == rows


@pytest.mark.parametrize("before", [0, 1, 5_000, 40_000])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_wrong_byte_is_named_with_its_position_and_line(read_bytes, mark, before):
    data = mark + b"a,b\n" + "Müller,1\n".encode() * before + "Müller".encode("cp1252") + b",2\nMeier,3\n"
    position = data.index(b"\xfc")
    text = f"is not utf-8: byte 0xfc at position {position} (from 0) in line {before + 2} does not fit"
    if not before:
        with pytest.raises(SourceError) as caught:
            read_bytes(data)
        assert text in caught.value.message
        assert "set encoding to what the file has, e.g. cp1252" in caught.value.message
        return
    whole = read_bytes(data)
    assert whole.rows == [("Müller", "1")] * before
    assert not whole.unusable
    assert not whole.result.complete
    assert text in whole.result.reason
    assert whole.result.checkpoint is None


def test_a_wrong_byte_in_the_first_line_fails(read_bytes):
    with pytest.raises(SourceError, match=r"byte 0xfc at position 3 \(from 0\) in line 1"):
        read_bytes("a,Büro\n1,2\n".encode("cp1252"))


def test_a_wrong_byte_inside_an_enclosure_gives_no_half_row(read_bytes):
    whole = read_bytes('a,b\n1,2\n3,"x\ny\nM\xfcller"\n4,5\n'.encode("latin-1"))
    assert (whole.rows, whole.unusable, whole.result.complete) == ([("1", "2")], [], False)
    assert "in line 5" in whole.result.reason


def test_a_byte_that_a_one_byte_encoding_does_not_have(read_bytes):
    whole = read_bytes(b"a,b\n1,2\n3,\x81\n", encoding="cp1252")
    assert not whole.result.complete
    assert "is not cp1252: byte 0x81 at position 10 (from 0) in line 3" in whole.result.reason
    assert "e.g. utf-8" in whole.result.reason


@pytest.mark.parametrize(("encoding", "cut"), [("utf-8", 1), ("utf-16-le", 1), ("utf-32-le", 3)])
def test_a_file_cut_inside_a_character(read_bytes, encoding, cut):
    data = MARKS[encoding] + ("a,b\n1,2\n3," + "ü").encode(encoding)[:-cut]
    whole = read_bytes(data)
    assert (whole.rows, whole.result.complete) == ([("1", "2")], False)
    assert "ends in the middle of a utf" in whole.result.reason


def test_utf_16_without_a_mark_is_recognised_where_utf_8_is_set(read_bytes):
    with pytest.raises(SourceError, match="holds NUL bytes; it is probably utf-16: set encoding: utf-16"):
        read_bytes("a,b\n1,2\n".encode("utf-16-le"))


def test_utf_16_is_not_made_of_a_file_without_zero_bytes(read_bytes):
    with pytest.raises(SourceError, match=r"does not look like utf-16 .*set encoding .* e.g. utf-8"):
        read_bytes(TEXT.encode(), encoding="utf-16")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_utf_8_read_as_something_else_is_a_warning(read_bytes, encoding):
    whole = read_bytes(TEXT.encode(), encoding=encoding)
    assert whole.rows[0][0] == "MÃ¼ller"
    assert f"is read as {encoding} but looks like utf-8" in whole.result.warnings[0]
