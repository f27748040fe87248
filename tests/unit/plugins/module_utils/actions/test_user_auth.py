# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Methods set for many users at once are changes by hand like any other: journaled, and understood by the next sync."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info
from ansible_collections.telephony.connector.plugins.module_utils.actions.user_auth import set_method

HEADER = "username,displayname,phone,email\n"
COUNT = 1203  # more than is written at a time


def people(**changed):
    """Return the file; `changed` are rows that are another way."""
    rows = {f"user{n}": f"user{n},User {n},{10000 + n},u{n}@x.example" for n in range(COUNT)}
    return HEADER + "\n".join((rows | changed).values()) + "\n"


def test_many_users_are_changed_in_one_run_of_the_journal(system):
    system.profile()
    system.import_csv(people())
    result = system.call(set_method, profile="staff", method="none")
    assert result["counts"] == {"changed": COUNT, "unchanged": 0}
    assert (len(result["changed_users"]), result["changed_users"][0]) == (500, "user0")
    assert {user["auth_method"] for user in system.objects()} == {"none"}
    history = system.call(run_info.run_info, run_id=2, limit=10_000)
    assert (history["runs"][0]["mode"], history["runs"][0]["counts"]["updated"]) == ("manual", COUNT)
    assert {change["reason"] for change in history["changes"]} == {"changed by hand"}
    assert {str((change["before"], change["after"])) for change in history["changes"]} == {
        "({'auth_method': 'internal'}, {'auth_method': 'none'})"
    }
    assert {change["name"] for change in history["changes"]} == {f"user{n}" for n in range(COUNT)}


def test_the_next_sync_knows_what_it_had_set_and_leaves_the_method(system):
    system.profile()
    system.import_csv(people())
    system.call(set_method, profile="staff", method="none")
    assert system.sync()["counts"]["updated"] == 0
    result = system.import_csv(people(user7="user7,User 7,10007,", user8="user8,Other,10008,u8@x.example"))
    assert result["counts"]["updated"] == 2
    seven, eight = system.user("user7"), system.user("user8")
    assert "email" not in seven, "what the profile had set, it takes away"
    assert (seven["auth_method"], eight["auth_method"], eight["display_name"]) == ("none", "none", "Other")


def test_a_profile_with_the_method_sets_it_back_unless_told_to_keep_it(system):
    structure = {"user": {"auth_method": "'ldap'"}}
    system.profile(structure=structure)
    system.import_csv(people())
    warning = system.call(set_method, users=["user7"], method="sso")["warnings"]
    assert "sets 1 of these users back" in warning[0]
    assert system.sync()["counts"]["updated"] == 1
    assert system.user("user7")["auth_method"] == "ldap"
    system.profile(structure=structure, field_policy={"auth_method": "keep"})
    assert system.call(set_method, users=["user7"], method="sso")["warnings"] == []
    system.sync()
    assert system.user("user7")["auth_method"] == "sso"


def test_a_profile_that_keeps_the_method_knows_it_from_what_it_had_set_itself(system):
    structure, keep = {"user": {"auth_method": "'ldap'"}}, {"auth_method": "keep"}
    system.profile(structure=structure, field_policy=keep)
    system.import_csv(people())
    system.call(set_method, profile="staff", method="sso")
    renamed = people(user7="user7,Seven,10007,u7@x.example")
    assert system.import_csv(renamed)["counts"]["updated"] == 1
    assert {user["auth_method"] for user in system.objects()} == {"sso"}
    assert system.user("user7")["display_name"] == "Seven"


def test_users_of_a_directory_that_nobody_has_declared_are_warned_of(system):
    system.by_hand("user", username="anna", display_name="Anna")
    for _again in range(2):
        (warning,) = system.call(set_method, users=["anna"], method="ldap")["warnings"]
        assert warning.startswith("These users cannot sign in yet: no LDAP authentication is enabled.")
