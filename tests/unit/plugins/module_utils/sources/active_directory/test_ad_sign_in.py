# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in at a real domain controller, and what is said when it refuses."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.tests.servers.samba_domain import BASE_DN, READER, READER_PASSWORD

from .people import logins, read, source

pytestmark = pytest.mark.filterwarnings("ignore:ssl.match_hostname:DeprecationWarning")


class TestSignIn:
    @pytest.mark.parametrize(
        "name", [READER, f"{READER}@example.test", f"EXAMPLE\\{READER}", f"CN={READER},CN=Users,{BASE_DN}"]
    )
    def test_every_form_of_a_name_signs_in_and_leaves_itself_out(self, dc, name):
        assert READER not in logins(read(source(dc, username=name)))

    def test_without_ssl_the_connection_is_encrypted_all_the_same(self, dc):
        whole = read(source(dc, ssl=False))
        assert whole.rows
        assert not any("in cleartext" in warning for warning in whole.result.warnings)

    def test_no_encryption_at_all_must_be_asked_for_and_the_server_may_refuse_it(self, dc):
        assert "wants an encrypted connection" in fault(dc, ssl=False, start_tls=False)

    def test_the_next_server_is_asked_when_the_first_does_not_answer(self, dc):
        whole = read(source(dc, server=["127.0.0.1:1", dc.ip]))
        assert whole.rows
        assert any("127.0.0.1:1 cannot be reached" in warning for warning in whole.result.warnings)

    def test_a_certificate_of_another_authority_or_for_another_name_is_refused(self, dc):
        assert "is not trusted" in fault(dc, ca_path=dc.ca.path("other.crt"))
        dc.stop()
        dc._certificate = "wrongname"
        try:
            dc.start()
            assert "shows a certificate for another name" in fault(dc)
        finally:
            dc.stop()
            dc._certificate = "dc1"
            dc.start()

    @pytest.mark.parametrize(
        ("attributes", "words"),
        [
            ({"userAccountControl": "514"}, "the account is disabled"),
            ({"accountExpires": "132223104000000000"}, "the account has expired"),
            ({"pwdLastSet": "0"}, "the password must be changed"),
        ],
    )
    def test_the_state_of_the_account_is_told_in_words(self, dc, attributes, words):
        dn = dc.add_user("svc-state", "State-Pw1!")
        try:
            dc.modify(dn, **attributes)
            message = fault(dc, username="svc-state", password="State-Pw1!")
            assert words in message
            assert "Check username" not in message  # they are right
        finally:
            dc.delete(dn)

    def test_a_locked_account_is_told_from_a_wrong_password(self, dc):
        dn = dc.add_user("svc-lock", "Lock-Pw1!")
        dc.modify(BASE_DN, lockoutThreshold="2")
        try:
            for _attempt in range(3):
                words = fault(dc, username="svc-lock", password="Not-Lock-Pw1!")
            assert "the account is locked" in fault(dc, username="svc-lock", password="Lock-Pw1!")
            assert words
        finally:
            dc.modify(BASE_DN, lockoutThreshold="0")
            dc.delete(dn)

    def test_a_wrong_password_and_an_unknown_user_are_refused(self, dc):
        for options in ({"password": "Not-the-pw1"}, {"username": "nobody"}):
            message = fault(dc, **options)
            assert "the name or the password is wrong. Check username, password and domain." in message

    def test_a_base_dn_that_does_not_exist_is_named(self, dc):
        assert "check base_dn" in fault(dc, base_dn="OU=Nowhere,DC=example,DC=test")


def fault(dc, **options):
    """Return the sentence of a read that fails; it never holds the password."""
    with pytest.raises(SourceError) as caught:
        read(source(dc, **options))
    assert options.get("password", READER_PASSWORD) not in caught.value.message
    return caught.value.message
