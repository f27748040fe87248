# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins at servers that are down, silent, or lie: a denial each time, and never another user."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.authentication import reasons
from ansible_collections.telephony.connector.plugins.module_utils.authentication.directory_login import sign_in
from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.ldap_script import (
    LONG_HANDSHAKE,
    LONG_MESSAGE,
    ScriptedServer,
    bind_answer,
    who_am_i_answer,
)
from ansible_collections.telephony.connector.tests.servers.process import free_port
from ansible_collections.telephony.connector.tests.servers.relay import Relay
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd

from .conftest import PASSWORD
from .directory_settings import settings


def test_the_next_server_is_asked_when_one_is_down_and_none_is_a_denial(slapd: Slapd, form: str) -> None:
    dead = f"ldap://localhost:{free_port()}"
    answer = sign_in(settings(slapd, form, uri=[dead, slapd.uri]), "mmuster", PASSWORD)
    assert (answer.reason, answer.uri) == (reasons.ACCEPTED, slapd.uri)
    answer = sign_in(settings(slapd, form, uri=[dead, dead]), "mmuster", PASSWORD)
    assert answer.reason == reasons.UNREACHABLE
    assert dead in answer.detail


def test_no_second_server_is_asked_whether_it_likes_the_password_better(slapd: Slapd, form: str) -> None:
    with Relay(slapd.port) as relay:
        twice = settings(slapd, form, uri=[slapd.uri, f"ldap://localhost:{relay.port}"])
        assert sign_in(twice, "mmuster", "wrong-word-12").reason == reasons.WRONG_PASSWORD
        assert relay.from_server == b""


def test_a_server_that_is_silent_is_a_denial_after_the_timeout(slapd: Slapd, form: str) -> None:
    with Relay(slapd.port, limit=1, then="stall") as relay:
        started = time.monotonic()
        silent = settings(slapd, form, uri=[f"ldap://localhost:{relay.port}"], timeout=1)
        assert sign_in(silent, "mmuster", PASSWORD).reason == reasons.UNREACHABLE
        assert time.monotonic() - started < 20


def test_a_server_that_hangs_up_during_the_search_is_a_denial(slapd: Slapd) -> None:
    with Relay(slapd.port, limit=20) as relay:
        cut = settings(slapd, "search", uri=[f"ldap://localhost:{relay.port}"], timeout=2)
        answer = sign_in(cut, "mmuster", PASSWORD)
        assert answer.reason == reasons.UNREACHABLE, answer


def test_a_ca_file_that_went_away_is_a_denial(slapd: Slapd, ca: TestCA, form: str, tmp_path: Path) -> None:
    path = tmp_path / "ca.crt"
    path.write_bytes(Path(ca.path("ca.crt")).read_bytes())
    gone = settings(slapd, form, uri=[slapd.tls_uri], ca_path=str(path))
    path.unlink()
    answer = sign_in(gone, "mmuster", PASSWORD)
    assert answer.reason == reasons.UNUSABLE_SETTINGS
    assert str(path) in answer.detail


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (b"", reasons.NOT_SIGNED_IN),
        (b"dn:", reasons.NOT_SIGNED_IN),
        (b"dn:cn=admin,dc=example,dc=test", reasons.NOT_SIGNED_IN),
        (b"dn:uid=mmuster2,ou=people,dc=example,dc=test", reasons.NOT_SIGNED_IN),
        (b"dn:UID=MMuster,OU=people,DC=example,DC=test", reasons.ACCEPTED),
        (b"dn: uid=mmuster,ou=people,dc=example,dc=test", reasons.ACCEPTED),  # as 389 Directory Server writes it
        (b"dn:uid=mmuster,ou=elsewhere", reasons.ACCEPTED),
        (b"u:mmuster", reasons.ACCEPTED),
        (None, reasons.ACCEPTED),
    ],
)
def test_success_counts_only_when_it_is_this_user_who_is_signed_in(
    slapd: Slapd, told: bytes | None, reason: str
) -> None:
    """A server that takes every bind for a success, and then says who we are (RFC 4532), or cannot."""
    with ScriptedServer([bind_answer(0), who_am_i_answer(told)]) as server:
        answer = sign_in(settings(slapd, uri=[server.uri]), "mmuster", "not-his-password")
    assert answer.reason == reason, answer


@pytest.mark.parametrize("bind_dn", ["%@corp.example", r"CORP\%", "uid=%,dc=x"])
@pytest.mark.parametrize("told", [b"", b"dn:", b"dn: ", b"u:"])
def test_an_anonymous_success_signs_nobody_in_under_any_form_of_name(slapd: Slapd, bind_dn: str, told: bytes) -> None:
    with ScriptedServer([bind_answer(0), who_am_i_answer(told)]) as server:
        answer = sign_in(settings(slapd, uri=[server.uri], bind_dn=bind_dn), "mmuster", "not-his-password")
    assert answer.reason == reasons.NOT_SIGNED_IN, answer


NONSENSE = b"\x61\x00"


@pytest.mark.parametrize(
    ("after", "trickle", "words"),
    [
        ([], b"", "broke off"),
        ([], LONG_MESSAGE, "does not answer within 1 seconds"),
        ([NONSENSE], b"", "gives an answer that cannot be understood"),
    ],
)
def test_an_answer_that_is_none_after_the_bind_proves_nothing(
    slapd: Slapd, form: str, after: list[bytes], trickle: bytes, words: str
) -> None:
    when = "After the sign-in" if form == "template" else "During the search"
    with ScriptedServer([bind_answer(0), *after], trickle) as server:
        started = time.monotonic()
        answer = sign_in(settings(slapd, form, uri=[server.uri], timeout=1), "mmuster", "not-his-password")
        assert time.monotonic() - started < 20
    assert (answer.reason, answer.detail) == (reasons.UNREACHABLE, f"{when}, {server.uri} {words}.")


@pytest.mark.parametrize(("scheme", "trickle"), [("ldap", LONG_MESSAGE), ("ldaps", LONG_HANDSHAKE)])
def test_a_server_that_trickles_is_unreachable_and_the_next_one_is_asked(
    slapd: Slapd, form: str, scheme: str, trickle: bytes
) -> None:
    with ScriptedServer([], trickle) as slow:
        uri = f"{scheme}://localhost:{slow.port}"
        started = time.monotonic()
        answer = sign_in(settings(slapd, form, uri=[uri, slapd.uri], timeout=1), "mmuster", PASSWORD)
        assert (answer.reason, answer.uri) == (reasons.ACCEPTED, slapd.uri)
        answer = sign_in(settings(slapd, form, uri=[uri], timeout=1), "mmuster", PASSWORD)
        assert answer.reason == reasons.UNREACHABLE, answer
        assert time.monotonic() - started < 20


@pytest.mark.parametrize("host", ["foo..x", "．", "a b"])
def test_a_host_that_an_older_version_took_is_a_denial_or_the_next_one_is_asked(
    slapd: Slapd, form: str, host: str
) -> None:
    stored = replace(settings(slapd, form), uri=(f"ldap://{host}:389",))
    assert sign_in(stored, "mmuster", PASSWORD).reason == reasons.UNREACHABLE
    stored = replace(stored, uri=(*stored.uri, slapd.uri))
    assert sign_in(stored, "mmuster", PASSWORD).reason == reasons.ACCEPTED


@pytest.mark.parametrize(
    ("code", "reason"),
    [(10, reasons.UNREACHABLE), (14, reasons.REFUSED), (1, reasons.REFUSED), (80, reasons.REFUSED)],
)
def test_a_bind_that_ends_with_a_referral_or_half_way_signs_nobody_in(slapd: Slapd, code: int, reason: str) -> None:
    with Relay(slapd.port) as elsewhere:
        referral = f"ldap://localhost:{elsewhere.port}/" if code == 10 else ""
        with ScriptedServer([bind_answer(code, referral)]) as server:
            answer = sign_in(settings(slapd, uri=[server.uri]), "mmuster", PASSWORD)
        assert answer.reason == reason, answer
        assert elsewhere.from_server == b""


def test_a_search_that_refers_to_another_server_signs_nobody_in(slapd: Slapd, tmp_path: Path) -> None:
    """The base lies on another server, which has the very user: the referral must not be followed."""
    with Relay(slapd.port) as elsewhere:
        url = f"ldap://localhost:{elsewhere.port}/"
        referring = Slapd(tmp_path / "referring", suffix="dc=other,dc=test", settings=[f"referral {url}"])
        place = "dn: ou=far,dc=other,dc=test\nobjectClass: referral\nobjectClass: extensibleObject\nou: far\n"
        (tmp_path / "referring").mkdir()
        referring.load(f"{referring.base_ldif()}{place}ref: {url}\n\n")
        referring.start()
        try:
            options = {"uri": [referring.uri], "proxy_user": referring.reader}
            whole = sign_in(settings(slapd, "search", **options), "mmuster", PASSWORD)
            part = sign_in(settings(slapd, "search", **options, base_dn="dc=other,dc=test"), "mmuster", PASSWORD)
        finally:
            referring.stop()
        assert (whole.reason, part.reason) == (reasons.SEARCH_FAILED, reasons.NOT_FOUND)
        assert "referral" in whole.detail
        assert elsewhere.from_server == b""
