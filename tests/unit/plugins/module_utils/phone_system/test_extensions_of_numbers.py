# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outside numbers as people write them become the right extension, or are clearly refused; never another extension."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat as Form

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.outside_numbers import OutsideNumbers
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.refused import Refused

# zones, trunk prefixes and lengths of all sorts
COUNTRIES = (
    "DE", "AT", "CH", "FR", "IT", "ES", "PT", "NL", "BE", "LU",
    "GB", "IE", "DK", "SE", "NO", "FI", "PL", "CZ", "US", "AU",
)  # fmt: skip
DIGITS = 3


def numbers(*lines, country="DE"):
    entries = [{"prefix": prefix, "extension_digits": digits} for prefix, digits in lines]
    return OutsideNumbers.from_options({"country": country, "lines": entries})


OURS = numbers(("+49 991 2960", 3))


@pytest.mark.parametrize(
    "written",
    [
        "123", " 123 ", "+49 991 2960123", "+49 (0)991 2960-123", "+49(0) 991/2960-123", "0991/2960 123",
        "0991 2960123", "499912960123",
        "0049 991 2960-123", "00499912960123", "+49.991.2960.123", "tel:+499912960123", "+49 0991 2960 123",
        "(0991) 2960-123", "++49 991 2960123", "0991 2960 ext. 123", "tel:+499912960;ext=123",
    ],
)  # fmt: skip
def test_what_people_write_becomes_the_extension(written):
    assert OURS.to_extension(written) == "123"
    assert OURS.to_number(written) == "+499912960123"


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("004999129600", "is on none of the lines of the phone system (+499912960 and 3 digits)"),
        ("+49 991 2960-0", "is on none of the lines"),
        ("+49 991 2961123", "is on none of the lines"),
        ("+43 991 2960123", "is on none of the lines"),
        ("2960123", "is on none of the lines"),  # no area code: it may be any town's
        ("0170 1234567", "is on none of the lines"),
        ("call me", "is neither an extension nor a phone number"),
        ("12345678901234567890", "is neither an extension nor a phone number"),
        ("1", "is neither an extension nor a phone number"),
    ],
)
def test_what_is_on_no_line_is_refused_with_the_reason(written, rule):
    refused = OURS.to_extension(written)
    assert isinstance(refused, Refused)
    assert (str(refused), bool(refused)) == (written, False)
    assert refused.rule.startswith(rule)
    assert OURS.to_number(written) == ""


def test_a_number_without_a_country_needs_one():
    without = numbers(("+49 991 2960", 3), country="")
    assert without.to_extension("+49 (0)991 2960-123") == "123"
    refused = without.to_extension("0991 2960123")
    assert refused.rule == "is neither an extension nor a phone number; the setting numbers has no country"


def test_without_lines_everything_stays_as_it_is():
    for written in ("+49 991 2960123", "123", "call me", ""):
        stays = OutsideNumbers("DE").to_extension(written)
        assert stays == written
        assert not isinstance(stays, Refused)
        assert OutsideNumbers("DE").to_number(written) == ""


def test_of_two_lines_the_one_counts_that_the_number_is_on():
    both = numbers(("+49 30 5550", 3), ("+49 89 7770", 3))
    assert both.to_number("+49 89 7770-123") == "+49897770123"
    assert both.to_number("123") == "+49305550123", "the first one, where nothing says which"


BETWEEN = st.sampled_from(["", " ", "-", "/", ".", "  ", "\u00a0"])


def example(country):
    """Return the country's own example of a fixed line, as the library of numbering plans has it."""
    return phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.FIXED_LINE)


def spellings(country):
    """Return the ways in which a number of the country is written, as the library writes it and as people do."""
    number = example(country)
    e164 = phonenumbers.format_number(number, Form.E164)
    code, rest = str(number.country_code), e164[1 + len(str(number.country_code)) :]
    abroad = "011" if country == "US" else "0011" if country == "AU" else "00"
    return [
        e164,
        phonenumbers.format_number(number, Form.INTERNATIONAL),
        phonenumbers.format_number(number, Form.NATIONAL),
        phonenumbers.format_number(number, Form.RFC3966),
        f"{abroad}{code}{rest}",
        f"+{code} (0){rest}" if country != "IT" else e164,
        f"+ {code} {rest[:-DIGITS]}-{rest[-DIGITS:]}",
    ]


@pytest.mark.parametrize("country", COUNTRIES)
def test_numbers_of_twenty_countries_become_their_extension(country):
    e164 = phonenumbers.format_number(example(country), Form.E164)
    ours = numbers((e164[:-DIGITS], DIGITS), country=country)
    for written in spellings(country):
        assert ours.to_extension(written) == e164[-DIGITS:], written
        assert ours.to_number(written) == e164, written


@given(st.sampled_from(COUNTRIES), st.sampled_from(COUNTRIES), st.data())
def test_a_number_becomes_an_extension_only_if_it_is_on_the_line(home, other, data):
    line = phonenumbers.format_number(example(home), Form.E164)[:-DIGITS]
    ours = numbers((line, DIGITS), country=home)
    written = data.draw(st.sampled_from(spellings(other)))
    place = data.draw(st.integers(0, len(written)))
    written = written[:place] + data.draw(BETWEEN) + written[place:]
    changed = data.draw(st.integers(0, len(written) - 1))
    if written[changed].isdigit() and data.draw(st.booleans()):
        written = written[:changed] + data.draw(st.sampled_from("0123456789")) + written[changed + 1 :]
    found = ours.to_extension(written)
    if isinstance(found, Refused):
        assert found.rule
        return
    digits = "".join(letter for letter in written if letter.isdigit())
    assert digits.endswith(found)
    # what is dialled before the extension is the line, or the end of it that is dialled within the country
    before = digits[: -len(found)].lstrip("0")
    assert before.replace("(0)", "")[-4:] == line[-4:] or found == digits


@given(st.text(max_size=30))
def test_no_text_is_too_odd(text):
    found = OURS.to_extension(text)
    assert isinstance(found, str)
    assert OURS.to_number(text) == "" or OURS.to_number(text).startswith("+")
