# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Values inside distinguished names and search filters: the only place where they are escaped."""

from __future__ import annotations

_IN_DN = frozenset('"#+,;<=>\\')  # some parsers want # escaped everywhere, not at the beginning only
_PLAIN_IN_FILTER = frozenset("@._-+/")


def escape_dn_value(value: str) -> str:
    """Return a value as it stands in a distinguished name (RFC 4514, section 2.4)."""
    last = len(value) - 1
    escaped = []
    for place, character in enumerate(value):
        if character < " " or character == "\x7f":
            escaped.append(f"\\{ord(character):02x}")
        elif character in _IN_DN or (character == " " and place in (0, last)):
            escaped.append(f"\\{character}")
        else:
            escaped.append(character)
    return "".join(escaped)


def escape_filter_value(value: str) -> str:
    """Return a value as it stands in a search filter (RFC 4515, section 3).

    More is escaped than must be: ldap3 drops blanks at the ends, and takes ``>=`` inside a value for an operator.
    """
    return "".join(
        character
        if character.isalnum() or character in _PLAIN_IN_FILTER
        else "".join(f"\\{byte:02x}" for byte in character.encode())
        for character in value
    )


def domain_to_dn(domain: str) -> str:
    """Return the base DN of a DNS domain (RFC 2247): ``corp.example`` becomes ``DC=corp,DC=example``."""
    return ",".join(f"DC={escape_dn_value(label)}" for label in domain.strip().strip(".").split("."))


def shown(text: str, most: int = 200) -> str:
    """Return words of a server as people may see them: one line, cut, and without what a terminal would act upon.

    Control characters (ESC and U+009B begin commands), bidirectional marks and characters without a width are left out.
    """
    kept = (letter if letter.isprintable() else " " if letter.isspace() else "" for letter in text[: 10 * most])
    return " ".join("".join(kept).split())[:most]
