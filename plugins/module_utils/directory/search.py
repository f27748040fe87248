# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""One search in a directory, page by page, to its real end: what is missing is never taken for what is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ansible_collections.telephony.connector.plugins.module_utils.directory.decoder import (
    Disconnection,
    Done,
    Entry,
    MalformedError,
    Message,
    Reference,
    Span,
    decode,
    page_cookie,
    spans,
)

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected

SCOPES = {"base": 0, "onelevel": 1, "subtree": 2}
_PAGED = "1.2.840.113556.1.4.319"
_MOST_EMPTY_PAGES = 1000  # a server may send some; one that sends them without end is broken
_MOST_AHEAD = 4 << 20  # bytes of a page that are received before it is worked on
#: results with which servers refuse a page that is larger than they allow: sizeLimitExceeded, adminLimitExceeded,
#: unwillingToPerform
_PAGE_REFUSED = (4, 11, 53)
_RANGE = b";range="

# What to say of a result (RFC 4511, appendix A); others are named by their number and the server's words.
_RESULTS = {
    1: ("operationsError", "the server could not carry out the search; check username, which may not be signed in"),
    3: ("timeLimitExceeded", "the server ended the search at its time limit; raise that limit for this account"),
    4: ("sizeLimitExceeded", "the server ended the search at its size limit; raise that limit for this account"),
    11: ("adminLimitExceeded", "the search is beyond a limit of the server; lower page_size, or raise the limit there"),
    12: ("unavailableCriticalExtension", "the server does not offer what the search needs"),
    18: (
        "inappropriateMatching",
        "the filter compares an attribute in a way that it does not allow; check search_filter",
    ),
    32: ("noSuchObject", "there is no such base DN, or the account may not see it; check base_dn"),
    34: ("invalidDNSyntax", "the base DN is not a distinguished name; check base_dn"),
    50: ("insufficientAccessRights", "the account may not search there"),
    51: ("busy", "the server is busy; run later"),
    52: ("unavailable", "the server is shutting down or does not work; run later"),
    53: ("unwillingToPerform", "the server refuses the search"),
}


class BrokenOffError(Exception):
    """The connection broke off, or what came over it is not LDAP; the message completes the sentence on the search."""


@dataclass(frozen=True)
class Request:
    """What is searched for. `scope` is one of SCOPES."""

    base: str
    filter: str
    scope: str
    attributes: tuple[str, ...]
    types_only: bool = False

    def with_attributes(self, *names: str) -> Request:
        """Return the same search, which asks for these attributes too."""
        known = {name.casefold() for name in self.attributes}
        return replace(self, attributes=(*self.attributes, *(name for name in names if name.casefold() not in known)))


class Search:
    """A paged search (RFC 2696); iterate it once. Afterwards `failure` says why it is not complete, "" if it is.

    Values that a server gives in ranges are asked for to their end. `references` are other servers that were named
    for other parts of the tree; they are not asked.
    """

    def __init__(self, connected: Connected, request: Request, page_size: int, controls: Sequence[Any] = ()) -> None:
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

    def __iter__(self) -> Iterator[Entry]:
        try:
            yield from self._pages()
            if not self.failure:
                yield from self._complete_ranges()
        except BrokenOffError as error:
            self._fail(str(error))

    def _fail(self, words: str) -> None:
        after = f" after {self._count} entries" if self._count else ""
        self.failure = f"{self._where} {words}".replace("broke off", f"broke off{after}")
        if after and after not in self.failure:
            self.failure += f" ({self._count} entries came)"
        self.failure += "."

    def _pages(self) -> Iterator[Entry]:
        """Yield the entries of all pages. The next page is asked for before one is worked on, so both sides work."""
        page, empty = self._first_page(), 0
        while True:
            before = self._count
            page.receive()
            following = self._page(page.cookie) if page.cookie else None
            for message in page:
                if isinstance(message, Entry):
                    self._count += 1
                    if self._known.issuperset(message.attributes) or self._is_whole(message):
                        yield message
                    else:
                        self._partial.append(message)
                elif isinstance(message, Reference):
                    self.references += [uri for uri in message.uris[:1] if uri not in self.references]
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
            yield entry._replace(attributes=attributes)

    def _whole_range(self, dn: bytes, name: bytes, values: list[bytes]) -> list[bytes] | None:
        """Ask on after `attribute;range=0-1499` until `attribute;range=N-*` ([MS-ADTS] 3.1.1.3.1.3.3)."""
        attribute = name.partition(b";")[0].decode()
        values = list(values)
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
        return values


class Answer:
    """What answers one search, which is sent at once; iterate it once. Afterwards `done` is its result.

    `controls` are what ldap3 takes: (object identifier, criticality, encoded value). Everything raises BrokenOffError,
    the sending only once the iteration begins.
    """

    def __init__(self, connected: Connected, request: Request, controls: Sequence[Any]) -> None:
        self.done: Done | None = None
        self._connection = connected.connection
        self._id = 0
        self._failure: BrokenOffError | None = None
        self._received: list[Span] = []
        self._rest: Iterator[Span] = iter(())
        try:
            self._id = _send(connected, request, controls)
            self._rest = spans(self._connection.socket)
        except BrokenOffError as error:
            self._failure = error

    @property
    def cookie(self) -> bytes:
        """The cookie for the next page; empty when this one was the last, failed, or is not known to its end yet."""
        return page_cookie_of(self.done) if self.done and self.done.result == 0 else b""

    @property
    def length(self) -> int:
        """How many messages are received so far, without the result."""
        return len(self._received) - (self.done is not None)

    def receive(self) -> None:
        """Take in the whole answer, unless it is long, without working on it; what fails is told by the iteration.

        Once is enough; a second time does nothing.
        """
        if self._failure or self._received:
            return
        size = 0
        try:
            for span in self._rest:
                self._received.append(span)
                size += span.end - span.place
                if size > _MOST_AHEAD:
                    return
            self._take(decode(*self._received[-1], self._id))
        except (OSError, EOFError, MalformedError) as error:
            self._failure = _broken_off(error)
        except BrokenOffError as error:
            self._failure = error

    def __iter__(self) -> Iterator[Message]:
        try:
            for part in (self._received, self._rest):
                for span in part:
                    message = decode(*span, self._id)
                    self._take(message)
                    yield message
        except (OSError, EOFError, MalformedError) as error:
            raise _broken_off(error) from error
        if self._failure:
            raise self._failure

    def _take(self, message: Message) -> None:
        if isinstance(message, Disconnection):
            raise BrokenOffError(f"broke off: the server hung up ({message.message or message.result})")
        if isinstance(message, Done):
            self.done = message
            strategy: Any = self._connection.strategy
            strategy._outstanding.pop(self._id, None)  # ldap3's own list of what it waits for


def operate(connected: Connected, request: Request, controls: Sequence[Any]) -> Iterator[Message]:
    """Send a search and yield what answers it, the last being Done; raises BrokenOffError."""
    return iter(Answer(connected, request, controls))


def _send(connected: Connected, request: Request, controls: Sequence[Any]) -> int:
    from ldap3.core.exceptions import LDAPExceptionError
    from ldap3.operation.search import search_operation

    connection = connected.connection
    strategy: Any = connection.strategy
    try:
        encoded = search_operation(
            request.base,
            request.filter,
            SCOPES[request.scope],
            0,  # aliases are not followed: RFC 4533 does not allow it, and both ways must find the same
            list(request.attributes) or ["1.1"],
            0,
            0,
            request.types_only,
            connection.auto_escape,
            connection.auto_encode,
        )
        return int(strategy.send("searchRequest", encoded, list(controls) or None))
    except (LDAPExceptionError, OSError) as error:
        raise BrokenOffError(f"cannot be sent ({error})") from error


def _broken_off(error: Exception) -> BrokenOffError:
    if isinstance(error, TimeoutError):
        return BrokenOffError("broke off: the server was silent for too long; check timeout and the server")
    if isinstance(error, EOFError):
        return BrokenOffError("broke off: the server hung up")
    if isinstance(error, MalformedError):
        return BrokenOffError(f"broke off: the server's answer is not LDAP ({error})")
    reason = getattr(error, "strerror", None) or type(error).__name__
    return BrokenOffError(f"broke off: the connection was lost ({reason})")


def page_cookie_of(done: Done) -> bytes:
    """Return the cookie for the next page; empty when this one was the last, or the server knows no pages."""
    value = done.controls.get(_PAGED)
    try:
        return page_cookie(value) if value else b""
    except MalformedError as error:
        raise BrokenOffError(f"broke off: the server's answer is not LDAP ({error})") from error


def words_of(done: Done) -> str:
    """Return what a result that is not success means."""
    if done.result == 10:
        others = ", ".join(done.referrals[:3]) or "another server"
        return f"the server answers with a referral to {others}; name that server in uri"
    name, words = _RESULTS.get(done.result, ("", "the server answers"))
    message = " ".join(done.message.split())[:200].rstrip(".")
    told = f"{name} ({done.result})" if name else f"result {done.result}"
    return f"{words}; {told}{f': {message}' if message else ''}"


def paged_control(size: int, cookie: bytes = b"") -> Any:
    """Return the control that asks for a page of so many entries."""
    from ldap3.protocol.rfc2696 import paged_search_control

    # not critical: a server without pages sends everything at once, and says success only if that was all
    return paged_search_control(False, size, cookie)
