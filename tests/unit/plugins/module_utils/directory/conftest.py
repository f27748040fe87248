# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A directory server with certificates for the tests of connections."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import pytest

from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd


@pytest.fixture(scope="session")
def server_context(ca: TestCA) -> ssl.SSLContext:
    """The TLS of a server whose certificate is for localhost and 127.0.0.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca.path("server.crt"), ca.path("server.key"))
    return context


@pytest.fixture(scope="session")
def slapd(tmp_path_factory: pytest.TempPathFactory, ca: TestCA) -> Iterator[Slapd]:
    """A running server whose certificate is for localhost and 127.0.0.1."""
    certificate = ca.path("server")
    server = Slapd(tmp_path_factory.mktemp("slapd"), certificate=certificate, settings=["allow bind_anon_dn"])
    try:
        yield server.start()
    finally:
        server.stop()
