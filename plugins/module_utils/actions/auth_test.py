# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Tries a login as the phone system decides it, and says why it is accepted or denied (module auth_test)."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.actions.ldap_auth import UNCHECKED
from ansible_collections.telephony.connector.plugins.module_utils.authentication import directory_login, reasons
from ansible_collections.telephony.connector.plugins.module_utils.authentication import settings as kept
from ansible_collections.telephony.connector.plugins.module_utils.authentication.accounts import find_account
from ansible_collections.telephony.connector.plugins.module_utils.authentication.decision import Decision, decide
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call


#: Characters of an unknown name that a message repeats.
_SHOWN = 100


def try_login(call: Call) -> dict[str, t.Any]:
    """Try one login; nothing is written, and only what makes the test impossible fails."""
    started = time.monotonic()
    store = call.store
    with store.snapshot():
        account = find_account(store, call.params["username"])
        stored = kept.load(store) if account is not None and account.method == "ldap" else None
    settings = stored.settings if stored else None
    decision = decide(
        account,
        call.params["password"],
        lambda username, password: directory_login.sign_in(settings, username, password),
    )
    duration = round(time.monotonic() - started, 3)
    result = _shown(decision, _about_name(store, call.params["username"]) if account is None else "")
    result["duration"] = duration
    if decision.answer is not None and settings is not None and not settings.validate_certs:
        result["warnings"] = [UNCHECKED]
    return result


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


def _shown(decision: Decision, more: str) -> dict[str, t.Any]:
    answer = decision.answer
    said = [reasons.ADVICE[decision.reason], answer.detail if answer else more]
    result: dict[str, t.Any] = {
        "changed": False,
        "authenticated": decision.authenticated,
        "method": decision.method,
        "reason": decision.reason,
        "message": " ".join(filter(None, said)),
    }
    if answer is not None:
        result["directory"] = {"bound_as": answer.bound_as or None, "uri": answer.uri or None}
    return result
