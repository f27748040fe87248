# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in at a token endpoint that nobody here has written: what is sent must be what the standards ask for."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.source import M365Source
from ansible_collections.telephony.connector.tests.servers.app_certificate import AppCertificate
from ansible_collections.telephony.connector.tests.servers.graph import Graph
from ansible_collections.telephony.connector.tests.servers.oidc import (
    CERTIFICATE_CLIENT,
    SECRET,
    SECRET_CLIENT,
    TENANT,
    OidcProvider,
)
from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """Return the paths of the registered certificate: as PEM, and as PFX with a password."""
    directory, certificate = tmp_path_factory.mktemp("app"), AppCertificate()
    return certificate.pem(directory / "app.pem"), certificate.pfx(directory / "app.pfx", "password")


@pytest.fixture(scope="module")
def services(tmp_path_factory, ca, app):
    """Return Graph with one user, and the token endpoint whose tokens it accepts."""
    graph = Graph(ca.path("server"))
    provider = OidcProvider(tmp_path_factory.mktemp("oidc") / "run", ca.path("server"), graph.url, app[0])
    graph.start()
    try:
        try:
            provider.start()
        except MissingProgramError as missing:
            pytest.skip(str(missing))
        graph.verifiers.append(provider.accepts)
        graph.tenant.add("max@contoso.example")
        yield graph, provider
    finally:
        provider.stop()
        graph.stop()


def read(services, ca, **options):
    graph, provider = services
    where = {"tenant_id": TENANT, "authority": provider.url, "graph_url": graph.url, "ca_path": ca.path("ca.crt")}
    with M365Source({**where, **options}).read(frozenset(("userPrincipalName",)), None) as reading:
        return [record.row[reading.columns.index("userPrincipalName")] for record in reading]


def test_a_secret_is_accepted(services, ca):
    assert read(services, ca, client_id=SECRET_CLIENT, client_secret=SECRET) == ["max@contoso.example"]


def test_another_secret_is_not(services, ca):
    with pytest.raises(SourceError, match="invalid_client") as caught:
        read(services, ca, client_id=SECRET_CLIENT, client_secret="another-secret")
    assert "another-secret" not in caught.value.message


def test_a_certificate_is_accepted_as_pem_and_as_pfx(services, ca, app):
    pem, pfx = app
    assert read(services, ca, client_id=CERTIFICATE_CLIENT, certificate=pem)
    assert read(services, ca, client_id=CERTIFICATE_CLIENT, certificate=pfx, certificate_password="password")


def test_another_certificate_is_not(services, ca, tmp_path):
    path = AppCertificate().pem(tmp_path / "other.pem")
    with pytest.raises(SourceError, match="invalid_client"):
        read(services, ca, client_id=CERTIFICATE_CLIENT, certificate=path)


def test_a_tenant_that_it_does_not_have_is_said(services, ca):
    with pytest.raises(SourceError, match="check tenant_id, cloud and authority"):
        read(services, ca, client_id=SECRET_CLIENT, client_secret=SECRET, tenant_id="nobody")
