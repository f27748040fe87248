# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Which attributes a directory knows: one that it does not know is misspelt, which no answer to a search would tell.

And which of them name other entries: their values may change when those are renamed or deleted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected

_NAMES = re.compile(r"\bNAME\s+(?:'([^']*)'|\(([^)]*)\))")
_OBJECT_IDENTIFIER = re.compile(r"\d+(?:\.\d+)+")
_WORDS = re.compile(r"\bDESC\s+'[^']*'")
_SUPERIOR, _SYNTAX = re.compile(r"\bSUP\s+([^\s)]+)"), re.compile(r"\bSYNTAX\s+'?([\d.]+)")
#: syntaxes of names (RFC 4517, 3.3.9 and 3.3.21)
_OF_NAMES = ("1.3.6.1.4.1.1466.115.121.1.12", "1.3.6.1.4.1.1466.115.121.1.34")
#: attributes that name other entries (RFC 4519, RFC 4524), for where the schema is hidden
_NAMING = frozenset(
    ("distinguishedname", "manager", "member", "owner", "roleoccupant", "secretary", "seealso", "uniquemember")
)


def known_to(connected: Connected, names: Iterable[str]) -> set[str]:
    """Return those of some names of attributes that the directory knows; all of them where it hides its schema.

    Names may have options (`cn;lang-de`) or be object identifiers; letter case counts for nothing (RFC 4512, 2.5).
    """
    names = set(names)
    known = _attributes(connected)
    if not known:
        return names
    return {name for name in names if _base(name) in known or _OBJECT_IDENTIFIER.fullmatch(_base(name))}


def naming(connected: Connected, names: Iterable[str]) -> set[str]:
    """Return those of some names of attributes, folded, whose values are names of other entries."""
    wanted = {_base(name) for name in names}
    described = _described(connected) if wanted else {}
    if not described:
        return wanted & _NAMING
    return {name for name in wanted if _syntax_of(name, described) in _OF_NAMES}


def _described(connected: Connected) -> dict[str, str]:
    """Return the attributes of the schema by their names, each as it is described, without words for people."""
    return {name: _WORDS.sub("", text) for text in _descriptions(connected) for name in _names_in(text)}


def _syntax_of(name: str, described: Mapping[str, str]) -> str:
    """Return the syntax of an attribute, or of the one that it is a sort of; "" where nothing says it."""
    seen = set[str]()
    while name in described and name not in seen:
        seen.add(name)
        if syntax := _SYNTAX.search(described[name]):
            return syntax[1]
        superior = _SUPERIOR.search(described[name])
        name = superior[1].casefold() if superior else ""
    return ""


def _base(name: str) -> str:
    return name.partition(";")[0].strip().casefold()


def _attributes(connected: Connected) -> set[str]:
    """Return the names in the schema (RFC 4512, section 4.2), folded; none where it cannot be read."""
    return {name for text in _descriptions(connected) for name in _names_in(text)}


def _descriptions(connected: Connected) -> list[str]:
    """Return the descriptions of attributes in the schema; none where it cannot be read."""
    for place in _values(connected, "", "subschemaSubentry", "(objectClass=*)"):
        if found := _values(connected, place, "attributeTypes", "(objectClass=subschema)"):
            return found
    return []


def _names_in(description: str) -> Iterator[str]:
    """Yield the names of an attribute, folded."""
    for match in _NAMES.finditer(description):
        for name in (match[1] if match[1] is not None else match[2]).split():
            yield name.strip("' ").casefold()


def _values(connected: Connected, dn: str, name: str, condition: str) -> list[str]:
    search = Search(connected, Request(dn, condition, "base", (name,)), 1)
    return [
        value.decode("utf-8", "replace")
        for entry in search
        for attribute, values in entry.attributes.items()
        if attribute.lower() == name.lower().encode()
        for value in values
    ]
