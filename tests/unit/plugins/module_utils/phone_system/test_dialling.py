# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers in the form in which they are dialled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.dialling import (
    Dialling,
    Numbers,
    dial_format,
)


@pytest.mark.parametrize(
    ("number", "e164", "international", "national"),
    [
        ("+49 991 2960100", "+499912960100", "0499912960100", "009912960100"),
        ("0991/2960-100", "+499912960100", "0499912960100", "009912960100"),
        ("+49 (0)991 2960100", "+499912960100", "0499912960100", "009912960100"),
        ("tel:+49-991-2960100", "+499912960100", "0499912960100", "009912960100"),
        ("+43 1 5880058", "+4315880058", "04315880058", "04315880058"),
        ("217", "217", "217", "217"),
        ("*21", "*21", "*21", "*21"),
        ("*21#", "*21#", "*21#", "*21#"),
        ("sip:anna@example.com", "sip:anna@example.com", "sip:anna@example.com", "sip:anna@example.com"),
        ("on request", "", "", ""),
        ("12345678901234567890", "", "", ""),
    ],
)
def test_every_form_of_a_number(number, e164, international, national):
    forms = [
        dial_format(number, form, "DE", international_prefix="", outside_line="0")
        for form in ("e164", "international", "national")
    ]
    assert forms == [e164, international, national]


def test_a_number_that_the_phone_system_has_is_an_inner_one():
    numbers = Numbers("e164", "DE")
    assert Dialling(numbers).dial("7654321") == ("+497654321", "")
    assert Dialling(numbers, {"7654321"}).dial("7654321") == ("7654321", "")


def test_without_a_country_only_numbers_with_their_own_are_known():
    assert Dialling(Numbers("e164")).dial("+49 991 2960100") == ("+499912960100", "")
    assert Dialling(Numbers("e164")).dial("0991 2960100") == ("", "is not a phone number; no country is set")


def test_all_forms_under_which_a_number_may_come_in():
    dialling = Dialling(Numbers("e164", "DE", "00", "0"))
    assert dialling.all_forms("+49 991 2960100") == [
        "+49 991 2960100", "+499912960100", "00499912960100", "09912960100", "000499912960100", "009912960100",
    ]  # fmt: skip
    assert dialling.all_forms("217") == ["217"]


def test_unknown_forms_and_countries_are_refused():
    with pytest.raises(DefinitionError, match="number form"):
        dial_format("217", "e146")
    with pytest.raises(DefinitionError, match="country"):
        dial_format("217", "e164", "Germany")


@given(st.text(max_size=30))
def test_no_text_breaks_it_and_a_form_stays_one(text):
    for form in ("e164", "international", "national"):
        dialled = dial_format(text, form, "DE")
        assert dial_format(dialled, form, "DE") == dialled
