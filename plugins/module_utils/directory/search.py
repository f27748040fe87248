# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""One search in a directory, page by page, to its real end: what is missing is never taken for what is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import (
    PAGED,
    Answer,
    BrokenOffError,
    Request,
    broken_off,
    operate,
    words_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.encoder import Control, page_request
from ansible_collections.telephony.connector.plugins.module_utils.directory.escaping import shown
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import (
    Done,
    Entry,
    MalformedError,
    Message,
    Reference,
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected

_MOST_EMPTY_PAGES = 1000  # a server may send some; one that sends them without end is broken
#: results with which servers refuse a page that is larger than they allow: sizeLimitExceeded, adminLimitExceeded,
#: unwillingToPerform
_PAGE_REFUSED = (4, 11, 53)
_MOST_REFERENCES = 100  # that are remembered
_MOST_PARTIAL = 256 << 20  # bytes of entries that are put by
_LONGEST = 16 << 20  # bytes of one record
_RANGE = b";range="


class Search:
    """A paged search (RFC 2696); iterate it once. Afterwards `failure` says why it is not complete, "" if it is.

    Values that a server gives in ranges are asked for to their end. `references` are other servers that were named
    for other parts of the tree; they are not asked.
    """

    def __init__(
        self, connected: Connected, request: Request, page_size: int, controls: Sequence[Control] = ()
    ) -> None:
        self.failure = ""
        self.references: list[str] = []
        self._connected = connected
        self._request = request
        self._page_size = page_size
        self._controls = controls
        self._where = f'The search under "{request.base}" at {connected.uri}'
        self._count = 0
        self._known: set[bytes] = set()  # names of attributes that come whole
        self._partial: list[Entry] = []
        self._partial_size = 0

    def __iter__(self) -> Iterator[Entry]:
        return self._entries(iter)  # type: ignore[return-value]  # no bytes among them

    def sealed(self, longest: int) -> Iterator[Entry | bytes]:
        """Iterate with most entries as they were sent, see `sealed.opened`: for those who know them by their bytes.

        Those that are longer than `longest` bytes, or in parts, come as entries.
        """
        return self._entries(lambda page: page.sealed(_has_no_range, longest))

    def _entries(self, messages_of: Callable[[Answer], Iterator[Message | bytes]]) -> Iterator[Entry | bytes]:
        try:
            yield from self._pages(messages_of)
            if not self.failure:
                yield from self._complete_ranges()
        except BrokenOffError as error:
            self._fail(str(error))
        except SourceError as error:  # a bound of the read
            self.failure = error.message

    def fail(self, error: MalformedError, count: int) -> None:
        """Have the search be broken off by an entry that cannot be opened, after so many that can."""
        self._count = count
        self._fail(str(broken_off(error)))

    def _fail(self, words: str) -> None:
        after = f" after {self._count} entries" if self._count else ""
        self.failure = f"{self._where} {words}".replace("broke off", f"broke off{after}")
        if after and after not in self.failure:
            self.failure += f" ({self._count} entries came)"
        self.failure += "."

    def _pages(self, messages_of: Callable[[Answer], Iterator[Message | bytes]]) -> Iterator[Entry | bytes]:
        """Yield the entries of all pages. The next page is asked for before one is worked on, so both sides work."""
        page, empty = self._first_page(), 0
        while True:
            before = self._count
            page.receive()
            following = self._page(page.cookie) if page.cookie else None
            for message in messages_of(page):
                if isinstance(message, bytes):
                    self._count += 1
                    yield message
                elif isinstance(message, Entry):
                    self._count += 1
                    if self._known.issuperset(message.attributes) or self._is_whole(message):
                        yield message
                    else:
                        self._put_by(message)
                elif isinstance(message, Reference) and len(self.references) < _MOST_REFERENCES:
                    self.references += [uri for uri in map(shown, message.uris[:1]) if uri not in self.references]
            if page.done is None or page.done.result != 0:
                self._fail(f"failed: {words_of(page.done)}" if page.done else "broke off without a result")
                return
            empty = 0 if self._count > before else empty + 1
            if empty > _MOST_EMPTY_PAGES:
                self._fail(f"broke off: the server sent {_MOST_EMPTY_PAGES} empty pages one after the other")
                return
            if following is None and page.cookie:  # the page was too long to be received whole first
                following = self._page(page.cookie)
            if following is None:
                return
            page = following

    def _first_page(self) -> Answer:
        """Return the first page, smaller than wanted where the server does not allow such large ones."""
        while True:
            page = self._page(b"")
            page.receive()
            refused = page.done is not None and page.done.result in _PAGE_REFUSED
            if not refused or self._page_size < 2:
                return page
            # 389 Directory Server sends as many as it allows, and refuses a page of just that size, too
            self._page_size = min(self._page_size, page.length or self._page_size) // 2 or 1

    def _page(self, cookie: bytes) -> Answer:
        return Answer(self._connected, self._request, [paged_control(self._page_size, cookie), *self._controls])

    def _put_by(self, entry: Entry) -> None:
        """Keep an entry whose values did not come whole, until the rest can be asked for."""
        self._partial.append(entry)
        self._partial_size += entry.size
        if self._partial_size > _MOST_PARTIAL:
            raise BrokenOffError(f"broke off: more than {_MOST_PARTIAL >> 20} MiB are in entries with lists in parts")

    def _is_whole(self, entry: Entry) -> bool:
        """Say whether no attribute comes as a range, and remember the names for which that was seen."""
        ranged = [name for name in entry.attributes if _RANGE in name.lower()]
        self._known.update(entry.attributes.keys() - set(ranged))
        return not ranged

    def _complete_ranges(self) -> Iterator[Entry]:
        for entry in self._partial:
            attributes = {name: values for name, values in entry.attributes.items() if _RANGE not in name.lower()}
            for name, values in entry.attributes.items():
                if _RANGE in name.lower():
                    whole = self._whole_range(entry.dn, name, values)
                    if whole is None:
                        return
                    attributes[name.partition(b";")[0]] = whole
            yield entry._replace(attributes=attributes, size=_LONGEST)

    def _whole_range(self, dn: bytes, name: bytes, values: list[bytes]) -> list[bytes] | None:
        """Ask on after `attribute;range=0-1499` until `attribute;range=N-*` ([MS-ADTS] 3.1.1.3.1.3.3)."""
        attribute = name.partition(b";")[0].decode()
        values = list(values)
        size = sum(map(len, values))
        while not name.endswith(b"-*"):
            wanted = f"{attribute};range={len(values)}-*"
            request = replace(
                self._request, base=dn.decode(), scope="base", filter="(objectClass=*)", attributes=(wanted,)
            )
            part: dict[bytes, list[bytes]] = {}
            done: Done | None = None
            for message in operate(self._connected, request, []):
                if isinstance(message, Entry):
                    part = {name: found for name, found in message.attributes.items() if _RANGE in name.lower()}
                elif isinstance(message, Done):
                    done = message
            name, more = next(iter(part.items()), (b"", []))
            if done is None or done.result != 0 or not more:
                words = words_of(done) if done and done.result else "the server sent no more of them"
                self._fail(f'broke off at value {len(values)} of {attribute} of "{request.base}": {words}')
                return None
            values += more
            size += sum(map(len, more))
            if size > _LONGEST:
                self._fail(f'broke off at value {len(values)} of {attribute} of "{request.base}": there are too many')
                return None
        return values


def _has_no_range(data: bytes) -> bool:
    return _RANGE not in data.lower()


def paged_control(size: int, cookie: bytes = b"") -> Control:
    """Return the control that asks for a page of so many entries."""
    # not critical: a server without pages sends everything at once, and says success only if that was all
    return (PAGED, False, page_request(size, cookie))
