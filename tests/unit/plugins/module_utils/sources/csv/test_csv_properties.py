# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a CSV writer writes in any usual dialect and encoding is read back as it was."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests.examples import example_count

SEPARATORS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
LATIN = st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["Cc"])
ANY = st.characters(exclude_categories=["Cs", "Cc"])
BREAKS = st.sampled_from(["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", '"', '""', ",", ";", "\t", "'", "|"])


@st.composite
def files(draw):
    """A dialect, an encoding, rows of text that both can hold, and whether the last line ends."""
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1"]))
    character = LATIN if encoding == "latin-1" else ANY
    breaks = BREAKS.filter(lambda text: encoding != "latin-1" or text != "\u2028")
    cell = st.lists(st.one_of(character, breaks), max_size=6).map("".join)
    width = draw(st.integers(2, 5))
    rows = draw(st.lists(st.tuples(st.text("abc", min_size=1, max_size=3), *[cell] * (width - 1)), max_size=6))
    return {
        "encoding": encoding,
        "rows": rows,
        "names": tuple(f"c{number}" for number in range(width)),
        "delimiter": draw(st.sampled_from([",", ";", "\t", "|"])),
        "enclosure": draw(st.sampled_from(['"', "'"])),
        "separator": draw(st.sampled_from(sorted(SEPARATORS))),
        "quoting": draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])),
        "ends": draw(st.booleans()),
        "auto": draw(st.booleans()),
    }


def write(file) -> bytes:
    text = io.StringIO(newline="")
    separator = SEPARATORS[file["separator"]]
    writer = csv.writer(
        text,
        delimiter=file["delimiter"],
        quotechar=file["enclosure"],
        quoting=file["quoting"],
        lineterminator=separator,
    )
    writer.writerows([file["names"], *file["rows"]])
    whole = text.getvalue() if file["ends"] else text.getvalue().removesuffix(separator)
    return whole.encode(file["encoding"])


def read(data: bytes, **options):
    handle, path = tempfile.mkstemp(suffix=".csv")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        with source_class("csv")({"path": path, **options}).read(frozenset({"c0", "c1"}), None) as reading:
            return reading.columns, list(reading), reading.result
    finally:
        os.unlink(path)


def options_of(file):
    return {
        "encoding": file["encoding"],
        "delimiter": file["delimiter"],
        "enclosure": file["enclosure"],
        "line_separator": "auto" if file["auto"] else file["separator"],
    }


@example_count(250)
@given(files())
def test_what_was_written_is_read_back(file):
    columns, items, result = read(write(file), **options_of(file))
    assert columns == file["names"]
    assert [item.row for item in items] == file["rows"]
    assert {type(item) for item in items} <= {Record}
    assert [item.number for item in items] == lines_of(file)
    assert result.complete
    assert result.checkpoint["final_newline"] is file["ends"]


@example_count(150)
@given(files(), st.floats(0, 1))
def test_a_file_cut_anywhere_yields_whole_rows_only(file, part):
    data = write({**file, "ends": True})
    head = len(write({**file, "rows": [], "ends": True}))
    size = head + int((len(data) - head) * part)
    _columns, _items, whole = read(data, **options_of(file))
    try:
        _columns, items, result = read_cut(data[:size], whole.checkpoint, options_of(file))
    except SourceError as error:
        if "it is cut off" not in error.message:
            raise
        return  # inside a character of the first line's end, behind which "auto" looks
    assert [item.row for item in items] == file["rows"][: len(items)]
    assert result.complete is False or len(items) == len(file["rows"]) or size in line_ends(file)


def read_cut(data: bytes, checkpoint, options):
    """Read with a checkpoint that says that the file ended with a line break."""
    handle, path = tempfile.mkstemp(suffix=".csv")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        source: Any = source_class("csv")({"path": path, **options})
        identity = source._identity()
        with source.read(frozenset({"c0"}), {**checkpoint, "source": identity}) as reading:
            return reading.columns, list(reading), reading.result
    finally:
        os.unlink(path)


def lines_of(file) -> list[int]:
    """Return in which line each record begins."""
    found = []
    for count in range(len(file["rows"])):
        text = write({**file, "rows": file["rows"][:count], "ends": True}).decode(file["encoding"])
        if file["auto"]:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        found.append(text.count("\n" if file["auto"] else SEPARATORS[file["separator"]]) + 1)
    return found


def line_ends(file) -> set[int]:
    """Return the sizes at which a cut cannot be seen: behind a row, or inside its line break."""
    ends = set()
    step = 4 if "32" in file["encoding"] else 2 if "16" in file["encoding"] else 1
    for count in range(len(file["rows"]) + 1):
        size = len(write({**file, "rows": file["rows"][:count], "ends": True}))
        ends |= {size, size - step}
    return ends


@example_count(150)
@given(st.binary(max_size=300), st.sampled_from(["utf-8", "utf-16", "latin-1", "cp1252"]))
def test_any_bytes_end_in_records_or_one_clear_error(data, encoding):
    try:
        columns, items, result = read(b"c0,c1\n" + data if encoding != "utf-16" else data, encoding=encoding)
    except SourceError:
        return
    assert result.complete is not bool(result.reason)
    assert [item.number for item in items] == sorted({item.number for item in items})
    assert all(len(item.row) == len(columns) for item in items if isinstance(item, Record))
