# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Templates for LDAP directories, with the attributes of inetOrgPerson (RFC 2798).

What no standard schema has (PIN, IP phone, ringing times) is taken from attributes of the variable's own name, for
directories whose schema was extended, and is left alone everywhere else.
"""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.base import Template
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.structures import (
    PHONEBOOK_STRUCTURE,
    SPEED_DIAL_STRUCTURE,
    USER_STRUCTURE,
)

OWN_ATTRIBUTES = (
    "pin phonemac phoneip phoneuser phonepass inttimeout intdelay exttimeout extdelay quetimeout quedelay"
    " createSoftphone createMobile"
)

_PERSON = {
    "displayname": "row.displayName or row.cn",
    "phone": "row.telephoneNumber",
    "givenname": "row.givenName",
    "surname": "row.sn",
    "organisation": "row.o",
    "email": "row.mail",
    "mobile": "row.mobile",
    "homephone": "row.homePhone",
    "fax": "row.facsimileTelephoneNumber",
}

_USERS = Template(
    name="ldap_users",
    family="ldap",
    version=1,
    title="Users from an LDAP directory",
    key="row.entryUUID",
    match=("username",),
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
    name="ldap_phonebook",
    family="ldap",
    version=1,
    title="Phonebook entries from an LDAP directory",
    key="row.entryUUID",
    match=("display_name",),
    variables=_PERSON,
    structure={"phonebook_entry": PHONEBOOK_STRUCTURE},
)

_SPEED_DIALS = Template(
    name="ldap_speed_dials",
    family="ldap",
    version=1,
    title="Speed dials from an LDAP directory",
    key="row.entryUUID",
    match=("number",),
    filter="speeddial and phone",
    variables={
        "displayname": "row.displayName or row.cn",
        "speeddial": "row.pager",  # no standard attribute is for a short number; this one is out of use otherwise
        "phone": "row.telephoneNumber",
    },
    structure={"speed_dial": SPEED_DIAL_STRUCTURE},
)

TEMPLATES: tuple[Template, ...] = (_USERS, _PHONEBOOK, _SPEED_DIALS)
