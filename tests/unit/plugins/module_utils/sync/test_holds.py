# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A profile on hold refuses runs and simulates; a guard that trips again and again sets the hold."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_info import profiles_info
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, RefusedError

PEOPLE = "username,displayname\n" + "".join(f"user{n},User {n}\n" for n in range(20))


def hold_of(system):
    (found,) = system.call(profiles_info, check=True)["profiles"]
    return found["hold"]


@pytest.fixture
def loaded(system):
    system.profile()
    system.import_csv(PEOPLE)
    return system


def only_hold(system, hold, check=False):
    return system.profile(template=None, source=None, hold=hold, check=check)


def test_a_profile_on_hold_refuses_with_reason_who_and_when(loaded):
    assert only_hold(loaded, "the export is broken")["changed"]
    assert not only_hold(loaded, "the export is broken")["changed"]
    assert not only_hold(loaded, True)["changed"]  # on hold it is already
    held = hold_of(loaded)
    assert held["reason"] == "the export is broken"
    assert "@" in held["who"]
    assert held["when"].endswith("Z")
    with pytest.raises(RefusedError) as refused:
        loaded.import_csv(PEOPLE.replace("User 3", "Three"))
    for word in held.values():
        assert word in refused.value.message
    assert (refused.value.details["result"], refused.value.details["hold"]) == ("refused", held)
    assert loaded.user("user3")["display_name"] == "User 3"


@pytest.mark.parametrize("word", ["nein", "Ja", "", "  "])
def test_a_word_for_yes_or_no_is_no_reason(loaded, word):
    with pytest.raises(DefinitionError, match="hold"):
        only_hold(loaded, word)


def test_a_profile_on_hold_simulates_and_says_so(loaded):
    only_hold(loaded, True)
    loaded.csv(PEOPLE.replace("User 3", "Three"))
    simulated = loaded.sync(check=True)
    assert (simulated["counts"]["updated"], simulated["result"]) == (1, "changed")
    assert any("on hold: set by hand" in warning for warning in simulated["warnings"])


def test_not_even_a_reviewed_plan_lifts_a_hold(loaded):
    loaded.csv(PEOPLE.replace("User 3", "Three"))
    digest = loaded.sync(check=True)["plan_digest"]
    only_hold(loaded, True)
    with pytest.raises(RefusedError, match="on hold"):
        loaded.sync(expect_plan=digest)
    only_hold(loaded, False)
    assert loaded.sync(expect_plan=digest)["changed"]


def test_declaring_a_profile_again_does_not_release_it(loaded):
    only_hold(loaded, "wait")
    assert not loaded.profile()["changed"]
    assert hold_of(loaded)["reason"] == "wait"
    assert loaded.profile(hold=False)["changed"]
    assert hold_of(loaded) is None


def test_a_hold_is_declared_with_the_profile_and_simulated(system):
    assert system.profile(hold="later", check=True)["hold"]["reason"] == "later"
    assert system.profile(hold="later")["hold"]["reason"] == "later"
    assert only_hold(system, False, check=True)["hold"] is None
    assert hold_of(system)["reason"] == "later"


def test_a_hold_of_a_profile_that_is_not_there_is_an_error(loaded):
    with pytest.raises(DefinitionError, match='Did you mean "staff"'):
        loaded.profile(name="stafff", template=None, source=None, hold=False)


def test_a_hold_with_half_a_definition_is_an_error(loaded):
    with pytest.raises(DefinitionError, match=r"hold stands beside .*, but no template"):
        loaded.profile(template=None, source=None, filter="true", hold=False)


def test_a_guard_that_trips_again_and_again_puts_the_profile_on_hold(loaded):
    loaded.profile(guards={"hold_after": 3})
    loaded.csv("username,displayname\nuser1,User 1\n")
    for trip in (1, 2):
        assert loaded.sync(check=True)["result"] == "refused"  # does not count
        with pytest.raises(RefusedError, match=f"{trip} of 3 in a row"):
            loaded.sync()
    with pytest.raises(RefusedError, match="the profile is on hold now"):
        loaded.sync()
    assert hold_of(loaded)["reason"] == "a guard has stopped 3 runs in a row"
    with pytest.raises(RefusedError, match="is on hold: a guard has stopped 3 runs in a row"):
        loaded.import_csv(PEOPLE)
    assert len(loaded.names()) == 20


def test_a_run_that_goes_through_ends_the_row(loaded):
    loaded.profile(guards={"hold_after": 2})
    for _round in range(2):
        loaded.csv("username,displayname\nuser1,User 1\n")
        with pytest.raises(RefusedError, match="1 of 2 in a row"):
            loaded.sync()
        loaded.import_csv(PEOPLE)
    assert hold_of(loaded) is None


@pytest.mark.parametrize("wrong", [0, -1, True, "x", 1.5])
def test_hold_after_is_a_number_of_runs(system, wrong):
    with pytest.raises(DefinitionError, match="hold_after must be a number of runs"):
        system.profile(guards={"hold_after": wrong})
