# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Template for the contacts of an Exchange server. Columns are called as the original connector calls them."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.base import Template
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.structures import (
    PHONEBOOK_STRUCTURE,
)

_PHONEBOOK = Template(
    name="exchange_phonebook",
    family="exchange",
    version=1,
    title="Contacts from Exchange: public folders, shared mailboxes, personal address books",
    key="row.id",
    # private entries come under the owner's name; a person's own entry is taken over only from the same owner
    match=(("display_name", "phone", "owner"),),
    # a contact may be a company alone, or a person with no more than a name to file it under
    variables={
        "displayname": "row.DisplayName or row.FileAs or row.CompanyName",
        "phone": "row.PhoneNumbers_BusinessPhone or row.PhoneNumbers_CompanyMainPhone",
        "givenname": "row.GivenName",
        "surname": "row.Surname",
        "organisation": "row.CompanyName",
        "email": "row.EmailAddresses_EmailAddress1",
        "mobile": "row.PhoneNumbers_MobilePhone",
        "homephone": "row.PhoneNumbers_HomePhone",
        "fax": "row.PhoneNumbers_BusinessFax",
        "job": "row.JobTitle",
        "owner": "row.local_id",
    },
    structure={"phonebook_entry": {**PHONEBOOK_STRUCTURE, "notes": "job", "owner": "owner"}},
)

TEMPLATES: tuple[Template, ...] = (_PHONEBOOK,)
