# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module ldap_auth: settings for logins at a directory, declared, shown and compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.tests.servers.slapd import READER_PASSWORD

from .conftest import Run
from .logins import PROXY_PASSWORD


def test_settings_are_declared_once_shown_masked_and_compared(run: Run, by_search: dict[str, Any]) -> None:
    simulated = run("ldap_auth", check=True, diff=True, **by_search)
    assert (simulated["changed"], simulated["diff"]["before"]) == (True, {})
    first = run("ldap_auth", diff=True, **by_search)
    assert first["changed"] is True
    assert first["settings"] == {
        "enabled": True,
        "uri": by_search["uri"],
        "base_dn": by_search["base_dn"],
        "username_attribute": "uid",
        "proxy_user": by_search["proxy_user"],
        "proxy_password": "********",
        "start_tls": False,
        "ca_path": by_search["ca_path"],
        "validate_certs": True,
        "timeout": 10,
        "allow_plaintext": False,
    }
    again = run("ldap_auth", diff=True, **by_search)
    assert again["changed"] is False
    assert again["diff"]["before"] == again["diff"]["after"]
    changed = run("ldap_auth", diff=True, **{**by_search, "proxy_password": PROXY_PASSWORD})
    assert changed["changed"] is True
    assert changed["diff"]["before"] != changed["diff"]["after"]
    assert run("ldap_auth", **{**by_search, "proxy_password": PROXY_PASSWORD})["changed"] is False
    for result in (simulated, first, again, changed):
        assert READER_PASSWORD not in json.dumps(result)
        assert PROXY_PASSWORD not in json.dumps(result)


def test_check_mode_writes_no_settings(run: Run, by_template: dict[str, Any]) -> None:
    assert run("ldap_auth", check=True, **by_template)["changed"] is True
    assert run("ldap_auth", check=True, state="absent")["changed"] is False


def test_no_password_of_the_settings_lies_in_the_store_in_clear(
    run: Run, by_search: dict[str, Any], tmp_path: Path
) -> None:
    run("ldap_auth", **by_search)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))
    assert READER_PASSWORD.encode() not in stored
    assert by_search["base_dn"].encode() in stored, "the search would find a text that is there"


def test_settings_are_switched_off_and_on_and_taken_away(run: Run, by_template: dict[str, Any]) -> None:
    assert "There are no LDAP settings to switch on" in run("ldap_auth")["msg"]
    assert run("ldap_auth", enabled=False)["changed"] is False
    run("ldap_auth", **by_template)
    off = run("ldap_auth", enabled=False)
    assert (off["changed"], off["settings"]["enabled"], off["settings"]["uri"]) == (True, False, by_template["uri"])
    assert run("ldap_auth", enabled=False)["changed"] is False
    on = run("ldap_auth", enabled=True)
    assert (on["changed"], on["settings"]["bind_dn"]) == (True, by_template["bind_dn"])
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
    assert "Internal error" not in failed["msg"]
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
