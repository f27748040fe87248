# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""How long a directory server may take for an answer, and what is the matter when it gives none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ldap3


class _BoundedSocket:
    """A socket from which everything must be received by a point in time.

    The timeout of a socket alone is for each piece, so that a server that sends a byte now and then is never given up.
    """

    def __init__(self, raw: Any, seconds: float) -> None:
        self.raw = raw
        self._end = time.monotonic() + seconds

    def recv(self, size: int) -> bytes:
        """Return what comes next; TimeoutError when the time is over."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self.raw.settimeout(left)
        data: bytes = self.raw.recv(size)
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def raw_socket(given: Any) -> Any:
    """Return the socket itself, which TLS needs."""
    return given.raw if isinstance(given, _BoundedSocket) else given


@contextmanager
def answered_within(connection: ldap3.Connection, seconds: int) -> Iterator[None]:
    """Let what is received in the block take `seconds` altogether; afterwards they are for each silence again."""
    held: Any = connection
    if held.socket is not None:
        held.socket = _BoundedSocket(held.socket, seconds)
    try:
        yield
    finally:
        if held.socket is not None:  # else ldap3 has closed it
            held.socket = raw_socket(held.socket)  # in the block, TLS may have taken its place
            with suppress(OSError):  # what became of a handshake
                held.socket.settimeout(seconds)


def trouble(error: Exception, seconds: int) -> str:
    """Say why there is no answer; it completes the sentence "URI ..."."""
    if is_silence(error):
        return f"does not answer within {seconds} seconds"
    return "broke off" if is_broken_off(error) else "gives an answer that cannot be understood"


def is_silence(error: Exception) -> bool:
    """Say whether an error of ldap3, or below it, is about time."""
    text = str(error)
    return isinstance(error, TimeoutError) or any(
        words in text for words in ("timed out", "no response", "Resource temporarily unavailable")
    )


def is_broken_off(error: Exception) -> bool:
    """Say whether an error of ldap3 is about the connection, rather than about what came over it."""
    from ldap3.core.exceptions import (
        LDAPSessionTerminatedByServerError,
        LDAPSocketOpenError,
        LDAPSocketReceiveError,
        LDAPSocketSendError,
    )

    if isinstance(error, LDAPSocketReceiveError):
        return "receiving data" in str(error)  # the others are about numbers of messages
    return isinstance(error, LDAPSessionTerminatedByServerError | LDAPSocketOpenError | LDAPSocketSendError)
