# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Accounts of Active Directory: names to sign in with, whether they are disabled, and which one is our own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ansible_collections.telephony.connector.plugins.module_utils.directory.escaping import escape_filter_value
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.tree import value_of

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry

CONTROL, EXPIRES = "useraccountcontrol", "accountexpires"
_ACCOUNT_DISABLED = 0x2  # [MS-ADTS] 2.2.16
NEVER = 0x7FFFFFFFFFFFFFFF  # as accountExpires counts time; 0 says the same
_1601 = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)


def iso_now() -> str:
    """Return the time as the cells of dates have it."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def file_time(iso: str) -> int:
    """Return a time in steps of 100 ns since 1601, as accountExpires counts it; ValueError for what is no date."""
    return (datetime.datetime.fromisoformat(iso) - _1601) // datetime.timedelta(microseconds=1) * 10


def is_disabled(cells: Mapping[str, Cell], now: str) -> bool:
    """Say whether an account is disabled or has expired at a time (ISO 8601)."""
    control, expires = cells.get(CONTROL), cells.get(EXPIRES)
    if isinstance(control, str) and control.lstrip("-").isdecimal() and int(control) & _ACCOUNT_DISABLED:
        return True
    return isinstance(expires, str) and expires <= now


class NextExpiry:
    """Looks among entries for the account that expires next, after a moment (ISO 8601)."""

    def __init__(self, moment: str, known: int = NEVER) -> None:
        """`known`: when one expires of which it is known already (as accountExpires counts time)."""
        self.time = known
        self._now, self._expires = file_time(moment), value_of(EXPIRES)

    def see(self, entry: Entry) -> None:
        """Take note of an entry."""
        text = self._expires(entry)
        if text.isdecimal() and self._now < int(text) < self.time:
            self.time = int(text)


def sign_in_name(username: str, domain: str) -> str:
    """Return the name to bind with: only a bare name gets the domain; DOMAIN\\user, a UPN and a DN stay as they are."""
    if is_dn(username) or "@" in username or "\\" in username:
        return username
    return f"{username}@{domain}"


def is_dn(username: str) -> bool:
    """Say whether a user name is a distinguished name, which no other sort of name can look like."""
    return "=" in username and "," in username


def own_account_filter(username: str, domain: str) -> str:
    """Return the filter that finds the account with which we sign in."""
    if is_dn(username):
        return f"(distinguishedName={escape_filter_value(username)})"
    if "\\" in username:
        return f"(sAMAccountName={escape_filter_value(username.rpartition(chr(92))[2])})"
    name, _at, suffix = username.partition("@")
    same = f"(sAMAccountName={escape_filter_value(name)})"
    if suffix and suffix.lower() != domain.lower():
        # under another suffix, the same name may be somebody else's
        return f"(userPrincipalName={escape_filter_value(username)})"
    return f"(|(userPrincipalName={escape_filter_value(f'{name}@{domain}')}){same})"
