# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exchange servers that refuse, stay busy or break off: what was read stays, and the message says why."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange import ews_reading
from ansible_collections.telephony.connector.tests.servers.ews_xml import busy
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer

from .contacts_of import names

PATH = "/EWS/Exchange.asmx"


# -- what may not be read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["items_error", "children_error"])
def test_a_folder_that_refuses_is_reported_and_keeps_what_it_gave(book, exchange, what):
    folder = exchange.mailboxes.public.folder("Board", "IPF.Contact" if what == "items_error" else None)
    below = folder if what == "items_error" else folder.folder("Below")
    below.add("Secret")
    going = exchange.mailboxes.public.folder("Customers")
    contact = going.add("Going")
    going.add("Staying")
    pbx = book()
    assert pbx.sync("book")["counts"]["created"] == 3
    setattr(folder, what, "ErrorAccessDenied")
    going.contacts.remove(contact)
    result = pbx.sync("book")
    assert (result["complete"], result["counts"]["removed"]) == (True, 1)
    assert names(pbx) == ["Secret", "Staying"]
    assert [warning for warning in result["warnings"] if '"/Board" cannot be read (access is denied' in warning]


def test_a_folder_that_breaks_off_makes_the_read_incomplete(book, exchange, monkeypatch):
    monkeypatch.setattr(ews_reading, "_PAGE", 2)
    folder = exchange.mailboxes.public.folder("Customers")
    contacts = [folder.add(f"Customer {number}") for number in range(5)]
    going = exchange.mailboxes.public.folder("Others")
    other = going.add("Other")
    pbx = book()
    assert pbx.sync("book")["counts"]["created"] == 6
    folder.breaks_at = 2
    contacts[0].fields["DisplayName"] = "Renamed"
    going.contacts.remove(other)
    result = pbx.sync("book")
    assert (result["complete"], result["counts"]["removed"]) == (False, 0)
    assert any("nothing is removed" in warning and "broke off after" in warning for warning in result["warnings"])
    assert len(names(pbx)) == 6


def test_with_a_key_of_ones_own_a_refusing_folder_makes_the_read_incomplete(book, exchange):
    folder, board = exchange.mailboxes.public.folder("Customers"), exchange.mailboxes.public.folder("Board")
    gone = folder.add("Gone")
    folder.add("Staying")
    board.add("Secret")
    pbx = book(key="row.DisplayName")
    pbx.sync("book")
    board.items_error = "ErrorAccessDenied"
    folder.contacts.remove(gone)
    result = pbx.sync("book")
    assert (result["complete"], names(pbx)) == (False, ["Gone", "Secret", "Staying"])


# -- the server --------------------------------------------------------------------------------------------------------


def test_a_busy_server_is_waited_for(book, exchange):
    exchange.mailboxes.public.folder("Customers").add("Customer")
    exchange.answer_next(PATH, None, busy(), None, busy())
    assert book().sync("book")["counts"]["created"] == 1


def test_a_server_that_is_busy_for_ever_is_given_up(book, exchange):
    exchange.answer_next(PATH, *[busy(600)] * 50)
    with pytest.raises(SourceError, match="Exchange at localhost is busy, also after 2 seconds of waiting"):
        book().sync("book")
    assert len(exchange.asked) < 10


def test_a_wrong_password_is_sent_once(book, exchange):
    with pytest.raises(SourceError, match="does not accept the user or password") as caught:
        book(password="wrong-geheim").sync("book")
    assert len(exchange.asked) == 1
    assert "wrong-geheim" not in caught.value.message


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([Answer(200, b"<html>Sign in</html>", {"Content-Type": "text/html"})] * 9, "is not EWS; check url"),
        ([Answer(404, b"<html>?</html>", {"Content-Type": "text/html"})] * 9, "status 404 instead of EWS; check url"),
        (
            [Answer(403, b"no certificate. Code: 200", {"X-Code": "Code: 200"})] * 9,
            "status 403 instead of EWS; .* lets this account",
        ),
        ([Answer(302, b"", {"Location": "https://localhost/owa/"})] * 9, "check url"),
    ],
)
def test_what_is_not_ews_fails_with_one_sentence(book, exchange, answers, words):
    exchange.answer_next(PATH, *answers)
    with pytest.raises(SourceError, match=words):
        book().sync("book")


def test_a_server_that_goes_away_in_the_middle_makes_the_read_incomplete(book, exchange, source, pbx):
    exchange.mailboxes.public.folder("A").add("First")
    exchange.mailboxes.public.folder("B").add("Second")
    pbx = book()
    pbx.sync("book")
    web_page = Answer(200, b"<html>Maintenance</html>", {"Content-Type": "text/html"})
    exchange.answer_next(PATH, *[None] * 4, *[web_page] * 20)
    result = pbx.sync("book")
    assert (result["complete"], result["counts"]["removed"], names(pbx)) == (False, 0, ["First", "Second"])


def test_a_server_that_does_not_answer_is_told(book, exchange):
    exchange.stop()
    with pytest.raises(SourceError, match="cannot be reached"):
        book().sync("book")
    exchange.start = lambda: None
    exchange.stop = lambda: None


def test_a_server_that_is_silent_is_not_waited_for_any_longer(book, exchange, monkeypatch):
    answer, told = exchange.respond, threading.Event()
    monkeypatch.setattr(exchange, "respond", lambda asked: told.wait(60) and answer(asked))
    with pytest.raises(SourceError, match="does not answer within 1 seconds"):
        book(timeout=1).sync("book")
    told.set()
