# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Names of text encodings, checked before anything is read."""

from __future__ import annotations

import codecs
import difflib
import encodings.aliases

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError

_USUAL = ("utf-8", "utf-16", "utf-32", "latin-1", "iso-8859-15", "cp1252", "windows-1252", "cp437", "cp850", "ascii")
# without a mark: what Windows programs write
_UNMARKED = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
#: Codecs of texts, but of single names (RFC 3490, RFC 3492).
_OF_HOST_NAMES = ("idna", "punycode")


def check_encoding(name: str) -> str:
    """Return Python's name of a text encoding; DefinitionError names the nearest for one that does not exist."""
    try:
        info = codecs.lookup(name.strip())
        # hex, rot13 and the like are codecs, but not of texts; others cannot decode piece by piece, or at all
        usable = getattr(info, "_is_text_encoding", True) and info.incrementaldecoder is not None
        usable = usable and info.name not in _OF_HOST_NAMES
        if usable:
            info.incrementaldecoder().decode(b"")
    except (LookupError, ValueError, UnicodeError):
        usable = False
    if not usable:
        raise DefinitionError(
            f'There is no encoding "{name}".{_nearest_encoding(name)} '
            "Usual ones are utf-8, utf-16, cp1252 (Windows) and latin-1."
        )
    return _UNMARKED.get(info.name, info.name)


def _nearest_encoding(name: str) -> str:
    folded = name.strip().lower().replace("_", "-")
    if folded == "ansi":
        return ' Did you mean "cp1252"?'
    names = sorted({*encodings.aliases.aliases.keys(), *encodings.aliases.aliases.values()})
    names = [one for one in names if one.replace("_", "-") != folded]  # it is one, but not of texts
    for choices, cutoff in ((_USUAL, 0.75), (names, 0.6)):
        hits = difflib.get_close_matches(folded, choices, n=1, cutoff=cutoff)
        if hits:
            return f' Did you mean "{hits[0]}"?'
    return ""
