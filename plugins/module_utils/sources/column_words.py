# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a column of numbers or addresses is by the words in its name, when the whole name is none that is known.

"Mobil-Tel.-Nr.", "Phone : mobile" and "Telefon (dienstlich)" are said in as many ways as there are programs; their
words are few. The values have the last word: a column of numbers holds numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from ansible_collections.telephony.connector.plugins.module_utils.sources.checking import Column

#: what words begin with, in German, English and French
_TELEPHONE = ("tel", "phone", "fon", "rufnummer")
_MOBILE = ("mobil", "handy", "cell", "portable", "natel")
_HOME = ("privat", "home", "domicile", "maison")
_WORK = (
    "dienst",
    "geschaft",
    "work",
    "business",
    "buro",
    "firm",
    "arbeit",
    "extern",
    "bureau",
    "professionnel",
    "office",
)
_FAX = ("fax", "telefax", "telecopie", "facsimile")
_INNER = ("intern", "durchwahl", "nebenst", "extension")
_MAIL = ("email", "mail", "courriel")
#: numbers of something else, and what is no number although its name has such a word
_OTHERS = (
    "pager", "car", "auto", "assist", "sekret", "callback", "radio", "telex", "isdn", "adress", "address", "strass",
    "street", "plz", "postal", "zip", "city", "ort", "url", "web", "typ", "label", "page", "land", "country", "contact",
)  # fmt: skip
_SECOND = ("sekundar", "secondary", "alternat", "weitere", "other")
_NUMBER = re.compile(r"[+0-9 ()/.*#\u00a0-]*[0-9][+0-9 ()/.*#\u00a0-]*( ::: .*)?")


def by_words(columns: Sequence[Column], found: Mapping[str, Column], used: Collection[str]) -> dict[str, Column]:
    """Return variable -> column for the variables that `found` lacks; `used`: names of columns that have a use.

    `extension` stands for the number that people dial inside.
    """
    taken = set(used)
    made: dict[str, Column] = {}
    for variable, (wanted, unwanted, holds) in _RULES.items():
        if variable in found or variable in made:
            continue
        hits = [column for column in columns if column.name not in taken and _says(column.name, wanted, unwanted)]
        hits = [column for column in hits if all(map(holds, column.values))]
        if hits:
            best = next((column for column in hits if column.filled), hits[0])
            made[variable] = best
            taken.add(best.name)
    if "phone" not in found and "work" in made:
        made["phone"] = made["work"]
    if "fax" not in found and "work fax" in made:
        made["fax"] = made["work fax"]
    return {name: column for name, column in made.items() if name not in ("work", "work fax")}


def _says(name: str, wanted: Sequence[tuple[str, ...]], unwanted: tuple[str, ...]) -> bool:
    """Say whether each group of `wanted` has a word in the name, and `unwanted` none."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    words = re.findall(r"[a-z]+", re.sub("[\u0300-\u036f]", "", folded))
    return all(_has(words, group) for group in wanted) and not _has(words, unwanted)


def _has(words: Sequence[str], beginnings: tuple[str, ...]) -> bool:
    return any(word.startswith(beginnings) for word in words)


def _is_number(value: str) -> bool:
    return not value.strip() or bool(_NUMBER.fullmatch(value.strip()))


def _is_address(value: str) -> bool:
    return not value.strip() or "@" in value


#: variable -> (groups of words of which each must have one in the name, words that must not be there, what it holds);
#: the plainest come last, when all others have found their column
_RULES = {
    "email": ((_MAIL,), ("name", "typ", "label", *_SECOND), _is_address),
    "extension": ((_INNER,), (*_FAX, *_OTHERS), _is_number),
    "mobile": ((_MOBILE,), (*_FAX, *_OTHERS, *_HOME), _is_number),
    "work fax": ((_FAX, _WORK), _OTHERS, _is_number),
    "fax": ((_FAX,), (*_OTHERS, *_HOME), _is_number),
    "homephone": ((_TELEPHONE, _HOME), (*_FAX, *_OTHERS, *_MOBILE), _is_number),
    "work": ((_TELEPHONE, _WORK), (*_FAX, *_OTHERS, *_MOBILE), _is_number),
    "phone": ((_TELEPHONE,), (*_FAX, *_OTHERS, *_MOBILE, *_HOME), _is_number),
}
