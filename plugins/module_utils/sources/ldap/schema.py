# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Which attributes a directory knows: one that it does not know is misspelt, which no answer to a search would tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected

_NAMES = re.compile(r"\bNAME\s+(?:'([^']*)'|\(([^)]*)\))")
_OBJECT_IDENTIFIER = re.compile(r"\d+(?:\.\d+)+")


def known_to(connected: Connected, names: Iterable[str]) -> set[str]:
    """Return those of some names of attributes that the directory knows; all of them where it hides its schema.

    Names may have options (`cn;lang-de`) or be object identifiers; letter case counts for nothing (RFC 4512, 2.5).
    """
    names = set(names)
    known = _attributes(connected)
    if not known:
        return names
    return {name for name in names if _base(name) in known or _OBJECT_IDENTIFIER.fullmatch(_base(name))}


def _base(name: str) -> str:
    return name.partition(";")[0].strip().casefold()


def _attributes(connected: Connected) -> set[str]:
    """Return the names in the schema (RFC 4512, section 4.2), folded; none where it cannot be read."""
    for place in _values(connected, "", "subschemaSubentry", "(objectClass=*)"):
        found = _values(connected, place, "attributeTypes", "(objectClass=subschema)")
        if found:
            matches = (match for text in found for match in _NAMES.finditer(text))
            texts = (match[1] if match[1] is not None else match[2] for match in matches)
            return {name.strip("' ").casefold() for text in texts for name in text.split()}
    return set()


def _values(connected: Connected, dn: str, name: str, condition: str) -> list[str]:
    search = Search(connected, Request(dn, condition, "base", (name,)), 1)
    return [
        value.decode("utf-8", "replace")
        for entry in search
        for attribute, values in entry.attributes.items()
        if attribute.lower() == name.lower().encode()
        for value in values
    ]
