# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""3CX: users, for Users > Import.

Columns: 3cx.com, "How to Create Extensions in Bulk using a .csv file" (versions 15 and 16: fixed order).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Entry, Options
from ansible_collections.telephony.connector.plugins.module_utils.outputs.csv_file import Column, limits_of
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.account_columns import (
    AccountColumns,
    cells_of,
    fields_of,
)

_DIGITS = "digits only: set numbers.form to international"


class ThreeCxUsers(AccountColumns):
    """The users who have an account."""

    NAME = "threecx_users"
    TITLE = "3CX users"
    SEALED_COLUMN = "AuthPassword"
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("Number", "extension", allowed="[0-9]+", rule="digits only", is_number=True),
        Column("FirstName", "given_name"),
        Column("LastName", "surname"),
        Column("EmailAddress", "email"),
        Column("MobileNumber", "phonebook.mobile", allowed="[0-9]+", rule=_DIGITS, is_number=True),
        Column("AuthID", "sip_user"),
        Column("AuthPassword"),
        Column("WebMeetingFriendlyName"),
        Column("WebMeetingPrivateRoom", always="0"),
        Column("ClickToCall", always="0"),
        Column("ClickToCallFriendlyName"),
        Column("WebMeetingAcceptReject", always="0"),
        Column("EnableVoicemail", always="0"),
        Column("VMNoPin", always="0"),
    )
    OPTIONS: ClassVar[Options] = {
        **AccountColumns.OPTIONS,
        "version": {
            "type": "str",
            "choices": ["15", "16", "18", "20"],
            "default": "20",
            "description": "The version of the 3CX. 18 and later take no user without names and e-mail address.",
        },
    }
    LIMITS: ClassVar[dict[str, str]] = limits_of(COLUMNS)
    FIELDS: ClassVar[dict[str, str]] = fields_of(COLUMNS, SEALED_COLUMN)
    NOTES: ClassVar[tuple[str, ...]] = (
        "Import it at Users > Import. It holds SIP passwords in cleartext: delete it when it has been imported.",
        "An import creates users; it changes and removes none. Another number means another user.",
        "Web meetings, click to call and voicemail are switched off for new users.",
    )

    def cells(self, entry: Entry, context: Context) -> Mapping[str, str] | None:
        """Return the fields; None (said) for a user whom the version does not take."""
        cells = cells_of(self.COLUMNS, entry)
        if (self.options.get("version") or "20") in ("18", "20"):
            missing = [name for name in ("given_name", "surname", "email") if not cells[name]]
            if missing:
                context.findings.leave_out(entry.name, missing[0], "", "is needed by 3CX for a user")
                return None
        return cells
