# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a directory's answer to a change means (RFC 4511, appendix A), in words."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.telephony.connector.plugins.module_utils.directory.escaping import shown
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Done

SUCCESS, NO_SUCH_OBJECT = 0, 32
_NO_RIGHTS, _ALREADY_THERE = 50, 68
_REFERRAL = 10
#: results that are about the server or the account
_ALL = {
    1: "it could not carry them out; look into its log",
    2: "it does not understand them; check uri",
    8: "it wants an encrypted connection; use ldaps:// in uri, or start_tls",
    13: "it wants an encrypted connection; use ldaps:// in uri, or start_tls",
    51: "it is busy; run later",
    52: "it is shutting down or does not work; run later",
    53: "it may be a copy that is only read; name the server that takes changes in uri",
    80: "it could not carry them out; look into its log",
}
_WORDS = {
    17: "the server does not know one of the attributes",
    19: "a value is against a rule of the server",
    20: "the server takes two values for the same",
    21: "the server does not take a value",
    NO_SUCH_OBJECT: "somebody removed the entry while this run was going on: run again",
    66: "somebody put entries below it: move them and run again",
    65: "it is against the schema of the server",
    _ALREADY_THERE: "the entry is there already, written by another run or not to be seen by this account: run again,"
    " or give the account the right to read it",
}
_ACTIONS = {"create": "add", "update": "change", "remove": "remove"}


def why_no_changes(done: Done) -> str:
    """Return why no entry can be written, "" for a result that is about one entry."""
    if done.result == _REFERRAL:
        others = ", ".join(map(shown, done.referrals[:3])) or "another server"
        return f"it refers to {others}; name that server in uri"
    words = _ALL.get(done.result, "")
    message = shown(done.message).rstrip(".")
    return f"{words} ({message})" if words and message else words


def refusal(action: str, done: Done, attributes: Iterable[str]) -> str:
    """Return why one entry could not be created, updated or removed, with the attributes that were to be written."""
    message = shown(done.message).rstrip(".")
    told = f" ({message})" if message else ""
    if done.result == _NO_RIGHTS:
        named = ", ".join(attributes)
        with_these = f" with {named}" if named else ""
        return f"the account has no right to {_ACTIONS[action]} it{with_these}{told}"
    return f"{_WORDS.get(done.result, f'the server answers with result {done.result}')}{told}"
