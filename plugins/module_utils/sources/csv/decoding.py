# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Bytes become lines: byte order marks, encodings, line separators and NUL bytes, a block at a time."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import MAX_RECORD
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.encoding_names import check_encoding
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import (
    BrokenOffError,
    ByteStream,
)

BLOCK = 1 << 17
LONGEST_LINE = (
    1 << 22
)  # characters; a text without line breaks (a wrong separator, a binary file) must not fill the memory
SEPARATORS = {"auto": "", "lf": "\n", "crlf": "\r\n", "cr": "\r"}
# UTF-32 first: its little-endian mark begins with that of UTF-16
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


# what people take for a CSV file: how it begins, what it is, and what to do
_OTHERS = (
    (b"\x1f\x8b", "compressed with gzip", "unpack it"),
    (b"%pdf", "a PDF", "export a CSV file"),
    (b"<!doctype html", "a web page", "check where it comes from: it may be a page to sign in"),
    (b"<html", "a web page", "check where it comes from: it may be a page to sign in"),
)


def byte_order_mark(data: bytes) -> tuple[bytes, str]:
    """Return the mark that a file begins with and the encoding that it stands for; both empty where there is none."""
    return next(((mark, encoding) for mark, encoding in _MARKS if data.startswith(mark)), (b"", ""))


class TextLines:
    """The text of a byte stream, a block of whole lines at a time; only the last line may lack its line break."""

    def __init__(self, stream: ByteStream, encoding: str, line_separator: str, must_end_with_newline: bool) -> None:
        self._stream = stream
        self.where = stream.where
        self._encoding = check_encoding(encoding)
        self._called = encoding  # ... in messages
        self._newline = SEPARATORS[line_separator]
        self._must_end_with_newline = must_end_with_newline
        self._first_block = ""
        self._blocks: Iterator[str] = self._whole_lines()
        self._broken_off: BrokenOffError | None = None
        self._lines_before = 0
        self._block_line = self._block_size = 0  # of the last block: the lines before it, and its characters
        self._open_size = 0  # of the blocks in which a record has been open so far
        self.failure = ""  # why the text ends before its end, one sentence
        self.wrong_encoding = False  # ... and that this is why
        self.has_nul = False  # from now on rows have to be searched for NUL
        self.in_last_line = False  # the block handed out last is the last line, which has no line break
        self.final_newline: bool | None = None  # None: there is no text
        self.warnings = list(stream.warnings)

    def next_block(self, open_since: int | None) -> str:
        """Return the next lines, "" at the end; `open_since`: the lines before a record that goes on in them."""
        if open_since is None or open_since >= self._block_line:
            self._open_size = 0
        self._open_size += self._block_size
        if open_since is not None and self._open_size > MAX_RECORD:
            self.failure = (
                f"{self.where} has a record of more than {MAX_RECORD >> 20} MiB from line {open_since + 1} on;"
                " an enclosure in it is probably not closed."
            )
            self._blocks = iter(())
        return next(self._blocks, "")

    def beginning(self, count: int) -> tuple[str, str]:
        """Return the text of the first `count` lines, and as much of what follows as the first block holds."""
        head = "".join(islice(self.split(self._first_block), count))
        return head, self._first_block[len(head) :]

    def _whole_lines(self) -> Iterator[str]:
        rest = ""
        for text in self._texts():
            self.has_nul = self.has_nul or "\0" in text
            text = rest + text
            cut = self._after_last_break(text)
            rest = text[cut:]
            if cut:
                yield self._counted(text[:cut])
            if len(rest) > LONGEST_LINE:
                self.failure = (
                    f"{self.where} has more than {LONGEST_LINE} characters without a line break from line "
                    f"{self._lines_before + 1} on; check encoding and line_separator."
                )
                break
        if not self.failure:
            yield from self._last_line(rest)

    def _last_line(self, rest: str) -> Iterator[str]:
        if not rest:
            return
        self.final_newline = self._newline == "" and rest.endswith("\r")
        if self._must_end_with_newline and not self.final_newline:
            # its last record may lack the end of its last value, which nothing else would show
            self.failure = (
                f"{self.where} no longer ends with a line break as it did; it may be cut off in line "
                f"{self._lines_before + 1}, which is left out: write it again, or end its last line with a line break."
            )
            return
        self.in_last_line = not self.final_newline
        yield self._counted(rest)

    def _counted(self, text: str) -> str:
        self._first_block = self._first_block or text
        self._block_line, self._block_size = self._lines_before, len(text)
        self._lines_before += _count_lines(text)
        if not self.in_last_line:
            self.final_newline = True
        return text

    def split(self, text: str) -> Iterable[str]:
        """Return the lines of a text with their line breaks."""
        if self._newline in ("", "\n"):
            return StringIO(text, newline=self._newline)  # the fastest way; with the others it would change line breaks
        lines = [line + self._newline for line in text.split(self._newline)]
        lines[-1] = lines[-1].removesuffix(self._newline)
        return lines if lines[-1] else lines[:-1]

    def _after_last_break(self, text: str) -> int:
        if self._newline:
            return text.rfind(self._newline) + len(self._newline) if self._newline in text else 0
        # a CR at the very end may be the first half of CR LF
        end = len(text) - text.endswith("\r")
        return max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1

    def _texts(self) -> Iterator[str]:
        """Yield the decoded text in pieces; ends early with `failure` set."""
        try:
            data = self._first_bytes()
            self._refuse_others(data)
            offset = self._skip_mark(data)
            data = data[offset:]
            decoder = codecs.getincrementaldecoder(self._encoding)()
            while data:
                pending = len(decoder.getstate()[0])
                try:
                    yield decoder.decode(data)
                except UnicodeDecodeError as error:
                    yield self._before_the_error(error, offset - pending)
                    return
                offset += len(data)
                data = self._next_bytes()
            if decoder.getstate()[0]:
                self._cut_character(offset)
                return
            self._stream.check_end()
        except BrokenOffError as error:
            self.failure = str(error)

    def _first_bytes(self) -> bytes:
        """Return the first block; a stream may give less than a mark is long."""
        data = b""
        try:
            while len(data) < 64 and (more := self._stream.read(BLOCK)):
                data += more
        except BrokenOffError as error:
            if not data:
                raise
            self._broken_off = error  # after what did come
        return data

    def _next_bytes(self) -> bytes:
        if self._broken_off is not None:
            raise self._broken_off
        return self._stream.read(BLOCK)

    def _refuse_others(self, data: bytes) -> None:
        beginning = data[:64].removeprefix(codecs.BOM_UTF8).lstrip().lower()
        for mark, what, advice in _OTHERS:
            if beginning.startswith(mark.lower()):
                raise BrokenOffError(f"{self.where} is {what}, not CSV; {advice}.")

    def _skip_mark(self, data: bytes) -> int:
        """Return the length of the byte order mark, which decides the encoding whatever the profile says."""
        mark, encoding = byte_order_mark(data)
        if mark:
            self._encoding = self._called = encoding
        else:
            self._doubt_encoding(data)
        return len(mark)

    def _doubt_encoding(self, data: bytes) -> None:
        if self._encoding.startswith(("utf-16", "utf-32")):
            if data and b"\0" not in data:
                # even Chinese text has delimiters and line breaks, and these have zero bytes
                self.wrong_encoding = True
                raise BrokenOffError(
                    f"{self.where} does not look like {self._called} (at position 0 is no byte order mark, and no "
                    "byte is zero); set encoding to what the file has, e.g. utf-8."
                )
        elif _one_byte_each(self._encoding) and _reads_as_utf8(data):
            self.warnings.append(
                f"{self.where} is read as {self._called} but looks like utf-8; if names come out wrong, set "
                "encoding: utf-8."
            )

    def _before_the_error(self, error: UnicodeDecodeError, offset: int) -> str:
        """Tell the error and return the text before it, of which the unfinished line is left out later."""
        good = bytes(error.object[: error.start]).decode(self._encoding, "ignore")
        line = self._lines_before + 1 + _count_lines(good)
        self.wrong_encoding = True
        self.failure = (
            f"{self.where} is not {self._called}: byte 0x{error.object[error.start]:02x} at position "
            f"{offset + error.start} (from 0) in line {line} does not fit; set encoding to what the file has, e.g. "
            f"{'utf-8' if self._encoding != 'utf-8' else 'cp1252'}."
        )
        return good

    def _cut_character(self, size: int) -> None:
        self.failure = (
            f"{self.where} ends in the middle of a {self._called} character at position {size} (from 0); "
            "it is cut off, or encoding is not what the file has."
        )


def _count_lines(text: str) -> int:
    lone = text.count("\r") - text.count("\r\n") if "\r" in text else 0
    return text.count("\n") + lone


def _one_byte_each(encoding: str) -> bool:
    return len(bytes(range(128, 256)).decode(encoding, "ignore")) > 64  # in others most of these need a second byte


def _reads_as_utf8(data: bytes) -> bool:
    if data.isascii():
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True
