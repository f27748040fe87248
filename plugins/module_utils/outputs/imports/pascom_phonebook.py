# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""pascom: the phonebook, for a connector profile "Telephone book from CSV"."""

from __future__ import annotations

from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.csv_file import (
    Column,
    ColumnFile,
    fields_of,
    limits_of,
)


class PascomPhonebook(ColumnFile):
    """The phonebook in the columns of pascom's own sample file."""

    NAME = "pascom_phonebook"
    TITLE = "pascom phonebook"
    NEEDS_NUMBER = False
    NUMBERS: ClassVar[tuple[str, ...]] = ("phone", "mobile", "homephone", "fax")
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("displayname", "display_name", 80),
        Column("phone", "phone"),
        Column("givenname", "given_name"),
        Column("surname", "surname"),
        Column("organisation", "organisation"),
        Column("email", "email"),
        Column("mobile", "mobile"),
        Column("homephone", "homephone"),
        Column("fax", "fax"),
    )
    LIMITS: ClassVar[dict[str, str]] = limits_of(COLUMNS)
    FIELDS: ClassVar[dict[str, str]] = fields_of(COLUMNS)
    NOTES: ClassVar[tuple[str, ...]] = (
        "It is what the template csv_phonebook reads.",
        "Users of the pascom stand in its phonebook by themselves: leave them out with filter: kind != 'user'.",
    )
