# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module user_auth: how users sign in, for one, for many, and for those of a profile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.authentication import reasons

from .conftest import Run
from .logins import PASSWORD, log_in, make_users, methods


def test_methods_are_set_for_a_list_a_profile_or_a_role_and_live_side_by_side(run: Run, users_csv: Path) -> None:
    run("profile", name="staff", template="csv_users", source={"path": str(users_csv)})
    run("sync", profile="staff")
    make_users(run, "lobby", "desk", roles=["Rooms"])
    make_users(run, "boss")
    assert run("user_auth", profile="staff", method="ldap")["changed_users"] == ["ebeispiel", "mmuster"]
    assert run("user_auth", role="Rooms", method="none")["counts"] == {"changed": 2, "unchanged": 0}
    assert run("user_auth", users=["BOSS", "boss", "mmuster"], method="sso")["changed_users"] == ["boss", "mmuster"]
    assert methods(run) == {"ebeispiel": "ldap", "mmuster": "sso", "lobby": "none", "desk": "none", "boss": "sso"}
    again = run("user_auth", role="Rooms", method="none")
    assert (again["changed"], again["counts"]) == (False, {"changed": 0, "unchanged": 2})


def test_a_selection_of_nobody_changes_nothing_and_says_so(run: Run, users_csv: Path, warned: list[str]) -> None:
    run("profile", name="staff", template="csv_users", source={"path": str(users_csv)})
    assert run("user_auth", profile="staff", method="none")["changed"] is False
    assert warned.pop() == "There are no users to set: profile names nobody yet"
    assert run("user_auth", users=[], method="none")["changed"] is False
    assert warned.pop() == "There are no users to set: users names nobody"


def test_check_mode_shows_who_would_change_and_changes_nobody(run: Run) -> None:
    make_users(run, "boss")
    simulated = run("user_auth", check=True, diff=True, users=["boss"], method="none")
    assert (simulated["changed"], simulated["changed_users"]) == (True, ["boss"])
    assert "auth_method: none" in simulated["diff"][0]["after"]
    assert methods(run) == {"boss": "internal"}


def test_unknown_users_are_named_and_nobody_is_changed(run: Run) -> None:
    make_users(run, "boss", "mmuster")
    failed = run("user_auth", users=["boss", "mmuter", "nobody"], method="none")
    assert failed["failed"] is True
    assert '"mmuter", "nobody"' in failed["msg"]
    assert failed["unknown_users"] == ["mmuter", "nobody"]
    assert 'Did you mean "mmuster"?' in run("user_auth", users=["mmuter"], method="none")["msg"]
    assert set(methods(run).values()) == {"internal"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "none"}, "One of the following is required: users, profile, role"),
        ({"method": "none", "users": ["boss"], "role": "Rooms"}, "mutually exclusive"),
        ({"method": "none", "profile": "staff"}, 'There is no profile "staff"'),
        ({"method": "none", "role": "Room"}, 'There is no role "Room"'),
        ({"method": "none", "role": "Room"}, 'Did you mean "Rooms"?'),
        ({"method": "extern", "users": ["boss"]}, "ldap"),
        ({"method": "ldap", "users": ["boss"], "password": PASSWORD}, "for the method internal only"),
        ({"method": "internal", "users": ["boss", "desk"], "password": PASSWORD}, "A password is for one user"),
        ({"method": "internal", "role": "Rooms", "password": PASSWORD}, "A password is for one user"),
        ({"method": "internal", "users": ["boss"], "password": "kurz-1"}, "8 characters"),
        ({"method": "internal", "users": ["boss"], "password": ""}, "password is empty"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, options: dict[str, Any], words: str) -> None:
    make_users(run, "desk", roles=["Rooms"])
    make_users(run, "boss")
    failed = run("user_auth", **options)
    assert failed.get("failed") is True
    assert words in failed["msg"]
    assert "Internal error" not in failed["msg"]
    assert set(methods(run).values()) == {"internal"}


def test_nobody_is_switched_to_internal_without_a_password(run: Run) -> None:
    make_users(run, "boss", auth_method="ldap", password=PASSWORD)
    make_users(run, "desk", "lobby", auth_method="ldap")
    failed = run("user_auth", users=["boss", "desk", "lobby"], method="internal")
    assert (failed["failed"], failed["without_password"]) == (True, ["desk", "lobby"])
    assert set(methods(run).values()) == {"ldap"}
    assert run("user_auth", users=["boss"], method="internal")["changed"] is True
    assert log_in(run, "boss") == (True, "internal", reasons.ACCEPTED)
    assert run("user_auth", users=["desk"], method="internal", password=PASSWORD)["changed"] is True
    assert log_in(run, "desk") == (True, "internal", reasons.ACCEPTED)
    assert run("user_auth", users=["desk"], method="internal", password=PASSWORD)["changed"] is False
    other = run("user_auth", diff=True, users=["desk"], method="internal", password=PASSWORD + "9")
    assert other["changed"] is True
    assert PASSWORD not in json.dumps(other)
    assert log_in(run, "desk") == (False, "internal", reasons.WRONG_PASSWORD)


def test_each_change_is_in_the_journal_without_a_password(run: Run) -> None:
    make_users(run, "boss", "desk")
    run("user_auth", users=["boss", "desk"], method="ldap")
    run("user_auth", users=["boss"], method="internal", password=PASSWORD)
    history = run("run_info", name="boss")
    assert [change["after"] for change in history["changes"][:2]] == [
        {"auth_method": "internal", "password": "********"},
        {"auth_method": "ldap"},
    ]
    assert [change["before"] for change in history["changes"][:2]] == [
        {"auth_method": "ldap"},
        {"auth_method": "internal"},
    ]
    (run_of_both,) = run("run_info", run_id=history["changes"][1]["run_id"])["runs"]
    assert run_of_both["counts"]["updated"] == 2
    assert PASSWORD not in json.dumps(history)


def test_what_nobody_has_set_is_shown_before_as_it_was(run: Run, users_csv: Path) -> None:
    make_users(run, "mmuster")
    structure = {"user": {"auth_method": "ldap"}}
    run("profile", name="staff", template="csv_users", source={"path": str(users_csv)}, structure=structure)
    (change,) = [one for one in run("sync", profile="staff")["changes"] if one["name"] == "mmuster"]
    assert (change["before"]["auth_method"], change["after"]["auth_method"]) == ("internal", "ldap")
    assert run("sync", profile="staff", check=True)["changes"] == []


@pytest.mark.parametrize("module", ["user", "user_auth"])
def test_a_method_set_by_hand_is_kept_also_where_it_is_the_default(run: Run, users_csv: Path, module: str) -> None:
    make_users(run, "mmuster", password=PASSWORD)
    by_hand = {"user": {"username": "mmuster", "auth_method": "internal"}}.get(
        module, {"users": ["mmuster"], "method": "internal"}
    )
    change = run(module, diff=True, **by_hand)
    assert (change["changed"], run(module, **by_hand)["changed"]) == (True, False)
    policy = {"structure": {"user": {"auth_method": "ldap"}}, "field_policy": {"auth_method": "keep"}}
    run("profile", name="staff", template="csv_users", source={"path": str(users_csv)}, **policy)
    run("sync", profile="staff")
    assert methods(run)["mmuster"] == "internal"
