# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of a phone system: which outside number reaches which extension, and no number two of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.outside_numbers import OutsideNumbers


def numbers(*lines, country="DE"):
    entries = [{"prefix": prefix, "extension_digits": digits} for prefix, digits in lines]
    return OutsideNumbers.from_options({"country": country, "lines": entries})


def test_numbers_reach_extensions_and_back():
    ours = numbers(("+49 (991) 2960-", 3), ("+43 1 890", 4))
    assert ours.extension_of("+49991296017") is None
    assert ours.extension_of("+499912960117") == "117"
    assert ours.extension_of("+4318901234") == "1234"
    assert (ours.number_of("117"), ours.number_of("1234"), ours.number_of("12")) == (
        "+499912960117", "+4318901234", None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([("0991 2960", 3)], 'prefix "0991 2960" .* write it with the country'),
        ([("+", 3)], 'prefix "\\+"'),
        ([("+49x", 3)], "prefix"),
        ([("+٤٩٩٩١", 3)], "prefix"),
        ([("+499912960", 1)], "must be 2 to 10"),
        ([("+499912960", 11)], "must be 2 to 10"),
        ([("+49991296000000", 3)], "more than 15 digits"),
        ([("+499912960", 3), ("+49 991 2960", 3)], "overlap"),
        ([("+499912960", 3), ("+4999129601", 2)], "overlap"),
    ],
)
def test_lines_that_make_no_sense_are_refused(lines, words):
    with pytest.raises(DefinitionError, match=words):
        numbers(*lines)


def test_a_country_is_one():
    assert numbers(country="at").country == "AT"
    for country in ("XX", "Germany", "49"):
        with pytest.raises(DefinitionError, match="is no country"):
            numbers(country=country)


PREFIXES = st.text("0123456789", min_size=1, max_size=6).map(lambda digits: f"+4{digits}")


@given(st.lists(st.tuples(PREFIXES, st.integers(2, 4)), max_size=4), st.text("0123456789", min_size=2, max_size=4))
def test_there_and_back_is_the_same_and_options_keep_their_form(lines, extension):
    try:
        ours = numbers(*lines)
    except DefinitionError:
        return
    assert OutsideNumbers.from_options(ours.as_options()) == ours
    outside = ours.number_of(extension)
    assert outside is None or ours.extension_of(outside) == extension
