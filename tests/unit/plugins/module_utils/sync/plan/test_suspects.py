# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody is removed while their record is in the source, however broken it is; who has left goes all the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.tests.damage import (
    EXPRESSIONS,
    STEPS,
    Declared,
    Lines,
    check_history,
    text_of,
)
from ansible_collections.telephony.connector.tests.examples import example_count
from ansible_collections.telephony.connector.tests.system import System

HEADER = "username,displayname,phone\n"
ANNA, BEN, CARL = "anna,Anna,201\n", "ben,Ben,202\n", "carl,Carl,203\n"
BROKEN = [
    "ben,Ben, Jr.,202\n",
    "ben,Ben 202\n",
    "ben,B\0en,202\n",
    '"ben"x,Ben,202\n',
    "b en,Ben,202\n",
    ",Ben,202\n",
    "???\n",
    "anna,Ben,202\n",
]


@pytest.fixture
def three(system):
    system.profile()
    system.import_csv(HEADER + ANNA + BEN + CARL)
    return system


def names_after(system, text, **options):
    result = system.import_csv(HEADER + text, **options)
    return system.names(), result


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("only", [None, "ben"])
def test_whose_record_is_broken_stays(three, broken, only):
    names, result = names_after(three, ANNA + broken + CARL, only=only)
    assert names == ["anna", "ben", "carl"]
    assert result["counts"]["removed"] == 0
    if broken != BROKEN[-1] or only:
        assert any("ben" in warning and "may be theirs" in warning for warning in result["warnings"])


def test_known_broken_records_hold_nobody_else_back(three):
    three.import_csv(HEADER + ANNA + "???\n" + CARL)
    names, result = names_after(three, ANNA + "???\n")
    assert (names, result["counts"]["removed"]) == (["anna", "ben"], 1)
    assert names_after(three, ANNA + "???\n")[0] == ["anna", "ben"]


@pytest.mark.parametrize(
    ("later", "left"), [(ANNA + BEN + CARL, ["anna", "ben", "carl"]), (ANNA + CARL, ["anna", "carl"])]
)
def test_a_suspect_is_found_again_or_goes_once_the_broken_record_is_mended_or_gone(three, later, left):
    three.import_csv(HEADER + ANNA + "???\n" + CARL)
    assert names_after(three, later)[0] == left


def test_a_record_that_is_broken_in_another_way_still_holds_its_object(three):
    three.import_csv(HEADER + ANNA + "???\n" + CARL)
    assert names_after(three, ANNA + "!!!\n" + CARL)[0] == ["anna", "ben", "carl"]


def test_a_second_record_of_the_same_rubbish_counts_for_itself(three):
    three.import_csv(HEADER + ANNA + "???\n" + CARL)
    assert names_after(three, "???\n???\n" + CARL)[0] == ["anna", "ben", "carl"]
    assert names_after(three, "???\n" + CARL)[0] == ["anna", "ben", "carl"]  # whose it is nobody can tell
    assert names_after(three, CARL)[0] == ["carl"]


def test_the_digest_of_a_plan_lets_its_suspects_go(three):
    three.by_hand("phonebook_entry", display_name="Mother", phone="1", owner="ben")
    three.csv(HEADER + ANNA + "???\n" + CARL)
    plan = three.sync(check=True)
    assert (plan["counts"]["removed"], plan["result"]) == (0, "partial")
    simulated = three.sync(check=True, expect_plan=plan["plan_digest"])
    result = three.sync(expect_plan=plan["plan_digest"])
    assert result["counts"] == simulated["counts"] == {**plan["counts"], "removed": 1, "updated": 1}
    assert result["plan_digest"] == plan["plan_digest"]
    assert three.names() == ["anna", "carl"]
    (entry,) = three.objects("phonebook_entry")
    assert entry["owner"] == "ben (removed)"
    assert names_after(three, ANNA + "???\n" + CARL)[1]["result"] == "partial"


def test_an_incomplete_read_does_not_make_a_broken_record_known(three):
    three.import_csv(HEADER + ANNA + '???\ncarl,"Carl,203\n')  # an enclosure that is never closed
    assert three.names() == ["anna", "ben", "carl"]
    assert names_after(three, ANNA + "???\n" + CARL)[0] == ["anna", "ben", "carl"]


def test_what_broke_while_nobody_was_removed_is_new_to_the_mirror(system):
    system.profile(mode="create_update")
    system.import_csv(HEADER + ANNA + BEN)
    system.import_csv(HEADER + ANNA + "???\n")
    system.profile(mode="mirror")
    assert names_after(system, ANNA + "???\n")[0] == ["anna", "ben"]


def test_a_record_whose_number_is_taken_may_be_that_of_somebody_else(system):
    system.profile(key="row.phone", variables={"phone": "(row.phone | digits)[-3:]"})
    system.import_csv("username,displayname,phone\nanna,Anna,0991 201\nben,Ben,0991 202\n")
    system.import_csv("username,displayname,phone\nanna,Anna,0991 201\nben,Ben,0992 201\n")
    assert system.names() == ["anna", "ben"]


def test_whoever_stays_for_a_record_without_a_number_to_be_had_stays_until_it_is_mended(three):
    three.pool("201-203")
    for _run in range(3):
        names, result = names_after(three, ANNA + "ben3,Ben,\n" + CARL)
        assert (names, result["counts"]["removed"]) == (["anna", "ben", "carl"], 0)
        assert any("ben" in warning and "may be theirs" in warning for warning in result["warnings"])
    assert names_after(three, ANNA + BEN + CARL)[0] == ["anna", "ben", "carl"]


def test_only_takes_a_file_that_is_empty_for_no_reason_to_remove(three):
    three.csv("username,displayname,phone\n")
    assert three.sync(check=True, only="ben")["result"] == "refused"
    assert three.names() == ["anna", "ben", "carl"]


def test_only_refuses_what_another_record_of_the_file_claims(three):
    three.csv(HEADER + ANNA + BEN + CARL + "dora,Dora,204\nemil,Emil,204\n")
    result = three.sync(only="dora", explain=True)
    assert (result["counts"]["created"], result["counts"]["rejected"]) == (0, 1)
    assert result["explain"]["operation"] is None
    assert result["explain"]["rejected"]["field"] == "extension"


def test_only_leaves_a_number_that_another_record_would_give_up(three):
    three.csv(HEADER + "anna,Anna,202\nben,Ben,201\n" + CARL)
    result = three.sync(only="anna")
    assert (result["counts"]["updated"], result["counts"]["rejected"]) == (0, 1)
    assert three.sync()["counts"]["updated"] == 2


# -- whatever happens to the lines ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Declared:
    """Phone systems that read a file on this machine."""

    def write(system: System, lines: Lines) -> None:
        system.csv(text_of(lines))

    def source(system: System) -> dict[str, str]:
        return {"path": str(system.directory / "people.csv")}

    return Declared(tmp_path_factory.mktemp("suspects"), write, source)


@example_count(25)
@given(
    expressions=st.integers(0, len(EXPRESSIONS) - 1),
    steps=st.lists(STEPS, min_size=1, max_size=4),
    asked=st.integers(0, 7),
)
def test_nobody_goes_whose_line_is_still_there(declared, expressions, steps, asked):
    check_history(declared, expressions, steps, asked)
