# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Templates for Active Directory; structure and variables are those of LDAP directories where nothing else is said."""

from __future__ import annotations

from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.base import Template
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.ldap import OWN_ATTRIBUTES
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.structures import (
    PHONEBOOK_STRUCTURE,
    SPEED_DIAL_STRUCTURE,
    USER_STRUCTURE,
)

_KEY = "row.objectGUID"

_PERSON: dict[str, Any] = {
    "displayname": "row.displayName",
    "phone": "row.telephoneNumber",
    "givenname": "row.givenName",
    "surname": "row.sn",
    "organisation": "row.company",
    "email": "row.mail",
    "mobile": "row.mobile",
    "homephone": "row.homePhone",
    "fax": "row.facsimileTelephoneNumber",
}

_USERS = Template(
    name="ad_users",
    family="ad",
    version=1,
    title="Users from Active Directory",
    key=_KEY,
    match=("username",),
    # a contact has no login name; mobydick is the account of the phone system itself
    filter="row.sAMAccountName and not row.disabled and row.sAMAccountName | lower != 'mobydick'",
    variables={
        "username": "row.username",
        **_PERSON,
        "job": "row.title",
        "roles": "values.memberOf | map('cn')",
        **{name: f"row.{name}" for name in OWN_ATTRIBUTES.split()},
    },
    with_lines={"phone": "row.telephoneNumber | extension"},
    structure={"user": USER_STRUCTURE},
    authentication="ldap",
)

_PHONEBOOK = Template(
    name="ad_phonebook",
    family="ad",
    version=1,
    title="Phonebook entries from Active Directory",
    key=_KEY,
    match=("display_name",),
    filter="row.displayName",
    variables={**_PERSON, "notes": "row.info"},
    structure={"phonebook_entry": {**PHONEBOOK_STRUCTURE, "notes": "notes"}},
)

_SPEED_DIALS = Template(
    name="ad_speed_dials",
    family="ad",
    version=1,
    title="Speed dials from Active Directory",
    key=_KEY,
    match=("number",),
    filter="row.pager and row.telephoneNumber",
    variables={
        "displayname": "row.displayName or row.cn",
        "speeddial": "row.pager",  # as in other directories
        "phone": "row.telephoneNumber",
    },
    structure={"speed_dial": SPEED_DIAL_STRUCTURE},
)

TEMPLATES: tuple[Template, ...] = (_USERS, _PHONEBOOK, _SPEED_DIALS)
