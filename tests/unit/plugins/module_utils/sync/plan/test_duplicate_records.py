# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several records of one key: nobody can tell which one is right, whatever was imported before and in what order."""

from __future__ import annotations

import itertools

import pytest

HEADER = "username,displayname,phone\n"
OLD, NEW, OTHER = "a,Anna,201\n", "a,Anna Alt,201\n", "b,Ben,202\n"


@pytest.mark.parametrize("order", list(itertools.permutations((OLD, NEW, OTHER))), ids=lambda order: "".join(order)[:9])
def test_a_known_record_and_another_one_of_its_key_change_nobody_in_any_order(system, order):
    system.profile()
    system.import_csv(HEADER + OLD + OTHER)
    before = system.objects()
    for _run in range(2):
        result = system.import_csv(HEADER + "".join(order))
        assert (result["result"], result["changed"], result["counts"]["conflicts"]) == ("partial", False, 1)
        assert result["conflicts"][0]["key"] == "a"
        assert system.objects() == before


def test_a_known_record_whose_object_was_edited_and_another_one_of_its_key_change_nobody(system):
    system.profile()
    system.import_csv(HEADER + OLD + OTHER)
    system.by_hand("user", username="a", display_name="By Hand")
    result = system.import_csv(HEADER + OLD + NEW + OTHER)
    assert (result["changed"], result["counts"]["conflicts"]) == (False, 2)
    assert system.user("a")["display_name"] == "By Hand"


def test_a_record_that_the_filter_leaves_out_does_not_stand_in_the_way_of_another_one_of_its_key(system):
    system.profile(filter="row.displayname != 'Anna Alt'")
    for text in (OLD + NEW, NEW + OLD, OLD + NEW):
        result = system.import_csv(HEADER + text)
        assert (result["counts"]["filtered"], result["counts"]["conflicts"], result["counts"]["removed"]) == (1, 0, 0)
    assert result["changed"] is False
    assert system.user("a")["display_name"] == "Anna"


def test_the_one_record_that_is_left_is_used_again(system):
    system.profile()
    system.import_csv(HEADER + OLD)
    system.import_csv(HEADER + OLD + NEW)
    assert system.import_csv(HEADER + NEW)["counts"]["updated"] == 1
    assert system.user("a")["display_name"] == "Anna Alt"


@pytest.mark.parametrize("text", [OLD + OTHER + OLD, OLD + OLD + OLD + OTHER])
def test_the_same_row_twice_is_one_record(system, text):
    system.profile()
    count = text.count(OLD) - 1
    for run in ("changed", "unchanged", "unchanged"):
        result = system.import_csv(HEADER + text)
        assert (result["result"], result["counts"]["conflicts"]) == (run, 0)
        assert any(f"{count} record" in warning and "repetition" in warning for warning in result["warnings"])
    assert system.names() == ["a", "b"]
    assert system.import_csv(HEADER + text.replace("Anna", "Anne"))["counts"]["updated"] == 1
    assert system.import_csv(HEADER + OTHER)["counts"]["removed"] == 1
