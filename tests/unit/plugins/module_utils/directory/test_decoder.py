# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lean decoder reads what ldap3 reads, byte for byte, and takes nothing else for an answer."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import connect
from ansible_collections.telephony.connector.plugins.module_utils.directory.decoder import decode, page_cookie, spans
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import (
    Done,
    Entry,
    Intermediate,
    MalformedError,
    Reference,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Servers
from ansible_collections.telephony.connector.tests.servers.search_script import (
    done,
    entry,
    message,
    reference,
    tlv,
    with_id,
)
from ansible_collections.telephony.connector.tests.servers.slapd import READER_PASSWORD, Slapd, person

SUFFIX = "dc=example,dc=test"
ID = 7


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """A server with entries of every shape: short, long, many values, none but binary."""
    server = Slapd(tmp_path_factory.mktemp("slapd"), settings=["sockbuf_max_incoming_auth 16777216"])
    people = [
        person(SUFFIX, f"user{number}", mail=f"u{number}@corp.example", title="x" * number) for number in range(300)
    ]
    people.append(person(SUFFIX, "long", description="ä" * 100_000, telephoneNumber=[str(n) for n in range(3000)]))
    people.append(
        person(SUFFIX, "odd", cn=["Müller\\, A", "a+b"], **{"jpegPhoto:": "AAEC/w==", "cn;lang-de": "Ümläut"})
    )
    server.load(server.base_ldif() + "".join(people))
    try:
        yield server.start()
    finally:
        server.stop()


class Pieces:
    """A socket that gives bytes in pieces of the sizes given, in turn."""

    def __init__(self, data: bytes, *sizes: int) -> None:
        self._data, self._sizes, self._count = data, sizes or (65536,), 0

    def recv(self, size: int) -> bytes:
        size = min(size, self._sizes[self._count % len(self._sizes)])
        self._count += 1
        piece, self._data = self._data[:size], self._data[size:]
        return piece


def messages(connection: Any) -> Iterator[Any]:
    """Yield what answers a request until its end (Done)."""
    return (decode(*span, ID) for span in spans(connection))


def read(data: bytes, *sizes: int) -> list[Any]:
    socket_like: Any = Pieces(data, *sizes)
    return list(messages(socket_like))


def fill(data: bytes) -> bytes:
    return with_id(data, ID)


@pytest.mark.parametrize("attributes", [("*",), ("*", "+"), ("uid", "entryUUID", "description"), ("1.1",)])
@pytest.mark.parametrize("types_only", [False, True])
def test_entries_are_byte_for_byte_those_that_ldap3_decodes(
    slapd: Slapd, attributes: tuple[str, ...], types_only: bool
) -> None:
    with connect(Servers((slapd.uri,)), slapd.reader, READER_PASSWORD) as connected:
        request = Request(SUFFIX, "(objectClass=*)", "subtree", attributes, types_only)
        ours = list(Search(connected, request, 100))
        theirs: list[dict[str, Any]] = []
        cookie = None
        while cookie != b"":
            connected.connection.search(
                SUFFIX,
                "(objectClass=*)",
                attributes=list(attributes),
                types_only=types_only,
                dereference_aliases="NEVER",
                paged_size=100,
                paged_cookie=cookie,
            )
            theirs += connected.connection.response or []
            cookie = connected.connection.result["controls"]["1.2.840.113556.1.4.319"]["value"]["cookie"]
    assert len(ours) == len(theirs) > 300
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.dn == other["raw_dn"]
        assert {name.decode(): values for name, values in mine.attributes.items()} == {
            name: values or [] for name, values in other["raw_attributes"].items()
        }


NAMES = st.sampled_from(["uid", "cn", "description", "x" * 130, "telephoneNumber"])
VALUES = st.lists(st.binary(max_size=300) | st.just(b"z" * 70_000), max_size=4)


@given(
    st.lists(st.dictionaries(NAMES, VALUES, max_size=4), max_size=4),
    st.lists(st.integers(1, 200), min_size=1, max_size=3),
)
def test_any_entries_survive_any_split_of_the_stream(entries: list[dict[str, list[bytes]]], sizes: list[int]) -> None:
    data = b"".join(entry(f"cn={number}", **attributes) for number, attributes in enumerate(entries)) + done()
    big = 50 if len(data) > 50_000 else 1
    found = read(fill(data), *[size * big for size in sizes])
    assert isinstance(found.pop(), Done)
    expected = [{name.encode(): values for name, values in attributes.items()} for attributes in entries]
    assert [one.attributes for one in found] == expected


def test_references_results_and_controls_are_read() -> None:
    state = tlv(0x30, tlv(0x04, b"1.2.3"), tlv(0x01, b"\xff"), tlv(0x04, b"value"))
    progress = message(tlv(0x79, tlv(0x80, b"1.2.4"), tlv(0x81, b"more")))
    data = entry("cn=a", state, cn=["a"]) + reference("ldap://b/", "ldap://c/") + progress
    found = read(fill(data + done(10, "elsewhere", b"next", ["ldap://d/"])))
    assert found[0] == Entry(b"cn=a", {b"cn": [b"a"]}, {"1.2.3": b"value"}, size=50)
    assert found[1:3] == [Reference(["ldap://b/", "ldap://c/"]), Intermediate("1.2.4", b"more")]
    assert (found[3].result, found[3].message, found[3].referrals) == (10, "elsewhere", ["ldap://d/"])
    assert page_cookie(found[3].controls["1.2.840.113556.1.4.319"]) == b"next"


@given(st.lists(st.tuples(st.sampled_from(["1.2.3", "1.2.4"]), st.booleans(), st.binary(max_size=40)), max_size=30))
def test_the_controls_of_many_entries_are_read(controls: list[tuple[str, bool, bytes]]) -> None:
    states = [b"\x30\x15" + value[:21].rjust(21, b"x") if is_state else value for _name, is_state, value in controls]
    named = [(name, state) for (name, _is_state, _value), state in zip(controls, states, strict=True)]
    encoded = [tlv(0x30, tlv(0x04, name.encode()), tlv(0x04, value)) for name, value in named]
    data = b"".join(entry(f"cn={place}", one) for place, one in enumerate(encoded))
    data += b"".join(entry("cn=x", first + second) for first, second in pairwise(encoded))
    expected = [{name: value} for name, value in named] + [dict(two) for two in pairwise(named)]
    for _again in range(2):
        assert [one.controls for one in read(fill(data + done()))[:-1]] == expected


SOUND = fill(entry("cn=a", cn=["a", "b"], sn=["c"]) + reference("ldap://b/") + done(0, "fine", b"next"))


@pytest.mark.parametrize("length", range(len(SOUND)))
def test_a_stream_that_ends_anywhere_is_told_from_a_whole_one(length: int) -> None:
    with pytest.raises((EOFError, MalformedError)):
        read(SOUND[:length])


@given(st.integers(0, len(SOUND) - 1), st.integers(0, 255), st.integers(1, 80))
def test_a_changed_byte_ends_in_an_answer_or_an_error_and_never_in_a_crash(place: int, byte: int, size: int) -> None:
    with contextlib.suppress(MalformedError, EOFError):
        read(SOUND[:place] + bytes([byte]) + SOUND[place + 1 :], size)


@given(st.binary(max_size=200))
def test_any_bytes_end_in_an_error_and_never_in_a_crash(data: bytes) -> None:
    with pytest.raises((MalformedError, EOFError)):
        read(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"HTTP/1.1 400 Bad Request", "does not begin with a sequence"),
        (b"\x30\x80\x02\x01\x07", "not definite"),
        (b"\x30\x84\x7f\xff\xff\xff", "has 2147483647 bytes, and 16 MiB are the most"),
        (b"\x30\x85\x01\x00\x00\x00\x00", "not definite, or too long"),
        (with_id(done(), ID + 1), "belongs to another request"),
        (fill(message(tlv(0x70, b""))), "unknown kind"),
        (fill(message(tlv(0x64, tlv(0x04, b"cn=a"), b"\x30\x7f"))), "longer than what holds it"),
    ],
)
def test_what_is_not_ldap_is_named(data: bytes, words: str) -> None:
    with pytest.raises(MalformedError, match=words):
        read(data)


def test_a_message_comes_as_soon_as_it_is_whole() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(5)
        theirs.sendall(fill(entry("cn=a", cn=["a"])))
        stream = messages(ours)
        assert isinstance(next(stream), Entry)
        theirs.sendall(fill(done()))
        assert isinstance(next(stream), Done)
