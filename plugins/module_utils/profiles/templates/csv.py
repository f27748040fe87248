# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Templates for CSV files. Columns are called as the original connector calls them, so its files work as they are."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.base import Template
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.structures import (
    PHONEBOOK_STRUCTURE,
    SPEED_DIAL_STRUCTURE,
    USER_STRUCTURE,
)


def _columns(names: str) -> dict[str, str]:
    """Return one variable for each column, with the column's name."""
    return {name: f"row.{name}" for name in names.split()}


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
    structure={"user": {**USER_STRUCTURE, "password": "password"}},
    authentication="ldap",
)

_PHONEBOOK = Template(
    name="csv_phonebook",
    family="csv",
    version=1,
    title="Phonebook entries from a CSV file",
    key="[displayname, organisation, phone] | join('|') | lower",
    match=("display_name",),
    variables=_columns("displayname phone givenname surname organisation email mobile homephone fax"),
    structure={"phonebook_entry": PHONEBOOK_STRUCTURE},
)

_SPEED_DIALS = Template(
    name="csv_speed_dials",
    family="csv",
    version=1,
    title="Speed dials from a CSV file",
    key="speeddial",
    match=("number",),
    variables=_columns("displayname speeddial phone"),
    structure={"speed_dial": SPEED_DIAL_STRUCTURE},
)

TEMPLATES: tuple[Template, ...] = (_USERS, _PHONEBOOK, _SPEED_DIALS)
