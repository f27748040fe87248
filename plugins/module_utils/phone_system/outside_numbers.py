# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Outside numbers of the phone system: the country it is in, and the lines whose last digits are its extensions."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.dialling import e164_forms
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.numbers import only_digits
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.refused import Refused

#: The longest number of the world without its +, ITU-T E.164.
_MOST_DIGITS = 15
#: Digits up to which a number without a leading 0 is taken for an inner one.
_MOST_INNER_DIGITS = 6
_INNER = re.compile(f"[1-9][0-9]{{1,{_MOST_INNER_DIGITS - 1}}}", re.ASCII)
#: What stands before the first digit of a number that is dialled from outside, and that digit: 0991, +49, tel:+49.
_OUTER = re.compile(r"[^0-9+]*[+0]")


def is_from_outside(text: str) -> bool:
    """Say whether a text is written as a number from outside: no extension begins so, or has so many digits then."""
    return bool(_OUTER.match(text)) and len(re.sub(r"[^0-9]", "", text)) > _MOST_INNER_DIGITS


@dataclass(frozen=True)
class Line:
    """A line of the phone system: ``+499912960`` and 3 digits reach the extensions 100 to 999 (000 is no extension)."""

    prefix: str
    extension_digits: int

    def overlaps(self, other: Line) -> bool:
        """Say whether some number lies on both lines."""
        short, long = sorted((self, other), key=lambda line: len(line.prefix))
        same_length = len(short.prefix) + short.extension_digits == len(long.prefix) + long.extension_digits
        return same_length and long.prefix.startswith(short.prefix)


@dataclass(frozen=True)
class OutsideNumbers:
    """`country` is an ISO 3166 code ("DE"), "" where none was set."""

    country: str = ""
    lines: tuple[Line, ...] = ()

    @classmethod
    def from_options(cls, options: Mapping[str, t.Any] | None) -> OutsideNumbers:
        """Check the option `numbers`; DefinitionError says what is wrong with it."""
        given = {name: value for name, value in (options or {}).items() if value is not None}
        lines = tuple(_line(entry) for entry in given.get("lines", ()))
        for place, line in enumerate(lines):
            for other in lines[:place]:
                if line.overlaps(other):
                    raise DefinitionError(
                        f"The lines {other.prefix} and {line.prefix} of numbers overlap, so that one number would be"
                        " two extensions: name each line once, with the digits of its extensions."
                    )
        return cls(_country(given.get("country", "")), lines)

    @classmethod
    def of_stored(cls, options: Mapping[str, t.Any] | None) -> OutsideNumbers:
        """Return what `as_options` gave, which was checked before it was stored."""
        given = options or {}
        lines = tuple(Line(line["prefix"], line["extension_digits"]) for line in given.get("lines", ()))
        return cls(given.get("country", ""), lines)

    def as_options(self) -> dict[str, t.Any]:
        """Return the options again, in their one form; empty where nothing is set."""
        lines = [{"prefix": line.prefix, "extension_digits": line.extension_digits} for line in self.lines]
        return {**({"country": self.country} if self.country else {}), **({"lines": lines} if lines else {})}

    def extension_of(self, number: str) -> str | None:
        """Return the extension that an E.164 number (``+49991296017``) on one of the lines reaches, else None."""
        for line in self.lines:
            rest = number.removeprefix(line.prefix)
            if rest != number and len(rest) == line.extension_digits and rest.isdecimal():
                return rest
        return None

    def number_of(self, extension: str) -> str | None:
        """Return the E.164 number that reaches an extension from outside; None where no line is for its length.

        Of several lines for one length the first one counts.
        """
        for line in self.lines:
            if len(extension) == line.extension_digits and extension.isdecimal():
                return line.prefix + extension
        return None

    def to_extension(self, text: str) -> str:
        """Return the extension that a number reaches (the filter `extension`).

        An inner number stays as it is, and so does everything where there are no lines. What is no number, or on none
        of the lines, comes back as `Refused`.
        """
        number = text.strip()
        if not self.lines or not number or _INNER.fullmatch(number):
            return number
        forms = self._forms(number)
        for form in forms:
            if (extension := self.extension_of(form)) is not None:
                return extension
        if forms:
            return Refused(number, f"is on none of the lines of the phone system ({self._lines_in_words()})")
        needs = "" if self.country or number.startswith("+") else "; the setting numbers has no country"
        return Refused(number, f"is neither an extension nor a phone number{needs}")

    def to_number(self, text: str) -> str:
        """Return the E.164 number of an extension, or of a number that is on a line (the filter `did`), else ""."""
        number = text.strip()
        if not self.lines or not number:
            return ""
        if _INNER.fullmatch(number):
            return self.number_of(number) or ""
        return next((form for form in self._forms(number) if self.extension_of(form) is not None), "")

    def _forms(self, number: str) -> tuple[str, ...]:
        require("phonenumbers", "phonenumbers", "8.13", "the filters extension and did")
        return e164_forms(number, self.country)

    def _lines_in_words(self) -> str:
        return ", ".join(f"{line.prefix} and {line.extension_digits} digits" for line in self.lines)


def _country(country: str) -> str:
    code = country.strip().upper()
    if not code:
        return ""
    require("phonenumbers", "phonenumbers", "8.13", "the country of phone numbers")
    from phonenumbers import SUPPORTED_REGIONS

    if code not in SUPPORTED_REGIONS:
        raise DefinitionError(
            f'The option country in numbers is no country ("{country}"): write its ISO 3166 code, such as DE or AT.'
        )
    return code


def _line(entry: Mapping[str, t.Any]) -> Line:
    written, digits = str(entry.get("prefix") or ""), entry.get("extension_digits")
    prefix = only_digits(written)
    if not re.fullmatch(r"\+[1-9][0-9]+", prefix, re.ASCII):
        raise DefinitionError(
            f'The prefix "{written}" of a line in numbers is none: write it with the country, such as +49 991 2960.'
        )
    if not isinstance(digits, int) or isinstance(digits, bool) or not 2 <= digits <= 10:
        raise DefinitionError(
            f"The option extension_digits of the line {prefix} in numbers must be 2 to 10: how many digits its"
            " extensions have."
        )
    if len(prefix) - 1 + digits > _MOST_DIGITS:
        raise DefinitionError(
            f"The line {prefix} in numbers is too long: with {digits} digits of extension a number would have more than"
            f" {_MOST_DIGITS} digits."
        )
    return Line(prefix, digits)
