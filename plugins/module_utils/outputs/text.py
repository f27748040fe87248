# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Texts in outputs: cut on whole characters, escaped for XML, in an encoding."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN = re.compile("[ -!#-%(-;=?-\ud7ff]*")  # nothing to escape, nothing that XML cannot hold
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})
_JOINERS = ("\u200d", "\ufe0e", "\ufe0f")


def cut_characters(text: str, limit: int) -> str:
    """Return at most `limit` code points, never half of a character that is made of several."""
    return text if len(text) <= limit else _up_to(text, limit)


def cut_bytes(text: str, limit: int, encoding: str = "utf-8") -> str:
    """Return what fits into `limit` bytes, never half of a character."""
    if len(text) <= limit and text.isascii():
        return text
    encoded = text.encode(encoding, "replace")
    if len(encoded) <= limit:
        return text
    return _up_to(text, len(encoded[:limit].decode(encoding, "ignore")))


def _up_to(text: str, end: int) -> str:
    """Cut at a code point, or before it when it continues the character before (accents, emoji of several parts)."""
    while 0 < end < len(text) and (_continues(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end].rstrip()


def _continues(character: str) -> bool:
    is_part = character in _JOINERS or "\U0001f3fb" <= character <= "\U0001f3ff"
    return is_part or unicodedata.category(character).startswith("M")


def folded(text: str) -> str:
    """Return a text as databases compare it that know neither case nor accents (MySQL's utf8mb4_unicode_ci)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in decomposed if not unicodedata.category(one).startswith("M"))


def within_xml(text: str) -> str:
    """Leave out what XML 1.0 cannot hold, without escaping anything."""
    return _NOT_IN_XML.sub("", text)


def xml_texts(values: Mapping[str, str]) -> Mapping[str, str]:
    """Escape all values of an entry. Most entries have nothing to escape, so they are looked at as one text first."""
    if _PLAIN.fullmatch("".join(values.values())):
        return values
    return {name: xml_text(text) for name, text in values.items()}


def xml_text(text: str) -> str:
    """Escape a text for XML 1.0, for an element or a quoted attribute; what XML cannot hold is left out."""
    if _PLAIN.fullmatch(text):
        return text
    return within_xml(text).translate(_ESCAPES)


def check_encoding(name: str) -> str:
    """Return the name of an encoding; DefinitionError for one that does not exist, or in which no file can be written.

    Python has some that are not of texts (hex, rot13), and others that cannot put a question mark for what they lack.
    """
    try:
        usable = isinstance(codecs.getincrementalencoder(name)("replace").encode("\ufffd", final=True), bytes)
    except (LookupError, ValueError, AssertionError):
        usable = False
    if not usable:
        raise DefinitionError(f'There is no encoding "{name}" for files; write utf-8, utf-8-sig or cp1252.')
    return name
