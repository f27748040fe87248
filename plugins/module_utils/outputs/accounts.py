# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What formats of accounts have in common: the account of one user at a SIP server or in another phone system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    Entry,
    Format,
    Item,
    Options,
    Selection,
)

SIP_USER_OPTION: Options = {
    "sip_user": {
        "type": "str",
        "description": "The expression for the SIP user, such as username. It is the extension when not given. Letters,"
        " digits and - _ . ! ~ * + & = $ alone.",
    },
}


@dataclass(frozen=True, slots=True)
class Account:
    """One user's account. `secret` is the readable SIP password; `fields` all flat fields of the user, secrets masked.

    `key` is stable for the user's life. `sip_user` is what the phone signs in as: printable ASCII, and of this account
    alone. `devices` are those that sign in (softphone, ip_phone, sip), at least one.
    """

    key: str
    username: str
    extension: str
    sip_user: str
    display_name: str
    email: str
    devices: tuple[Mapping[str, Any], ...]
    fields: Mapping[str, Any]
    secret: str = field(repr=False)

    @classmethod
    def of(cls, entry: Entry) -> Account:
        """Return the account that the selection `accounts` has found."""
        fields = entry.fields
        return cls(
            key=entry.key,
            username=fields["username"],
            extension=fields["extension"],
            sip_user=fields["sip_user"],
            display_name=entry.name,
            email=fields.get("email", ""),
            devices=tuple(fields["devices"]),
            fields=fields,
            secret=entry.secrets["sip_password"],
        )


class AccountFormat(Format):
    """Base of formats that send accounts; stands before FileFormat or EntryFormat."""

    SENDS: ClassVar[str] = "accounts"
    HAS_SECRETS: ClassVar[bool] = True
    NEEDS_NUMBER: ClassVar[bool] = False
    NUMBERS: ClassVar[tuple[str, ...]] = ()

    @property
    def selection(self) -> Selection:
        """The accounts."""
        return Selection("accounts", sip_user=self.options.get("sip_user") or "")

    def items(self, entry: Entry, context: Context) -> Iterable[Item]:
        """Return what an account becomes."""
        return self.account_items(Account.of(entry), context)

    def account_items(self, account: Account, context: Context) -> Iterable[Item]:
        """Return what an account becomes in the target: nothing (having told the findings why), one item or several."""
        raise NotImplementedError
