# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""FreePBX: contacts of the Contact Manager, for Admin > Bulk Handler > Contacts.

Columns: contactmanager, bulkhandlerGetHeaders("contacts"); widths: the tables in its module.xml.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Entry, Options
from ansible_collections.telephony.connector.plugins.module_utils.outputs.csv_file import Column, ColumnFile, limits_of
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import folded

_MAX_TEXT = 100
#: (field, type, flags): fax is a flag in the Contact Manager, not a type.
_NUMBERS = (("phone", "work", ""), ("mobile", "cell", ""), ("homephone", "home", ""), ("fax", "work", "fax"))
_PARTS = ("number", "type", "flags")


class FreePbxContacts(ColumnFile):
    """Contacts of one external group."""

    NAME = "freepbx_contacts"
    TITLE = "FreePBX contacts (Contact Manager)"
    NUMBERS: ClassVar[tuple[str, ...]] = tuple(field for field, _type, _flags in _NUMBERS)
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("groupname", "group", 80),
        Column("grouptype", always="external"),
        Column("displayname", "display_name", _MAX_TEXT),
        Column("fname", "given_name", _MAX_TEXT),
        Column("lname", "surname", _MAX_TEXT),
        Column("company", "organisation", _MAX_TEXT),
        *(
            Column(f"phone_{place}_{part}", f"{place} {part}", _MAX_TEXT, is_number=part == "number")
            for place in range(1, len(_NUMBERS) + 1)
            for part in _PARTS
        ),
        Column("email_1", "email", _MAX_TEXT),
    )
    OPTIONS: ClassVar[Options] = {
        **ColumnFile.OPTIONS,
        "contact_group": {
            "type": "str",
            "default": "Company",
            "description": "The external group of the contacts. FreePBX makes it when it is missing.",
        },
    }
    LIMITS: ClassVar[dict[str, str]] = limits_of(COLUMNS)
    FIELDS: ClassVar[dict[str, str]] = {
        "display_name": "displayname",
        "given_name": "fname",
        "surname": "lname",
        "organisation": "company",
        "phone": "phone_N_number, type work",
        "mobile": "phone_N_number, type cell",
        "homephone": "phone_N_number, type home",
        "fax": "phone_N_number, type work, flag fax",
        "email": "email_1",
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        "Import it at Admin > Bulk Handler > Import > Contacts; set Replace Existing Data.",
        "An import adds and updates contacts; it removes none. To mirror the book, delete the group first.",
        "Entries of one display name are one contact to FreePBX: later ones have company or number behind the name.",
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._seen: set[tuple[str, str]] = set()

    def cells(self, entry: Entry, context: Context) -> Mapping[str, str] | None:
        """Return the fields, with the numbers from the first place on: the first is required."""
        fields = entry.fields
        name = self._own_name(entry, context)
        if name is None:
            return None
        cells = {column.field: fields.get(column.field, "") for column in self.COLUMNS}
        cells |= {"display_name": name, "group": self.options.get("contact_group") or "Company"}
        present = [one for one in _NUMBERS if fields.get(one[0])]
        for place, (field, type_, flags) in enumerate(present, 1):
            cells |= {f"{place} number": fields[field], f"{place} type": type_, f"{place} flags": flags}
        return cells

    def _own_name(self, entry: Entry, context: Context) -> str | None:
        """Return a name that no other line of the file has; None (said) when there is none."""
        place, fields = self.place(entry), entry.fields
        number = next((fields[name] for name in self.NUMBERS if fields.get(name)), "")
        for added in ("", fields.get("organisation", ""), number):
            name = f"{entry.name} ({added})" if added else entry.name
            if (place, folded(name[:_MAX_TEXT])) not in self._seen:
                self._seen.add((place, folded(name[:_MAX_TEXT])))
                return name
        rule = "is in the file already, and FreePBX takes both for one contact"
        context.findings.leave_out(entry.name, "display_name", entry.name, rule)
        return None
