# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins at a real OpenLDAP server: both ways to the entry, hostile names, and every way in which it must not work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.authentication import reasons
from ansible_collections.telephony.connector.plugins.module_utils.authentication.decision import Answer
from ansible_collections.telephony.connector.plugins.module_utils.authentication.directory_login import sign_in
from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.relay import Relay
from ansible_collections.telephony.connector.tests.servers.slapd import READER_PASSWORD, Slapd, person

from .conftest import NAMES, PASSWORD
from .directory_settings import settings


@pytest.mark.parametrize("name", NAMES)
def test_the_right_password_is_accepted_and_a_wrong_one_is_not(slapd: Slapd, form: str, name: str) -> None:
    answer = sign_in(settings(slapd, form), name, PASSWORD)
    assert answer.reason == reasons.ACCEPTED, answer
    assert answer.uri == slapd.uri
    assert sign_in(settings(slapd, form), name, PASSWORD + "x").reason == reasons.WRONG_PASSWORD


@pytest.mark.parametrize(
    "name",
    [
        "*",
        "m*",
        "mmuster*",
        "a)(uid=*",
        "mmuster)(objectClass=*",
        "*)(uid=mmuster",
        "x,ou=admins",
        "mmuster,ou=people",
        "mmuster\\00",
        "mmuster\0",
        "mmuster\\",
        "mmuster#",
        " mmuster",
        "mmuster ",
        "mmuster+cn=mmuster",
        '"mmuster"',
        "uid=mmuster",
        "m" * 10_000,
        "",
    ],
)
def test_a_hostile_name_signs_in_as_nobody_with_anybodys_password(slapd: Slapd, form: str, name: str) -> None:
    answer = sign_in(settings(slapd, form), name, PASSWORD)
    assert answer.reason in (
        reasons.WRONG_PASSWORD,
        reasons.NOT_FOUND,
        reasons.NOT_SIGNED_IN,
        reasons.REFUSED,
        reasons.SEARCH_FAILED,
    ), answer


@pytest.mark.parametrize("name", ["ｍmuster", "mmuſter", "MMUSTER"])
def test_a_look_alike_is_not_the_other_person_although_the_directory_thinks_so(
    slapd: Slapd, form: str, name: str
) -> None:
    """The directory finds mmuster under all of these names; case alone makes no difference to us, too."""
    answer = sign_in(settings(slapd, form), name, PASSWORD)
    expected = reasons.ACCEPTED if name == "MMUSTER" else reasons.NOT_SIGNED_IN
    if form == "search" and name != "MMUSTER":
        expected = reasons.NOT_FOUND
    assert answer.reason == expected, answer


HOSTILE = st.text(st.sampled_from('*()\\\\,=+;<>#"&|!~ \0/%mu0aA1\u212aſß'), min_size=1, max_size=12) | st.text(
    max_size=12
)


@given(
    name=st.one_of(
        HOSTILE,
        st.builds("{}{}".format, st.sampled_from(NAMES), HOSTILE),
        st.builds("{}{}".format, HOSTILE, st.sampled_from(NAMES)),
    )
)
@example(name="mmuster")
@settings_of_hypothesis(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_but_the_very_user_is_signed_in_under_any_name(slapd: Slapd, form: str, name: str) -> None:
    """All people of this server have one password: whoever gets in under another name has broken out of the value."""
    answer = sign_in(settings(slapd, form), name, PASSWORD)
    assert (answer.reason == reasons.ACCEPTED) is (name.lower() in NAMES), answer


@pytest.mark.parametrize("password", ["", " ", "\t\n ", "\0", "\0rest", "\u00a0", "\u200b\u3000"])
def test_a_blank_password_never_reaches_the_directory(slapd: Slapd, form: str, password: str) -> None:
    with Relay(slapd.port) as relay:
        answer = sign_in(settings(slapd, form, uri=[f"ldap://localhost:{relay.port}"]), "mmuster", password)
        assert answer == Answer(reasons.EMPTY_PASSWORD)
        assert relay.from_server == b""


def test_the_server_of_these_tests_would_take_a_blank_password(slapd: Slapd) -> None:
    """Else the test before could not fail."""
    import subprocess

    words = ["ldapwhoami", "-x", "-H", slapd.uri, "-D", f"uid=mmuster,ou=people,{slapd.suffix}", "-w", ""]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "anonymous")


# -- the servers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["ldaps", "starttls"])
def test_an_encrypted_connection_works_and_a_wrong_certificate_denies(
    slapd: Slapd, ca: TestCA, form: str, scheme: str
) -> None:
    uri = slapd.tls_uri if scheme == "ldaps" else slapd.uri
    options = {"uri": [uri], "start_tls": scheme == "starttls", "allow_plaintext": False}
    trusted = settings(slapd, form, ca_path=ca.path("ca.crt"), **options)
    assert sign_in(trusted, "mmuster", PASSWORD).reason == reasons.ACCEPTED
    for wrong in (
        settings(slapd, form, ca_path=ca.path("other.crt"), **options),
        settings(slapd, form, **options),
        settings(slapd, form, ca_path=ca.path("ca.crt"), **{**options, "uri": [uri.replace("localhost", "127.0.0.2")]}),
    ):
        answer = sign_in(wrong, "mmuster", PASSWORD)
        assert answer.reason == reasons.CERTIFICATE, answer
        assert "certificate" in answer.detail


def test_a_certificate_may_be_left_unchecked_when_that_is_said(slapd: Slapd, form: str) -> None:
    unchecked = settings(slapd, form, uri=[slapd.tls_uri], validate_certs=False)
    assert sign_in(unchecked, "mmuster", PASSWORD).reason == reasons.ACCEPTED


# -- the search -------------------------------------------------------------------------------------------------------


def test_a_name_that_is_there_twice_signs_in_as_neither(slapd: Slapd) -> None:
    assert sign_in(settings(slapd, "search"), "twin", PASSWORD).reason == reasons.AMBIGUOUS
    below = settings(slapd, "search", base_dn=f"ou=north,{slapd.suffix}")
    answer = sign_in(below, "twin", PASSWORD)
    assert (answer.reason, answer.bound_as) == (reasons.ACCEPTED, f"uid=twin,ou=north,{slapd.suffix}")


def test_the_filter_decides_who_is_found(slapd: Slapd) -> None:
    for search_filter, reason in (("(cn=mmuster)", reasons.ACCEPTED), ("(cn=another)", reasons.NOT_FOUND)):
        assert sign_in(settings(slapd, "search", search_filter=search_filter), "mmuster", PASSWORD).reason == reason


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"proxy_password": "wrong-word-12"}, reasons.PROXY_REFUSED),
        ({"proxy_user": "cn=nobody,dc=example,dc=test"}, reasons.PROXY_REFUSED),
        ({"base_dn": "ou=nowhere,dc=example,dc=test"}, reasons.SEARCH_FAILED),
        ({"username_attribute": "mail"}, reasons.NOT_FOUND),
        ({"proxy_user": None, "proxy_password": None}, reasons.SEARCH_FAILED),  # this server shows strangers nothing
    ],
)
def test_what_goes_wrong_before_the_users_bind_is_told_apart(
    slapd: Slapd, options: dict[str, Any], reason: str
) -> None:
    answer = sign_in(settings(slapd, "search", **options), "mmuster", PASSWORD)
    assert answer.reason == reason, answer
    assert READER_PASSWORD not in answer.detail


def test_a_directory_that_anybody_may_search_needs_no_proxy_user(tmp_path: Path) -> None:
    server = Slapd(
        tmp_path / "open", database=["access to attrs=userPassword by anonymous auth", "access to * by * read"]
    )
    (tmp_path / "open").mkdir()
    server.load(server.base_ldif() + person(server.suffix, "mmuster", userPassword=PASSWORD))
    server.start()
    try:
        options = {"proxy_user": None, "proxy_password": None}
        assert sign_in(settings(server, "search", **options), "mmuster", PASSWORD).reason == reasons.ACCEPTED
        assert sign_in(settings(server, "search", **options), "mmuster", "x").reason == reasons.WRONG_PASSWORD
    finally:
        server.stop()


def test_without_settings_or_with_settings_switched_off_nobody_signs_in(slapd: Slapd, form: str) -> None:
    assert sign_in(None, "mmuster", PASSWORD).reason == reasons.NOT_SET_UP
    assert sign_in(settings(slapd, form, enabled=False), "mmuster", PASSWORD).reason == reasons.SWITCHED_OFF
