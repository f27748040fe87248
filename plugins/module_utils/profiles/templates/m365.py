# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Template for users of Microsoft 365. Columns are the properties of the Microsoft Graph resource type user."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.base import Template

_USERS = Template(
    name="m365_users",
    family="m365",
    version=1,
    title="Users from Microsoft 365 (Entra ID)",
    key="row.id",
    match=("username", "local_part", "login_email", "email"),
    # userType is empty for users from before there were guests
    filter="row.accountEnabled and row.userType != 'Guest' and '#EXT#' not in row.userPrincipalName",
    variables={
        "username": "row.userPrincipalName",
        "displayname": "row.displayName",
        "givenname": "row.givenName",
        "surname": "row.surname",
        "email": "row.mail",
        # a number that people dial inside; the usual public one is none
        "phone": "row.businessPhones | default('') | regex_search('^ *[1-9][0-9]{1,5} *$')",
        "organisation": "row.companyName",
        "mobile": "row.mobilePhone",
        "fax": "row.faxNumber",
        "job": "row.jobTitle",
        "createSoftphone": False,
        "createMobile": False,
    },
    with_lines={"phone": "row.businessPhones | extension or ''"},
    structure={
        "user": {
            "username": "username",
            "display_name": "displayname",
            "given_name": "givenname",
            "surname": "surname",
            "email": "email",
            "extension": "phone",
            "auth_method": "sso",
            "phonebook": {"organisation": "organisation", "mobile": "mobile", "fax": "fax", "notes": "job"},
            "devices": [
                {"type": "softphone", "when": "createSoftphone"},
                {"type": "mobile", "number": "mobile", "when": ["createMobile", "mobile"]},
            ],
        }
    },
    authentication="sso",
    pairs_again_on_rename=True,
)

TEMPLATES: tuple[Template, ...] = (_USERS,)
