# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in as an application: every way, every refusal in words, and no secret in any of them."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.tests.servers.app_certificate import AppCertificate
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID, SECRET, TENANT, IdentityEndpoint
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer

from .signing_in import DISCOVERY, TOKEN, read, refusal

# -- ways ---------------------------------------------------------------------------------------------------------


def test_a_client_secret_signs_in_once_for_all_pages(cloud):
    for number in range(3):
        cloud.tenant.add(f"user{number}@contoso.example")
    cloud.graph.empty_pages = True
    logins, result = read(cloud.source())
    assert (len(logins), result.complete) == (3, True)
    assert cloud.entra.paths() == [DISCOVERY, TOKEN]
    form = cloud.entra.asked[1].form
    assert {name: form[name] for name in ("client_id", "grant_type", "scope", "client_secret")} == {
        "client_id": CLIENT_ID,
        "grant_type": "client_credentials",
        "scope": f"{cloud.graph.url}/.default",
        "client_secret": SECRET,
    }


@pytest.mark.parametrize("form", ["pem", "pfx"])
@pytest.mark.parametrize("password", [None, "päss word"])
def test_a_certificate_signs_in(cloud, certificate, tmp_path, form, password):
    cloud.entra.apps[CLIENT_ID].certificates = [certificate.certificate]
    path = getattr(certificate, form)(tmp_path / f"app.{form}", password)
    options = cloud.source(client_secret=None, certificate=path, certificate_password=password)
    assert read(options)[1].complete
    assert "client_secret" not in cloud.entra.asked[1].form


def test_a_token_of_another_provider_signs_in_and_is_read_anew_each_time(cloud, tmp_path):
    path = tmp_path / "token"
    cloud.entra.apps[CLIENT_ID].federated_tokens = ["first.assertion.x", "second.assertion.x"]
    options = cloud.source(client_secret=None, assertion_file=str(path))
    for text in ("first.assertion.x\n", "second.assertion.x"):
        path.write_text(text)
        assert read(options)[1].complete
    sent = [one.form["client_assertion"] for one in cloud.entra.asked if one.path == TOKEN]
    assert sent == ["first.assertion.x", "second.assertion.x"]


@pytest.mark.parametrize("client_id", [None, "99999999-2222-3333-4444-555555555555"])
def test_a_managed_identity_signs_in_without_any_secret(cloud, monkeypatch, client_id):
    cloud.tenant.add("max@contoso.example")
    endpoint = IdentityEndpoint(cloud.entra)
    endpoint.start()
    try:
        for name, value in endpoint.environment.items():
            monkeypatch.setenv(name, value)
        # a proxy that leads nowhere is not asked on the way to the machine itself
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        options = cloud.source(tenant_id=None, client_id=client_id, client_secret=None, managed_identity=True)
        assert read(options)[0] == ["max@contoso.example"]
    finally:
        endpoint.stop()
    assert endpoint.asked[0].query.get("client_id") == client_id
    assert cloud.entra.asked == []


# -- refusals ------------------------------------------------------------------------------------------------------


def test_a_wrong_secret_is_said_with_what_microsoft_says_and_without_the_secret(cloud):
    cloud.entra.apps[CLIENT_ID].secrets = ["another"]
    text = refusal(cloud.source())
    assert f"The application {CLIENT_ID} of tenant {TENANT} cannot sign in" in text
    assert "give the secret's Value as client_secret, not its Secret ID" in text
    assert "AADSTS7000215: Invalid client secret provided (********)." in text
    assert "Trace ID" in text
    assert "Correlation ID" in text


def test_an_expired_secret_is_said(cloud):
    cloud.entra.apps[CLIENT_ID].expired_secrets = [SECRET]
    text = refusal(cloud.source())
    assert "the client secret has expired: make a new one in the app registration, or use a certificate" in text
    assert "AADSTS7000222" in text


def test_an_unknown_application_is_said(cloud):
    text = refusal(cloud.source(client_id="00000000-2222-3333-4444-555555555555"))
    assert "the tenant knows no application with this client_id" in text
    assert "AADSTS700016" in text


def test_an_unknown_tenant_is_said(cloud):
    text = refusal(cloud.source(tenant_id="nobody.example"))
    assert "there is no such tenant: check tenant_id and cloud" in text


def test_a_certificate_that_is_not_registered_is_said(cloud, certificate, tmp_path):
    cloud.entra.apps[CLIENT_ID].certificates = [AppCertificate().certificate]
    path = certificate.pem(tmp_path / "app.pem")
    text = refusal(cloud.source(client_secret=None, certificate=path))
    assert "the certificate is not one of the app registration's" in text
    assert "AADSTS700027" in text


def test_a_token_file_that_is_not_there_is_said_before_anybody_is_asked(cloud, tmp_path):
    text = refusal(cloud.source(client_secret=None, assertion_file=str(tmp_path / "token")))
    assert "of assertion_file cannot be read (No such file or directory)" in text
    assert cloud.entra.asked == []


def test_a_federated_credential_that_does_not_fit_is_said(cloud, tmp_path):
    cloud.entra.apps[CLIENT_ID].federated_tokens = ["right"]
    (tmp_path / "token").write_text("wrong")
    text = refusal(cloud.source(client_secret=None, assertion_file=str(tmp_path / "token")))
    assert "check its subject" in text
    assert "wrong" not in text


def test_a_refusal_without_a_number_says_what_to_check(cloud):
    cloud.entra.answer_next(TOKEN, Answer(400, {"error": "access_denied"}))
    text = refusal(cloud.source())
    assert "check client_secret, client_id and tenant_id" in text
    assert 'Microsoft says: "access_denied"' in text


def test_a_machine_without_an_identity_is_said(cloud, monkeypatch):
    endpoint = IdentityEndpoint(cloud.entra)
    endpoint.start()
    try:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{endpoint.url}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", "a wrong one")
        text = refusal(cloud.source(tenant_id=None, client_id=None, client_secret=None, managed_identity=True))
    finally:
        endpoint.stop()
    assert "The managed identity of this machine cannot sign in" in text
    assert "check that this machine has a managed identity" in text


def test_what_is_no_answer_of_microsoft_is_not_quoted_as_one(cloud, monkeypatch):
    endpoint = IdentityEndpoint(cloud.entra)
    endpoint.start()
    try:
        for name, value in endpoint.environment.items():
            monkeypatch.setenv(name, value)
        endpoint.answer_next("/msi/token", *[Answer(200, b"<html>a captive portal</html>")] * 3)
        text = refusal(cloud.source(tenant_id=None, client_id=None, client_secret=None, managed_identity=True))
    finally:
        endpoint.stop()
    assert "check that this machine has a managed identity" in text
    assert "Expecting value" not in text


# -- a busy or absent service -----------------------------------------------------------------------------------------


def test_a_busy_sign_in_is_waited_for_and_told(cloud):
    cloud.entra.answer_next(TOKEN, Answer(503, {}, {"Retry-After": "1"}))
    result = read(cloud.source())[1]
    assert result.complete
    assert result.warnings == ["Microsoft was busy and asked to slow down once; 1 second was spent waiting."]


def test_a_sign_in_that_stays_busy_is_given_up(cloud):
    cloud.entra.answer_next(TOKEN, *[Answer(503, {}, {"Retry-After": "0"})] * 3)
    text = refusal(cloud.source(retries=2))
    assert "run again later" in text
    assert cloud.entra.paths().count(TOKEN) == 3


@pytest.mark.parametrize("status", [500, 502])
def test_a_broken_sign_in_is_a_sentence(cloud, status):
    cloud.entra.answer_next(TOKEN, *[Answer(status, b"<html>oops</html>")] * 5)
    assert "run again later" in refusal(cloud.source())


@pytest.mark.parametrize("body", [b"<html>a captive portal</html>", [], {}, "text", None, {"token_endpoint": 1}])
def test_something_else_than_the_discovery_document_is_a_sentence(cloud, body):
    cloud.entra.answer_next(DISCOVERY, Answer(200, body))
    assert "cannot sign in to Microsoft 365" in refusal(cloud.source())


def test_nobody_there_is_said_with_the_place(cloud):
    text = refusal(cloud.source(authority="https://localhost:9"))
    assert "localhost, port 9 cannot be reached (Connection refused); check authority, proxy and the firewall" in text


def test_a_name_that_is_not_found_is_said_in_the_words_of_other_sources(cloud):
    text = refusal(cloud.source(authority="https://no-such-host.invalid"))
    assert 'the name "no-such-host.invalid" is not found (' in text
    assert "); check authority, and DNS" in text


def test_an_unknown_certificate_authority_is_said_with_the_option(cloud):
    text = refusal(cloud.source(ca_path=cloud.ca.path("other.crt")))
    assert "certificate verify failed" in text or "self-signed certificate" in text or "local issuer" in text
    assert "check ca_path, the name in authority" in text
    assert cloud.entra.asked == []


def test_neither_environment_nor_netrc_changes_certificates_or_tokens(cloud, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, cloud.ca.path("other.crt"))
    assert read(cloud.source())[1].complete
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, cloud.ca.path("ca.crt"))
    assert "check ca_path" in refusal(cloud.source(ca_path=cloud.ca.path("other.crt")))


def test_a_redirect_takes_the_secret_nowhere(cloud):
    for status in (302, 307, 308):
        cloud.entra.answer_next(TOKEN, Answer(status, {}, {"Location": f"{cloud.graph.url}/catch"}))
        refusal(cloud.source())
    assert cloud.graph.asked == []
