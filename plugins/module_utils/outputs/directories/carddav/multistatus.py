# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reads the answers of a WebDAV server (multistatus, RFC 4918 section 13) while they come.

Document types, and with them entities, are refused; nesting and texts are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

_DEEPEST = 40  # elements in each other
_LONGEST = 4 << 20  # characters of one text, cards with pictures included
_STATUS = re.compile(r"HTTP/[0-9.]+ ([0-9]{3})")
_DAV, _CARDDAV = "DAV: ", "urn:ietf:params:xml:ns:carddav "


class NotMultistatusError(ValueError):
    """It is no such answer; the text says why, to complete "the server's answer ..."."""


@dataclass
class Resource:
    """What an answer says of one address. `status` is 0 where each property has its own; "" is for what is not told."""

    href: str = ""
    status: int = 0
    etag: str = ""
    card: str = ""
    is_collection: bool = False
    is_book: bool = False


def resources(pieces: Iterable[bytes]) -> Iterator[Resource]:
    """Yield the resources of an answer, from its bytes; raises NotMultistatusError."""
    reader = _Reader()
    try:
        for piece in pieces:
            reader.parser.Parse(piece, False)
            yield from reader.take()
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise NotMultistatusError(f"is no XML ({error})") from None
    yield from reader.take()


class _Reader:
    """What expat calls back."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self._done: list[Resource] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0
        self._resource = Resource()
        self._found: dict[str, str] = {}  # of the propstat just read
        self._status = 0

    def take(self) -> list[Resource]:
        """Return the resources that have come to their end since."""
        done, self._done = self._done, []
        return done

    def _refuse(self, *_declaration: object) -> None:
        raise NotMultistatusError("holds a document type in its XML, which no address book needs")

    def _start(self, name: str, _attributes: object) -> None:
        if not self._path and name != f"{_DAV}multistatus":
            raise NotMultistatusError("is no multistatus of WebDAV")
        if len(self._path) >= _DEEPEST:
            raise NotMultistatusError("is nested too deeply")
        self._path.append(name)
        self._text, self._length = [], 0
        if name == f"{_DAV}response":
            self._resource = Resource()
        elif name == f"{_DAV}propstat":
            self._found, self._status = {}, 0
        elif len(self._path) > 1 and self._path[-2] == f"{_DAV}resourcetype":
            self._found[name] = ""

    def _data(self, text: str) -> None:
        self._length += len(text)
        if self._length > _LONGEST:
            raise NotMultistatusError("holds a text without end")
        self._text.append(text)

    def _end(self, name: str) -> None:
        self._path.pop()
        text = "".join(self._text)
        self._text, self._length = [], 0
        parent = self._path[-1] if self._path else ""
        if name == f"{_DAV}response":
            self._done.append(self._resource)
        elif name == f"{_DAV}href" and parent == f"{_DAV}response":
            self._resource.href = self._resource.href or text.strip()
        elif name == f"{_DAV}status":
            self._note_status(parent, text)
        elif name == f"{_DAV}propstat":
            self._keep_properties()
        elif parent == f"{_DAV}prop":
            self._found[name] = text

    def _note_status(self, parent: str, text: str) -> None:
        match = _STATUS.match(text.strip())
        status = int(match[1]) if match else 0
        if parent == f"{_DAV}propstat":
            self._status = status
        elif parent == f"{_DAV}response":
            self._resource.status = status

    def _keep_properties(self) -> None:
        if self._status not in (0, 200):
            return
        one, found = self._resource, self._found
        one.etag = found.get(f"{_DAV}getetag", one.etag).strip()
        one.card = found.get(f"{_CARDDAV}address-data", one.card)
        one.is_collection = one.is_collection or f"{_DAV}collection" in found
        one.is_book = one.is_book or f"{_CARDDAV}addressbook" in found
