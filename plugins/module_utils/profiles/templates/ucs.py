# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The template for Univention Corporate Server."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.base import Template
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.ldap import OWN_ATTRIBUTES
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.structures import USER_STRUCTURE

_USERS = Template(
    name="ucs_users",
    family="ucs",
    version=1,
    title="Users from Univention Corporate Server",
    # the identifier came with UCS 5.2
    key="row.univentionObjectIdentifier or row.entryUUID",
    match=("username",),
    filter="not row.disabled",
    variables={
        "username": "row.username",
        "displayname": "row.displayName",
        "phone": "row.telephoneNumber",
        "givenname": "row.givenName",
        "surname": "row.sn",
        "organisation": "row.o",
        "email": "row.mailPrimaryAddress",
        "mobile": "row.mobile",
        "homephone": "row.homePhone",
        "fax": "row.facsimileTelephoneNumber",
        "job": "row.title",
        "roles": "values.memberOf | map('cn')",
        **{name: f"row.{name}" for name in OWN_ATTRIBUTES.split()},
    },
    with_lines={"phone": "row.telephoneNumber | extension"},
    structure={"user": USER_STRUCTURE},
    authentication="ldap",
)

TEMPLATES: tuple[Template, ...] = (_USERS,)
