# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Numbers in the form in which a phone or a system dials them."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.publishing.order import Numbers

FORMS = ("as_is", "e164", "international", "national")
#: Digits up to which a number without a leading 0 or + is taken for an inner one, known or not.
_INNER_DIGITS = 6
_INNER = re.compile(r"[*#][0-9*#]+|[1-9][0-9]*[*#]?")


class Dialling:
    """Turns the numbers of the store into one dial form.

    `inner` are the numbers that the phone system has itself; they stay as they are.
    """

    def __init__(self, numbers: Numbers, inner: Container[str] = frozenset()) -> None:
        self._numbers = numbers
        self._inner = inner
        if numbers.form not in FORMS:
            raise DefinitionError(f'There is no number form "{numbers.form}"; there are: {", ".join(FORMS)}.')
        if numbers.form != "as_is":
            require("phonenumbers", "phonenumbers", "8.12.0", "a number form other than as_is")
        self.dial = lru_cache(maxsize=10_000)(self._dial)

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

    def _dial(self, number: str) -> tuple[str, str]:
        """Return (the number to dial, "") or ("", why there is none)."""
        if not any(character.isascii() and character.isdigit() for character in number):
            if number.lower().startswith(("sip:", "sips:")):
                return number, ""
            return "", "is no phone number"
        if self._numbers.form == "as_is" or self.is_inner(number) or number.lower().startswith(("sip:", "sips:")):
            return number, ""
        return self._formatted(number)

    def _formatted(self, number: str) -> tuple[str, str]:
        numbers = self._numbers
        parsed = _parsed(number, numbers.country)
        if parsed is None:
            missing = "" if numbers.country or number.lstrip().startswith("+") else "; no country is set"
            return "", f"is no phone number{missing}"
        code, significant, national = parsed
        if numbers.form == "e164":
            return f"+{code}{significant}", ""
        if numbers.form == "national" and code == _country_code(numbers.country):
            return numbers.outside_line + national, ""
        return f"{numbers.outside_line}{numbers.international_prefix}{code}{significant}", ""

    def all_forms(self, number: str) -> list[str]:
        """Return all forms in which a number may come in or be dialled, each once: as it is, E.164, 00, national."""
        forms = [number]
        if not self.is_inner(number):
            parsed = _parsed(number, self._numbers.country)
            if parsed is not None:
                code, significant, national = parsed
                forms += [f"+{code}{significant}", f"{self._numbers.international_prefix}{code}{significant}"]
                if code == _country_code(self._numbers.country):
                    forms.append(national)
                if self._numbers.outside_line:
                    forms += [self._numbers.outside_line + form for form in forms[2:]]
        return list(dict.fromkeys(forms))


@lru_cache(maxsize=10_000)
def _parsed(number: str, country: str) -> tuple[str, str, str] | None:
    """Return (country code, significant digits, national form in digits) of a number, or None if it is none."""
    import phonenumbers

    cleaned = re.sub(r"^\s*(?:tel:)?\s*\++", "+", number, flags=re.IGNORECASE)
    if cleaned.startswith("+"):
        cleaned = re.sub(r"\(0+\)", "", cleaned)  # +49 (0)30: the 0 is not dialled from abroad
    try:
        parsed = phonenumbers.parse(cleaned, country.upper() or None)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    significant = phonenumbers.national_significant_number(parsed)
    return str(parsed.country_code), significant, re.sub("[^0-9]", "", national)


@lru_cache(maxsize=16)
def _country_code(country: str) -> str:
    import phonenumbers

    return str(phonenumbers.country_code_for_region(country.upper())) if country else ""
