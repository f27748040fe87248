# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Wazo: users with line and extension, for POST /api/confd/1.1/users/import.

Columns: Wazo documentation, "CSV Import and Export"; widths and characters: wazo-confd, plugins/user/schema.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Entry, Options
from ansible_collections.telephony.connector.plugins.module_utils.outputs.csv_file import Column, limits_of
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.account_columns import (
    AccountColumns,
    cells_of,
    fields_of,
)

#: language of the store -> that of Wazo
_LANGUAGES = {
    "de": "de_DE",
    "en": "en_US",
    "es": "es_ES",
    "fr": "fr_FR",
    **{one.casefold(): one for one in ("de_DE", "en_US", "es_ES", "fr_FR", "fr_CA")},
}


class WazoUsers(AccountColumns):
    """The users who have an account, each with a SIP line and an extension."""

    NAME = "wazo_users"
    TITLE = "Wazo users"
    NEWLINE = "\n"  # wazo-confd splits the body there
    SEALED_COLUMN = "sip_secret"
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("firstname", "given_name", 128),
        Column("lastname", "surname", 128),
        Column("language", "language", allowed="[a-z]{2}_[A-Z]{2}", rule="de_DE, en_US, es_ES, fr_FR or fr_CA"),
        Column(
            "mobile_phone_number", "phonebook.mobile", 80, r"\+?[0-9*#]+", "digits, * and # with an optional +",
            is_number=True,
        ),
        Column("email", "email", 254, "[^@]+@[^@]+", "an e-mail address"),
        Column("username", "username", 254, r"[a-zA-Z0-9\-._~!$&'()*+,;=%@]{2,254}", "2 to 254 letters of ASCII, digits"
               " and - . _ ~ ! $ & ' ( ) * + , ; = % @"),
        Column("exten", "extension"),
        Column("context", "context"),
        Column("line_protocol", always="sip"),
        Column("sip_username", "sip_user"),
        Column("sip_secret"),
    )  # fmt: skip
    OPTIONS: ClassVar[Options] = {
        **AccountColumns.OPTIONS,
        "context": {
            "type": "str",
            "default": "default",
            "description": "The internal context of the extensions, by its name on the Wazo.",
        },
        "entity_id": {
            "type": "int",
            "description": "The entity, for versions before 18.04 that ask for one; a column of its own, the first.",
        },
    }
    LIMITS: ClassVar[dict[str, str]] = limits_of(COLUMNS)
    FIELDS: ClassVar[dict[str, str]] = fields_of(COLUMNS, SEALED_COLUMN)
    NOTES: ClassVar[tuple[str, ...]] = (
        "POST it to /api/confd/1.1/users/import with Content-Type text/csv; charset=utf-8.",
        "It holds SIP passwords in cleartext: delete it when it has been imported.",
        "An import creates users, lines and extensions; what exists already is an error for its line.",
    )

    def columns(self) -> tuple[Column, ...]:
        """Return the columns; entity_id only when it is given."""
        entity = self.options.get("entity_id")
        return self.COLUMNS if entity is None else (Column("entity_id", always=str(entity)), *self.COLUMNS)

    def cells(self, entry: Entry, context: Context) -> Mapping[str, str] | None:
        """Return the fields; a user without names has his display name as the first."""
        cells = cells_of(self.COLUMNS, entry)
        if not cells["given_name"]:
            cells["given_name"], cells["surname"] = cells["surname"], ""
        language = cells["language"].replace("-", "_").casefold()
        cells["language"] = _LANGUAGES.get(language, cells["language"])
        cells["context"] = self.options.get("context") or "default"
        return cells
