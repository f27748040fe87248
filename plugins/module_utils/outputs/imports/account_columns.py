# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Import files that carry accounts: a line for each user who may sign in at a SIP server, with the secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.accounts import (
    SIP_USER_OPTION,
    AccountFormat,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Entry, Item, Options
from ansible_collections.telephony.connector.plugins.module_utils.outputs.csv_file import (
    SECRET_MODE,
    Column,
    ColumnFile,
    as_text,
    dialled,
)

#: What columns are filled with that is no field of the user: nothing, the name at the SIP server, and an option.
_OF_OUTPUT = ("", "sip_user", "context")


class AccountColumns(AccountFormat, ColumnFile):
    """A file of accounts whose columns a program prescribes."""

    NUMBERS: ClassVar[tuple[str, ...]] = ("phonebook.mobile",)
    OPTIONS: ClassVar[Options] = {**ColumnFile.OPTIONS, **SECRET_MODE, **SIP_USER_OPTION}

    def items(self, entry: Entry, context: Context) -> Iterable[Item]:
        """Return one line."""
        return ColumnFile.items(self, entry, context)

    def secret(self, entry: Entry) -> str:
        """Return the SIP password."""
        return entry.secrets["sip_password"]


def fields_of(columns: Iterable[Column], sealed: str) -> dict[str, str]:
    """Return field -> header as format_info shows them; `sealed` is the column of the SIP password."""
    return {one.field: one.header for one in columns if one.field not in _OF_OUTPUT} | {"sip_password": sealed}


def cells_of(columns: Iterable[Column], entry: Entry) -> dict[str, str]:
    """Return {field: text} of a user, with names that are never both empty and the mobile number as it is dialled."""
    cells = {column.field: as_text(entry.fields.get(column.field)) for column in columns}
    cells["given_name"], cells["surname"] = names_of(entry.fields)
    cells["phonebook.mobile"] = dialled(cells["phonebook.mobile"])
    return cells


def names_of(fields: Mapping[str, Any]) -> tuple[str, str]:
    """Return given name and surname; of a user without them, what the display name says ("Müller, Erika")."""
    given_name, surname = fields.get("given_name", ""), fields.get("surname", "")
    if given_name or surname:
        return given_name, surname
    first, comma, rest = fields["display_name"].partition(",")
    if comma:
        return rest.strip(), first.strip()
    first, _blank, rest = fields["display_name"].rpartition(" ")
    return (first, rest) if first else (rest, "")
