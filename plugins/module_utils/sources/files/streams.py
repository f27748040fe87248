# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a file is, wherever it lives: bytes from a beginning to an end that is known to be the end."""

from __future__ import annotations

from typing import Any, Protocol

_BLOCK = 1 << 17


class BrokenOffError(Exception):
    """The bytes end too early, or are not those of one state of the file; the text is the reason, one sentence."""


class ByteStream(Protocol):
    """The bytes of one file, from its beginning to its end.

    `where` names it in messages, `warnings` is what there is to say about how it is reached, `validators` is what a
    later read may ask with whether it changed, `unchanged` says that it did not (there are no bytes then).
    """

    where: str
    warnings: list[str]
    validators: dict[str, Any]
    unchanged: bool

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, b"" at the end only; BrokenOffError when the rest cannot be had."""

    def check_end(self) -> None:
        """After the last byte: BrokenOffError unless these were all bytes of one state of the file."""

    def close(self) -> None:
        """Let go of it, read to its end or not."""


class Meter(Protocol):
    """What a read counts its bytes with; see sources.bounds."""

    def received(self, count: int) -> None:
        """Count bytes; raises BrokenOffError when these are too many, or the time is over."""


class MeteredStream:
    """A stream whose bytes are counted, and whose beginning can be looked at."""

    def __init__(self, stream: ByteStream, meter: Meter) -> None:
        self._stream, self.meter = stream, meter
        self._ahead = b""
        self._broken_off: BrokenOffError | None = None
        self.where = stream.where
        self.warnings = stream.warnings
        self.validators = stream.validators
        self.unchanged = stream.unchanged

    def read(self, size: int) -> bytes:
        """See ByteStream."""
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
            return data
        if self._broken_off is not None:
            raise self._broken_off
        data = self._stream.read(size)
        self.meter.received(len(data))
        return data

    def peek(self, size: int) -> bytes:
        """Return up to `size` bytes from where it stands, which `read` gives again; an error is raised there."""
        try:
            while len(self._ahead) < size and (more := self._stream.read(_BLOCK)):
                self._ahead += more
                self.meter.received(len(more))
        except BrokenOffError as error:
            self._broken_off = error
        return self._ahead

    def check_end(self) -> None:
        """See ByteStream."""
        self._stream.check_end()

    def close(self) -> None:
        """See ByteStream."""
        self._stream.close()


def changed_while_read(where: str) -> str:
    """Return the reason for a file whose size or time is not what it was at the start."""
    return (
        f"{where} changed while it was read; read it again when it is complete, and let its writer write to another "
        "name and rename the file at the end."
    )
