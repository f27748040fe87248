# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""pascom: users, for a connector profile "Users from CSV"; also what the template csv_users reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    Entry,
    Options,
    Selection,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.csv_file import (
    SECRET_MODE,
    Column,
    ColumnFile,
    as_text,
    limits_of,
)

#: column -> field of the user; the first line of columns is that of pascom's documentation, in its order
_FIELDS = {
    "displayname": "display_name",
    "username": "username",
    "password": "",
    "pin": "",
    "phone": "extension",
    "givenname": "given_name",
    "surname": "surname",
    "email": "email",
    "mobile": "phonebook.mobile",
    "homephone": "phonebook.homephone",
    "job": "phonebook.notes",
    "phonemac": "phone mac",
    "phoneip": "phone ip",
    "organisation": "phonebook.organisation",
    "fax": "phonebook.fax",
    "roles": "roles",
    "phoneuser": "phone username",
    "inttimeout": "internal ring",
    "intdelay": "internal delay",
    "exttimeout": "external ring",
    "extdelay": "external delay",
    "quetimeout": "queue ring",
    "quedelay": "queue delay",
    "createSoftphone": "softphone",
    "createMobile": "mobile device",
}


class PascomUsers(ColumnFile):
    """All users, with as much of their devices as the columns can say."""

    NAME = "pascom_users"
    SENDS = "accounts"
    TITLE = "pascom users"
    NEEDS_NUMBER = False
    NUMBERS: ClassVar[tuple[str, ...]] = ("phonebook.mobile", "phonebook.homephone", "phonebook.fax")
    COLUMNS: ClassVar[tuple[Column, ...]] = tuple(
        Column(name, field, 80 if name == "displayname" else 0) for name, field in _FIELDS.items()
    )
    OPTIONS: ClassVar[Options] = {**ColumnFile.OPTIONS, **SECRET_MODE}
    LIMITS: ClassVar[dict[str, str]] = limits_of(COLUMNS)
    FIELDS: ClassVar[dict[str, str]] = {
        **{field: name for name, field in _FIELDS.items() if field and " " not in field},
        "devices": "phonemac, phoneip, phoneuser, createSoftphone, createMobile, and the times",
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        "Passwords and PINs are kept as hashes only: their columns are empty, and the import leaves what is there.",
        "A user has one IP phone in the columns; others are left out.",
    )

    @property
    def selection(self) -> Selection:
        """All users."""
        return Selection("users")

    def cells(self, entry: Entry, context: Context) -> Mapping[str, str] | None:
        """Return the fields, and what the columns can say of the devices."""
        fields = {name: as_text(entry.fields.get(name)) for name in _FIELDS.values() if name}
        fields.update(self._devices(entry, context))
        return fields

    def _devices(self, entry: Entry, context: Context) -> Iterator[tuple[str, str]]:
        found: set[str] = set()
        for device in entry.fields.get("devices", ()):
            kind = device["type"]
            is_own_mobile = kind == "mobile" and _is_same(
                device["number"], entry.fields.get("phonebook.mobile"), context
            )
            if kind in found or kind == "sip" or (kind == "mobile" and not is_own_mobile):
                shown = device.get("mac") or device.get("number") or device.get("username", "")
                context.findings.leave_value_out(entry.name, f"devices ({kind})", shown, "has no column")
                continue
            if not found:
                yield from _times(device)
            found.add(kind)
            if kind == "ip_phone":
                yield from ((f"phone {name}", device.get(name, "")) for name in ("mac", "ip", "username"))
            else:
                yield ("softphone" if kind == "softphone" else "mobile device"), "1"


def _is_same(number: str, mobile: str | None, context: Context) -> bool:
    """Say whether a device's number is the user's mobile number, in whatever form the output writes it."""
    return mobile is not None and (number == mobile or mobile in context.dial_forms(number))


def _times(device: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for call, times in device.get("timeouts", {}).items():
        for name, seconds in times.items():
            yield f"{call} {name}", str(seconds)
