# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles that set up the login of the users they import."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.authentication import reasons
from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.slapd import READER_PASSWORD, Slapd, person

from .conftest import Run
from .logins import PASSWORD, log_in, methods


def test_a_profile_that_sets_the_method_itself_is_warned_of(run: Run, users_csv: Path, warned: list[str]) -> None:
    profile = {"name": "staff", "template": "csv_users", "source": {"path": str(users_csv)}}
    profile["structure"] = {"user": {"auth_method": "'ldap'"}}
    run("profile", **profile)
    run("sync", profile="staff")
    run("user_auth", users=["mmuster"], method="none")
    assert 'The profile "staff" sets auth_method itself' in warned.pop()
    run("profile", **profile, field_policy={"auth_method": "keep"})
    run("user_auth", users=["mmuster"], method="sso")
    assert warned == []
    run("sync", profile="staff")
    assert methods(run)["mmuster"] == "sso"


@pytest.fixture
def profile(slapd: Slapd, ca: TestCA) -> dict[str, Any]:
    """Options of a profile that reads the directory and sends its users there to sign in."""
    source = {
        "uri": [slapd.tls_uri],
        "ca_path": ca.path("ca.crt"),
        "base_dn": f"ou=people,{slapd.suffix}",
        "username": slapd.reader,
        "password": READER_PASSWORD,
    }
    return {"name": "staff", "template": "ldap_users", "source": source, "configure_authentication": True}


@pytest.fixture
def namesake(slapd: Slapd) -> Iterator[None]:
    """Another person of the same user name, one level further down, for as long as a test takes."""
    unit = f"ou=people,{slapd.suffix}"
    slapd.modify(f"dn: ou=guests,{unit}\nobjectClass: organizationalUnit\nou: guests\n\n")
    slapd.modify(person(slapd.suffix, "ebeispiel", unit="ou=guests,ou=people", userPassword=PASSWORD))
    yield
    slapd.modify(f"dn: uid=ebeispiel,ou=guests,{unit}\nchangetype: delete\n\n")
    slapd.modify(f"dn: ou=guests,{unit}\nchangetype: delete\n\n")


def test_a_profile_sets_up_the_login_of_the_users_it_imports(run: Run, profile: dict[str, Any]) -> None:
    simulated = run("profile", check=True, diff=True, **profile)
    assert simulated["ldap_auth"]["username_attribute"] == "uid"
    assert simulated["diff"][1]["after"]["base_dn"] == profile["source"]["base_dn"]
    declared = run("profile", diff=True, **profile)
    assert (declared["ldap_auth"], declared["diff"]) == (simulated["ldap_auth"], simulated["diff"])
    assert READER_PASSWORD not in json.dumps(declared)
    again = run("profile", diff=True, **profile)
    assert again["changed"] is False
    run("sync", profile="staff")
    assert log_in(run) == (True, "ldap", reasons.ACCEPTED)
    assert log_in(run, password="wrong-word-12") == (False, "ldap", reasons.WRONG_PASSWORD)


def test_a_changed_source_changes_the_settings_that_the_profile_made(run: Run, profile: dict[str, Any]) -> None:
    run("profile", **profile)
    changed = run("profile", **{**profile, "source": {**profile["source"], "username_field": "cn"}})
    assert (changed["changed"], changed["ldap_auth"]["username_attribute"]) == (True, "cn")
    run("ldap_auth", enabled=False)
    assert run("profile", **profile)["ldap_auth"]["enabled"] is False


def test_switching_off_and_on_leaves_the_settings_to_the_profile(
    run: Run, profile: dict[str, Any], warned: list[str]
) -> None:
    run("profile", **profile)
    run("ldap_auth", enabled=False)
    run("ldap_auth", enabled=True)
    changed = run("profile", **{**profile, "source": {**profile["source"], "username_field": "cn"}})
    assert (changed["ldap_auth"]["username_attribute"], warned) == ("cn", [])


def test_a_profile_says_that_the_login_is_switched_off_and_not_to_take_the_settings_away(
    run: Run, profile: dict[str, Any], warned: list[str]
) -> None:
    run("profile", **profile)
    run("ldap_auth", enabled=False)
    for options in (profile, {**profile, "name": "the same directory"}):
        run("profile", **options)
        (warning,) = warned
        assert "enabled: true" in warning
        warned.clear()


def test_settings_made_by_hand_stay_and_the_warning_says_how_to_go_on(
    run: Run, profile: dict[str, Any], by_template: dict[str, Any], warned: list[str]
) -> None:
    run("ldap_auth", **by_template)
    declared = run("profile", **profile)
    assert declared["ldap_auth"]["bind_dn"] == by_template["bind_dn"]
    (warning,) = warned
    assert "by hand (ldap_auth) and stays as it is" in warning
    assert "base_dn would be" in warning
    assert READER_PASSWORD not in json.dumps(declared) + warning
    run("ldap_auth", state="absent")
    assert run("profile", **profile)["ldap_auth"]["base_dn"] == profile["source"]["base_dn"]


def test_the_settings_of_another_profile_stay_too(run: Run, profile: dict[str, Any], warned: list[str]) -> None:
    run("profile", **profile)
    other = {**profile, "name": "others", "source": {**profile["source"], "base_dn": "ou=others,dc=example,dc=test"}}
    run("profile", **other)
    assert 'set by the profile "staff" and stays as it is' in warned.pop()
    run("profile", **{**profile, "name": "the same directory"})
    assert warned == []


def test_who_is_read_one_level_below_the_base_is_looked_for_there_alone(
    run: Run, profile: dict[str, Any], namesake: None
) -> None:
    declared = run("profile", **{**profile, "source": {**profile["source"], "search_scope": "onelevel"}})
    assert declared["ldap_auth"]["search_scope"] == "onelevel"
    run("sync", profile="staff")
    assert log_in(run, "ebeispiel") == (True, "ldap", reasons.ACCEPTED)
    run("profile", **profile)
    assert log_in(run, "ebeispiel") == (False, "ldap", reasons.AMBIGUOUS)


@pytest.mark.parametrize(("method", "words"), [("none", 'the method "none"'), (None, 'the method "internal"')])
def test_a_structure_with_another_method_is_warned_of(
    run: Run, profile: dict[str, Any], warned: list[str], method: str | None, words: str
) -> None:
    run("profile", **profile, structure={"user": {"auth_method": method}})
    assert words in warned.pop()
    run("profile", **profile, structure={"user": {"auth_method": "'ldap' if row.mail else 'internal'"}})
    assert warned == []


def test_a_source_in_clear_is_refused_for_logins(run: Run, profile: dict[str, Any], slapd: Slapd) -> None:
    plain = {**profile, "source": {**profile["source"], "uri": [slapd.uri], "ca_path": None}}
    assert "sends the passwords of users in clear" in run("profile", **plain)["msg"]
    assert run("profile_info")["profiles"] == []
    plain["source"]["allow_plaintext"] = True
    assert run("profile", **plain)["ldap_auth"]["allow_plaintext"] is True


def test_user_names_that_the_directory_is_not_searched_for_are_warned_of(
    run: Run, profile: dict[str, Any], warned: list[str]
) -> None:
    run("profile", **profile, variables={"username": "row.mail | lower"})
    assert "username_field" in warned.pop()
    run("ldap_auth", state="absent")
    for source, expression in (({}, "row.uid | lower"), ({"username_field": "mail"}, "row.mail | lower")):
        options = {**profile, "source": {**profile["source"], **source}}
        run("profile", **options, variables={"username": expression})
        assert warned == []


def test_a_profile_without_it_leaves_the_settings_alone(run: Run, profile: dict[str, Any]) -> None:
    declared = run("profile", **{**profile, "configure_authentication": False})
    assert "ldap_auth" not in declared
    assert run("ldap_auth", check=True, state="absent")["changed"] is False
