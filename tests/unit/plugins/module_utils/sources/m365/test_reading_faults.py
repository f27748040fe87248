# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said and done when Graph is busy, breaks off, or is something else."""

from __future__ import annotations

import datetime
import email.utils
import uuid

import pytest

from ansible_collections.telephony.connector.tests.servers.entra import SECRET
from ansible_collections.telephony.connector.tests.servers.graph import Graph, error, throttled
from ansible_collections.telephony.connector.tests.servers.https_thread import Answer

from .users import USERS, everybody, read, refusal

# -- tokens -----------------------------------------------------------------------------------------------------------


def test_a_token_that_ends_in_the_middle_is_replaced_once(seven):
    seven.graph.after_page = seven.entra.withdraw
    logins, result = read(seven.source())
    assert (logins, result.complete) == (everybody(), True)
    assert seven.entra.tokens == 3
    assert len(seven.graph.asked) == 3 + 2


def test_a_token_that_is_never_accepted_is_not_asked_for_for_ever(seven):
    seven.graph.verifiers.clear()
    text = refusal(seven.source())
    assert "401 InvalidAuthenticationToken" in text
    assert "not even a new one: check cloud, graph_url and tenant_id" in text
    assert (seven.entra.tokens, len(seven.graph.asked)) == (2, 2)


# -- throttling -------------------------------------------------------------------------------------------------------


def test_a_busy_graph_is_waited_for_as_long_as_it_asks(seven):
    seven.graph.answer_next(USERS, None, throttled("1"), throttled("1"), throttled("0", status=503))
    logins, result = read(seven.source())
    assert (logins, result.complete) == (everybody(), True)
    assert result.warnings == ["Microsoft was busy and asked to slow down 3 times; 2 seconds were spent waiting."]


@pytest.mark.parametrize("status", [429, 503, 504, 509])
def test_a_busy_graph_that_does_not_say_how_long_is_asked_again_after_a_second(seven, status):
    seven.graph.answer_next(USERS, throttled(None, status=status))
    result = read(seven.source())[1]
    assert result.complete
    assert result.warnings == ["Microsoft was busy and asked to slow down once; 1 second was spent waiting."]


def test_a_date_to_come_back_at_is_understood(seven):
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=2)
    seven.graph.answer_next(USERS, throttled(email.utils.format_datetime(soon, usegmt=True)))
    assert read(seven.source())[1].warnings


def test_a_graph_that_stays_busy_is_given_up_with_its_request_id(seven):
    seven.graph.answer_next(USERS, *[throttled("0")] * 4)
    text = refusal(seven.source(retries=2))
    assert "429 TooManyRequests" in text
    assert "after 2 waits; run again later" in text
    assert "request-id" in text
    assert len(seven.graph.asked) == 3


def test_a_wait_beyond_the_budget_is_not_begun(seven):
    seven.graph.answer_next(USERS, throttled("3600"))
    assert "429 TooManyRequests" in refusal(seven.source())
    seven.graph.answer_next(USERS, throttled("2"))
    assert "429 TooManyRequests" in refusal(seven.source(max_wait=1))


def test_a_graph_that_gets_too_busy_in_the_middle_is_an_incomplete_read(seven):
    seven.graph.answer_next(USERS, None, *[throttled("0")] * 3)
    logins, result = read(seven.source(retries=1))
    assert (len(logins), result.complete) == (3, False)
    assert "429 TooManyRequests" in result.reason


# -- broken answers --------------------------------------------------------------------------------------------------


def test_an_answer_that_breaks_off_is_an_incomplete_read(seven):
    users = [
        {"id": str(uuid.uuid4()), "userPrincipalName": "x@x.example", "accountEnabled": True} for _user in range(9)
    ]
    page = Answer(body={"value": users}, cut=100)
    seven.graph.answer_next(USERS, None, page)
    logins, result = read(seven.source())
    assert (len(logins), result.complete) == (3, False)
    assert "broke off" in result.reason


def test_half_a_document_of_the_right_length_is_an_incomplete_read(seven):
    seven.graph.answer_next(USERS, None, Answer(body=b'{"value": [{"id": "x", "userPrin'))
    assert not read(seven.source())[1].complete


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"<html>welcome to the hotel</html>"),
        Answer(body=[1]),
        Answer(body={"users": []}),
        Answer(body={"value": ["max"]}),
        Answer(body={"value": [{"userPrincipalName": "max"}]}),
    ],
    ids=["page", "list", "other object", "values of another sort", "values without ids"],
)
def test_what_is_not_graph_is_said(seven, answer):
    seven.graph.answer_next(USERS, answer)
    text = refusal(seven.source())
    assert "check graph_url" in text or "is no JSON" in text


def test_a_redirect_takes_the_token_nowhere(seven):
    seven.graph.answer_next(USERS, Answer(302, {}, {"Location": f"{seven.entra.url}/catch"}))
    assert "302" in refusal(seven.source())
    assert "/catch" not in seven.entra.paths()


def test_an_unknown_error_is_repeated_in_graphs_words(seven):
    seven.graph.answer_next(USERS, error(400, "Request_UnsupportedQuery", "Unsupported Query."))
    text = refusal(seven.source())
    assert "Microsoft Graph (/v1.0/users) answers 400 Request_UnsupportedQuery: Unsupported Query., request-id" in text


def test_nobody_there_is_said(seven):
    seven.graph.stop()
    try:
        assert "check graph_url, proxy and the firewall" in refusal(seven.source())
    finally:
        seven.graph = Graph(seven.ca.path("server"))
        seven.graph.start()


def test_no_secret_and_no_token_is_in_any_message(seven):
    seven.graph.verifiers.clear()
    text = refusal(seven.source())
    assert SECRET not in text
    assert "ey" not in text.split("Bearer")[-1][:2]
