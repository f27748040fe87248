# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A CardDAV server in memory, strict about preconditions, that fails when and how a test wants it to."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from xml.sax.saxutils import escape

from ansible_collections.telephony.connector.tests.servers.https_thread import Answer, Asked, Service

PATH = "/phones/book/"
_STATUS = "<status>HTTP/1.1 200 OK</status>"
_KIND = "<resourcetype><collection/><C:addressbook/></resourcetype>"


class ScriptedBook(Service):
    """One address book; `fault` is asked about each request and returns an answer, or None to let it through."""

    def __init__(self, certificate: str = "") -> None:
        super().__init__(certificate)
        self.cards: dict[str, str] = {}
        self.fault: Callable[[Asked], Answer | None] = lambda _asked: None
        self.weak = self.tells_etags = ""  # marks of its ETags; "no" tells none after a PUT
        self._lock = threading.Lock()

    @property
    def book(self) -> str:
        """The address of the book."""
        return f"{self.url}{PATH}"

    def count(self, method: str) -> int:
        """Return how many requests of a method came."""
        return sum(one.method == method for one in self.asked)

    def respond(self, asked: Asked) -> Answer:
        """Answer one request."""
        answer = self.fault(asked)
        return answer if answer is not None else self.usual(asked)

    def usual(self, asked: Asked) -> Answer:
        """Answer as a server without faults does."""
        with self._lock:
            if asked.method == "PROPFIND":
                return _multistatus(self._listed())
            if asked.method == "REPORT":
                wanted = re.findall("<href>([^<]*)</href>", asked.body.decode())
                return _multistatus([self._card(path) for path in wanted if path in self.cards])
            return self._changed(asked)

    def _listed(self) -> list[str]:
        own = f"<response><href>{PATH}</href><propstat><prop>{_KIND}</prop>{_STATUS}</propstat></response>"
        return [own, *(self._told(path, "") for path in self.cards)]

    def _card(self, path: str) -> str:
        return self._told(path, f"<C:address-data>{escape(self.cards[path])}</C:address-data>")

    def _told(self, path: str, more: str) -> str:
        etag = f"<getetag>{self.weak}{etag_of(self.cards[path])}</getetag>"
        return f"<response><href>{path}</href><propstat><prop>{etag}{more}</prop>{_STATUS}</propstat></response>"

    def _changed(self, asked: Asked) -> Answer:
        there = self.cards.get(asked.path)
        wanted = asked.headers.get("if-match")
        if wanted is not None and (there is None or wanted != etag_of(there)):
            return Answer(404 if there is None and asked.method == "DELETE" else 412, b"")
        if asked.headers.get("if-none-match") == "*" and there is not None:
            return Answer(412, b"")
        if asked.method == "DELETE":
            del self.cards[asked.path]
            return Answer(204, b"")
        self.cards[asked.path] = asked.body.decode()
        return Answer(201, b"", {} if self.tells_etags else {"ETag": etag_of(self.cards[asked.path])})


def etag_of(card: str) -> str:
    """Return the ETag of a card."""
    return f'"{hashlib.md5(card.encode()).hexdigest()}"'


def _multistatus(responses: list[str]) -> Answer:
    head = '<?xml version="1.0"?><multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">'
    return Answer(207, f"{head}{''.join(responses)}</multistatus>".encode(), {"Content-Type": "application/xml"})
