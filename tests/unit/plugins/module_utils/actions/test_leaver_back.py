# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person brings a leaver back whose record stays away, and the next syncs leave that user alone."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.store import leavers
from ansible_collections.telephony.connector.tests.contents import contents
from ansible_collections.telephony.connector.tests.system import System

HEAD = "username,displayname,phone,password\n"
ANNA, BEN = "anna,Anna,200,Secret-1234\n", "ben,Ben,201,Secret-5678\n"


@pytest.fixture
def left(tmp_path) -> System:
    """A phone system with Ben, and Anna as a leaver."""
    system = System(str(tmp_path / "store.db"), tmp_path)
    system.profile(leavers={"action": "disable", "grace_days": 0}, guards={"max_removals": "100%"}, match=["username"])
    system.import_csv(HEAD + ANNA + BEN)
    assert system.import_csv(HEAD + BEN)["counts"]["disabled"] == 1
    return system


def told_leavers(system):
    return system.call(lambda call: [one.username for one in leavers.every(call.store)])


def test_back_by_hand_is_the_same_user_and_no_profiles_any_more(left):
    before = left.user("anna")
    simulated = left.by_hand("user", check=True, username="anna", leaver=False)
    assert told_leavers(left) == ["anna"]
    done = left.by_hand("user", username="anna", leaver=False)
    assert done == simulated
    assert done["changed"]
    assert "warnings" not in done
    assert told_leavers(left) == []
    expected = {name: value for name, value in before.items() if name not in ("leaver", "profiles")}
    assert left.user("anna") == done["object"] == {**expected, "profiles": []}
    (run,) = left.call(run_info.run_info, check=True, limit=1)["runs"]
    assert run["summary"] == "1 returned"
    for _again in range(2):
        counts = left.import_csv(HEAD + BEN)["counts"]
        assert (counts["disabled"], counts["removed"], counts["unchanged"]) == (0, 0, 1)
    assert left.by_hand("user", username="anna", leaver=False)["changed"] is False


def test_a_record_that_comes_back_finds_the_user(left):
    before = left.user("anna")["id"]
    left.by_hand("user", username="anna", leaver=False, given_name="A.")
    counts = left.import_csv(HEAD + ANNA + BEN)["counts"]
    assert (counts["created"], counts["conflicts"], counts["rejected"]) == (0, 0, 0)
    assert left.user("anna")["id"] == before
    assert left.user("anna")["profiles"] == ["staff"]


def test_it_can_be_undone(left):
    rows = {name: table for name, table in contents(left.location).items() if name in ("objects", "links", "leavers")}
    left.by_hand("user", username="anna", leaver=False)
    (run,) = left.call(run_info.run_info, check=True, limit=1)["runs"]
    assert left.undo(run["id"])["counts"]["restored"] == 1
    after = contents(left.location)
    assert {name: after[name] for name in rows} == rows


def test_a_leaver_that_is_declared_present_is_told_the_way_back(left):
    told = left.by_hand("user", username="anna")
    assert not told["changed"]
    (warning,) = told["warnings"]
    assert "anna stays without a login, since the record is gone from the source (leaver anna until" in warning
    assert "leaver: false" in warning


def test_nobody_is_made_a_leaver_by_hand(left):
    with pytest.raises(DefinitionError, match="only a sync does that"):
        left.by_hand("user", username="ben", leaver=True)
    assert left.by_hand("user", username="ben", leaver=False)["changed"] is False
    assert left.user("ben")["profiles"] == ["staff"]
