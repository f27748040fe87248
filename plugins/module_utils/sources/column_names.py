# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Names of columns in the exports of other programs, and which variable of a template each of them fills.

Sources of the names: Outlook's export in English and German, Google Contacts (before and after 2024), the bulk handler
of FreePBX (extensions, userman, contactmanager), 3CX (extensions, phonebook), Yealink's local phonebook, pascom, DATEV,
Microsoft 365, and what people call columns in Excel in English, German and French. Numbers under other names are found
by their words (column_words.py).
"""

from __future__ import annotations

import re

#: variable -> names of columns, best first; compared without letter case, blanks and punctuation
NAMES: dict[str, tuple[str, ...]] = {
    "displayname": (
        "displayname", "display name", "anzeigename", "full name", "vollständiger name", "name", "description",
        "file as", "speichern unter", "kontakt", "contact", "teilnehmer", "mitarbeiter", "employee", "bezeichnung",
        "formatted name", "vor- und nachname", "nom complet",
    ),
    "username": (
        "username", "user name", "benutzername", "login", "loginname", "benutzer", "user", "anmeldename", "kennung",
        "samaccountname", "uid", "account", "userid", "user id", "benutzerkennung", "nutzername",
        "benutzerkonto", "userprincipalname", "user principal name", "upn",
    ),
    "password": ("password", "passwort", "kennwort"),
    "pin": ("pin", "pin code"),
    "givenname": (
        "givenname", "given name", "first name", "firstname", "vorname", "fname", "forename", "rufname", "prénom",
        "vorname (adressattyp natürl. person)",
    ),
    "surname": (
        "surname", "last name", "lastname", "nachname", "family name", "familienname", "lname", "sn", "name", "nom",
        "nom de famille", "name (adressattyp natürl. person)",
    ),
    "organisation": (
        "organisation", "organization", "company", "firma", "unternehmen", "organization name",
        "organization 1 - name", "company name", "firmenname", "kunde", "customer", "o",
        "société", "entreprise", "name (adressattyp unternehmen)",
    ),
    "email": (
        "email", "e-mail", "mail", "e-mail address", "e-mail-adresse", "emailaddress", "email address",
        "e-mail 1 - value",

        "email_1", "emailadresse", "mailadresse", "e-mail adresse", "e-mail 1",
    ),
    "mobile": (
        "mobile", "mobile phone", "mobiltelefon", "mobil", "handy", "handynummer", "mobilnummer", "mobilenumber",
        "mobile number", "cell", "cell phone", "cellphone", "mobile_number", "telefon mobil", "telefon (mobil)",
        "mobilfunk", "mobiltelefonnummer",
    ),
    "homephone": (
        "homephone", "home phone", "telefon (privat)", "telefon privat", "home", "privat", "home number",
        "telefon privat 1",
        "homenumber", "private", "festnetz privat",
    ),
    "fax": (
        "fax", "business fax", "fax geschäftlich", "faxnummer", "fax number", "businessfax", "telefax",
        "fax (geschäftlich)",
        "facsimiletelephonenumber",
    ),
    "phone": (
        "phone", "business phone", "telefon geschäftlich", "telefon (geschäftlich)", "telefon", "telefonnummer",
        "telephone", "phone number", "business", "office_number", "office number", "work", "work phone", "rufnummer",
        "telefon firma", "company main phone", "primary phone", "haupttelefon", "nummer", "number", "tel",
        "telephonenumber",
        "phone_1_number", "telefon dienstlich", "dienstlich", "geschäftlich", "festnetz", "zentrale",
    ),
    "job": (
        "job", "job title", "position", "title", "titel", "funktion", "organization title", "organization 1 - title",
        "beruf", "stelle", "abteilung", "department", "tätigkeit",
    ),
    "roles": ("roles", "rollen", "rolle", "role"),
    "phonemac": ("phonemac", "mac", "mac address", "macaddress", "mac-adresse"),
    "phoneip": ("phoneip",),
    "phoneuser": ("phoneuser",),
    "phonepass": ("phonepass",),
    "speeddial": ("speeddial", "speed dial", "kurzwahl", "kurzwahlnummer", "shortcode"),
    "notes": ("notes", "notizen", "bemerkung", "bemerkungen", "anmerkung", "kommentar", "comment", "note", "remarques"),
}  # fmt: skip

#: names of columns with the number that people dial inside
EXTENSIONS: tuple[str, ...] = (
    "extension", "durchwahl", "nebenstelle", "ext", "default_extension", "default extension", "interne nummer", "dw",
    "internal number", "nst", "apparat", "intern", "user extension", "extension number",
)  # fmt: skip

#: columns that only an export of users has: their presence tells users from contacts
OF_USERS = (*EXTENSIONS, "authid", "authpassword", *NAMES["username"], "password", "passwort", "kennwort")


def folded(name: str) -> str:
    """Return a name for comparison: letters and digits alone, in lower case."""
    return re.sub(r"[\W_]+", "", name.casefold())
