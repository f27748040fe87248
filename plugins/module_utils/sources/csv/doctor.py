# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Trying a CSV file step by step: where it is, how it is written, and what profile fits its first line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError
from ansible_collections.telephony.connector.plugins.module_utils.sources.checking import (
    CheckError,
    Column,
    Sample,
    Steps,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv import dialect as dialects
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv import recognition
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.decoding import byte_order_mark
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.encoding_names import check_encoding
from ansible_collections.telephony.connector.plugins.module_utils.sources.files import doctor as files

_ALL = frozenset("*")
_LINES = 20  # by which a delimiter is told
_GUESSES = ("utf-8", "cp1252", "cp850", "mac-roman")
_USUAL_LETTERS = frozenset("äöüÄÖÜßéèêëàâáçñóôíîúûåæøœÉÈÀÇÑØÅ€–\u2019")


def examine(options: Mapping[str, Any], steps: Steps, wanted: frozenset[str]) -> Sample:
    """See Doctor."""
    head = files.examine(options, steps)
    if head is None:
        return Sample(options)
    if head.startswith(b"PK\x03\x04"):  # a workbook says itself how it is written
        return Sample(options, _ALL)
    if not head.strip():
        steps.add("header", False, "The file is empty: check where it is exported.")
        return Sample(options)
    options = dict(options)
    encoding = _encoding(head, options, steps)
    lines = head.decode(encoding, "replace").lstrip("\ufeff")
    _delimiter(lines, options, steps)
    return Sample(options, _ALL)


def suggest(template: str, options: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """See Doctor."""
    return recognition.suggest(template, columns)


def _encoding(head: bytes, options: dict[str, Any], steps: Steps) -> str:
    """Record whether the encoding is right, and put the one that is into the options; return its name in Python."""
    declared = options.get("encoding", "utf-8")
    try:
        name = check_encoding(declared)
    except ConnectorError as error:
        name = ""
        steps.add("encoding", False, error.message)
    _mark, marked = byte_order_mark(head)
    if marked:
        steps.add("encoding", True, f"The file says by its first bytes that it is {marked}.")
        return marked
    fault = _fault(head, name) if name else "?"
    if not fault:
        odd = _odd(head.decode(name, "replace"))
        better = _guess(head) if odd else declared
        if not odd or better == declared:
            steps.add("encoding", True, f"The text is {declared}.")
            return name
        fault = f"the text reads strangely as {declared} ({odd!r})"
    found = _guess(head)
    if fault != "?":
        steps.add("encoding", False, f"{fault}; it reads well as {found}: set encoding: {found}.")
    options["encoding"] = found
    return found


def _fault(head: bytes, encoding: str) -> str:
    """Return what is wrong with the bytes in an encoding, "" if nothing is; a character cut off at the end is fine."""
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            line = head.count(b"\n", 0, error.start) + 1
            return f"The file is not {encoding} (byte 0x{head[error.start]:02x} in line {line})"
    text = head.decode(encoding, "replace")
    return "The text holds NUL characters" if "\0" in text else ""


def _guess(head: bytes) -> str:
    """Return the encoding in which the text reads best: with usual letters rather than odd characters."""
    if head.count(b"\0") > len(head) // 4:
        return "utf-16"
    usable = [name for name in _GUESSES if not _fault(head, name)] or ["cp1252"]
    return max(usable, key=lambda name: (_score(head.decode(name, "replace")), -usable.index(name)))


def _score(text: str) -> int:
    return sum((1 if character in _USUAL_LETTERS else -1) for character in text if ord(character) > 127)


def _odd(text: str) -> str:
    """Return a piece of text that shows a wrong encoding, such as Ã¼ for ü, "" when there is none."""
    if _score(text) >= 0:
        return ""
    place = next(place for place, one in enumerate(text) if ord(one) > 127 and one not in _USUAL_LETTERS)
    return text[max(0, place - 4) : place + 4].splitlines()[0]


def _delimiter(text: str, options: dict[str, Any], steps: Steps) -> None:
    """Record whether the delimiter is right, and put the one that is into the options."""
    declared = dialects.Dialect.from_options(options)
    widths = {one: _width(text, one, declared.enclosure or '"') for one in {*dialects.DELIMITERS, declared.delimiter}}
    best = max(widths, key=lambda one: (widths[one], one == declared.delimiter))

    def check() -> str:
        if widths[best] > 1 and widths[declared.delimiter] < widths[best] and widths[declared.delimiter] <= 1:
            options["delimiter"] = "tab" if best == "\t" else best
            raise CheckError(
                f"With the delimiter {dialects.shown(declared.delimiter)} the first line is one column, with"
                f" {dialects.shown(best)} it is {widths[best]}: set delimiter: {dialects.shown(best)}."
            )
        width = widths[declared.delimiter]
        return f"The delimiter {dialects.shown(declared.delimiter)} makes {width} column{'s' if width != 1 else ''}."

    steps.run("delimiter", check)


def _width(text: str, delimiter: str, enclosure: str) -> int:
    """Return how many columns the first line has."""
    if delimiter == enclosure:
        return 0
    rows = csv.reader(io.StringIO("\n".join(text.splitlines()[:_LINES])), delimiter=delimiter, quotechar=enclosure)
    try:
        return len(next((row for row in rows if any(row)), []))
    except csv.Error:
        return 0
