# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CardDAV servers that fail, lie, or never end: one sentence, nothing foreign lost, and the next run finishes."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.carddav import requests_to_book
from ansible_collections.telephony.connector.tests.servers.book_script import PATH, ScriptedBook
from ansible_collections.telephony.connector.tests.servers.hostile import HostileServer, request
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer

from .stand_in import COUNT, PASSWORD, publish


def failing(system, url, **options):
    """Return what a failed publication says."""
    with pytest.raises(ConnectorError) as failed:
        publish(system, url, **options)
    assert PASSWORD not in failed.value.message
    return failed.value.message


def after(count, method, answer):
    """Return a fault: from the so-many-th request of a method on, `answer` is given."""
    seen = []

    def fault(asked):
        if asked.method == method:
            seen.append(asked)
        return answer(asked) if asked.method == method and len(seen) > count else None

    return fault


def test_a_book_without_room_is_filled_when_there_is_some(people, book):
    book.fault = after(10, "PUT", lambda _asked: Answer(507, b""))
    assert "507 Insufficient Storage; there is no room left for it: make room" in failing(people, book.book)
    assert 11 <= len(book.cards) <= COUNT / 2  # it stops at once
    book.fault = lambda _asked: None
    result = publish(people, book.book)
    assert (result["counts"]["conflicts"], result["warnings"], len(book.cards)) == (0, [], COUNT + 1)
    assert publish(people, book.book)["result"] == "unchanged"


def test_a_server_that_goes_away_half_way_is_taken_up_where_it_was(people, book):
    def lost(asked):
        book.usual(asked)  # it arrives, but nobody says so
        return Answer(201, b"lost", cut=0)

    book.fault = after(15, "PUT", lost)
    assert "broke off" in failing(people, book.book)
    arrived = len(book.cards) - 1
    book.fault = lambda _asked: None
    book.asked.clear()
    result = publish(people, book.book)
    assert (result["counts"]["conflicts"], len(book.cards)) == (0, COUNT + 1)
    assert (book.count("PUT"), book.count("REPORT")) == (COUNT - arrived, 1)
    assert publish(people, book.book)["result"] == "unchanged"


def test_a_redirect_is_named_and_not_followed(people, book, request):
    other = ScriptedBook()
    other.start()
    request.addfinalizer(other.stop)
    book.fault = lambda _asked: Answer(301, b"", {"Location": other.book})
    assert f"is redirected to {other.book}" in failing(people, book.book)
    assert other.asked == []


def test_a_redirect_to_no_address_is_told(people, book):
    book.fault = lambda _asked: Answer(301, b"", {"Location": "https://dav.corp.example:99999/"})
    assert "is redirected to something that is no web address" in failing(people, book.book)


def test_an_address_that_is_none_in_a_list_is_of_somebody_else(people, book):
    publish(people, book.book)

    def with_one_more(asked):
        answer = book.usual(asked)
        odd = b"<response><href>http://[nix/</href><status>HTTP/1.1 200 OK</status></response></multistatus>"
        return replace(answer, body=answer.body.replace(b"</multistatus>", odd))

    book.fault = lambda asked: with_one_more(asked) if asked.method == "PROPFIND" else None
    assert publish(people, book.book)["result"] == "unchanged"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(200, b"<html>Welcome</html>"), "200 OK; it does not speak CardDAV"),
        (Answer(207, b"<html>Welcome</html>"), "answer is no multistatus"),
        (Answer(207, b"Welcome"), "answer is no XML"),
        (Answer(207, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "holds a document type"),
        (Answer(207, b"<a>" * 1000), "no multistatus"),
        (Answer(207, b'<multistatus xmlns="DAV:">' + b"<a>" * 1000), "is nested too deeply"),
        (Answer(207, b'<multistatus xmlns="DAV:"/>'), "is no address book, says the server"),
        (Answer(207, b'<multistatus xmlns="DAV:"><response>', cut=20), "broke off"),
        (Answer(405, b""), "405 Method Not Allowed; it does not speak CardDAV"),
        (Answer(404, b""), "is not there; create it on the server"),
        (Answer(500, b""), "500 Internal Server Error; look into the server's log"),
        (
            Answer(
                207,
                f'<multistatus xmlns="DAV:"><response><href>{PATH}</href><status>HTTP/1.1 507 x</status></response>'
                "</multistatus>".encode(),
            ),
            "is larger than the server lists at once",
        ),
        (
            Answer(
                207,
                f'<multistatus xmlns="DAV:"><response><href>{PATH}a.vcf</href><propstat><prop/></propstat></response>'
                "</multistatus>".encode(),
            ),
            "tells no ETag for a.vcf",
        ),
    ],
)
def test_answers_that_cannot_be_used_are_told(people, book, answer, message):
    book.fault = lambda _asked: answer
    assert message in failing(people, book.book)
    assert book.count("PUT") == 0


def test_a_busy_server_is_waited_for(people, book):
    book.fault = lambda _asked: Answer(503, b"", {"Retry-After": "1"}) if len(book.asked) == 5 else None
    assert publish(people, book.book)["counts"]["created"] == COUNT
    assert len(book.cards) == COUNT + 1


def test_one_that_asks_for_too_long_a_wait_is_left(people, book):
    book.fault = lambda _asked: Answer(429, b"", {"Retry-After": "86400"})
    assert "429 Too Many Requests; was busy 1 times" in failing(people, book.book)


def test_a_server_that_refuses_card_after_card_is_left(people, book):
    book.fault = lambda asked: Answer(409, b"") if asked.method == "PUT" else None
    assert "refuses card after card; the last: the server does not take the card" in failing(people, book.book)
    assert book.count("PUT") < COUNT


def test_one_card_that_is_refused_keeps_no_other_back(people, book):
    book.fault = lambda asked: Answer(415, b"") if b"FN:Person 07" in asked.body else None
    result = publish(people, book.book)
    assert (result["result"], [one["name"] for one in result["conflicts"]]) == ("partial", ["Person 07"])
    assert len(book.cards) == COUNT
    book.fault = lambda _asked: None
    assert publish(people, book.book)["counts"]["created"] == 1


def test_a_book_that_goes_while_cards_are_written(people, book):
    book.fault = after(5, "PUT", lambda _asked: Answer(404, b""))
    assert "is no longer there" in failing(people, book.book)


def test_weak_tags_of_compression_and_tags_that_are_not_told_do_no_harm(people, book):
    book.weak, book.tells_etags = "W/", "no"
    publish(people, book.book)
    book.asked.clear()
    assert publish(people, book.book)["result"] == "unchanged"
    assert (book.count("PUT"), book.count("REPORT")) == (0, 1)
    book.asked.clear()
    assert publish(people, book.book)["result"] == "unchanged"
    assert [one.method for one in book.asked] == ["PROPFIND"]
    assert publish(people, book.book, filter="notes == '1'")["counts"]["removed"] == COUNT / 2
    assert len(book.cards) == COUNT / 2 + 1


def test_cards_are_written_side_by_side_as_far_as_allowed(people, book):
    running, most, wanted, changed = 0, 0, 1, threading.Condition()

    def fault(asked):
        nonlocal running, most
        if asked.method == "PUT":
            with changed:
                running += 1
                most = max(most, running)
                changed.notify_all()
                changed.wait_for(lambda: most >= wanted, timeout=20)  # for the others, on a busy machine too
            time.sleep(0.02)  # for one more than is allowed
            with changed:
                running -= 1

    book.fault = fault
    publish(people, book.book, target={"connections": 1}, filter="notes == '0'")
    assert most == 1
    wanted = 3
    publish(people, book.book, target={"connections": 3})
    assert most == 3


def endless(piece, head=b""):
    """Return a server's script: an answer that goes on for ever."""

    def script(connection):
        request(connection)
        connection.sendall(b"HTTP/1.1 207 Multi-Status\r\nContent-Type: application/xml\r\n\r\n" + head)
        while True:
            connection.sendall(piece)
            time.sleep(0 if len(piece) > 100 else 0.05)

    return script


def test_answers_without_end_are_bounded_in_size_and_time(people, monkeypatch):
    head = b'<multistatus xmlns="DAV:">'
    one = b"<response><href>/x/a.vcf</href><status>HTTP/1.1 404 x</status></response>"
    monkeypatch.setattr(requests_to_book, "MAX_ANSWER", 3 << 20)
    with HostileServer(endless(one * 100, head)) as server:
        assert "more than 3 MiB" in failing(people, f"http://127.0.0.1:{server.port}/book/")
    start = time.monotonic()
    with HostileServer(endless(b" ", head)) as server:
        message = failing(people, f"http://127.0.0.1:{server.port}/book/", target={"max_seconds": 1})
    assert "within 1 seconds" in message
    assert time.monotonic() - start < 30


def test_a_server_that_says_nothing_is_left(people):
    with HostileServer(lambda connection: connection.recv(1) and time.sleep(60)) as server:
        message = failing(people, f"http://127.0.0.1:{server.port}/book/", target={"timeout": 1})
    assert "does not answer within 1 seconds" in message


def test_a_certificate_is_checked_by_the_authorities_that_are_named(people, ca, request):
    secure = ScriptedBook(f"{ca.directory}/server")
    secure.start()
    request.addfinalizer(secure.stop)
    assert "is not trusted" in failing(people, secure.book)
    assert secure.asked == []
    result = publish(people, secure.book, target={"ca_path": str(ca.directory / "ca.crt")})
    assert (result["warnings"], len(secure.cards)) == ([], COUNT)
    result = publish(people, secure.book, target={"validate_certs": False})
    assert "is not checked, as validate_certs is false" in result["warnings"][0]


def test_nothing_is_written_in_check_mode(people, book):
    publish(people, book.book, check=True)
    assert {one.method for one in book.asked} == {"PROPFIND"}


def test_an_output_is_only_taken_away_with_its_target(people, book):
    publish(people, book.book)
    with pytest.raises(TargetError, match="cannot be reached"):
        publish(people, "http://127.0.0.1:9/book/", name="other")
    assert len(book.cards) == COUNT + 1
