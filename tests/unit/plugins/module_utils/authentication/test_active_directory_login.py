# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins at a real Samba Active Directory: every form of the name, and every state of an account in words."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions.auth_test import try_login
from ansible_collections.telephony.connector.plugins.module_utils.authentication import reasons
from ansible_collections.telephony.connector.plugins.module_utils.authentication.directory_login import sign_in
from ansible_collections.telephony.connector.plugins.module_utils.authentication.settings import LdapSettings
from ansible_collections.telephony.connector.tests.servers import process, samba_domain
from ansible_collections.telephony.connector.tests.servers.samba_dc import SambaDC
from ansible_collections.telephony.connector.tests.servers.samba_domain import (
    BASE_DN,
    DOMAIN,
    NETBIOS,
    READER,
    READER_PASSWORD,
    STAFF,
)
from ansible_collections.telephony.connector.tests.system import System

PASSWORD = "Kirschbaum-Laterne-88"
LONG_AGO = "125911584000000000"  # in the year 2000


@pytest.fixture(scope="module")
def dc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SambaDC]:
    """A domain controller with one account in each state that a login can meet."""
    server = SambaDC(
        tmp_path_factory.mktemp("dc") / "dc", samba_domain.prepare(samba_domain.cache_of(tmp_path_factory))
    )
    names = ("mmuster", "o'neil", "paren(s)", "müller", "locked", "outdated", "mustchange")
    users = {
        name: samba_domain.user(name, PASSWORD, userPrincipalName=f"{name}@{DOMAIN}", displayName=name)
        for name in names
    }
    users["expired"] = samba_domain.user("expired", PASSWORD, displayName="expired", accountExpires=LONG_AGO)
    users["disabled"] = samba_domain.user(
        "disabled", PASSWORD, displayName="disabled", userAccountControl=str(samba_domain.DISABLED)
    )
    server.load([(f"CN={name},{STAFF}", attributes) for name, attributes in users.items()])
    _age_password(server, f"CN=outdated,{STAFF}")
    try:
        server.start()
        server.modify(f"CN=mustchange,{STAFF}", pwdLastSet="0")
        yield server
    finally:
        server.stop()


def _age_password(server: SambaDC, dn: str) -> None:
    """Date a password back, which no running server lets anybody do: past the modules that guard it."""
    database = server.directory / "private" / "sam.ldb.d" / f"{BASE_DN.upper()}.ldb"
    ldif = f"dn: {dn}\nchangetype: modify\nreplace: pwdLastSet\npwdLastSet: {LONG_AGO}\n"
    command = [process.program("ldbmodify", "ldb-tools"), "-H", str(database)]
    subprocess.run(command, input=ldif, check=True, capture_output=True, text=True)


FORMS: dict[str, dict[str, Any]] = {
    "principal name": {"bind_dn": f"%@{DOMAIN}"},
    "logon name": {"bind_dn": rf"{NETBIOS}\%"},
    "dn": {"bind_dn": f"CN=%,{STAFF}"},
    "search": {
        "base_dn": BASE_DN,
        "username_attribute": "sAMAccountName",
        "proxy_user": f"{READER}@{DOMAIN}",
        "proxy_password": READER_PASSWORD,
    },
}


@pytest.fixture(params=list(FORMS))
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def settings(dc: SambaDC, form: str, **options: Any) -> LdapSettings:
    base = {"uri": [dc.uri], "ca_path": dc.ca.path("ca.crt"), "timeout": 10}
    return LdapSettings.from_options({**base, **FORMS[form], **options})


@pytest.mark.parametrize("name", ["mmuster", "o'neil", "paren(s)", "müller"])
def test_the_right_password_is_accepted_and_a_wrong_one_is_not(dc: SambaDC, form: str, name: str) -> None:
    answer = sign_in(settings(dc, form), name, PASSWORD)
    assert answer.reason == reasons.ACCEPTED, answer
    assert sign_in(settings(dc, form), name, "wrong-Word-12").reason == reasons.WRONG_PASSWORD


def test_starttls_works_and_an_unencrypted_sign_in_is_said_to_be_refused(dc: SambaDC, form: str) -> None:
    encrypted = settings(dc, form, uri=[dc.plain_uri], start_tls=True)
    assert sign_in(encrypted, "mmuster", PASSWORD).reason == reasons.ACCEPTED
    plain = sign_in(settings(dc, form, uri=[dc.plain_uri], allow_plaintext=True), "mmuster", PASSWORD)
    assert plain.reason == (reasons.PROXY_REFUSED if form == "search" else reasons.CONFIDENTIALITY_REQUIRED)
    assert "encrypted connection" in f"{reasons.ADVICE[plain.reason]} {plain.detail}"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("disabled", reasons.ACCOUNT_DISABLED),
        ("expired", reasons.ACCOUNT_EXPIRED),
        ("outdated", reasons.PASSWORD_EXPIRED),
        ("mustchange", reasons.PASSWORD_MUST_BE_CHANGED),
    ],
)
def test_the_state_of_an_account_is_told_with_the_right_password_only(
    dc: SambaDC, form: str, name: str, reason: str
) -> None:
    answer = sign_in(settings(dc, form), name, PASSWORD)
    assert answer.reason == reason, answer
    assert sign_in(settings(dc, form), name, "wrong-Word-12").reason == reasons.WRONG_PASSWORD


def test_an_account_is_locked_after_wrong_passwords_and_says_so(dc: SambaDC, form: str) -> None:
    dc.modify(BASE_DN, lockoutThreshold="3")
    try:
        for _attempt in range(4):
            assert sign_in(settings(dc, form), "locked", "wrong-Word-12").reason != reasons.ACCEPTED
        answer = sign_in(settings(dc, form), "locked", PASSWORD)
    finally:
        dc.modify(BASE_DN, lockoutThreshold="0")
        dc.modify(f"CN=locked,{STAFF}", lockoutTime="0")
    assert answer.reason == reasons.ACCOUNT_LOCKED, answer


@pytest.mark.parametrize("name", ["*", "m*", "a)(uid=*", "mmuster)(cn=*", "x,ou=admins", "mmuster\\00", "m" * 10_000])
def test_a_hostile_name_signs_in_as_nobody(dc: SambaDC, form: str, name: str) -> None:
    answer = sign_in(settings(dc, form), name, PASSWORD)
    assert answer.reason in (reasons.UNUSABLE_NAME, reasons.NOT_FOUND, reasons.WRONG_PASSWORD, reasons.SEARCH_FAILED), (
        answer
    )


def test_names_with_a_domain_need_the_template_of_the_whole_name(dc: SambaDC) -> None:
    name = f"mmuster@{DOMAIN}"
    assert sign_in(settings(dc, "principal name"), name, PASSWORD).reason == reasons.UNUSABLE_NAME
    assert sign_in(settings(dc, "principal name", bind_dn="%"), name, PASSWORD).reason == reasons.ACCEPTED


def test_a_wrong_certificate_denies(dc: SambaDC, form: str) -> None:
    answer = sign_in(settings(dc, form, ca_path=dc.ca.path("other.crt")), "mmuster", PASSWORD)
    assert answer.reason == reasons.CERTIFICATE, answer


# -- set up by a profile ----------------------------------------------------------------------------------------------


def test_a_profile_of_the_domain_sets_up_the_login_of_its_users(dc: SambaDC, tmp_path: Path) -> None:
    system = System(str(tmp_path / "store.db"), tmp_path)
    source = {"domain": DOMAIN, "server": [dc.ip], "username": READER, "password": READER_PASSWORD}
    source["ca_path"] = dc.ca.path("ca.crt")
    declared = system.profile(template="ad_users", source=source, configure_authentication=True)
    assert (declared.get("warnings", []), declared["ldap_auth"]["username_attribute"]) == ([], "sAMAccountName")
    assert declared["ldap_auth"]["base_dn"] == BASE_DN
    assert system.profile(template="ad_users", source=source, configure_authentication=True)["changed"] is False
    system.sync()
    assert {"mmuster", "o'neil", "müller"} <= set(system.names())
    assert {user["auth_method"] for user in system.objects()} == {"ldap"}

    def log_in(username: str, password: str) -> tuple[bool, str]:
        result = system.call(try_login, username=username, password=password)
        return result["authenticated"], result["reason"]

    assert log_in("mmuster", PASSWORD) == (True, reasons.ACCEPTED)
    assert log_in("MMuster", PASSWORD) == (True, reasons.ACCEPTED)
    assert log_in("mmuster", "wrong-Word-12") == (False, reasons.WRONG_PASSWORD)
    assert log_in("outdated", PASSWORD) == (False, reasons.PASSWORD_EXPIRED)
    assert log_in(f"mmuster@{DOMAIN}", PASSWORD) == (False, reasons.UNKNOWN_USER)
    assert log_in(READER, READER_PASSWORD) == (False, reasons.UNKNOWN_USER)
    # disabled after the import: the next sync would take the user away, the directory denies at once
    dc.modify(f"CN=paren(s),{STAFF}", userAccountControl=str(samba_domain.DISABLED))
    try:
        assert log_in("paren(s)", PASSWORD) == (False, reasons.ACCOUNT_DISABLED)
    finally:
        dc.modify(f"CN=paren(s),{STAFF}", userAccountControl=str(samba_domain.NORMAL))
