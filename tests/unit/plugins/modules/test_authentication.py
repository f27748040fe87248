# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules ldap_auth, user_auth and auth_test, and configure_authentication, as a person uses them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import basic

from ansible_collections.telephony.connector.plugins.module_utils.authentication import reasons
from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.slapd import READER_PASSWORD, Slapd, person

from .conftest import Run
from .test_documentation import ROOT, documentation_of

PASSWORD = "Kirschbaum-Laterne-88"
PROXY_PASSWORD = "Regenschirm-Wolke-12"


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory, ca: TestCA) -> Iterator[Slapd]:
    server = Slapd(tmp_path_factory.mktemp("slapd"), certificate=ca.path("server"))
    people = "".join(person(server.suffix, name, userPassword=PASSWORD) for name in ("mmuster", "ebeispiel"))
    server.load(server.base_ldif() + people)
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def template(slapd: Slapd, ca: TestCA) -> dict[str, Any]:
    """Options of ldap_auth with a bind-DN template."""
    return {"uri": [slapd.tls_uri], "ca_path": ca.path("ca.crt"), "bind_dn": f"uid=%,ou=people,{slapd.suffix}"}


@pytest.fixture
def search(slapd: Slapd, ca: TestCA) -> dict[str, Any]:
    """Options of ldap_auth with a search."""
    return {
        "uri": [slapd.tls_uri],
        "ca_path": ca.path("ca.crt"),
        "base_dn": slapd.suffix,
        "username_attribute": "uid",
        "proxy_user": slapd.reader,
        "proxy_password": READER_PASSWORD,
    }


def log_in(run: Run, username: str = "mmuster", password: str = PASSWORD, **more: Any) -> tuple[bool, str | None, str]:
    """Try a login and return (authenticated, method, reason)."""
    result = run("auth_test", username=username, password=password, **more)
    assert result["changed"] is False
    assert 0 <= result["duration"] < 20
    assert result["message"].startswith(reasons.ADVICE[result["reason"]])
    return result["authenticated"], result["method"], result["reason"]


def make_users(run: Run, *names: str, **fields: Any) -> None:
    for name in names:
        run("user", username=name, display_name=name, **fields)


# -- ldap_auth ------------------------------------------------------------------------------------------------------


def test_settings_are_declared_once_shown_masked_and_compared(run: Run, search: dict[str, Any]) -> None:
    simulated = run("ldap_auth", check=True, diff=True, **search)
    assert (simulated["changed"], simulated["diff"]["before"]) == (True, {})
    first = run("ldap_auth", diff=True, **search)
    assert first["changed"] is True
    assert first["settings"] == {
        "enabled": True,
        "uri": search["uri"],
        "base_dn": search["base_dn"],
        "username_attribute": "uid",
        "proxy_user": search["proxy_user"],
        "proxy_password": "********",
        "start_tls": False,
        "ca_path": search["ca_path"],
        "validate_certs": True,
        "timeout": 10,
        "allow_plaintext": False,
    }
    again = run("ldap_auth", diff=True, **search)
    assert again["changed"] is False
    assert again["diff"]["before"] == again["diff"]["after"]
    changed = run("ldap_auth", diff=True, **{**search, "proxy_password": PROXY_PASSWORD})
    assert changed["changed"] is True
    assert changed["diff"]["before"] != changed["diff"]["after"]
    assert run("ldap_auth", **{**search, "proxy_password": PROXY_PASSWORD})["changed"] is False
    for result in (simulated, first, again, changed):
        assert READER_PASSWORD not in json.dumps(result)
        assert PROXY_PASSWORD not in json.dumps(result)


def test_check_mode_writes_no_settings(run: Run, template: dict[str, Any]) -> None:
    assert run("ldap_auth", check=True, **template)["changed"] is True
    assert run("ldap_auth", check=True, state="absent")["changed"] is False


def test_no_password_of_the_settings_lies_in_the_store_in_clear(
    run: Run, search: dict[str, Any], tmp_path: Path
) -> None:
    run("ldap_auth", **search)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))
    assert READER_PASSWORD.encode() not in stored
    assert search["base_dn"].encode() in stored, "the search would find a text that is there"


def test_settings_are_switched_off_and_on_and_taken_away(run: Run, template: dict[str, Any]) -> None:
    assert "there are no LDAP settings to switch on" in run("ldap_auth")["msg"]
    assert run("ldap_auth", enabled=False)["changed"] is False
    run("ldap_auth", **template)
    off = run("ldap_auth", enabled=False)
    assert (off["changed"], off["settings"]["enabled"], off["settings"]["uri"]) == (True, False, template["uri"])
    assert run("ldap_auth", enabled=False)["changed"] is False
    on = run("ldap_auth", enabled=True)
    assert (on["changed"], on["settings"]["bind_dn"]) == (True, template["bind_dn"])
    gone = run("ldap_auth", state="absent", diff=True)
    assert (gone["changed"], gone["settings"], gone["diff"]["after"]) == (True, None, {})
    assert run("ldap_auth", state="absent")["changed"] is False


BIND, URI = {"bind_dn": "uid=%,dc=x"}, {"uri": ["ldaps://ldap.corp.example"]}
FIND = {"base_dn": "dc=x", "username_attribute": "uid"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (BIND, "uri must name at least one server"),
        ({**URI}, "base_dn is missing"),
        ({**URI, "bind_dn": "uid=mmuster,dc=x"}, "has no % for the user name"),
        ({**URI, "bind_dn": "mmuster%corp"}, "neither a distinguished name"),
        ({**BIND, "uri": ["ldap://ldap.corp.example"]}, "sends the passwords of users in clear"),
        ({**BIND, "uri": ["ldaps://a.example", "ldap://b.example"]}, "sends the passwords of users in clear"),
        ({**BIND, **URI, "start_tls": True}, "start_tls is for ldap:// addresses"),
        ({**BIND, "uri": ["ldap.corp.example"]}, "must begin with ldaps:// or ldap://"),
        ({**BIND, "uri": ["https://ldap.corp.example"]}, "must begin with ldaps:// or ldap://"),
        ({**BIND, **URI, "ca_path": "/nowhere/ca.pem"}, "/nowhere/ca.pem (ca_path) cannot be read"),
        ({**BIND, **URI, "ca_path": "/dev/null"}, "holds no certificates"),
        ({**BIND, **URI, "timeout": 0}, "timeout must be"),
        ({**BIND, **URI, "base_dn": "dc=x"}, "bind_dn and base_dn are two ways"),
        ({**BIND, **URI, "proxy_password": PROXY_PASSWORD}, "bind_dn and proxy_password are two ways"),
        ({**BIND, **URI, "search_filter": "(a=b)"}, "bind_dn and search_filter are two ways"),
        ({**URI, "base_dn": "dc=x"}, "username_attribute is missing"),
        ({**URI, "username_attribute": "uid"}, "base_dn is missing"),
        ({**URI, **FIND, "proxy_user": "cn=p,dc=x"}, "proxy_password is missing"),
        ({**URI, **FIND, "proxy_password": PROXY_PASSWORD}, "proxy_user is missing"),
        ({**URI, **FIND, "proxy_user": "cn=p,dc=x", "proxy_password": "  "}, "proxy_password is blank"),
        ({**URI, **FIND, "base_dn": "example"}, "is no distinguished name"),
        ({**URI, **FIND, "username_attribute": "uid)(a"}, "is no name of an attribute"),
        ({**URI, **FIND, "username_attribute": "dn"}, "is no name of an attribute"),
        (
            {**URI, **FIND, "search_filter": "(a=b))(c=d"},
            "The option search_filter is not a search filter: at character",
        ),
        ({**URI, **FIND, "search_filter": "(cn=a\\b)"}, "a backslash must be followed"),
        ({**URI, **FIND, "search_filter": "(&(a=b)(uid=%))"}, 'has "%" for the user name'),
        ({**URI, **FIND, "search_filter": "(uid=%s)"}, 'has "%s" for the user name'),
        ({**URI, **FIND, "search_filter": "(uid={})"}, 'has "{}" for the user name'),
        ({**URI, **FIND, "search_filter": "(uid={username})"}, 'has "{username}" for the user name'),
        ({**BIND, **URI, "search_scope": "onelevel"}, "bind_dn and search_scope are two ways"),
        ({**URI, "bind_dn": "uid=%s,dc=x"}, "leave the s out"),
        ({**URI, "bind_dn": "%s@corp.example"}, "leave the s out"),
        ({"start_tls": True}, "uri must name at least one server"),
        ({**BIND, **URI, "bind_dm": "x"}, 'Did you mean "bind_dn"?'),
    ],
)
def test_settings_that_cannot_work_are_refused_when_declared(run: Run, options: dict[str, Any], words: str) -> None:
    failed = run("ldap_auth", **options)
    assert failed.get("failed") is True
    assert words in failed["msg"]
    assert "fault of its own" not in failed["msg"]
    assert PROXY_PASSWORD not in json.dumps(failed)


def test_parentheses_of_a_filter_and_the_usual_scope_may_be_left_out(run: Run) -> None:
    settings = run("ldap_auth", **URI, **FIND, search_filter="objectClass=person")["settings"]
    assert settings["search_filter"] == "(objectClass=person)"
    assert (
        run("ldap_auth", **URI, **FIND, search_filter="(objectClass=person)", search_scope="subtree")["changed"]
        is False
    )
    assert "settings" in run("ldap_auth", **URI, **FIND, search_filter="(!(userPassword={CRYPT}*))")
    assert run("ldap_auth", **URI, **FIND, search_scope="onelevel")["settings"]["search_scope"] == "onelevel"


def test_plain_text_is_possible_when_it_is_said_and_unchecked_certificates_are_warned_of(
    run: Run, warned: list[str]
) -> None:
    plain = run("ldap_auth", **BIND, uri=["ldap://ldap.corp.example"], allow_plaintext=True)
    assert plain["settings"]["allow_plaintext"] is True
    assert warned == []
    run("ldap_auth", **BIND, **URI, validate_certs=False)
    assert "validate_certs is false" in warned[0]


# -- user_auth ------------------------------------------------------------------------------------------------------


def methods(run: Run) -> dict[str, str]:
    return {found["username"]: found["auth_method"] for found in run("object_info", kind="user")["objects"]}


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
    assert warned.pop() == "there are no users to set: profile names nobody yet"
    assert run("user_auth", users=[], method="none")["changed"] is False
    assert warned.pop() == "there are no users to set: users names nobody"


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
        ({"method": "none"}, "one of the following is required: users, profile, role"),
        ({"method": "none", "users": ["boss"], "role": "Rooms"}, "mutually exclusive"),
        ({"method": "none", "profile": "staff"}, 'there is no profile "staff"'),
        ({"method": "none", "role": "Room"}, 'there is no role "Room"'),
        ({"method": "none", "role": "Room"}, 'Did you mean "Rooms"?'),
        ({"method": "extern", "users": ["boss"]}, "ldap"),
        ({"method": "ldap", "users": ["boss"], "password": PASSWORD}, "for the method internal only"),
        ({"method": "internal", "users": ["boss", "desk"], "password": PASSWORD}, "a password is for one user"),
        ({"method": "internal", "role": "Rooms", "password": PASSWORD}, "a password is for one user"),
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
    assert "fault of its own" not in failed["msg"]
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


def test_a_profile_that_sets_the_method_itself_is_warned_of(run: Run, users_csv: Path, warned: list[str]) -> None:
    profile = {"name": "staff", "template": "csv_users", "source": {"path": str(users_csv)}}
    profile["structure"] = {"user": {"auth_method": "'ldap'"}}
    run("profile", **profile)
    run("sync", profile="staff")
    run("user_auth", users=["mmuster"], method="none")
    assert 'the profile "staff" sets auth_method itself' in warned.pop()
    run("profile", **profile, field_policy={"auth_method": "keep"})
    run("user_auth", users=["mmuster"], method="sso")
    assert warned == []
    run("sync", profile="staff")
    assert methods(run)["mmuster"] == "sso"


# -- auth_test ------------------------------------------------------------------------------------------------------


def test_each_method_is_decided_and_told(run: Run, template: dict[str, Any]) -> None:
    run("ldap_auth", **template)
    make_users(run, "mmuster", auth_method="ldap", password=PASSWORD + "-own")
    make_users(run, "boss", password=PASSWORD)
    make_users(run, "desk")
    make_users(run, "lobby", auth_method="none", password=PASSWORD)
    make_users(run, "cloud", auth_method="sso", password=PASSWORD)
    assert log_in(run) == (True, "ldap", reasons.ACCEPTED)
    assert log_in(run, password=PASSWORD + "-own") == (False, "ldap", reasons.WRONG_PASSWORD)
    assert log_in(run, password="  ") == (False, "ldap", reasons.EMPTY_PASSWORD)
    assert log_in(run, "boss") == (True, "internal", reasons.ACCEPTED)
    assert log_in(run, "BOSS") == (True, "internal", reasons.ACCEPTED)
    assert log_in(run, "boss", PASSWORD + " ") == (False, "internal", reasons.WRONG_PASSWORD)
    assert log_in(run, "boss", "") == (False, "internal", reasons.EMPTY_PASSWORD)
    assert log_in(run, "desk") == (False, "internal", reasons.NO_PASSWORD_SET)
    assert log_in(run, "lobby") == (False, "none", reasons.METHOD_NONE)
    assert log_in(run, "cloud") == (False, "sso", reasons.SINGLE_SIGN_ON)
    assert log_in(run, "boss", " " * 12) == (False, "internal", reasons.EMPTY_PASSWORD)
    for name in ("nobody", "*", "mmuster*", "a)(uid=*", "mmuster\\00", "m" * 10_000, "ｍmuster", "", " "):
        assert log_in(run, name) == (False, None, reasons.UNKNOWN_USER), name


def test_an_unknown_name_is_repeated_so_that_its_fault_can_be_seen(run: Run) -> None:
    assert "There are no users at all in the store" in run("auth_test", username="boss", password=PASSWORD)["message"]
    make_users(run, "boss", password=PASSWORD)
    told = run("auth_test", username="boss\n", password=PASSWORD)["message"]
    assert told.endswith('The name that was tried is "boss?", with blanks around it.')
    assert len(run("auth_test", username="m" * 10_000, password=PASSWORD)["message"]) < 300


def test_a_password_is_the_same_however_its_letters_are_put_together(run: Run) -> None:
    make_users(run, "boss", password="Mu\u0308hlenstra\u00dfe")
    assert log_in(run, "boss", "M\u00fchlenstra\u00dfe") == (True, "internal", reasons.ACCEPTED)
    assert log_in(run, "boss", "Mu\u0308hlenstra\u00dfe") == (True, "internal", reasons.ACCEPTED)
    assert log_in(run, "boss", "Muhlenstra\u00dfe") == (False, "internal", reasons.WRONG_PASSWORD)


def test_a_user_of_the_directory_alone_is_unknown(run: Run, template: dict[str, Any]) -> None:
    run("ldap_auth", **template)
    make_users(run, "mmuster", auth_method="ldap")
    assert log_in(run, "ebeispiel") == (False, None, reasons.UNKNOWN_USER)


def test_the_directory_is_named_with_what_it_was_asked(run: Run, search: dict[str, Any]) -> None:
    run("ldap_auth", **search)
    make_users(run, "mmuster", auth_method="ldap")
    asked = run("auth_test", username="mmuster", password=PASSWORD)["directory"]
    assert asked == {"bound_as": f"uid=mmuster,ou=people,{search['base_dn']}", "uri": search["uri"][0]}
    run("ldap_auth", **{**search, "base_dn": "ou=nowhere,dc=x"})
    failed = run("auth_test", username="mmuster", password=PASSWORD)
    assert (failed["reason"], failed["directory"]["bound_as"]) == (reasons.SEARCH_FAILED, None)
    assert "noSuchObject" in failed["message"]


@pytest.mark.parametrize("form", ["template", "search"])
def test_a_denial_of_the_directory_names_the_server_and_says_each_thing_once(
    run: Run, form: str, request: pytest.FixtureRequest
) -> None:
    settings = request.getfixturevalue(form)
    run("ldap_auth", **settings)
    make_users(run, "mmuster", auth_method="ldap")
    denied = run("auth_test", username="mmuster", password="not-this-secret")
    assert denied["reason"] == reasons.WRONG_PASSWORD
    assert denied["directory"]["uri"] == settings["uri"][0]
    assert denied["message"].count("wrong") == 1
    assert ("bind_dn" in denied["message"]) is (form == "template")


def test_a_wrong_password_of_our_own_says_nothing_of_directories(run: Run) -> None:
    make_users(run, "boss", password=PASSWORD)
    denied = run("auth_test", username="boss", password="not-this-secret")
    assert denied["message"] == "The password is wrong."


def test_a_proxy_user_who_is_refused_names_the_server(run: Run, search: dict[str, Any]) -> None:
    run("ldap_auth", **{**search, "proxy_password": "not-this-secret"})
    make_users(run, "mmuster", auth_method="ldap")
    denied = run("auth_test", username="mmuster", password=PASSWORD)
    assert (denied["reason"], denied["directory"]["uri"]) == (reasons.PROXY_REFUSED, search["uri"][0])


def test_settings_that_are_missing_or_switched_off_are_named(run: Run, template: dict[str, Any]) -> None:
    make_users(run, "mmuster", auth_method="ldap")
    assert log_in(run) == (False, "ldap", reasons.NOT_SET_UP)
    run("ldap_auth", **template)
    run("ldap_auth", enabled=False)
    assert log_in(run) == (False, "ldap", reasons.SWITCHED_OFF)


def test_a_login_can_be_tried_in_check_mode_and_writes_nothing(
    run: Run, template: dict[str, Any], tmp_path: Path
) -> None:
    run("ldap_auth", **template)
    make_users(run, "mmuster", auth_method="ldap")
    before = (tmp_path / "store.db").read_bytes()
    assert log_in(run, check=True) == log_in(run) == (True, "ldap", reasons.ACCEPTED)
    assert (tmp_path / "store.db").read_bytes() == before


def test_a_test_that_cannot_be_made_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"no store at all" * 100)
    failed = run("auth_test", username="mmuster", password=PASSWORD)
    assert failed["failed"] is True
    assert "fault of its own" not in failed["msg"]
    assert "username" in run("auth_test", password=PASSWORD)["msg"]


def test_the_log_of_the_machine_gets_no_password(
    run: Run, search: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every module logs how it was called, on most machines to the journal of the system."""
    logged: list[str] = []
    monkeypatch.setattr(
        basic.AnsibleModule, "log", lambda module, text, log_args=None: logged.append(f"{text}{log_args}")
    )
    run("ldap_auth", **search)
    make_users(run, "mmuster", auth_method="ldap")
    run("user_auth", users=["mmuster"], method="internal", password=PASSWORD)
    run("auth_test", username="mmuster", password=PASSWORD)
    assert len([text for text in logged if "mmuster" in text]) == 3
    assert not [text for text in logged if PASSWORD in text or READER_PASSWORD in text]


def test_a_blank_password_leaves_the_words_of_the_result_readable(run: Run) -> None:
    make_users(run, "mmuster", auth_method="ldap")
    for blank in ("", " ", "   "):
        assert log_in(run, password=blank) == (False, "ldap", reasons.EMPTY_PASSWORD)


def test_no_login_says_how_near_it_was(run: Run) -> None:
    make_users(run, "boss", password=PASSWORD)
    results = [
        run("auth_test", username="boss", password=wrong)
        for wrong in (PASSWORD[:-1], PASSWORD + "x", PASSWORD.swapcase(), "zzzzzzzzzzzz")
    ]
    for result in results:
        del result["duration"]
        assert result == results[0]


def test_an_unchecked_certificate_is_warned_of_at_each_login(
    run: Run, template: dict[str, Any], warned: list[str]
) -> None:
    run("ldap_auth", uri=template["uri"], bind_dn=template["bind_dn"], validate_certs=False)
    make_users(run, "mmuster", auth_method="ldap")
    warned.clear()
    assert log_in(run) == (True, "ldap", reasons.ACCEPTED)
    assert "validate_certs is false" in warned[0]


def test_every_reason_is_documented() -> None:
    told = " ".join(documentation_of("auth_test")[2]["reason"]["description"])
    page = (ROOT / "docs/authentication.md").read_text("utf-8")
    for reason in reasons.ADVICE:
        assert f"V({reason})" in " ".join(told.split()), reason
        assert f"`{reason}`" in page, reason


# -- configure_authentication ---------------------------------------------------------------------------------------


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
    run: Run, profile: dict[str, Any], template: dict[str, Any], warned: list[str]
) -> None:
    run("ldap_auth", **template)
    declared = run("profile", **profile)
    assert declared["ldap_auth"]["bind_dn"] == template["bind_dn"]
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
