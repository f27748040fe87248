# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""How much a read may take, whatever the source: time, bytes, the size of an answer, a record and a value.

A read makes one `Bounds` (a context manager) and hands it to all that waits or receives. What goes beyond makes the
read incomplete, so that nothing is removed, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Cell,
    ReadResult,
    Record,
    Unusable,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import BrokenOffError
from ansible_collections.telephony.connector.plugins.module_utils.web.deadline import Deadline

MAX_SECONDS = 3600
MAX_BYTES = 4 << 30
#: Of one answer that is taken apart as a whole: a page of Graph, an answer of EWS.
MAX_ANSWER = 64 << 20
MAX_RECORD = 16 << 20
MAX_VALUE = 64 << 10  # characters


class LimitReachedError(BrokenOffError, SourceError):
    """A read takes longer, or brings more, than it may. Before the first record it fails the read, later it ends it."""


class Bounds(Deadline):
    """The bounds of one read, from its opening to its end. `where` names the source in messages.

    Connections that are given to `watch` are cut when the time is over.
    """

    def __init__(self, where: str, max_seconds: float = MAX_SECONDS, max_bytes: int = MAX_BYTES) -> None:
        self._where, self._max_seconds, self._max_bytes = where, max_seconds, max_bytes
        super().__init__(max_seconds)
        self._received = self._packed = 0

    @classmethod
    def from_options(cls, options: Mapping[str, Any], where: str) -> Bounds:
        """Make them from the source options `max_seconds` and `max_bytes`; the time begins now."""
        return cls(where, options.get("max_seconds", MAX_SECONDS), options.get("max_bytes", MAX_BYTES))

    def __enter__(self) -> Bounds:
        return self

    def check(self) -> None:
        """Raise LimitReachedError when the time is over. Also to be called where a connection failed: it was cut."""
        if self.is_over:
            raise LimitReachedError(
                f"{self._where} could not be read to its end within {self._max_seconds:g} seconds; look why it is slow,"
                " or raise max_seconds."
            )

    def received(self, count: int) -> None:
        """Count bytes that came (unpacked); LimitReachedError when these are too many, or the time is over."""
        self._received += count
        self._check_bytes(self._received)

    def packed(self, count: int) -> None:
        """Count bytes that came and are still to be unpacked; raises as `received` does."""
        self._packed += count
        self._check_bytes(self._packed)

    def _check_bytes(self, count: int) -> None:
        if count > self._max_bytes:
            raise LimitReachedError(
                f"{self._where} is larger than {self._max_bytes} bytes, so the rest is not read; if that is meant,"
                " raise max_bytes."
            )
        self.check()

    def check_answer(self, size: int) -> None:
        """Raise LimitReachedError for one answer of more than MAX_ANSWER bytes."""
        if size > MAX_ANSWER:
            raise LimitReachedError(
                f"{self._where} sends an answer of more than {MAX_ANSWER >> 20} MiB, which is not read; check what"
                " answers there."
            )


def is_within(row: Sequence[Cell]) -> bool:
    """Say whether no value of a row is larger than MAX_VALUE, and the row not larger than MAX_RECORD."""
    total = 0
    for cell in row:
        for value in (cell,) if isinstance(cell, str) else cell or ():
            if len(value) > MAX_VALUE:
                return False
            total += len(value)
    return total <= MAX_RECORD


def checked(record: Record, columns: Sequence[str], result: ReadResult, where: str) -> Record | Unusable:
    """Return the record, or what stands for it when a value or all of it is too large; then `result` is incomplete.

    To be called for each record, or for those that came in more than MAX_VALUE bytes.
    """
    if is_within(record.row):
        return record
    field, rule = "", f"has more than {MAX_RECORD >> 20} MiB"
    for name, cell in zip(columns, record.row, strict=True):
        if any(len(value) > MAX_VALUE for value in ((cell,) if isinstance(cell, str) else cell or ())):
            field, rule = name, too_long()
            break
    tell_too_large(result, where, record.number, rule, field)
    return Unusable(record.number, tuple(map(_shortened, record.row)), field, "", rule)


def too_long() -> str:
    """Return the rule that a value of more than MAX_VALUE characters breaks; completes "the record ..."."""
    return f"has a value of more than {MAX_VALUE} characters"


def tell_too_large(result: ReadResult, where: str, number: int, rule: str, field: str = "") -> None:
    """Make a read incomplete for a record that is too large; the first reason counts."""
    if result.complete:
        column = f" in {field}" if field else ""
        result.complete = False
        result.reason = f"Record {number} of {where} {rule}{column}; it is left out: shorten it in the source."


def _shortened(cell: Cell) -> Cell:
    if isinstance(cell, str) or cell is None:
        return cell if cell is None or len(cell) <= MAX_VALUE else ""
    return [value for value in cell[:1000] if len(value) <= MAX_VALUE]
