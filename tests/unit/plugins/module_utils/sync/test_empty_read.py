# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An import that brings nobody says so, and where to look: a first one is refused by no guard."""

from __future__ import annotations

import pytest

HEADER = "username,displayname,phone\n"
TWO = HEADER + "anna,Anna,201\nben,Ben,202\n"


def warnings_of(result, words="nothing to import"):
    return [warning for warning in result["warnings"] if words in warning]


@pytest.mark.parametrize("check", [True, False])
def test_an_empty_source_is_told_with_what_to_look_at(system, check):
    system.profile()
    system.csv(HEADER)
    result = system.sync(check=check)
    assert result["result"] == "unchanged"
    (warning,) = warnings_of(result)
    assert "returned no records" in warning
    assert "right file" in warning


def test_a_filter_that_leaves_out_everybody_is_told(system):
    system.profile(filter="row.phone == '999'")
    (warning,) = warnings_of(system.import_csv(TWO))
    assert "The filter leaves out all 2 records" in warning


def test_conditions_that_nobody_meets_are_told(system):
    structure = {"user": {"when": "row.phone == '999'", "username": "username", "display_name": "displayname"}}
    system.profile(structure=structure)
    (warning,) = warnings_of(system.import_csv(TWO))
    assert "None of the 2 records becomes anything" in warning


def test_an_empty_source_is_told_as_well_where_nothing_is_ever_removed(system):
    system.profile(mode="create_update")
    system.import_csv(TWO)
    assert len(warnings_of(system.import_csv(HEADER))) == 1


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, TWO),
        ({"filter": "row.phone == '201'"}, TWO),
        ({}, HEADER + "an na,Anna,201\n"),
    ],
)
def test_an_import_of_somebody_or_with_words_of_its_own_is_not_warned_of(system, options, text):
    system.profile(**options)
    assert warnings_of(system.import_csv(text)) == []
    assert warnings_of(system.import_csv(text)) == []


def test_a_guard_that_refuses_has_words_of_its_own(system):
    system.profile()
    system.import_csv(TWO)
    system.csv(HEADER)
    result = system.sync(check=True)
    assert result["result"] == "refused"
    assert warnings_of(result) == []


def test_one_record_that_the_filter_leaves_out_is_no_sign_of_a_wrong_filter(system):
    system.profile(filter="row.phone == '202'")
    system.csv(TWO)
    assert warnings_of(system.sync(only="anna")) == []
