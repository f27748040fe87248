# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Tries a login as the phone system decides it, and says why it is accepted or denied (module auth_test)."""

from __future__ import annotations

import time
import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import (
    Action,
    Result,
    Task,
    if_any,
    if_given,
)
from ansible_collections.telephony.connector.plugins.module_utils.actions.ldap_auth import UNCHECKED
from ansible_collections.telephony.connector.plugins.module_utils.authentication import directory_login, reasons
from ansible_collections.telephony.connector.plugins.module_utils.authentication import settings as kept
from ansible_collections.telephony.connector.plugins.module_utils.authentication.accounts import find_account
from ansible_collections.telephony.connector.plugins.module_utils.authentication.decision import decide
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: Characters of an unknown name that a message repeats.
_SHOWN = 100


@dataclass(frozen=True)
class LoginArguments:
    """The login to try."""

    username: str
    password: str = field(repr=False)

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> LoginArguments:
        """Read the module's options."""
        return cls(params["username"], params["password"])


@dataclass(frozen=True)
class LoginResult(Result):
    """How the phone system decides; `directory` says which one was asked, and as whom."""

    authenticated: bool
    method: str | None
    reason: str
    message: str
    directory: Mapping[str, str | None] | None = if_given()
    duration: float = 0
    warnings: Sequence[str] = if_any()


def decide_login(task: Task, wanted: LoginArguments) -> LoginResult:
    """Try one login; nothing is written, and only what makes the test impossible fails."""
    started = time.monotonic()
    store = task.store
    with store.snapshot():
        account = find_account(store, wanted.username)
        stored = kept.load(store) if account is not None and account.method == "ldap" else None
    settings = stored.settings if stored else None
    decision = decide(
        account,
        wanted.password,
        lambda username, password: directory_login.sign_in(settings, username, password),
    )
    duration = round(time.monotonic() - started, 3)
    answer = decision.answer
    more = _about_name(store, wanted.username) if account is None else ""
    said = [reasons.ADVICE[decision.reason], answer.detail if answer else more]
    is_unchecked = answer is not None and settings is not None and not settings.validate_certs
    return LoginResult(
        changed=False,
        authenticated=decision.authenticated,
        method=decision.method,
        reason=decision.reason,
        message=" ".join(filter(None, said)),
        directory=None if answer is None else {"bound_as": answer.bound_as or None, "uri": answer.uri or None},
        duration=duration,
        warnings=[UNCHECKED] if is_unchecked else [],
    )


try_login = Action(LoginArguments.from_params, decide_login)


def _about_name(store: Store, typed: str) -> str:
    """Return what helps to find out why a name is unknown."""
    users = store.schema.identifiers.c
    with store.snapshot():
        is_empty = store.connection.scalar(sa.select(users.value).where(users.space == "username").limit(1)) is None
    if is_empty:
        return f"There are no users at all in {store.where}."
    shown = "".join(letter if letter.isprintable() else "?" for letter in typed[:_SHOWN])
    blanks = ", with blanks around it" if typed != typed.strip() else ""
    return f'The name that was tried is "{shown}"{blanks}.'
