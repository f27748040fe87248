# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is removed by accident: guards, reviewed plans, empty and incomplete reads."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import (
    DefinitionError,
    RefusedError,
    SourceError,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.guards import allowance
from ansible_collections.telephony.connector.tests.examples import FACTOR

HEADER = "username,displayname,phone\n"


def people(*numbers: int) -> str:
    return HEADER + "".join(f"user{number},User {number},{number}\n" for number in numbers)


@pytest.fixture
def fifty(system, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(system.directory / "cache"))
    system.profile()
    system.import_csv(people(*range(200, 250)))
    return system


@pytest.mark.parametrize(
    ("limit", "total", "allowed"),
    [("20%", 100, 20), ("20%", 10, 5), ("0%", 1000, 5), (0, 1000, 0), (3, 1000, 3), ("7", 1000, 7), ("12.5%", 80, 10)],
)
def test_a_percentage_always_allows_five_and_a_number_is_taken_as_it_is(limit, total, allowed):
    assert allowance(limit, total) == allowed


def test_too_many_removals_fail_the_run_and_change_nothing(fifty):
    before = fifty.objects()
    with pytest.raises(RefusedError) as refused:
        fifty.import_csv(people(*range(200, 239), 250))
    message, details = refused.value.message, refused.value.details
    assert "11 of its 50 objects would be removed" in message
    assert details["plan_digest"] in message
    assert (details["result"], details["changed"], details["counts"]["removed"]) == ("refused", False, 11)
    assert fifty.objects() == before


def test_as_many_removals_as_allowed_go_through(fifty):
    assert fifty.import_csv(people(*range(200, 240)))["counts"]["removed"] == 10


def test_a_simulation_of_a_refused_plan_does_not_fail_and_shows_it(fifty):
    fifty.csv(people(*range(200, 230)))
    result = fifty.sync(check=True)
    assert (result["result"], result["counts"]["removed"], len(result["changes"])) == ("refused", 20, 20)
    assert any("max_removals" in warning for warning in result["warnings"])


def test_the_reviewed_plan_lifts_the_guard(fifty):
    fifty.csv(people(*range(200, 230)))
    digest = fifty.sync(check=True)["plan_digest"]
    result = fifty.sync(expect_plan=digest)
    assert (result["result"], result["counts"]["removed"]) == ("changed", 20)
    assert len(fifty.names()) == 30


def test_another_plan_than_the_reviewed_one_is_refused_and_the_difference_named(fifty):
    fifty.csv(people(*range(200, 230)))
    digest = fifty.sync(check=True)["plan_digest"]
    fifty.csv(people(*range(200, 229), 248, 300))
    with pytest.raises(RefusedError) as refused:
        fifty.sync(expect_plan=digest)
    assert "create user user300" in refused.value.message
    assert "remove user user248" in refused.value.message
    assert len(fifty.names()) == 50


def test_a_digest_that_is_not_known_here_lists_what_the_plan_is_now(fifty):
    fifty.csv(people(*range(200, 250), 300))
    with pytest.raises(RefusedError, match="create user user300"):
        fifty.sync(expect_plan="sha256:" + "0" * 64)


def test_the_digest_depends_on_neither_time_nor_order_nor_ids(system):
    system.profile()
    system.csv(people(201, 202, 203))
    first = system.sync(check=True)["plan_digest"]
    assert system.sync(check=True)["plan_digest"] == first
    system.csv(people(203, 201, 202))
    assert system.sync(check=True)["plan_digest"] == first
    system.by_hand("user", username="porter", display_name="Porter")
    assert system.sync(check=True)["plan_digest"] == first, "ids of new objects are others now"
    system.csv(people(201, 202, 204))
    assert system.sync(check=True)["plan_digest"] != first


def test_too_many_rejected_records_fail_the_run(fifty):
    bad = "".join(f"bad {number},Bad,\n" for number in range(13))
    with pytest.raises(RefusedError, match="13 of 63 records cannot be used") as refused:
        fifty.import_csv(people(*range(200, 250)) + bad)
    assert "max_rejected" in refused.value.message
    assert fifty.import_csv(people(*range(200, 250)) + bad[: bad.index("bad 12")])["result"] == "partial"


def test_guards_are_options_of_the_profile(system):
    system.profile(guards={"max_removals": 0, "max_rejected": "100%"})
    system.import_csv(people(201, 202, 203))
    with pytest.raises(RefusedError):
        system.import_csv(people(201, 202))


@pytest.mark.parametrize("text", ["", HEADER, "\n\n"])
def test_an_empty_file_removes_nobody_whatever_was_reviewed(fifty, text):
    fifty.csv(text)
    simulated = fifty.sync(check=True)
    assert simulated["result"] == "refused"
    with pytest.raises(RefusedError, match="no records"):
        fifty.sync()
    with pytest.raises(RefusedError, match="no records"):
        fifty.sync(expect_plan=simulated["plan_digest"])
    assert len(fifty.names()) == 50


def test_an_empty_file_removes_nobody_of_a_few_either(system):
    system.profile()
    system.import_csv(people(201, 202))
    with pytest.raises(RefusedError):
        system.import_csv(HEADER)
    assert len(system.names()) == 2


def test_an_empty_source_of_a_new_profile_is_nothing_to_do(system):
    system.profile()
    result = system.import_csv(HEADER)
    assert (result["result"], result["counts"]["read"]) == ("unchanged", 0)
    assert result["warnings"]


@pytest.mark.parametrize("count", [4, 50])
def test_a_file_cut_anywhere_removes_nobody(system, count):
    system.profile()
    text = people(*range(200, 200 + count))
    system.import_csv(text)
    start = len(text) * 2 // 3
    for end in range(start, start + 20, 1 if FACTOR >= 1 else 2):
        if text[end - 1] == "\n":
            continue  # cut between two lines: that is for the guards
        system.csv(text[:end])
        try:
            result = system.sync()
            assert (result["result"], result["complete"], result["counts"]["removed"]) == ("partial", False, 0)
        except RefusedError:
            pass
        assert len(system.names()) == count


def test_an_incomplete_read_creates_and_updates_but_removes_nothing(system):
    system.profile()
    system.import_csv(people(201, 202, 203))
    result = system.import_csv(HEADER + "user201,New Name,201\nuser204,User 204,204\nuser205,Us")
    assert (result["result"], result["complete"]) == ("partial", False)
    assert (result["counts"]["created"], result["counts"]["updated"], result["counts"]["removed"]) == (1, 1, 0)
    assert system.names() == ["user201", "user202", "user203", "user204"]


def test_a_possible_rename_in_an_incomplete_read_is_left_to_a_person(system):
    system.profile(match=["username", "email"])
    header = "username,displayname,email\n"
    system.import_csv(header + "a,A,a@x.example\nb,B,b@x.example\n")
    result = system.import_csv(header + "new,A,a@x.example\nb,B")
    assert "incomplete" in result["conflicts"][0]["reason"]
    assert system.names() == ["a", "b"]


def test_a_file_that_is_gone_fails_and_changes_nothing(fifty):
    (fifty.directory / "people.csv").unlink()
    with pytest.raises(SourceError, match=r"people\.csv"):
        fifty.sync()
    assert len(fifty.names()) == 50


def test_only_handles_one_record_and_explains_it(fifty):
    fifty.csv(people(*range(201, 250)).replace("User 220", "New Name").replace("User 221", "Other"))
    result = fifty.sync(only="user220", explain=True)
    assert (result["counts"]["read"], result["counts"]["updated"], result["counts"]["removed"]) == (1, 1, 0)
    explained = result["explain"]
    assert explained["row"]["displayname"] == "New Name"
    assert explained["filter"] is True
    assert explained["variables"]["phone"] == "220"
    assert explained["operation"]["after"] == {"display_name": "New Name"}
    assert fifty.user("user221")["display_name"] == "User 221"
    assert fifty.sync(only="user220")["changed"] is False
    removed = fifty.sync(only="user200")
    assert (removed["counts"]["read"], removed["counts"]["removed"]) == (0, 1)


def test_only_names_a_near_key_when_there_is_no_such_record(fifty):
    with pytest.raises(SourceError, match='Did you mean "user220"'):
        fifty.sync(only="usr220")


def test_explain_needs_only(fifty):
    with pytest.raises(DefinitionError, match="only"):
        fifty.sync(explain=True)
