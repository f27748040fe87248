# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users whose record is gone are leavers for some days: they come back as they were, or go when the days are over."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import user_auth
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError

from .leaving_staff import ANNA, HEAD, OTHERS, counts, dates, everything


def test_a_user_without_a_record_is_disabled_and_all_else_stays(staffed):
    before = everything(staffed)
    staffed.csv(HEAD + OTHERS)
    simulated = staffed.sync(check=True, diff=True)
    done = staffed.sync()
    assert simulated["plan_digest"] == done["plan_digest"]
    assert counts(simulated) == counts(done) == {"disabled": 1}
    assert (done["result"], done["changed"], done["summary"]) == ("changed", True, "1 disabled")
    (change,) = done["changes"]
    assert (change["action"], change["name"], change["reason"]) == ("disable", "anna", "no longer in the source")
    assert (change["before"], change["after"]) == ({"leaver": False}, {"leaver": True})
    assert everything(staffed) == before
    assert dates(staffed) == {"anna": "2026-03-31"}


def test_a_leaver_goes_after_the_grace_and_no_day_before(staffed, clock):
    staffed.import_csv(HEAD + OTHERS)
    for _day in range(29):
        clock.go(1)
        result = staffed.sync()
        assert (result["result"], counts(result)) == ("unchanged", {})
    clock.go(1)
    result = staffed.sync()
    assert counts(result) == {"removed": 1}
    assert result["changes"][0]["reason"] == "a leaver whose grace period is over"
    assert "anna" not in staffed.names()
    assert staffed.sync()["result"] == "unchanged"


@pytest.mark.parametrize("rule", [{"action": "remove"}, {"action": "disable", "grace_days": 0}])
def test_what_other_days_would_do_is_shown_before_they_are_declared(staffed, rule):
    staffed.import_csv(HEAD + OTHERS)
    wanted = {"template": "csv_users", "mode": "mirror", "remove_adopted": False, "leavers": rule}
    wanted["source"] = {"path": str(staffed.directory / "people.csv")}
    simulated = staffed.sync(check=True, definition=wanted)
    staffed.profile(leavers=rule)
    done = staffed.sync()
    assert counts(simulated) == counts(done) == {"removed": 1}
    assert simulated["plan_digest"] == done["plan_digest"]


def test_who_comes_back_in_time_is_the_same_as_before(staffed, clock):
    before = everything(staffed)
    staffed.import_csv(HEAD + OTHERS)
    clock.go(29)
    result = staffed.import_csv(HEAD + ANNA + OTHERS)
    assert (counts(result), result["summary"]) == ({"returned": 1}, "1 returned")
    (change,) = result["changes"]
    assert (change["action"], change["reason"]) == ("return", "back in the source")
    assert (change["before"], change["after"]) == ({"leaver": True}, {"leaver": False})
    assert everything(staffed) == before
    assert dates(staffed) == {}
    assert staffed.sync()["result"] == "unchanged"


def test_who_comes_back_with_another_record_is_updated_as_well(staffed):
    anna = staffed.user("anna")
    staffed.import_csv(HEAD + OTHERS)
    result = staffed.import_csv(HEAD + ANNA.replace("Anna Alt,201", "Anna Neu,222") + OTHERS)
    assert counts(result) == {"returned": 1}
    (change,) = result["changes"]
    assert change["before"] == {"leaver": True, "display_name": "Anna Alt", "extension": "201"}
    assert change["after"] == {"leaver": False, "display_name": "Anna Neu", "extension": "222"}
    now = staffed.user("anna")
    assert (now["id"], now["extension"], now["roles"]) == (anna["id"], "222", ["sales"])
    assert staffed.sync()["result"] == "unchanged"


def test_who_comes_back_under_another_key_is_the_same_object(staffed):
    staffed.profile(leavers={"action": "disable"}, match=["username", "email"])
    anna = staffed.user("anna")
    staffed.import_csv(HEAD + OTHERS)
    result = staffed.import_csv(HEAD + ANNA.replace("anna,", "anna.neu,", 1) + OTHERS)
    assert counts(result) == {"returned": 1}
    assert staffed.user("anna.neu")["id"] == anna["id"]
    assert staffed.sync()["result"] == "unchanged"


def test_filtered_is_missing_and_leavers_when_is_too(staffed, clock):
    staffed.profile(leavers={"action": "disable", "when": "row.roles == 'gone'"}, filter="row.phone != '300'")
    gone = OTHERS.replace("user5,User 5,305,user5@corp.example,secret-1234,", "user5,User 5,305,,secret-1234,gone")
    result = staffed.import_csv(HEAD + ANNA + gone)
    assert counts(result) == {"filtered": 2, "disabled": 2}
    assert {change["name"]: change["reason"] for change in result["changes"]} == {
        "user0": "left out by the filter",
        "user5": "left, by leavers.when",
    }
    clock.go(10)
    assert counts(staffed.sync()) == {"filtered": 2}
    explained = staffed.sync(check=True, only="user5", explain=True)["explain"]
    assert (explained["filter"], explained["leaves"], explained["operation"]) == (True, True, None)
    clock.go(20)
    assert counts(staffed.sync()) == {"filtered": 2, "removed": 2}
    assert staffed.sync()["result"] == "unchanged"


def test_the_day_decides_which_operations_there_are_and_the_digest_is_of_them(staffed, clock):
    staffed.csv(HEAD + OTHERS)
    digest = staffed.sync(check=True)["plan_digest"]
    clock.go(3)
    assert staffed.sync(check=True)["plan_digest"] == digest
    staffed.sync(expect_plan=digest)
    unchanged = staffed.sync(check=True)["plan_digest"]
    clock.go(29)
    assert staffed.sync(check=True)["plan_digest"] == unchanged
    clock.go(1)
    assert staffed.sync(check=True)["plan_digest"] != unchanged


def test_a_clock_that_goes_backwards_does_no_harm(staffed, clock):
    staffed.import_csv(HEAD + OTHERS)
    clock.go(-400)
    assert staffed.sync()["result"] == "unchanged"
    clock.go(400 + 29)
    assert staffed.sync()["result"] == "unchanged"
    clock.go(1)
    assert counts(staffed.sync()) == {"removed": 1}


def test_only_one_record_is_disabled_removed_or_back(staffed, clock):
    lines = OTHERS.splitlines(keepends=True)
    staffed.csv(HEAD + "".join(lines[1:]))
    assert counts(staffed.sync(only="anna")) == {"disabled": 1}
    assert list(dates(staffed)) == ["anna"]
    assert counts(staffed.sync()) == {"disabled": 1}
    staffed.csv(HEAD + ANNA + OTHERS)
    assert counts(staffed.sync(only="anna")) == {"returned": 1}
    clock.go(30)
    staffed.csv(HEAD + ANNA + "".join(lines[1:]))
    assert counts(staffed.sync(only="user1")) == {}
    assert counts(staffed.sync(only="user0")) == {"removed": 1}


def test_what_a_person_had_made_is_released_and_not_disabled(staffed):
    staffed.by_hand("user", username="hanna", display_name="Hanna")
    staffed.import_csv(HEAD + ANNA + OTHERS + "hanna,Hanna,299,,,\n")
    result = staffed.import_csv(HEAD + ANNA + OTHERS)
    assert counts(result) == {}
    assert any("a person had made it" in warning for warning in result["warnings"])
    staffed.profile(leavers={"action": "disable"}, remove_adopted=True)
    staffed.import_csv(HEAD + ANNA + OTHERS + "hanna,Hanna,299,,,\n")
    assert counts(staffed.import_csv(HEAD + ANNA + OTHERS)) == {"disabled": 1}


def test_who_is_changed_by_hand_meanwhile_goes_on_as_a_leaver(staffed, clock):
    staffed.import_csv(HEAD + OTHERS)
    staffed.by_hand("user", username="anna", language="de", display_name="By hand")
    assert staffed.sync()["result"] == "unchanged"
    result = staffed.import_csv(HEAD + ANNA + OTHERS)
    assert counts(result) == {"returned": 1, "set_back": 1}
    assert (staffed.user("anna")["display_name"], staffed.user("anna")["language"]) == ("Anna Alt", "de")


def test_the_number_of_a_leaver_is_said_to_be_his(staffed):
    staffed.import_csv(HEAD + OTHERS)
    result = staffed.import_csv(HEAD + OTHERS + "carl,Carl,201,,,\n")
    assert [one["rule"] for one in result["rejected"]] == [
        "must be unique: anna has it already, as a leaver until 2026-03-31"
    ]
    with pytest.raises(DefinitionError, match="extension 201 is held by the leaver anna until 2026-03-31"):
        staffed.by_hand("user", username="carl", display_name="Carl", extension="201")


def test_the_rule_of_today_counts_for_those_who_left_before(staffed, clock):
    staffed.import_csv(HEAD + OTHERS)
    staffed.profile(leavers={"action": "disable", "grace_days": 60})
    clock.go(59)
    assert counts(staffed.sync()) == {}
    staffed.profile(mode="create_update", leavers={"action": "disable"})
    clock.go(100)
    assert counts(staffed.sync()) == {}
    staffed.profile()
    assert counts(staffed.sync()) == {"removed": 1}


def test_no_days_of_grace_are_until_the_next_run(staffed):
    staffed.profile(leavers={"action": "disable", "grace_days": 0})
    assert counts(staffed.import_csv(HEAD + OTHERS)) == {"disabled": 1}
    assert counts(staffed.sync()) == {"removed": 1}


def test_other_kinds_of_objects_are_removed_at_once(system, clock):
    system.profile(
        leavers={"action": "disable"},
        structure={"speed_dial": {"number": "row.short", "destination": "row.phone", "when": "row.short"}},
    )
    head = "username,displayname,phone,short\n"
    system.import_csv(head + "anna,Anna,201,91\nbert,Bert,202,\n")
    assert counts(system.import_csv(head + "bert,Bert,202,\n")) == {"disabled": 1, "removed": 1}
    result = system.import_csv(head + "anna,Anna,201,91\nbert,Bert,202,\n")
    assert counts(result) == {"returned": 1, "created": 1}
    assert system.sync()["result"] == "unchanged"


@pytest.mark.parametrize(
    ("leaving", "words"),
    [
        ({"action": "disabled"}, "leavers.action must be one of remove, disable"),
        ({"action": "disable", "grace": 3}, 'unknown entry "grace".*grace_days'),
        ({"action": "disable", "grace_days": -1}, "must be a number of days"),
        ({"action": "disable", "grace_days": 40000}, "must be a number of days"),
        ({"grace_days": 3}, "only with leavers.action: disable"),
        ({"action": "disable", "phonebook": "yes"}, "leavers.phonebook must be one of drop, keep"),
        ({"action": "disable", "when": "row."}, "leavers.when"),
    ],
)
def test_a_wrong_rule_is_said_when_it_is_declared(system, leaving, words):
    with pytest.raises(DefinitionError, match=words):
        system.profile(leavers=leaving)


def test_leavers_are_users(system):
    with pytest.raises(DefinitionError, match="only for profiles that make users"):
        system.profile(template="csv_phonebook", leavers={"action": "disable"})


def test_what_is_so_anyway_is_no_change(system):
    assert system.profile()["changed"]
    assert not system.profile(leavers={"action": "remove", "grace_days": 30, "phonebook": "drop", "when": None})[
        "changed"
    ]
    assert system.profile(leavers={"action": "disable", "grace_days": 30})["changed"]
    assert not system.profile(leavers={"action": "disable"})["changed"]


def test_it_is_listed_who_goes_when_and_a_simulation_says_so(staffed, clock):
    lines = OTHERS.splitlines(keepends=True)
    staffed.import_csv(HEAD + OTHERS)
    clock.go(20)
    staffed.import_csv(HEAD + "".join(lines[1:]))
    assert [(one["username"], one["leaver"]["until"]) for one in staffed.objects(leavers=True)] == [
        ("anna", "2026-03-31"),
        ("user0", "2026-04-20"),
    ]
    assert staffed.user("anna")["leaver"] == {
        "since": "2026-03-01T12:00:00Z", "until": "2026-03-31", "profile": "staff", "phonebook": "drop",
    }  # fmt: skip
    assert "leaver" not in staffed.user("user1")
    assert [one["username"] for one in staffed.objects("directory")] == [f"user{n}" for n in range(1, 6)]
    assert staffed.sync(check=True)["warnings"] == []
    clock.go(3)
    (warning,) = staffed.sync(check=True)["warnings"]
    assert "1 leaver is removed within 7 days, unless the record comes back: anna on 2026-03-31" in warning
    assert staffed.sync()["warnings"] == []
    with pytest.raises(DefinitionError, match="kind: user"):
        staffed.objects("directory", leavers=True)


def test_a_change_by_hand_says_that_it_brings_no_login(staffed):
    staffed.import_csv(HEAD + OTHERS)
    (warning,) = staffed.by_hand("user", username="anna", language="de")["warnings"]
    assert "anna stays without a login" in warning
    assert "leaver anna until 2026-03-31" in warning
    result = staffed.call(user_auth.set_method, users=["anna"], method="sso")
    assert '"anna" cannot sign in whatever the method' in result["warnings"][0]
    assert "warnings" not in staffed.by_hand("user", username="anna", state="absent")


def test_an_undo_makes_a_leaver_a_user_again_and_a_removed_one_a_leaver(staffed, clock):
    before = everything(staffed)
    left = staffed.import_csv(HEAD + OTHERS)
    staffed.undo(left["run_id"], hold=False)
    assert (dates(staffed), everything(staffed)) == ({}, before)
    staffed.sync()
    clock.go(30)
    gone = staffed.sync()
    assert counts(gone) == {"removed": 1}
    staffed.undo(gone["run_id"], hold=False)
    assert (list(dates(staffed)), everything(staffed)) == (["anna"], before)
