# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module auth_test: whether a login works, what decides, and why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import basic

from ansible_collections.telephony.connector.plugins.module_utils.authentication import reasons
from ansible_collections.telephony.connector.tests.servers.slapd import READER_PASSWORD

from .conftest import Run
from .logins import PASSWORD, log_in, make_users
from .test_documentation import ROOT, documentation_of


def test_each_method_is_decided_and_told(run: Run, by_template: dict[str, Any]) -> None:
    run("ldap_auth", **by_template)
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


def test_a_user_of_the_directory_alone_is_unknown(run: Run, by_template: dict[str, Any]) -> None:
    run("ldap_auth", **by_template)
    make_users(run, "mmuster", auth_method="ldap")
    assert log_in(run, "ebeispiel") == (False, None, reasons.UNKNOWN_USER)


def test_the_directory_is_named_with_what_it_was_asked(run: Run, by_search: dict[str, Any]) -> None:
    run("ldap_auth", **by_search)
    make_users(run, "mmuster", auth_method="ldap")
    asked = run("auth_test", username="mmuster", password=PASSWORD)["directory"]
    assert asked == {"bound_as": f"uid=mmuster,ou=people,{by_search['base_dn']}", "uri": by_search["uri"][0]}
    run("ldap_auth", **{**by_search, "base_dn": "ou=nowhere,dc=x"})
    failed = run("auth_test", username="mmuster", password=PASSWORD)
    assert (failed["reason"], failed["directory"]["bound_as"]) == (reasons.SEARCH_FAILED, None)
    assert "noSuchObject" in failed["message"]


@pytest.mark.parametrize("form", ["by_template", "by_search"])
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
    assert ("bind_dn" in denied["message"]) is (form == "by_template")


def test_a_wrong_password_of_our_own_says_nothing_of_directories(run: Run) -> None:
    make_users(run, "boss", password=PASSWORD)
    denied = run("auth_test", username="boss", password="not-this-secret")
    assert denied["message"] == "The password is wrong."


def test_a_proxy_user_who_is_refused_names_the_server(run: Run, by_search: dict[str, Any]) -> None:
    run("ldap_auth", **{**by_search, "proxy_password": "not-this-secret"})
    make_users(run, "mmuster", auth_method="ldap")
    denied = run("auth_test", username="mmuster", password=PASSWORD)
    assert (denied["reason"], denied["directory"]["uri"]) == (reasons.PROXY_REFUSED, by_search["uri"][0])


def test_settings_that_are_missing_or_switched_off_are_named(run: Run, by_template: dict[str, Any]) -> None:
    make_users(run, "mmuster", auth_method="ldap")
    assert log_in(run) == (False, "ldap", reasons.NOT_SET_UP)
    run("ldap_auth", **by_template)
    run("ldap_auth", enabled=False)
    assert log_in(run) == (False, "ldap", reasons.SWITCHED_OFF)


def test_a_login_can_be_tried_in_check_mode_and_writes_nothing(
    run: Run, by_template: dict[str, Any], tmp_path: Path
) -> None:
    run("ldap_auth", **by_template)
    make_users(run, "mmuster", auth_method="ldap")
    before = (tmp_path / "store.db").read_bytes()
    assert log_in(run, check=True) == log_in(run) == (True, "ldap", reasons.ACCEPTED)
    assert (tmp_path / "store.db").read_bytes() == before


def test_a_test_that_cannot_be_made_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"no store at all" * 100)
    failed = run("auth_test", username="mmuster", password=PASSWORD)
    assert failed["failed"] is True
    assert "Internal error" not in failed["msg"]
    assert "username" in run("auth_test", password=PASSWORD)["msg"]


def test_the_log_of_the_machine_gets_no_password(
    run: Run, by_search: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every module logs how it was called, on most machines to the journal of the system."""
    logged: list[str] = []
    monkeypatch.setattr(
        basic.AnsibleModule, "log", lambda module, text, log_args=None: logged.append(f"{text}{log_args}")
    )
    run("ldap_auth", **by_search)
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
    run: Run, by_template: dict[str, Any], warned: list[str]
) -> None:
    run("ldap_auth", uri=by_template["uri"], bind_dn=by_template["bind_dn"], validate_certs=False)
    make_users(run, "mmuster", auth_method="ldap")
    warned.clear()
    assert log_in(run) == (True, "ldap", reasons.ACCEPTED)
    assert "validate_certs is false" in warned[0]


def test_every_reason_is_documented() -> None:
    told = " ".join(documentation_of("auth_test")[2]["reason"]["description"])
    page = (ROOT / "docs/login_problems.md").read_text("utf-8")
    for reason in reasons.ADVICE:
        assert f"V({reason})" in " ".join(told.split()), reason
        assert f"`{reason}`" in page, reason
