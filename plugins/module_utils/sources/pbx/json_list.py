# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A JSON list of objects, taken apart while it comes: what came whole before a break is usable."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import (
    BrokenOffError,
    ByteStream,
)

_PIECE = 65536
_LONGEST = 4 * 1024 * 1024  # characters of one object; more is a body that is something else
_BLANKS = " \t\r\n"


class NotAListError(Exception):
    """The body is no JSON list; the text completes "... sends"."""


class JsonList:
    """The objects of a list (RFC 8259), one after the other; numbers stay the texts they are.

    Raises NotAListError when the body is something else, BrokenOffError when the list does not come to its end.
    """

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
        self._text = codecs.getincrementaldecoder("utf-8-sig")()
        self._buffer, self._at, self._ended = "", 0, False
        self._count = 0  # of whole objects

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield every object."""
        if (begin := self._next()) != "[":
            raise NotAListError(self._what(begin))
        self._at += 1
        if self._next() == "]":
            self._at += 1
        else:
            yield from self._items()
        if self._next():
            raise BrokenOffError(f"{self._stream.where} is broken: there is more behind the end of its list.")
        self._stream.check_end()

    def _items(self) -> Iterator[dict[str, Any]]:
        mark = ","
        while mark == ",":
            begin = self._next()
            if begin == "]":
                raise BrokenOffError(self._invalid("a comma behind the last entry"))
            if begin not in ("{", ""):
                raise NotAListError("a list that holds something else than objects")
            yield self._item()
            self._count += 1
            mark = self._next()
            self._at += 1
        if mark != "]":
            raise BrokenOffError(self._broken())

    def _item(self) -> dict[str, Any]:
        while True:
            try:
                item, self._at = self._decoder.raw_decode(self._buffer, self._at)
            except (json.JSONDecodeError, RecursionError) as error:
                if len(self._buffer) - self._at > _LONGEST:
                    raise BrokenOffError(self._invalid(f"one of more than {_LONGEST >> 20} MiB")) from None
                if not self._more():
                    why = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
                    raise BrokenOffError(self._broken(why)) from None
            else:
                return dict(item)

    def _next(self) -> str:
        """Return the next character that is no blank, "" at the end."""
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _BLANKS:
                    return self._buffer[self._at]
                self._at += 1
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Read on; what is taken apart is let go of."""
        if self._ended:
            return False
        data = self._stream.read(_PIECE)
        self._ended = not data
        try:
            text = self._text.decode(data, final=self._ended)
        except UnicodeDecodeError as error:
            raise BrokenOffError(f"{self._stream.where} is not UTF-8, as JSON must be ({error.reason}).") from None
        self._buffer, self._at = self._buffer[self._at :] + text, 0
        return bool(data)

    def _broken(self, why: str = "something else than a comma between two entries") -> str:
        if self._ended:
            self._stream.check_end()  # has a better reason, if it was cut
            if not self._buffer.rstrip(_BLANKS).endswith("]"):
                return f"{self._stream.where} ends in the middle of its list."
        return self._invalid(why)

    def _invalid(self, why: str) -> str:
        said = f"{why[0].lower()}{why[1:]}"
        return (
            f"{self._stream.where} is not valid JSON behind entry {self._count}: {said}; check url, and what makes the"
            " list."
        )

    def _what(self, begin: str) -> str:
        if begin == "{":
            return "one JSON object, not a list of objects"
        if begin == "<":
            return "a web page, not a JSON list"
        return "something that is not a JSON list" if begin else "nothing, not even an empty list ([])"
