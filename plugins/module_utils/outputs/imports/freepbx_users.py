# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""FreePBX: users of the User Manager, for Admin > Bulk Handler > User Manager Users.

Columns and what an import does with them: userman, bulkhandlerGetHeaders and bulkhandlerImport("usermanusers");
widths: the table userman_users in its module.xml. It is not the bulk handler's "extensions", whose replacing deletes an
extension and makes it anew, with voicemail and keys lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    Entry,
    Item,
    Options,
    Selection,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.csv_file import (
    SECRET_MODE,
    Column,
    ColumnFile,
    as_text,
    fields_of,
    limits_of,
)

#: A hash that no password has: the user sets one by "Forgot Password".
_UNUSABLE = "*"
_ITOA64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ROUNDS = 13  # phpass: 8 + 5, as FreePBX's PasswordHash(8) has it for portable hashes


class FreePbxUsers(ColumnFile):
    """The users who have an extension and may sign in."""

    NAME = "freepbx_users"
    TITLE = "FreePBX users (User Manager)"
    SENDS = "accounts"
    HAS_SECRETS = True
    NEEDS_NUMBER = False
    NUMBERS: ClassVar[tuple[str, ...]] = ("phonebook.mobile", "phonebook.homephone", "phonebook.fax")
    SEALED_COLUMN = "encrypted_password"
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column("username", "username", 150),
        Column("password"),
        Column("encrypted_password"),
        Column("default_extension", "extension", 45),
        Column("description"),
        Column("fname", "given_name", 100),
        Column("lname", "surname", 100),
        Column("displayname", "display_name", 200),
        Column("company", "phonebook.organisation", 100),
        Column("email", "email"),
        Column("cell", "phonebook.mobile", 100, is_number=True),
        Column("home", "phonebook.homephone", 100, is_number=True),
        Column("fax", "phonebook.fax", 100, is_number=True),
    )
    OPTIONS: ClassVar[Options] = {
        **ColumnFile.OPTIONS,
        **SECRET_MODE,
        "new_users": {
            "type": "str",
            "choices": ["no_password", "sip_password"],
            "default": "no_password",
            "description": "What users that FreePBX does not have yet sign in to its pages with: nothing until they"
            " have set a password (Forgot Password), or their SIP password, of which the file holds a hash; then it has"
            " only those who have an account at a SIP server. Passwords of users whom FreePBX has stay as they are.",
        },
    }
    LIMITS: ClassVar[dict[str, str]] = limits_of(COLUMNS)
    FIELDS: ClassVar[dict[str, str]] = fields_of(COLUMNS)
    NOTES: ClassVar[tuple[str, ...]] = (
        "Import it at Admin > Bulk Handler > Import > User Manager Users; set Replace Existing Data.",
        "An import adds and updates users in place; it removes none. It needs a directory of FreePBX's own.",
        "The extensions must be there, and get their SIP passwords from FreePBX: an import cannot set them in place.",
    )

    @property
    def selection(self) -> Selection:
        """All users, or those with a SIP account when their secrets are needed."""
        return Selection("accounts" if self._has_hash else "users")

    @property
    def _has_hash(self) -> bool:
        return bool(self.options.get("new_users") == "sip_password")

    def items(self, entry: Entry, context: Context) -> Iterable[Item]:
        """Return one line with the hash that a new user gets."""
        for item in super().items(entry, context):
            yield item._replace(secret=self._hash_of(entry, context))

    def cells(self, entry: Entry, context: Context) -> Mapping[str, str] | None:
        """Return the fields; None (said) for a user whom FreePBX does not take: its import would stop there."""
        fields = entry.fields
        if fields.get("auth_method") == "none":
            context.findings.leave_out(entry.name, "auth_method", "none", "may not sign in")
            return None
        if not fields.get("extension"):
            context.findings.leave_out(entry.name, "extension", "", "is needed by FreePBX for a user")
            return None
        return {column.field: as_text(fields.get(column.field)) for column in self.COLUMNS}

    def _hash_of(self, entry: Entry, context: Context) -> str:
        if not self._has_hash:
            return _UNUSABLE
        salt = hashlib.sha256(context.uid(entry.key).encode()).digest()[:6]
        return phpass(entry.secrets["sip_password"], salt)


def phpass(password: str, salt: bytes) -> str:
    """Return a portable hash as FreePBX's library (Openwall phpass) checks it; `salt` has six bytes.

    It is MD5, many times over: good enough for a random password, and none of our own are kept so.
    """
    shown = _encoded(salt)
    encoded = password.encode()
    digest = hashlib.md5(shown.encode() + encoded, usedforsecurity=False).digest()
    for _round in range(1 << _ROUNDS):
        digest = hashlib.md5(digest + encoded, usedforsecurity=False).digest()
    return f"$P${_ITOA64[_ROUNDS]}{shown}{_encoded(digest)}"


def _encoded(data: bytes) -> str:
    """Encode as phpass does: little-endian, six bits a character."""
    characters = []
    for start in range(0, len(data), 3):
        part = data[start : start + 3]
        number = int.from_bytes(part, "little")
        characters += [_ITOA64[(number >> (6 * place)) & 0x3F] for place in range(len(part) + 1)]
    return "".join(characters)
