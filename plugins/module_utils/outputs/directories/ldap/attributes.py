# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What an entry of the book becomes in a directory: attributes of inetOrgPerson (RFC 2798), as phones search them.

A server compares `Müller` with `mul*` letter by letter, and +49 991 with 0049 991 digit by digit. So names and numbers
have further values: every spelling that somebody may type, and every form in which a number may come in. The first
value is the one to show and to dial.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Context, Entry, Values

#: field -> attribute
NUMBERS = {
    "phone": "telephoneNumber",
    "mobile": "mobile",
    "homephone": "homePhone",
    "fax": "facsimileTelephoneNumber",
}
TEXTS = {"given_name": "givenName", "organisation": "o", "email": "mail", "notes": "description"}
#: all attributes that are ours on our entries
MANAGED = ("cn", "sn", "displayName", *NUMBERS.values(), *TEXTS.values())
OBJECT_CLASSES = ("top", "person", "organizationalPerson", "inetOrgPerson")

_PRINTABLE = re.compile(r"[A-Za-z0-9'()+,\-./:=? ]+")  # RFC 4517, section 3.2
_MOST_WORDS = 10
_KEPT = "\u200d\u200c"  # join and part letters and signs
_GERMAN = {
    "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "å": "aa", "Å": "Aa", "ø": "oe", "Ø": "Oe",
}  # fmt: skip
#: letters that are no base letter with a mark
_OTHERS = {
    "ß": "ss", "ẞ": "Ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
    "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i",
}  # fmt: skip
_TWO_LETTERS = str.maketrans(_OTHERS | _GERMAN)
_BASE_LETTERS = str.maketrans(_OTHERS)


def attributes_of(entry: Entry, context: Context) -> Values:
    """Return attribute -> values; empty, having told the findings why, when nothing would be left to show or dial."""
    fields = entry.fields
    shown_name = clean(fields.get("display_name") or entry.name)
    if not shown_name:
        context.findings.leave_out(entry.name, "display_name", entry.name, "has no name that can be shown")
        return {}
    numbers = dict(_numbers(entry, context))
    if not numbers:
        return {}
    given_name, surname = clean(fields.get("given_name", "")), clean(fields.get("surname", ""))
    common, last = names(shown_name, given_name, surname)
    values: Values = {"cn": common, "sn": last, "displayName": [shown_name], **numbers}
    if given_name:
        values["givenName"] = spellings([given_name])
    for field in ("organisation", "email", "notes"):
        text = clean(fields.get(field, ""))
        if field == "email" and not text.isascii():
            context.findings.leave_value_out(entry.name, field, text, "an LDAP directory takes ASCII only (IA5String)")
        elif text:
            values[TEXTS[field]] = [text]
    return values


def _numbers(entry: Entry, context: Context) -> Iterator[tuple[str, list[str]]]:
    for field, attribute in NUMBERS.items():
        number = entry.fields.get(field)
        if not number:
            continue
        if not _PRINTABLE.fullmatch(number):
            rule = "an LDAP directory takes letters, digits and '()+,-./:=? in numbers only (PrintableString)"
            context.findings.leave_value_out(entry.name, field, number, rule)
            continue
        forms = [number]
        if field != "fax":
            forms += context.dial_forms(entry.as_stored.get(field, number))
        yield attribute, distinct(filter(_PRINTABLE.fullmatch, forms), _number_key)


def names(display_name: str, given_name: str, surname: str) -> tuple[list[str], list[str]]:
    """Return the values of cn and of sn, the ones to show first.

    Phones search from the beginning of a value, and some in sn alone: so a name stands there from its last part on, and
    one that nobody has taken apart with each of its words.
    """
    words = display_name.split()[:_MOST_WORDS]
    if surname:
        turned = [f"{surname} {given_name}", f"{given_name} {surname}"] if given_name else [surname]
        last = [surname, display_name]
    else:
        turned = [" ".join((words[-1], *words[:-1]))]
        last = [words[-1], display_name, *words]
    return spellings([display_name, *turned]), spellings(last)


def spellings(texts: list[str]) -> list[str]:
    """Return texts, and how each is written without marks: Müller also as Mueller and Muller."""
    folded = [variant for text in texts if not text.isascii() for variant in _folded(text)]
    return distinct([*texts, *folded], _name_key)


def _folded(text: str) -> Iterator[str]:
    text = unicodedata.normalize("NFC", text)
    for table in (_TWO_LETTERS, _BASE_LETTERS):
        bare = unicodedata.normalize("NFKD", text.translate(table))
        yield "".join(one for one in bare if unicodedata.category(one) != "Mn")


def distinct(values: Iterable[str], key: Callable[[str], str]) -> list[str]:
    """Return values of which no two are the same for a server, which would refuse them."""
    found: dict[str, str] = {}
    for value in values:
        found.setdefault(key(value), value)
    return [value for seen, value in found.items() if seen]


def clean(text: str) -> str:
    """Return a text in one line, without what no text should have."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = "".join(one if one.isprintable() or one in _KEPT else " " if one.isspace() else "" for one in text)
    return " ".join(kept.split())


def _number_key(number: str) -> str:
    """Compare as telephoneNumberMatch (RFC 4517, section 4.2.29) does."""
    return re.sub("[ -]", "", number).lower()


def _name_key(text: str) -> str:
    """Compare at least as loosely as servers do (caseIgnoreMatch, RFC 4518); none of those tested takes ß for ss."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
    return " ".join("".join(one if unicodedata.category(one)[0] != "C" else "" for one in folded).split())
