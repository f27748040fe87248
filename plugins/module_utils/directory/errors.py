# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What can go wrong between us and a directory server, in words."""

from __future__ import annotations

import re

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError

WRONG_PASSWORD = "wrong password"  # noqa: S105  (a reason, not a password)
CONFIDENTIALITY = "confidentiality required"

# What Active Directory adds to result 49 as "data 52e": the number of a Windows error, in hexadecimal.
_SUBCODES = {
    "525": WRONG_PASSWORD,  # no such user
    "52e": WRONG_PASSWORD,
    "530": "not allowed now",  # outside of the hours of logon
    "531": "not allowed now",  # not from this workstation
    "532": "password expired",
    "533": "account disabled",
    "701": "account expired",
    "773": "password must be changed",
    "775": "account locked",
}
# Results of RFC 4511, section 4.1.9, that a bind can end with.
_STRONGER_AUTH, _CONFIDENTIALITY, _INVALID_DN, _INVALID_CREDENTIALS = 8, 13, 34, 49
_RESULTS = {
    _STRONGER_AUTH: CONFIDENTIALITY,
    _CONFIDENTIALITY: CONFIDENTIALITY,
    48: "unknown",  # inappropriateAuthentication
    _INVALID_CREDENTIALS: WRONG_PASSWORD,
    53: "not allowed now",  # unwillingToPerform
}
_WORDS = {
    WRONG_PASSWORD: "the name or the password is wrong",
    "account disabled": "the account is disabled",
    "account locked": "the account is locked after too many wrong passwords",
    "account expired": "the account has expired",
    "password expired": "the password has expired",
    "password must be changed": "the password must be changed before the next sign-in",
    "not allowed now": "the server does not allow this sign-in now, or not from here",
    CONFIDENTIALITY: "the server wants an encrypted connection; use ldaps:// or StartTLS",
}


class DirectoryError(ConnectorError):
    """A directory cannot be used as it is asked to."""


class Unreachable(DirectoryError):  # noqa: N818  (the name says what is the matter)
    """No server could be reached; the message says for each of them why."""


class TlsFault(Unreachable):
    """No server could be reached, and with each of them it was its certificate or encryption."""


class BindRefused(DirectoryError):  # noqa: N818
    """The server refused to sign somebody in. `reason` is one of a few fixed words, "unknown" for anything else."""

    def __init__(self, uri: str, user: str, result: int, description: str, message: str) -> None:
        self.reason = bind_reason(result, message)
        words = _WORDS.get(self.reason, f"it answers {description} ({result})")
        if result == _INVALID_DN:
            words = "the name is not a distinguished name, such as uid=reader,ou=people,dc=corp,dc=example"
        #: the sentence without its reason and full stop
        self.refusal = f'The directory server {uri} refuses the sign-in of "{user}"'
        self.uri = uri
        self.is_about_name = result == _INVALID_DN
        super().__init__(f"{self.refusal}: {words}.")


def bind_reason(result: int, message: str) -> str:
    """Return why a bind was refused, from the result's number and the server's message."""
    if result == _INVALID_CREDENTIALS:
        subcode = re.search(r"\bdata ([0-9a-f]{3})\b", message, re.IGNORECASE)
        if subcode:
            return _SUBCODES.get(subcode[1].lower(), "unknown")
    return _RESULTS.get(result, "unknown")
