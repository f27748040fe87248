# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A search that is sent to a directory, and the messages that answer it, within the bounds of the read."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ansible_collections.telephony.connector.plugins.module_utils.directory import encoder
from ansible_collections.telephony.connector.plugins.module_utils.directory.decoder import (
    Span,
    decode,
    page_cookie,
    spans,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.escaping import shown
from ansible_collections.telephony.connector.plugins.module_utils.directory.filter_encoder import encoded
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import (
    Disconnection,
    Done,
    MalformedError,
    Message,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.sealed import sealed_reader
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
    from ansible_collections.telephony.connector.plugins.module_utils.web.limits import Limits

SCOPES = {"base": 0, "onelevel": 1, "subtree": 2}
PAGED = "1.2.840.113556.1.4.319"
_MOST_AHEAD = 4 << 20  # bytes of a page that are received before it is worked on

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


class Answer:
    """What answers one search, which is sent at once; iterate it once. Afterwards `done` is its result.

    Everything raises BrokenOffError, the sending only once the iteration begins.
    """

    def __init__(self, connected: Connected, request: Request, controls: Sequence[encoder.Control]) -> None:
        self.done: Done | None = None
        self._connection = connected.connection
        self._limits = connected.limits
        self._id = 0
        self._failure: BrokenOffError | SourceError | None = None
        self._received: list[Span] = []
        self._rest: Iterator[Span] = iter(())
        try:
            self._id = send(connected, request, controls)
            self._rest = spans(self._connection.socket, self._limits.received if self._limits else None)
        except BrokenOffError as error:
            self._failure = told(error, self._limits)

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
        except (OSError, EOFError, MalformedError, BrokenOffError, SourceError) as error:
            self._failure = told(error, self._limits)

    def __iter__(self) -> Iterator[Message]:
        return self._messages(lambda _data, _place, _end: None)  # type: ignore[return-value]  # no bytes among them

    def sealed(self, is_plain: Callable[[bytes], bool], longest: int) -> Iterator[Message | bytes]:
        """Iterate with entries of up to `longest` bytes as they were sent.

        If `is_plain` says so of all that was received with them, or else of them alone.
        """
        seal = sealed_reader(self._id, longest)
        looked_at, all_plain = b"", True

        def sealed(data: bytes, place: int, end: int) -> bytes | None:
            nonlocal looked_at, all_plain
            if data is not looked_at:
                looked_at, all_plain = data, is_plain(data)
            sent = seal(data, place, end)
            return sent if all_plain or sent is None or is_plain(sent) else None

        return self._messages(sealed)

    def _messages(self, seal: Callable[[bytes, int, int], bytes | None]) -> Iterator[Message | bytes]:
        try:
            for part in (self._received, self._rest):
                for span in part:
                    sent = seal(*span)
                    if sent is not None:
                        yield sent
                        continue
                    message = decode(*span, self._id)
                    self._take(message)
                    yield message
        except (OSError, EOFError, MalformedError) as error:
            raise told(error, self._limits) from error
        if self._failure:
            raise self._failure

    def _take(self, message: Message) -> None:
        if isinstance(message, Disconnection):
            raise closed_by_server(message)
        if isinstance(message, Done):
            self.done = message


def operate(connected: Connected, request: Request, controls: Sequence[encoder.Control]) -> Iterator[Message]:
    """Send a search and yield what answers it, the last being Done; raises BrokenOffError."""
    return iter(Answer(connected, request, controls))


def send(connected: Connected, request: Request, controls: Sequence[encoder.Control]) -> int:
    """Send a search and return the number of its message; raises BrokenOffError."""
    connection = connected.connection
    try:
        operation = _operation(request)
        if connection.closed:
            raise ConnectionError("it is closed")
        number = int(connection.server.next_message_id())
        connection.socket.sendall(encoder.message(number, operation, controls))
    except (OSError, ValueError) as error:
        raise BrokenOffError(f"cannot be sent ({error})") from error
    return number


@functools.lru_cache(maxsize=8)
def _operation(request: Request) -> bytes:
    """Return a search as bytes: the same for all of its pages."""
    condition = encoded(request.filter)
    return encoder.search(request.base, SCOPES[request.scope], condition, request.attributes, request.types_only)


def closed_by_server(message: Disconnection) -> BrokenOffError:
    """Return what to say of a server that says that it closes the connection."""
    return BrokenOffError(f"broke off: the server closed the connection ({shown(message.message) or message.result})")


def told(error: Exception, limits: Limits | None) -> BrokenOffError | SourceError:
    """Return what to raise: a connection may have been cut as the time of the read is over."""
    if isinstance(error, SourceError):
        return error
    try:
        if limits:
            limits.check()
    except SourceError as limit:
        return limit
    return error if isinstance(error, BrokenOffError) else broken_off(error)


def broken_off(error: Exception) -> BrokenOffError:
    """Return what to say of a connection that an error ended."""
    if isinstance(error, TimeoutError):
        return BrokenOffError("broke off: the server was silent for too long; check timeout and the server")
    if isinstance(error, EOFError):
        return BrokenOffError("broke off: the server closed the connection")
    if isinstance(error, MalformedError):
        return BrokenOffError(f"broke off: the server's answer is not LDAP ({error})")
    reason = getattr(error, "strerror", None) or type(error).__name__
    return BrokenOffError(f"broke off: the connection was lost ({reason})")


def page_cookie_of(done: Done) -> bytes:
    """Return the cookie for the next page; empty when this one was the last, or the server knows no pages."""
    value = done.controls.get(PAGED)
    try:
        return page_cookie(value) if value else b""
    except MalformedError as error:
        raise BrokenOffError(f"broke off: the server's answer is not LDAP ({error})") from error


def words_of(done: Done) -> str:
    """Return what a result that is not success means."""
    if done.result == 10:
        others = ", ".join(map(shown, done.referrals[:3])) or "another server"
        return f"the server answers with a referral to {others}; name that server in uri"
    name, words = _RESULTS.get(done.result, ("", "the server answers"))
    message = shown(done.message).rstrip(".")
    told = f"{name} ({done.result})" if name else f"result {done.result}"
    return f"{words}; {told}{f': {message}' if message else ''}"
