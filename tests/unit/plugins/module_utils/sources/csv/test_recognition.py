# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which column is what, in exports that nobody made for a phone system: by its name, its words, and what it holds."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.checking import Column
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.recognition import suggest

#: what wrote it: (header, first record, template asked for, template suggested, variable -> column)
EXPORTS: dict[str, tuple[str, str, str, str, dict[str, str | None]]] = {
    "outlook.com": (
        (
            "First Name,Middle Name,Last Name,Given Yomi,E-mail Address,E-mail 2 Address,Home Phone,Home Phone 2,"
            "Business Phone,Mobile Phone,Car Phone,Other Phone,Pager,Business Fax,Home Fax,Company"
        ),
        "Erika,,Müller,,e@example.com,,0991 2,,0991 1,0171 4,0160 9,,,0991 3,,Muster",
        "csv_phonebook", "csv_phonebook",
        {"phone": "Business Phone", "homephone": "Home Phone", "mobile": "Mobile Phone", "fax": "Business Fax",
         "email": "E-mail Address"},
    ),
    "address book of macOS": (
        "First name,Last name,Phone : mobile,Phone : home,Phone : work,Email : work,Email : home",
        "Erika,Müller,0171 4,0991 2,0991 1,e@example.com,",
        "csv_phonebook", "csv_phonebook",
        {"phone": "Phone : work", "homephone": "Phone : home", "mobile": "Phone : mobile", "email": "Email : work"},
    ),
    "a vCard converter": (
        "Formatted Name,Home Phone,Work Phone,Cell Phone,Fax (Work),Fax (Home),Email (Work)",
        "Erika Müller,0991 2,0991 1,0171 4,0991 3,0991 9,e@example.com",
        "csv_phonebook", "csv_phonebook",
        {"phone": "Work Phone", "mobile": "Cell Phone", "fax": "Fax (Work)", "email": "Email (Work)"},
    ),
    "Microsoft 365, users": (
        (
            "Block credential,City,Display name,Fax,First name,Last name,Licenses,Mobile Phone,Office,Phone number,"
            "Title,User principal name"
        ),
        "False,Deggendorf,Erika Müller,,Erika,Müller,E3,0171 4,,217,Buyer,erika@corp.example",
        "csv_users", "csv_users",
        {"username": "User principal name", "phone": "Phone number", "mobile": "Mobile Phone"},
    ),
    "HubSpot": (
        "Record ID,First Name,Last Name,Company name,Phone Number,Mobile Phone Number,Email,Contact owner",
        "1,Erika,Müller,Muster,0991 1,0171 4,e@example.com,x",
        "csv_phonebook", "csv_phonebook",
        {"phone": "Phone Number", "mobile": "Mobile Phone Number", "organisation": "Company name"},
    ),
    "Excel, French": (
        "Nom,Prénom,Société,Téléphone,Portable,Courriel,Télécopie",
        "Müller,Erika,Muster,0991 1,0171 4,e@example.com,0991 3",
        "csv_phonebook", "csv_phonebook",
        {"surname": "Nom", "givenname": "Prénom", "organisation": "Société", "phone": "Téléphone",
         "mobile": "Portable", "email": "Courriel", "fax": "Télécopie"},
    ),
    "DATEV": (
        (
            "Konto,Name (Adressattyp Unternehmen),Name (Adressattyp natürl. Person),"
            "Vorname (Adressattyp natürl. Person),Telefon,Fax,E-Mail"
        ),
        "10000,Muster GmbH,,,0991 1,0991 3,info@muster.example",
        "csv_phonebook", "csv_phonebook",
        {"organisation": "Name (Adressattyp Unternehmen)", "surname": "Name (Adressattyp natürl. Person)"},
    ),
    "Excel, inner and outer numbers": (
        "Mitarbeiter,Tel. intern,Tel. extern,Handy-Nr.,Mail",
        "Erika Müller,217,0991 29601-217,0171 4,e@example.com",
        "csv_users", "csv_users",
        {"phone": "Tel. intern", "mobile": "Handy-Nr.", "email": "Mail"},
    ),
    "the same, for a phonebook": (
        "Mitarbeiter,Tel. intern,Tel. extern,Handy-Nr.,Mail",
        "Erika Müller,217,0991 29601-217,0171 4,e@example.com",
        "csv_phonebook", "csv_phonebook",
        {"phone": "Tel. extern"},
    ),
    "columns that only sound like numbers": (
        "Name,Telefontyp,Fax gewünscht,Mobil erreichbar,Telefonbuch,Telefon Zentrale",
        "Erika Müller,IP,ja,nein,Firma,0991 1",
        "csv_phonebook", "csv_phonebook",
        {"phone": "Telefon Zentrale", "fax": None, "mobile": None},
    ),
}  # fmt: skip


@pytest.mark.parametrize("export", EXPORTS)
def test_columns_are_recognised(export: str) -> None:
    header, record, asked, template, expected = EXPORTS[export]
    names, cells = header.split(","), record.split(",")
    columns = [Column(name, bool(cell), (cell,) if cell else ()) for name, cell in zip(names, cells, strict=True)]
    suggested = suggest(asked, columns)
    assert suggested["template"] == template
    variables = suggested.get("variables", {})
    found = {
        variable: next((name for name in names if variables.get(variable) in (f"row.{name}", f"row['{name}']")), None)
        for variable in expected
    }
    assert found == expected
