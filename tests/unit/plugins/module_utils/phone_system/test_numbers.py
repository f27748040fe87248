# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The number space: ranges of the extension pool, and the numbers in them."""

from __future__ import annotations

from itertools import islice

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.numbers import (
    can_be_dialled,
    check_extension,
    parse_ranges,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.pools import Pool


def test_the_numbers_of_a_pool_come_in_ascending_order_without_reserved_ones() -> None:
    pool = Pool(("300-302", "20-22", "25", "301-304"), ("21", "303"))
    assert list(pool.candidates()) == ["20", "22", "25", "300", "301", "302", "304"]


def test_emergency_numbers_are_never_given_away() -> None:
    assert list(Pool(("109-113",)).candidates()) == ["109", "111", "113"]


def test_neighbouring_and_overlapping_ranges_become_one() -> None:
    assert parse_ranges(["200-209", "210 - 219", "205-207"]) == (range(200, 220),)


def test_a_huge_range_costs_nothing_until_it_is_used() -> None:
    pool = Pool(("10-99999999999999999999",), ("11",))
    assert list(islice(pool.candidates(), 3)) == ["10", "12", "13"]


@pytest.mark.parametrize("bad", ["", "7", "0200-0299", "200-", "200-299-300", "a-b", "1" * 21, "٢٠-٣٠", True])
def test_a_range_that_cannot_be_read_is_refused(bad: str) -> None:
    with pytest.raises(DefinitionError, match="cannot be read"):
        parse_ranges([bad])


def test_a_range_must_not_end_before_it_starts() -> None:
    with pytest.raises(DefinitionError, match="ends before it starts"):
        parse_ranges(["299-200"])


def test_every_number_of_a_pool_is_an_extension() -> None:
    for extension in Pool(("10-2000",)).candidates():
        assert check_extension(extension) == extension


@pytest.mark.parametrize(
    ("number", "can_be"),
    [("(0991) 1", True), ("SIP:anna@x", True), ("-", False), ("\u017fip:anna@x", False), ("\u0663", False)],
)
def test_a_digit_or_a_sip_address_can_be_dialled(number, can_be):
    assert can_be_dialled(number) == can_be
