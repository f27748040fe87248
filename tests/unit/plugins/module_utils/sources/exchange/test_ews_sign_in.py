# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways into an Exchange server: certificates, OAuth 2, NTLM, and options that do not fit together."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID, SECRET, TENANT, Entra
from ansible_collections.telephony.connector.tests.servers.ews import EMAIL


def test_a_certificate_of_an_unknown_authority_is_refused(book, exchange, monkeypatch, ca):
    with pytest.raises(SourceError, match="certificate that is not trusted; check ca_path"):
        book(ca_path=None).sync("book")
    # the environment has no say
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ca.path("ca.crt"))
    with pytest.raises(SourceError, match="certificate that is not trusted"):
        book(ca_path=None).sync("book")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/hostname")
    exchange.mailboxes.public.folder("A").add("First")
    assert book().sync("book")["counts"]["created"] == 1


def test_what_is_set_for_one_server_does_not_stay(book, exchange):
    from exchangelib.protocol import BaseProtocol

    before = (BaseProtocol.HTTP_ADAPTER_CLS, BaseProtocol.TIMEOUT)
    book(validate_certs=False, ca_path=None).sync("book")
    after = (BaseProtocol.HTTP_ADAPTER_CLS, BaseProtocol.TIMEOUT)
    assert after == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"email": None}, "needs email"),
        ({"password": None}, "needs password"),
        ({"url": "http://mail.corp.example/EWS/Exchange.asmx"}, "must be the address of EWS"),
        ({"url": "https://[mail.corp.example/EWS/Exchange.asmx"}, "must be the address of EWS"),
        ({"url": "https://mail.corp.example:443000/EWS/Exchange.asmx"}, "must be the address of EWS"),
        ({"url": "https://outlook.office365.com/EWS/Exchange.asmx"}, "2027-04-01"),
        ({"url": "https://[::1/EWS/Exchange.asmx"}, "must be the address of EWS"),
        ({"timeout": 10**20}, "timeout must be from 1 to 86400"),
        ({"public_folders": False}, "reads nothing"),
        ({"shared_mailboxes": ["sales"]}, '"sales", not an e-mail address'),
        ({"auth_type": "oauth2"}, "an application signs in"),
        ({"auth_type": "oauth2", "username": None, "password": None}, "one way to sign in"),
        ({"client_id": "x"}, "client_id is for auth_type: oauth2"),
        ({"backend": "imap"}, "it is one of: ews, graph"),
        ({"organisation_contacts": True}, "organisation_contacts is for backend: graph"),
        ({"backend": "ews", "url": "https://outlook.office365.com/EWS/Exchange.asmx"}, "use backend: graph"),
        ({"timeout": 0}, "timeout must be from 1 to 86400, not 0"),
    ],
)
def test_options_that_do_not_fit_together_are_refused(source, options, words):
    with pytest.raises(DefinitionError, match=words):
        source_class("exchange")(source(**options))


def test_with_oauth2_an_application_signs_in(book, exchange, ca, pbx):
    entra = Entra(ca.path("server"), "https://localhost")
    entra.start()
    try:
        exchange.accepts_token = lambda token: bool(entra.accepts(token, "https://localhost"))
        exchange.mailboxes.public.folder("A").add("First")
        signed_in = {"username": None, "password": None, "auth_type": "oauth2", "authority": entra.url}
        application = {"tenant_id": TENANT, "client_id": CLIENT_ID, "client_secret": SECRET}
        book(**signed_in, **application)
        assert pbx.sync("book")["counts"]["created"] == 1
        # nobody's token: whose rights count is said
        assert {call.impersonated for call in exchange.calls} == {EMAIL}
        exchange.accepts_token = lambda _token: False
        with pytest.raises(SourceError, match="does not accept the user or password"):
            pbx.sync("book")
        with pytest.raises(SourceError, match="the client secret is wrong"):
            book(**signed_in, **{**application, "client_secret": "wrong-geheim"}).sync("book")
    finally:
        entra.stop()


def test_ntlm_is_spoken_unless_another_way_is_asked_for(book, exchange):
    with pytest.raises(SourceError):
        book(auth_type=None).sync("book")
    tried = [asked.headers.get("authorization", "") for asked in exchange.asked]
    assert not any(one.startswith("Basic") for one in tried), "a password must not be sent as it is"


def test_a_domain_without_an_exchange_server_is_told(book):
    with pytest.raises(SourceError, match=r"No Exchange server can be found for svc@nowhere.invalid by autodiscover"):
        book(email="svc@nowhere.invalid", url=None).sync("book")
