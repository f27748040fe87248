# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Yeastar P-Series: company contacts, for Contacts > Company Contacts > Import.

Columns and limits: P-Series administrator guide, "Contacts Parameters".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Entry, Options
from ansible_collections.telephony.connector.plugins.module_utils.outputs.csv_file import (
    Column,
    ColumnFile,
    fields_of,
    limits_of,
)

_NAME, _TEXT = 63, 127
_BLANKS = str.maketrans("", "", " \u00a0/")
_NUMBER = {
    "limit": 31,
    "allowed": r"[0-9A-Za-z()+.*#-]+",
    "rule": "digits, letters and ( ) . - + * # only",
    "is_number": True,
}
_EMAIL = {
    "limit": 255,
    "allowed": r"[0-9A-Za-z_][0-9A-Za-z_.'-]*@[0-9A-Za-z_.'-]+\.[0-9A-Za-z_'-]+",
    "rule": "an address of digits, letters and @ _ - . ' only",
}


class YeastarContacts(ColumnFile):
    """The company contacts."""

    NAME = "yeastar_contacts"
    TITLE = "Yeastar P-Series company contacts"
    NUMBERS: ClassVar[tuple[str, ...]] = ("phone", "mobile", "homephone", "fax")
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("First Name", "given_name", _NAME),
        Column("Last Name", "surname", _NAME),
        Column("Company Name", "organisation", _TEXT),
        Column("Email", "email", **_EMAIL),  # type: ignore[arg-type]
        Column("Business Number", "phone", **_NUMBER),  # type: ignore[arg-type]
        Column("Business Number 2"),
        Column("Business Fax", "fax", **_NUMBER),  # type: ignore[arg-type]
        Column("Mobile", "mobile", **_NUMBER),  # type: ignore[arg-type]
        Column("Mobile 2"),
        Column("Home", "homephone", **_NUMBER),  # type: ignore[arg-type]
        Column("Home 2"),
        Column("Home Fax"),
        Column("Other"),
        Column("ZIP Code"),
        Column("Street"),
        Column("City"),
        Column("State"),
        Column("Country"),
        Column("Remark", "notes", 1024),
    )
    OPTIONS: ClassVar[Options] = {
        **ColumnFile.OPTIONS,
        "phonebook": {
            "type": "str",
            "description": "The phonebook of the contacts. It must exist on the Yeastar.",
        },
    }
    LIMITS: ClassVar[dict[str, str]] = limits_of(COLUMNS)
    FIELDS: ClassVar[dict[str, str]] = {**fields_of(COLUMNS), "display_name": "First Name of an entry without names"}
    NOTES: ClassVar[tuple[str, ...]] = (
        "Import it at Contacts > Company Contacts. An import adds contacts; it changes and removes none.",
        "A contact needs a number that Yeastar takes.",
    )

    def columns(self) -> tuple[Column, ...]:
        """Return the columns; Phonebook only when one is asked for."""
        book = self.options.get("phonebook")
        return (*self.COLUMNS, Column("Phonebook", always=book)) if book else self.COLUMNS

    def cells(self, entry: Entry, context: Context) -> Mapping[str, str] | None:
        """Return the fields; numbers without blanks and slashes."""
        fields: dict[str, Any] = dict(entry.fields)
        if not fields.get("given_name") and not fields.get("surname"):
            fields["given_name"] = entry.name
        for name in self.NUMBERS:
            if fields.get(name):
                fields[name] = fields[name].translate(_BLANKS)
        numbers = [column for column in self.COLUMNS if column.is_number and fields.get(column.field)]
        if not any(column.takes(fields[column.field]) for column in numbers):
            context.findings.leave_out(entry.name, "phone", entry.fields.get("phone", ""), "has no number to dial")
            return None
        return {column.field: fields.get(column.field, "") for column in self.COLUMNS}
