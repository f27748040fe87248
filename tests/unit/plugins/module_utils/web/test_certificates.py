# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authorities that a person names are checked as OpenSSL and curl do, wherever a source connects."""

from __future__ import annotations

import ssl
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.plugins.module_utils.web.certificates import Trust, trust_of
from ansible_collections.telephony.connector.tests.servers.ews import EMAIL, PASSWORD, USER, Ews
from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365
from ansible_collections.telephony.connector.tests.servers.web import Web


def read(family: str, options: dict[str, Any], wanted: tuple[str, ...]) -> list[Any]:
    with source_class(family)(options).read(frozenset(wanted), None) as reading:
        return [item.row for item in reading]


def test_the_authority_of_these_tests_is_one_that_python_alone_refuses(ca):
    context = ssl.create_default_context(cafile=ca.path("bare.crt"))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(context, ca)
    handshake(trust_of({"ca_path": ca.path("bare.crt")}, "it").context, ca)


def handshake(client: ssl.SSLContext | None, ca: Any) -> None:
    """Verify the certificate `barely` without a network."""
    assert client is not None
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(ca.path("barely.crt"), ca.path("barely.key"))
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    one = client.wrap_bio(back, there, server_hostname="localhost")
    other = server.wrap_bio(there, back, server_side=True)
    for _turn in range(4):
        for side in (one, other):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue


def test_https(tmp_path):
    web = Web(tmp_path)
    try:
        web.start()
        web.answer("/x.csv", {"body": b"a,b\n1,2\n"})
        url = web.url("/x.csv", "barely")
        assert read("csv", {"url": url, "ca_path": web.ca.path("bare.crt")}, ("a",)) == [("1", "2")]
        for other in ("ca.crt", "other.crt"):
            with pytest.raises(SourceError, match="is not trusted"):
                read("csv", {"url": url, "ca_path": web.ca.path(other)}, ("a",))
    finally:
        web.stop()


def test_graph_and_sign_in(ca):
    with Microsoft365(ca, "barely") as cloud:
        cloud.tenant.add("anna@contoso.example")
        assert len(read("m365", cloud.source(ca_path=ca.path("bare.crt")), ("mail",))) == 1
        with pytest.raises(SourceError, match=r"certificate of .* is not trusted"):
            read("m365", cloud.source(), ("mail",))


def test_ews(ca):
    server = Ews(ca.path("barely"))
    server.start()
    try:
        options = {"email": EMAIL, "username": USER, "password": PASSWORD, "auth_type": "basic", "url": server.address}
        assert read("exchange", {**options, "ca_path": ca.path("bare.crt")}, ("display_name",)) == []
        with pytest.raises(SourceError, match="has a certificate that is not trusted"):
            read("exchange", {**options, "ca_path": ca.path("ca.crt")}, ("display_name",))
    finally:
        server.stop()


def test_an_authority_that_is_no_root_is_enough(ca):
    handshake(trust_of({"ca_path": ca.path("barely.crt")}, "it").context, ca)


def test_without_a_named_authority_the_public_ones_count():
    assert trust_of({}, "it") == Trust(None, True)
    assert trust_of({"validate_certs": False, "ca_path": "/nowhere"}, "it") == Trust(None, False)


def test_a_file_without_certificates_is_refused_in_words(tmp_path):
    (tmp_path / "empty.crt").write_text("")
    with pytest.raises(SourceError, match="holds no CA certificates for it in PEM format; check ca_path"):
        trust_of({"ca_path": str(tmp_path / "empty.crt")}, "it")
    with pytest.raises(SourceError, match=r"cannot be read from .*; check ca_path"):
        trust_of({"ca_path": str(tmp_path / "nowhere.crt")}, "it")
