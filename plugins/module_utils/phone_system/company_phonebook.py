# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The company phonebook as phones see it: entries, and every user with the extension as the phone number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PHONEBOOK_KINDS = ("user", "phonebook_entry")
_OF_USER = ("display_name", "given_name", "surname", "email", "username", "did")
_PHONEBOOK = "phonebook."


def is_private(fields: Mapping[str, Any]) -> bool:
    """Say whether an entry is for its owner alone, and so in no company phonebook."""
    return "owner" in fields


def phonebook_entry_of(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object's flat fields as the directory has them, those of a phonebook entry; a user's login as well."""
    if kind != "user":
        return dict(fields)
    entry = {name: fields[name] for name in _OF_USER if name in fields}
    if "extension" in fields:
        entry["phone"] = fields["extension"]
    in_phonebook = {name: value for name, value in fields.items() if name.startswith(_PHONEBOOK)}
    return entry | {name.removeprefix(_PHONEBOOK): value for name, value in in_phonebook.items()}
