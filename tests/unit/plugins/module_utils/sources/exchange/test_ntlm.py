# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in at an Exchange server by NTLM: whole handshakes, which Samba checks."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.tests.servers.ews import EMAIL, PASSWORD, USER
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer
from ansible_collections.telephony.connector.tests.servers.ntlm import Ntlm
from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError

PATH = "/EWS/Exchange.asmx"


@pytest.fixture
def ntlm(exchange, ca):
    """The door of the Exchange server, which lets nobody else in now."""
    try:
        door = exchange.ntlm = Ntlm(ca.path("server"), PASSWORD, USER, EMAIL)
    except MissingProgramError as missing:
        pytest.skip(str(missing))
    yield door
    door.close()


@pytest.fixture
def folder(exchange):
    folder = exchange.mailboxes.public.folder("Customers")
    folder.add("Max", PhoneNumbers={"BusinessPhone": "1"})
    return folder


@pytest.mark.parametrize("username", [USER, "corp\\SVC-PBX", EMAIL, None])
def test_the_right_password_opens_the_door_in_every_form_of_the_name(book, ntlm, folder, username):
    pbx = book(auth_type=None, username=username)  # as the documentation has it: NTLM is what is spoken by itself
    assert pbx.sync("book")["counts"]["created"] == 1
    assert (ntlm.messages, ntlm.refused) == ([1, 3], [])


def test_one_handshake_is_enough_for_a_whole_read(book, ntlm, exchange, pbx):
    for number in range(3):
        exchange.mailboxes.public.folder(f"Folder {number}").add("Somebody", JobTitle=str(number))
    exchange.mailboxes.mailbox("eva@corp.example").contacts.add("Uncle")
    pbx.by_hand("user", username="eva", display_name="Eva")
    book(auth_type="ntlm", personal_address_books=True)
    assert pbx.sync("book")["counts"]["created"] == 4
    assert ntlm.messages == [1, 3]
    assert len(exchange.calls) > 8


def test_a_connection_that_was_closed_is_signed_in_again(book, ntlm, exchange, folder, monkeypatch):
    answer = exchange.respond

    def respond(asked):
        given = answer(asked)
        if given.status == 200:
            given.headers["Connection"] = "close"  # as a load balancer in front may
            given.cut = len(given.data())
        return given

    monkeypatch.setattr(exchange, "respond", respond)
    assert book(auth_type="ntlm").sync("book")["counts"]["created"] == 1
    assert ntlm.messages == [1, 3] * len(exchange.calls)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"password": "wrong-geheim"}, "NT_STATUS_LOGON_FAILURE"),
        ({"username": "CORP\\nobody"}, "there is no CORP\\nobody"),
        ({"username": "OTHER\\svc-pbx"}, "there is no OTHER\\svc-pbx"),
    ],
)
def test_a_wrong_name_or_password_is_tried_once_and_told(book, ntlm, exchange, options, why):
    with pytest.raises(SourceError, match="does not accept the user or password") as caught:
        book(auth_type="ntlm", **options).sync("book")
    assert ntlm.messages == [1, 3], "a second attempt could lock the account"
    assert ntlm.refused == [why]
    assert options.get("username", USER) in caught.value.message
    assert "wrong-geheim" not in caught.value.message
    assert "wrong-geheim" not in str([asked.headers for asked in exchange.asked])


def test_a_password_that_is_changed_while_the_read_goes_on_removes_nothing(book, ntlm, exchange, folder, monkeypatch):
    gone = exchange.mailboxes.public.folder("Others").add("Other")
    pbx = book(auth_type="ntlm")
    pbx.sync("book")
    folder.contacts.clear()
    answer, calls = exchange.respond, []

    def respond(asked):
        calls.append(asked)
        if len(calls) == 7:
            ntlm.password = "another one"
            asked.connection.clear()
        return answer(asked)

    monkeypatch.setattr(exchange, "respond", respond)
    result = pbx.sync("book")
    assert (result["complete"], result["counts"]["removed"], ntlm.refused) == (False, 0, ["NT_STATUS_LOGON_FAILURE"])
    assert any("does not accept the user or password" in warning for warning in result["warnings"])
    assert gone.fields["DisplayName"] in [entry["display_name"] for entry in pbx.objects("phonebook_entry")]


@pytest.mark.parametrize("challenge", ["NTLM", "NTLM AAAA", "NTLM !!!!", "NTLM TlRMTVNTUAACAAAA", "Bearer", None])
def test_a_challenge_that_is_none_is_told(book, exchange, challenge):
    first = Answer(401, b"", {"WWW-Authenticate": "NTLM"})
    second = Answer(401, b"", {} if challenge is None else {"WWW-Authenticate": challenge})
    exchange.answer_next(PATH, *[first, second] * 5)
    with pytest.raises(
        SourceError, match="Exchange at localhost breaks signing in by NTLM off; check url and auth_type"
    ):
        book(auth_type="ntlm").sync("book")
    assert len(exchange.asked) == 2
