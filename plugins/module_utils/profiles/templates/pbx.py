# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Template for the phonebook of another phone system. Columns are called as the fields of a phonebook entry."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.base import Template
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.structures import (
    PHONEBOOK_STRUCTURE,
)

_PHONEBOOK = Template(
    name="pbx_phonebook",
    family="pbx",
    version=1,
    title="Phonebook of another phone system",
    # a service without ids: what makes an entry unique
    key="row.id or [displayname, organisation, phone] | join('|') | lower",
    # two phone systems may both have a "Reception": only with the same number it is the same entry
    match=(("display_name", "phone"),),
    variables={
        "displayname": "row.display_name",
        "phone": "row.phone",
        "givenname": "row.given_name",
        "surname": "row.surname",
        "organisation": "row.organisation",
        "email": "row.email",
        "mobile": "row.mobile",
        "homephone": "row.homephone",
        "fax": "row.fax",
        "notes": "row.notes",
    },
    structure={"phonebook_entry": {**PHONEBOOK_STRUCTURE, "notes": "notes"}},
)

TEMPLATES: tuple[Template, ...] = (_PHONEBOOK,)
