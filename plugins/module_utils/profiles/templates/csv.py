# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Templates for CSV files. Columns are called as the original connector calls them, so its files work as they are."""

from __future__ import annotations

from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.base import Template


def _columns(names: str) -> dict[str, str]:
    """Return one variable for each column, with the column's name."""
    return {name: f"row.{name}" for name in names.split()}


_TIMEOUTS: dict[str, Any] = {
    "internal": {"delay": "intdelay", "ring": "inttimeout"},
    "external": {"delay": "extdelay", "ring": "exttimeout"},
    "queue": {"delay": "quedelay", "ring": "quetimeout"},
}

_USERS = Template(
    name="csv_users",
    family="csv",
    version=1,
    title="Users from a CSV file",
    key="username | lower",
    match=("username",),
    variables=_columns(
        "displayname username password pin phone givenname surname organisation email mobile homephone fax job"
        " phonemac phoneip phoneuser phonepass inttimeout intdelay exttimeout extdelay quetimeout quedelay roles"
        " createSoftphone createMobile"
    ),
    structure={
        "user": {
            "username": "username",
            "display_name": "displayname",
            "given_name": "givenname",
            "surname": "surname",
            "email": "email",
            "extension": "phone",
            "pin": "pin",
            "password": "password",
            "roles": "roles",
            "phonebook": {
                "organisation": "organisation",
                "mobile": "mobile",
                "homephone": "homephone",
                "fax": "fax",
                "notes": "job",
            },
            "devices": [
                {"type": "softphone", "timeouts": _TIMEOUTS, "when": "createSoftphone"},
                {"type": "mobile", "number": "mobile", "timeouts": _TIMEOUTS, "when": ["createMobile", "mobile"]},
                {
                    "type": "ip_phone",
                    "mac": "phonemac",
                    "ip": "phoneip",
                    "username": "phoneuser",
                    "password": "phonepass",
                    "timeouts": _TIMEOUTS,
                    "when": "phonemac",
                },
            ],
        }
    },
)

_PHONEBOOK = Template(
    name="csv_phonebook",
    family="csv",
    version=1,
    title="Phonebook entries from a CSV file",
    key="[displayname, organisation, phone] | join('|') | lower",
    match=("display_name",),
    variables=_columns("displayname phone givenname surname organisation email mobile homephone fax"),
    structure={
        "phonebook_entry": {
            "display_name": "displayname",
            "phone": "phone",
            "given_name": "givenname",
            "surname": "surname",
            "organisation": "organisation",
            "email": "email",
            "mobile": "mobile",
            "homephone": "homephone",
            "fax": "fax",
        }
    },
)

_SPEED_DIALS = Template(
    name="csv_speed_dials",
    family="csv",
    version=1,
    title="Speed dials from a CSV file",
    key="speeddial",
    match=("number",),
    variables=_columns("displayname speeddial phone"),
    structure={"speed_dial": {"number": "speeddial", "destination": "phone", "display_name": "displayname"}},
)

TEMPLATES: tuple[Template, ...] = (_USERS, _PHONEBOOK, _SPEED_DIALS)
