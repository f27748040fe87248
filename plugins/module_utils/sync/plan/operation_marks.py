# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The marks of staged rows, of which a plan's digest is made: 16 bytes for each, so that a million need 16 MB."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

#: Length of the mark that stands for an operation in the plan's digest.
SIZE = 16
#: Stands for no mark: the digest looks at the row.
UNMARKED = bytes(SIZE)
#: Marks that are looked at at a time.
_MANY = 65536
_EACH = re.compile(rb"(?s).{%d}" % SIZE)


class OperationMarks:
    """The marks of rows by their sequence numbers, which begin with 1."""

    def __init__(self) -> None:
        self._marks = bytearray()  # one after the other

    def add(self, *marks: bytes) -> None:
        """Mark the rows that come next."""
        self._marks += marks[0] if len(marks) == 1 else b"".join(marks)

    def set(self, seq: int, mark: bytes) -> None:
        """Give a row the mark of the operation that it has become."""
        end = seq * SIZE
        self._marks[end - SIZE : end] = mark

    def clear(self) -> None:
        """Take all marks away."""
        self._marks = bytearray(len(self._marks))

    def known(self) -> Iterator[list[bytes]]:
        """Yield the marks of rows that have one, many at a time."""
        marks = memoryview(self._marks)
        for place in range(0, len(marks), _MANY * SIZE):
            some = _EACH.findall(marks[place : place + _MANY * SIZE])
            yield [mark for mark in some if mark != UNMARKED] if UNMARKED in some else some

    def unmarked(self, portion: int) -> Iterator[Sequence[int]]:
        """Yield the numbers of all other rows, of a `portion` of rows at a time."""
        last = len(self._marks) // SIZE
        for before in range(0, last, portion):
            rows = range(min(portion, last - before))
            marks = bytes(self._marks[before * SIZE : (before + portion) * SIZE])
            if UNMARKED not in marks:
                continue
            seqs = [before + 1 + row for row in rows if not any(marks[row * SIZE : (row + 1) * SIZE])]
            if seqs:
                yield seqs
