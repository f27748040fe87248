# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The body of a web server's answer: read piece by piece, unpacked, and proven to be whole."""

from __future__ import annotations

import http.client
import zlib
from typing import TYPE_CHECKING

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import BrokenOffError
from ansible_collections.telephony.connector.plugins.module_utils.web.failures import causes, reason

if TYPE_CHECKING:
    import requests


_LONGEST_LENGTH = 18  # digits


class Body:
    """The body of one answer. A length that is not reached or a chunk that is missing is not taken for an end."""

    def __init__(self, response: requests.Response, where: str, bounds: Bounds) -> None:
        self._where = where
        self._raw, self._bounds = response.raw, bounds
        self._received = 0
        self._lost = ""  # why there is no more to come
        headers = response.headers
        coding = headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in ("identity", "gzip", "x-gzip", ""):
            raise SourceError(f'{where} comes in the coding "{coding}", which was not asked for; check the server.')
        # unpacked here and not by urllib3, which takes a gzip stream without its end for a whole one
        self._gunzip = zlib.decompressobj(wbits=31) if "gzip" in coding else None
        self._chunked = "chunked" in headers.get("Transfer-Encoding", "").lower()
        length = headers.get("Content-Length", "")
        is_length = length.isascii() and length.isdecimal() and len(length) <= _LONGEST_LENGTH
        if length and not self._chunked and not is_length:
            raise SourceError(f"{where} cannot be read: the server tells a length that is no length; check url.")
        self._length = int(length) if is_length and not self._chunked else None

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes of the file, b"" at the end; BrokenOffError when the rest cannot be had."""
        if self._gunzip is None:
            return self._from_the_wire(size)
        try:
            return self._unpacked(size)
        except zlib.error as error:
            raise BrokenOffError(f"{self._where} is broken: its gzip coding cannot be undone ({error}).") from error

    def _unpacked(self, size: int) -> bytes:
        """Return up to `size` unpacked bytes: never more, however much a small body may unpack to."""
        while self._gunzip is not None:
            if self._gunzip.eof:
                # the end of one gzip member, or of all (RFC 1952, 2.2); only a read shows that the body ends as well
                packed = self._gunzip.unused_data or self._from_the_wire(size)
                if not packed:
                    break
                self._gunzip = zlib.decompressobj(wbits=31)
            else:
                packed = self._gunzip.unconsumed_tail or self._from_the_wire(size)
            data = self._gunzip.decompress(packed, size)
            if data or not packed:
                return data
        return b""

    def _from_the_wire(self, size: int) -> bytes:
        import urllib3

        if self._lost:
            raise BrokenOffError(self._broken(self._lost))
        try:
            data: bytes = self._raw.read(size, decode_content=False)
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            self._lost = "no more came in time" if _is_timeout(error) else reason(error)
            self._bounds.check()  # it may have been cut for that
            # what came of this piece is as good as what came before
            data = _partial(error)
            if not data:
                raise BrokenOffError(self._broken(self._lost)) from error
        self._received += len(data)
        if self._gunzip is not None:
            self._bounds.packed(len(data))  # they may unpack to nothing for ever
        return data

    def check_end(self) -> None:
        """After the last byte: BrokenOffError unless the body came whole."""
        if self._length is not None and self._received != self._length:
            raise BrokenOffError(self._broken("the connection ended too early"))
        if self._gunzip is not None and not self._gunzip.eof:
            raise BrokenOffError(
                f"{self._where} is cut off: its gzip coding has no end (after {self._received} bytes)."
            )
        if self._length is None and not self._chunked and self._gunzip is None:
            raise BrokenOffError(
                f"The completeness of {self._where} cannot be verified: no Content-Length; have the server send it."
            )

    def _broken(self, why: str) -> str:
        total = "" if self._length is None else f" of {self._length}"
        return f"{self._where} broke off after {self._received}{total} bytes ({why})."


def _partial(error: BaseException) -> bytes:
    for cause in causes(error):
        # urllib3 has a class of that name as well, which holds a number there
        if isinstance(cause, http.client.IncompleteRead) and isinstance(cause.partial, bytes):
            return cause.partial
    return b""


def _is_timeout(error: BaseException) -> bool:
    import urllib3

    return any(isinstance(one, (TimeoutError, urllib3.exceptions.TimeoutError)) for one in causes(error))
