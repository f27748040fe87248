# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Changes of many entries, several on their way at once: the network's and the server's delays do not add up."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import BrokenOffError, broken_off
from ansible_collections.telephony.connector.plugins.module_utils.directory.decoder import Span, decode_change, spans
from ansible_collections.telephony.connector.plugins.module_utils.directory.encoder import message
from ansible_collections.telephony.connector.plugins.module_utils.directory.escaping import shown
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import (
    Disconnection,
    Done,
    MalformedError,
)

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected

#: Messages that are sent together. Twice as many are on their way; OpenLDAP takes 100 of one connection, also of one
#: that nobody is signed in on (conn_max_pending).
_TOGETHER = 32


def carry_out(connected: Connected, changes: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, Done]]:
    """Send changes, (key, operation), and yield the result of each with its key, in the order of the answers.

    No two changes may be of one entry, as a server may do them in any order. Raises BrokenOffError, after which some of
    the changes that were sent are done and others are not.
    """
    server, connection = connected.connection.server, connected.connection.socket
    answers = spans(connection)
    sent: dict[int, str] = {}
    waiting = iter(changes)
    try:
        while True:
            pieces = []
            for key, operation in itertools.islice(waiting, _TOGETHER):
                number = server.next_message_id()
                sent[number] = key
                pieces.append(message(number, operation))
            if pieces:
                connection.sendall(b"".join(pieces))
            while len(sent) > (_TOGETHER if pieces else 0):
                yield _received(next(answers, None), sent)
            if not sent and not pieces:
                return
    except (OSError, EOFError, MalformedError) as error:
        raise broken_off(error) from error


def _received(span: Span | None, sent: dict[int, str]) -> tuple[str, Done]:
    if span is None:
        raise EOFError
    number, answer = decode_change(span)
    if isinstance(answer, Disconnection):
        raise BrokenOffError(f"broke off: the server closed the connection ({shown(answer.message) or answer.result})")
    if number not in sent:
        raise MalformedError("an answer belongs to no request")
    return sent.pop(number), answer
