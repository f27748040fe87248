# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Search filters, checked where they are declared: a server, asked in the night, would only say that one is wrong."""

from __future__ import annotations

import re

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError

# RFC 4515, section 3: attr [":dn"] [":" rule] op value, where a value escapes ( ) * \ and NUL
_DESCRIPTION = r"[A-Za-z0-9][A-Za-z0-9.;_-]*"
_ITEM = re.compile(rf"\s*(?:{_DESCRIPTION}(?::dn)?(?::[A-Za-z0-9.-]+)?|(?::dn)?:[A-Za-z0-9.-]+)\s*(?::=|[~<>]?=)")
_VALUE = re.compile(r"(?:[^()\\\0]|\\[0-9A-Fa-f]{2})*")
_DEEPEST = 100
_ATTRIBUTE = re.compile(r"\(\s*([^()&|!:~<>=\s]+)")


def checked_filter(text: str, option: str = "The source option search_filter") -> str:
    """Return a filter, with the parentheses around it that people leave out; DefinitionError says where it is wrong.

    `option` begins the sentence of the error.
    """
    text = text.strip()
    if not text.startswith("("):
        text = f"({text})"
    parser = _Parser(text, option)
    end = parser.filter(0, 0)
    if text[end:].strip():
        parser.fail(end, "there is more after its end (several conditions belong in one (&...) or (|...))")
    return text


def attributes_in(text: str) -> frozenset[str]:
    """Return the attributes by which a filter chooses, folded and without options (`cn` for `cn;lang-de`)."""
    return frozenset(name.partition(";")[0].casefold() for name in _ATTRIBUTE.findall(text))


class _Parser:
    """Goes through a filter; each method returns the place where it goes on."""

    def __init__(self, text: str, option: str) -> None:
        self._text, self._option = text, option

    def fail(self, place: int, words: str) -> None:
        raise DefinitionError(
            f"{self._option} is not a search filter: at character {place + 1} of {self._text}, {words}."
        )

    def filter(self, place: int, depth: int) -> int:
        if self._at(place) != "(":
            self.fail(place, 'an opening "(" is missing')
        if depth > _DEEPEST:
            self.fail(place, "it is nested too deeply")
        place = self._blanks(place + 1)
        kind = self._at(place)
        if kind in ("&", "|", "!"):
            place = self._blanks(place + 1)
            if kind == "!":
                place = self._blanks(self.filter(place, depth + 1))
            else:
                if self._at(place) != "(":
                    # legal (RFC 4526), but not to every library and server
                    self.fail(place, "a condition is missing (for every entry, write (objectClass=*))")
                while self._at(place) == "(":
                    place = self._blanks(self.filter(place, depth + 1))
        else:
            place = self._item(place)
        if self._at(place) != ")":
            self.fail(place, 'a closing ")" is missing')
        return place + 1

    def _item(self, place: int) -> int:
        match = _ITEM.match(self._text, place)
        if not match:
            self.fail(place, "there must be an attribute, a comparison (= >= <= ~= :=) and a value")
            return place  # not reached
        value = _VALUE.match(self._text, match.end())
        end = value.end() if value else match.end()
        if self._at(end) == "\\":
            self.fail(end, r"a backslash must be followed by two hexadecimal digits (write a backslash as \5c)")
        if self._at(end) == "(":
            self.fail(end, r'a "(" inside of a value must be written as \28')
        return end

    def _at(self, place: int) -> str:
        return self._text[place : place + 1]

    def _blanks(self, place: int) -> int:
        while self._at(place).isspace():
            place += 1
        return place
