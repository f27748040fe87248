# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that never come to an end, or send too much: every read ends, in time and with little memory, and says so."""

from __future__ import annotations

import gzip
import itertools
import json
import ssl
import time
import tracemalloc
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources import bounds
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    PhoneUser,
    ReadResult,
    Record,
    Unusable,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID
from ansible_collections.telephony.connector.tests.servers.ews import EMAIL, PASSWORD, USER, Ews
from ansible_collections.telephony.connector.tests.servers.hostile import HostileServer, for_ever, request, slowly
from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365

SECONDS = 1
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
PACKED = OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
EMPTY_MEMBER = gzip.compress(b"")


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def slow_headers(connection: Any) -> None:
    request(connection)
    slowly(connection, OK * 50)


def slow_body(connection: Any) -> None:
    request(connection)
    connection.sendall(OK + b"Content-Length: 100000\r\n\r\n")
    slowly(connection, b"[" + b" " * 99_999)


def busy_for_ever(connection: Any) -> None:
    while True:
        request(connection)
        connection.sendall(b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n")


#: What a server can do in any protocol that is built on HTTP.
ENDLESS = {
    "slow headers": slow_headers,
    "slow body": slow_body,
    "a hundred continues for ever": for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "empty gzip members": for_ever(PACKED, EMPTY_MEMBER),
    "endless blanks": for_ever(CHUNKED, chunk(b" " * 1000)),
}


def read(family: str, options: dict[str, Any], wanted: tuple[str, ...] = ("a", "b")) -> tuple[list[Any], ReadResult]:
    """Read to the end; a source that cannot be read at all is an incomplete read without records."""
    source: Any = source_class(family)({"max_seconds": SECONDS, "timeout": 30, **options})
    if family == "exchange":
        source.phone_users = [PhoneUser("anna", "")]
    try:
        with source.read(frozenset(wanted), None) as reading:
            return list(reading), reading.result
    except SourceError as error:
        return [], ReadResult(complete=False, reason=error.message)


def check_ended(result: ReadResult, start: float) -> None:
    """The read ended because of a bound, soon."""
    assert not result.complete
    reasons = ("max_seconds", "max_bytes", "MiB", "without a line break")
    assert any(words in result.reason for words in reasons), result.reason
    assert time.monotonic() - start < 25 * SECONDS


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS)
@pytest.mark.parametrize("family", ["csv", "pbx"])
def test_a_list_or_file_at_a_web_address(family, script):
    start = time.monotonic()
    with HostileServer(script) as server:
        url = f"http://127.0.0.1:{server.port}/list"
        _items, result = read(family, {"url": url, "allow_plaintext": True, "max_bytes": 20_000_000})
        check_ended(result, start)


@pytest.fixture
def tls(ca):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca.path("server.crt"), ca.path("server.key"))
    return context


@pytest.mark.parametrize("script", [*ENDLESS.values(), busy_for_ever], ids=[*ENDLESS, "busy for ever"])
def test_exchange_by_ews(ca, tls, script):
    start = time.monotonic()
    with HostileServer(script, tls) as server:
        options = {"email": "svc@corp.example", "password": "geheim-geheim", "auth_type": "basic"}
        url = f"https://127.0.0.1:{server.port}/EWS/Exchange.asmx"
        _items, result = read("exchange", {**options, "url": url, "ca_path": ca.path("ca.crt")})
    assert not result.complete
    assert "certificate" not in result.reason
    assert "max_seconds" in result.reason or "MiB" in result.reason or "is busy" in result.reason, result.reason
    assert time.monotonic() - start < 25 * SECONDS


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS)
@pytest.mark.parametrize("family", ["m365", "exchange"])
def test_microsoft_graph(ca, tls, script, family):
    start = time.monotonic()
    with Microsoft365(ca) as cloud, HostileServer(script, tls) as server:
        more = {"shared_mailboxes": ["sales@corp.example"]} if family == "exchange" else {}
        graph_url = f"https://127.0.0.1:{server.port}"
        cloud.entra.graph_url = graph_url
        _items, result = read(family, cloud.source(graph_url=graph_url, **more), ("displayName",))
        check_ended(result, start)


def test_an_encrypted_connection_that_never_comes_about(ca):
    def trickle(connection: Any) -> None:
        slowly(connection, b"\x16\x03\x03\x3f\xff" + b"\x02" * 60_000)

    start = time.monotonic()
    with HostileServer(trickle) as server:
        _items, result = read("csv", {"url": f"https://127.0.0.1:{server.port}/list", "ca_path": ca.path("ca.crt")})
        check_ended(result, start)


@pytest.mark.once
def test_an_answer_of_ews_without_end_does_not_fill_the_memory(ca, tls, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_ANSWER", 2_000_000)
    with HostileServer(for_ever(CHUNKED, chunk(b"<a>" + b"x" * 10_000)), tls) as server:
        options = {"email": "svc@corp.example", "password": "geheim-geheim", "auth_type": "basic"}
        url = f"https://127.0.0.1:{server.port}/EWS/Exchange.asmx"
        tracemalloc.start()
        try:
            _items, result = read("exchange", {**options, "url": url, "ca_path": ca.path("ca.crt"), "max_seconds": 120})
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert result.reason.startswith("Exchange sends an answer of more than 1 MiB")
    assert peak < 150_000_000


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [(b"a,b\n1,2\n", b"3,4\n"), (b"a,b\n1,2\n", b"\n"), (b"a,b\n1,2\n", b'"\n",')],
    ids=["records", "blank lines", "one record"],
)
def test_a_file_without_end_is_read_up_to_max_bytes(beginning, piece):
    with HostileServer(for_ever(CHUNKED + chunk(beginning), chunk(piece * 1000))) as server:
        options = {"url": f"http://127.0.0.1:{server.port}/list", "allow_plaintext": True, "max_bytes": 1_000_000}
        items, result = read("csv", {**options, "max_seconds": 120})
    assert items[0].row == ("1", "2")
    assert not result.complete
    assert "is larger than 1000000 bytes" in result.reason


def test_pages_without_end_of_a_phonebook():
    numbers = itertools.count()

    def pages(connection: Any) -> None:
        while True:
            request(connection)
            body = json.dumps([{"a": str(next(numbers)), "b": "x"}]).encode()
            connection.sendall(OK + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)

    start = time.monotonic()
    with HostileServer(pages) as server:
        options = {"url": f"http://127.0.0.1:{server.port}/list", "allow_plaintext": True}
        items, result = read("pbx", {**options, "offset_parameter": "offset"})
        assert len(items) > 1
        check_ended(result, start)


@pytest.mark.parametrize("length", ["9" * 6000, "-1", "1e3", "²"])
def test_a_length_that_is_none(length):
    def script(connection: Any) -> None:
        request(connection)
        connection.sendall(OK + b"Content-Length: " + length.encode("latin-1") + b"\r\n\r\na,b\n1,2\n")

    with HostileServer(script) as server:
        url = f"http://127.0.0.1:{server.port}/list"
        _items, result = read("csv", {"url": url, "allow_plaintext": True, "timeout": 2})
    assert not result.complete
    assert result.reason.startswith("CSV file http://127.0.0.1")


@pytest.mark.parametrize(
    "answer", [b"", b"\x00\x00\x00\x40", b"\x00\xff\xff\xff" + b"\xfeSMB" * 1000, b"HTTP/1.1 400\r\n"]
)
def test_a_file_server_that_is_none(answer):
    def script(connection: Any) -> None:
        connection.recv(1000)
        connection.sendall(answer)
        time.sleep(30)

    start = time.monotonic()
    with HostileServer(script) as server:
        options = {"share": r"\\127.0.0.1\files", "path": "staff.csv", "share_port": server.port}
        _items, result = read("csv", {**options, "share_username": "anna", "share_password": "geheim"})
    assert not result.complete
    assert time.monotonic() - start < 25 * SECONDS


def test_a_file_server_that_trickles():
    def script(connection: Any) -> None:
        connection.recv(1000)
        slowly(connection, b"\x00\x00\xff\xff" + b"\xfeSMB" + b"\x00" * 60_000)

    start = time.monotonic()
    with HostileServer(script) as server:
        options = {"share": r"\\127.0.0.1\files", "path": "staff.csv", "share_port": server.port}
        _items, result = read("csv", {**options, "share_username": "anna", "share_password": "geheim"})
        check_ended(result, start)


# -- values of a megabyte ---------------------------------------------------------------------------------------------

MEGABYTE = "x" * 1_000_000


def check_one_left_out(items: list[Any], result: ReadResult, field: str, others: int) -> None:
    """One record is left out for its size, the others are there."""
    left_out = [item for item in items if isinstance(item, Unusable)]
    assert [(item.field, item.rule) for item in left_out] == [(field, "has a value of more than 65536 characters")]
    assert sum(isinstance(item, Record) for item in items) == others
    assert not result.complete
    assert "has a value of more than 65536 characters" in result.reason


def test_a_megabyte_from_a_phonebook_service():
    def script(connection: Any) -> None:
        request(connection)
        body = json.dumps([{"a": "1", "b": MEGABYTE}, {"a": "2", "b": "x"}]).encode()
        connection.sendall(OK + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)

    with HostileServer(script) as server:
        options = {"url": f"http://127.0.0.1:{server.port}/list", "allow_plaintext": True, "max_seconds": 30}
        check_one_left_out(*read("pbx", options), "b", 1)


def test_a_megabyte_from_microsoft_365(ca):
    with Microsoft365(ca) as cloud:
        cloud.tenant.add("anna@contoso.example", department=MEGABYTE)
        cloud.tenant.add("ben@contoso.example", department="Sales")
        options = cloud.source(max_seconds=30)
        check_one_left_out(*read("m365", options, ("department",)), "department", 1)


def test_a_megabyte_from_exchange_online(ca):
    with Microsoft365(ca) as cloud:
        cloud.entra.apps[CLIENT_ID].roles = ("Contacts.Read", "OrgContact.Read.All")
        mailbox = cloud.graph.contacts.mailbox("sales@contoso.example")
        mailbox.add("Anna", companyName=MEGABYTE)
        mailbox.add("Ben", companyName="Sales")
        options = cloud.source(max_seconds=30, shared_mailboxes=["sales@contoso.example"], organisation_contacts=False)
        check_one_left_out(*read("exchange", options, ("CompanyName",)), "CompanyName", 1)


def test_a_megabyte_from_an_exchange_server(ca):
    server = Ews(ca.path("server"))
    server.start()
    try:
        folder = server.mailboxes.public.folder("Customers")
        folder.add("Anna", CompanyName=MEGABYTE)
        folder.add("Ben", CompanyName="Sales")
        options = {"email": EMAIL, "username": USER, "password": PASSWORD, "auth_type": "basic", "url": server.address}
        options |= {"ca_path": ca.path("ca.crt"), "max_seconds": 30}
        check_one_left_out(*read("exchange", options, ("CompanyName",)), "CompanyName", 1)
    finally:
        server.stop()
