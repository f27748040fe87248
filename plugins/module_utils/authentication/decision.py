# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Whether somebody may sign in: the one decision, over a user of the store and a directory that is asked if needed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from ansible_collections.telephony.connector.plugins.module_utils.authentication import passwords, reasons
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import stand_in
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import is_blank

#: No login is longer than a field of a user may be.
_LONGEST_NAME = 255


@dataclass(frozen=True)
class Account:
    """What the decision needs to know of a user.

    `password_hash` is None for a user without a password. `is_leaver`: the user's record is gone from the source.
    """

    username: str
    method: str
    password_hash: str | None = field(default=None, repr=False)
    is_leaver: bool = False


@dataclass(frozen=True)
class Answer:
    """What a directory says to a login. `bound_as` is the name that was tried there, "" when none was."""

    reason: str
    detail: str = ""
    bound_as: str = ""
    uri: str = ""


@dataclass(frozen=True)
class Decision:
    """The decision: `method` is None where there is no such user; `answer` is what the directory said, if asked."""

    authenticated: bool
    method: str | None
    reason: str
    answer: Answer | None = None


Directory: TypeAlias = Callable[[str, str], Answer]
"""Takes the user name as the store has it and the password, and says what the directory thinks of them."""


def login_name(typed: str) -> str | None:
    """Return the name in the store that somebody means who types `typed`, None where there can be no such name.

    Letter case counts for nothing, since the store keeps names in lower case; everything else counts. Characters that
    only look like others do not become them: the Kelvin sign, which lower-cases to "k", is no "k".
    """
    if not typed or len(typed) > _LONGEST_NAME or not typed.isprintable():
        return None
    if stand_in(typed):
        return None
    return unicodedata.normalize("NFC", typed.lower())


def decide(account: Account | None, password: str, directory: Directory, hides_users: bool = True) -> Decision:
    """Decide whether the user of an account (None: there is no such user) may sign in with a password.

    Every decision costs one verification of a hash, also where nothing is left to verify, so that the time does not
    tell who has an account; a directory that is asked takes its own time on top. Without `hides_users`, the directory's
    time is all.
    """
    typed = not is_blank(password)
    asks = account is not None and account.method == "ldap" and typed and not account.is_leaver
    if account is not None and asks and not hides_users:
        answer = directory(account.username, password)
        return Decision(answer.reason == reasons.ACCEPTED, "ldap", answer.reason, answer)
    usable = account if account is not None and account.method == "internal" and typed else None
    usable = None if usable is not None and usable.is_leaver else usable
    is_right = passwords.verify(usable.password_hash if usable else None, password)
    if account is not None and asks:
        answer = directory(account.username, password)
        return Decision(answer.reason == reasons.ACCEPTED, "ldap", answer.reason, answer)
    reason = reasons.ACCEPTED if usable and is_right else _denial(account, password)
    return Decision(reason == reasons.ACCEPTED, account.method if account else None, reason)


def _denial(account: Account | None, password: str) -> str:
    if account is None:
        return reasons.UNKNOWN_USER
    if account.is_leaver:
        return reasons.LEAVER
    if account.method == "sso":
        return reasons.SINGLE_SIGN_ON
    if account.method not in ("internal", "ldap"):
        return reasons.METHOD_NONE
    if is_blank(password):
        return reasons.EMPTY_PASSWORD
    return reasons.WRONG_PASSWORD if account.password_hash else reasons.NO_PASSWORD_SET
