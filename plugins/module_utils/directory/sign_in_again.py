# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Signing one user after the other in on a connection that stays open: a login costs little more than the bind."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import BUSY, Connected
from ansible_collections.telephony.connector.plugins.module_utils.directory.decoder import decode_bind, spans
from ansible_collections.telephony.connector.plugins.module_utils.directory.encoder import bind, message
from ansible_collections.telephony.connector.plugins.module_utils.directory.errors import BindRefused, DirectoryError
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Done, MalformedError

_SUCCESS, _REFERRAL = 0, 10


def sign_in_again(connected: Connected, user: str, password: str) -> bool:
    """Sign somebody else in on an open connection; False when it can no longer be used, or not for this user.

    Raises BindRefused, and DirectoryError for an empty user or password.
    """
    if not user or not password:
        raise DirectoryError("A sign-in at a directory needs a user and a password; one of them is empty.")
    try:
        with connected.answered_in_time():
            answer = _bind(connected, user, password.encode("utf-8", "surrogatepass"))
    except (OSError, EOFError, MalformedError):
        return False
    if answer is None or answer.result in (_REFERRAL, *BUSY):
        return False
    if answer.result != _SUCCESS:
        raise BindRefused(connected.uri, user, answer.result, _name_of(answer.result), answer.message)
    return True


def _bind(connected: Connected, user: str, password: bytes) -> Done | None:
    """Return the answer to a bind, None where something else is said, such as that the server hangs up."""
    connection = connected.connection
    number = connection.server.next_message_id()
    connection.socket.sendall(message(number, bind(user, password)))
    answered, answer = decode_bind(next(spans(connection.socket)))
    return answer if answered == number and isinstance(answer, Done) else None


def _name_of(result: int) -> str:
    from ldap3.core.results import RESULT_CODES

    return str(RESULT_CODES.get(result, "nothing"))
