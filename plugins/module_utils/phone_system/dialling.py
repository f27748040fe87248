# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Numbers in the form in which a phone or a system dials them."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.numbers import TRUNK_ZERO

FORMS = ("as_is", "e164", "international", "national")
#: Digits up to which a number without a leading 0 or + is taken for an inner one, known or not.
_INNER_DIGITS = 6
_SEPARATORS = re.compile(r"[ ()./\u00a0-]")
_DIGIT = re.compile("[0-9]")
_DIGITS = frozenset("0123456789")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_INNER = re.compile(r"[*#][0-9*#]+|[1-9][0-9]*[*#]?")


@dataclass(frozen=True)
class Numbers:
    """How numbers are written in an output. `country` is the default region ("DE") of numbers without one."""

    form: str = "as_is"
    country: str = ""
    international_prefix: str = "00"
    outside_line: str = ""


class Dialling:
    """Turns the numbers of the store into one dial form.

    `inner` are the numbers that the phone system has itself; they stay as they are.
    """

    def __init__(self, numbers: Numbers, inner: Container[str] = frozenset()) -> None:
        self._numbers = numbers
        self._inner = inner
        if numbers.form not in FORMS:
            raise DefinitionError(f'There is no number form "{numbers.form}"; there are: {", ".join(FORMS)}.')
        self._is_as_is = numbers.form == "as_is"
        if not self._is_as_is:
            _check_country(numbers.country)
        self._own_code = f"+{_country_code(numbers.country)}" if numbers.country else "none"

    def as_options(self) -> dict[str, str]:
        """Return what decides about the form."""
        numbers = self._numbers
        return {"form": numbers.form, "country": numbers.country}

    def is_inner(self, number: str) -> bool:
        """Say whether a number is dialled within the phone system: a known one, a short one or a feature code."""
        return (
            number in self._inner
            or (len(number) <= _INNER_DIGITS and _INNER.fullmatch(number) is not None)
            or number[:1] in ("*", "#")
        )

    def dial(self, number: str) -> tuple[str, str]:
        """Return (the number to dial, "") or ("", why there is none)."""
        if number[-1:] not in _DIGITS and not _DIGIT.search(number):
            if number.lower().startswith(("sip:", "sips:")):
                return number, ""
            return "", "is not a phone number"
        if self._is_as_is or self.is_inner(number) or number.lower().startswith(("sip:", "sips:")):
            return number, ""
        return self._formatted(number)

    def _formatted(self, number: str) -> tuple[str, str]:
        numbers = self._numbers
        plain = _with_country(number)
        if plain and numbers.form == "e164":
            return plain, ""
        if plain and (numbers.form == "international" or not plain.startswith(self._own_code)):
            return f"{numbers.outside_line}{numbers.international_prefix}{plain[1:]}", ""
        parsed = _parsed(number, numbers.country)
        if parsed is None:
            missing = "" if numbers.country or number.lstrip().startswith("+") else "; no country is set"
            return "", f"is not a phone number{missing}"
        if numbers.form == "e164":
            return f"+{parsed.country_code}{parsed.significant}", ""
        if numbers.form == "national" and f"+{parsed.country_code}" == self._own_code:
            return numbers.outside_line + parsed.national(), ""
        return f"{numbers.outside_line}{numbers.international_prefix}{parsed.country_code}{parsed.significant}", ""

    def all_forms(self, number: str) -> list[str]:
        """Return all forms in which a number may come in or be dialled, each once: as it is, E.164, 00, national."""
        forms = [number]
        parsed = None if self.is_inner(number) else _parsed(number, self._numbers.country)
        if parsed is not None:
            digits = f"{parsed.country_code}{parsed.significant}"
            forms += [f"+{digits}", f"{self._numbers.international_prefix}{digits}"]
            if f"+{parsed.country_code}" == self._own_code:
                forms.append(parsed.national())
            if self._numbers.outside_line:
                forms += [self._numbers.outside_line + form for form in forms[2:]]
        return list(dict.fromkeys(forms))


def _check_country(country: str) -> None:
    require("phonenumbers", "phonenumbers", "8.12.0", "a number form other than as_is")
    import phonenumbers

    if country and country.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise DefinitionError(f'The option numbers.country must be a country such as "DE" (ISO 3166), not "{country}".')


def _with_country(number: str) -> str:
    """Return a number that names its country as E.164, without taking it apart; "" for any other.

    Most numbers of a directory are such, and to parse one takes forty times as long.
    """
    if not number.startswith("+"):
        return ""
    plain = _SEPARATORS.sub("", TRUNK_ZERO.sub("", number))
    return plain if _E164.fullmatch(plain) and _has_country(plain[1:4]) else ""


@lru_cache(maxsize=1000)
def _has_country(digits: str) -> bool:
    import phonenumbers

    return any(int(digits[:length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE for length in (1, 2, 3))


class _Parsed(NamedTuple):
    """A number taken apart."""

    country_code: str
    significant: str
    number: Any

    def national(self) -> str:
        """Return the digits that are dialled within the country."""
        import phonenumbers

        national = phonenumbers.format_number(self.number, phonenumbers.PhoneNumberFormat.NATIONAL)
        return re.sub("[^0-9]", "", national)


def _parsed(number: str, country: str) -> _Parsed | None:
    """Return a number taken apart, or None if it is none."""
    import phonenumbers

    cleaned = re.sub(r"^\s*(?:tel:)?\s*\++", "+", number, flags=re.IGNORECASE)
    if cleaned.startswith("+"):
        cleaned = TRUNK_ZERO.sub("", cleaned)
    try:
        parsed = phonenumbers.parse(cleaned, country.upper() or None)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return _Parsed(str(parsed.country_code), phonenumbers.national_significant_number(parsed), parsed)


def e164(number: str, country: str) -> str:
    """Return a number in E.164, "" for what is none; `country` (ISO 3166) is that of numbers without one."""
    parsed = _parsed(number, country)
    return "" if parsed is None else f"+{parsed.country_code}{parsed.significant}"


@lru_cache(maxsize=10_000)
def e164_forms(number: str, country: str) -> tuple[str, ...]:
    """Return a number in E.164, () for what is none; two forms where an extension is written beside it (ext. 123).

    `country` (ISO 3166, "" for none) is that of numbers without one. The form that takes what is written to the letter
    comes first; another one follows where the library of numbering plans reads it otherwise.
    """
    forms = [form] if (form := _with_country(number)) else []
    parsed = _parsed(number, country)
    if parsed is not None:
        whole = f"+{parsed.country_code}{parsed.significant}"
        forms += [whole + parsed.number.extension] if parsed.number.extension else []
        forms.append(whole)
    return tuple(dict.fromkeys(forms))


def _country_code(country: str) -> str:
    import phonenumbers

    return str(phonenumbers.country_code_for_region(country.upper()))


def dial_format(
    number: str | None,
    form: str = "international",
    country: str = "",
    international_prefix: str = "00",
    outside_line: str = "",
) -> str:
    """Return a number in a dial form, "" for what is none; inner numbers stay as they are (the filter dial_format).

    DefinitionError for an unknown form or country.
    """
    text = "" if number is None else str(number).strip()
    return _dialling(Numbers(form, country, international_prefix, outside_line)).dial(text)[0] if text else ""


@lru_cache(maxsize=64)
def _dialling(numbers: Numbers) -> Dialling:
    return Dialling(numbers)
