# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""vCards: version 3.0 (RFC 2426) and 4.0 (RFC 6350)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    Context,
    Entry,
    FileFormat,
    Item,
    Options,
    Values,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.file_options import FILE_OPTIONS

#: (field, TYPE in 3.0, TYPE in 4.0)
_NUMBERS = (
    ("phone", "WORK,VOICE", '"work,voice"'),
    ("mobile", "CELL", "cell"),
    ("homephone", "HOME,VOICE", '"home,voice"'),
    ("fax", "WORK,FAX", '"work,fax"'),
)
#: What is in a card, in the order in which it is shown.
_FIELDS = (
    *("display_name", "given_name", "surname", "organisation"),
    *(name for name, _old, _new in _NUMBERS),
    *("email", "notes"),
)
_ESCAPES = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\r": ""})
_NOT_ALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PLAIN = re.compile(r"[^\x00-\x1f\x7f\\,;]*")  # nothing to escape, nothing to leave out
_PLACE = re.compile(r"%\((\w+)\)s")  # where the value of a field goes
_GLOBAL_NUMBER = re.compile(r"\+[0-9]+")
_MAX_LINE = 75  # octets, RFC 6350 section 3.2


class VCard(FileFormat):
    """A file of vCards, one for each entry."""

    NAME = "vcard"
    PER_ENTRY = True
    TITLE = "vCard 3.0 or 4.0"
    NEWLINE = "\r\n"
    OPTIONS: ClassVar[Options] = {
        **FILE_OPTIONS,
        "version": {
            "type": "str",
            "choices": ["3.0", "4.0"],
            "default": "3.0",
            "description": "The version of the cards.",
        },
    }
    FIELDS: ClassVar[dict[str, str]] = {
        "display_name": "FN",
        "surname, given_name": "N",
        "organisation": "ORG",
        "phone": "TEL work, voice",
        "mobile": "TEL cell",
        "homephone": "TEL home, voice",
        "fax": "TEL work, fax",
        "email": "EMAIL",
        "notes": "NOTE",
        "id": "UID",
    }
    NOTES: ClassVar[tuple[str, ...]] = ("There is no REV, so that an unchanged book gives an unchanged file.",)
    NEEDS_NUMBER = False
    NUMBERS: ClassVar[tuple[str, ...]] = tuple(name for name, _old, _new in _NUMBERS)

    def items(self, entry: Entry, context: Context) -> Iterable[Item]:
        """Return one card."""
        return (Item(entry.key, entry.name, self.place(entry), card_values(entry, context)),)

    def one(self, values: Values) -> str:
        """Return one card."""
        return card(values, self.options.get("version") or "3.0")


def card_values(entry: Entry, context: Context) -> Values:
    """Return what is in the card of an entry: its fields and its UID."""
    fields = entry.fields
    values: Values = {name: fields[name] for name in _FIELDS if name in fields}
    return {"uid": context.uid(entry.key), **values}


def card(values: Mapping[str, str], version: str) -> str:
    """Return one card with CRLF at its line ends."""
    if not _PLAIN.fullmatch("".join(values.values())):  # most cards are, and are looked at as one text
        values = {field: _escaped(text) for field, text in values.items()}
    if version == "4.0":
        values = {**values, **{name: _number(values[name], new) for name, _old, new in _NUMBERS if name in values}}
    frame, names = _frame(tuple(values), version)
    pieces = frame.copy()
    pieces[1::2] = map(values.__getitem__, names)
    text = "".join(pieces)
    if max(map(len, text.encode().split(b"\r\n"))) <= _MAX_LINE:
        return text
    return "\r\n".join([piece for line in text.split("\r\n") for piece in _folded(line)])


@lru_cache(maxsize=1024)
def _frame(fields: tuple[str, ...], version: str) -> tuple[list[str], list[str]]:
    """Return a card with these fields in pieces, every other one the place of a value, and whose values these are."""
    is_new = version == "4.0"
    names = [f"%({name})s" if name in fields else "" for name in ("surname", "given_name")]
    lines = {
        "uid": f"UID:{'urn:uuid:' if is_new else ''}%(uid)s",
        "display_name": f"FN:%(display_name)s\r\nN:{';'.join(names) if any(names) else '%(display_name)s;'};;;",
        "organisation": "ORG:%(organisation)s",
        **{name: f"%({name})s" if is_new else f"TEL;TYPE={old}:%({name})s" for name, old, _new in _NUMBERS},
        "email": f"EMAIL;TYPE={'work' if is_new else 'INTERNET'}:%(email)s",
        "notes": "NOTE:%(notes)s",
    }
    there = [line for name, line in lines.items() if name in fields]
    parts = _PLACE.split("\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *there, "END:VCARD", ""]))
    return parts, parts[1::2]


def _number(number: str, kinds: str) -> str:
    """Return a TEL line of vCard 4.0: a URI (RFC 3966) where the escaped number can be one, else a text."""
    if _GLOBAL_NUMBER.fullmatch(number):
        return f"TEL;VALUE=uri;TYPE={kinds}:tel:{number}"
    return f"TEL;VALUE=text;TYPE={kinds}:{number}"


def _escaped(text: str) -> str:
    """Escape a text value (RFC 6350 section 3.4)."""
    return _NOT_ALLOWED.sub("", text).translate(_ESCAPES)


def _folded(line: str) -> Iterator[str]:
    """Cut a line after 75 octets, never within a character; continued lines begin with a blank."""
    if len(line) * 4 <= _MAX_LINE or len(line.encode()) <= _MAX_LINE:
        yield line
        return
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _MAX_LINE:
            yield piece
            piece, size = " ", 1
        piece += character
        size += width
    yield piece
