# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Many small searches, several on their way at once: the network's and the server's delays do not add up."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import (
    BrokenOffError,
    Request,
    closed_by_server,
    send,
    told,
    words_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.decoder import (
    Span,
    decode,
    number_of,
    spans,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import (
    Disconnection,
    Done,
    Entry,
    MalformedError,
    Message,
)

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected

#: Searches that are on their way. Servers work on a few of one connection at a time, and let some more wait.
_TOGETHER = 8


def entries_of(connected: Connected, requests: Sequence[Request]) -> list[Entry]:
    """Return the entries of all searches, in the order in which they came.

    Raises BrokenOffError when one of them fails, SourceError for a bound of the read.
    """
    limits, found = connected.limits, list[Entry]()
    try:
        waiting = iter(requests)
        sent = {send(connected, request, []) for request in islice(waiting, _TOGETHER)}
        answers = spans(connected.connection.socket, limits.received if limits else None, len(requests))
        failed: Done | None = None
        while sent:
            number, message = _decoded(next(answers), sent)
            if isinstance(message, Entry):
                found.append(message)
            elif isinstance(message, Done):
                sent.discard(number)
                failed = message if message.result else failed
                if failed is None:  # else what is on its way is waited for: the connection is used on
                    sent |= {send(connected, request, []) for request in islice(waiting, 1)}
    except (OSError, EOFError, MalformedError) as error:
        raise told(error, limits) from error
    if failed:
        raise BrokenOffError(f"failed: {words_of(failed)}")
    return found


def _decoded(span: Span, expected: set[int]) -> tuple[int, Message]:
    """Return the number and the message of an answer to one of the searches with these numbers."""
    number = number_of(span)
    message = decode(*span, number if number in expected else next(iter(expected)))
    if isinstance(message, Disconnection):
        raise closed_by_server(message)
    return number, message
