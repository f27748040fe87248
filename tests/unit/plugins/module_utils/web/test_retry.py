# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for a busy service."""

from __future__ import annotations

import datetime
import email.utils

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds
from ansible_collections.telephony.connector.plugins.module_utils.web.retry import RetryBudget, retry_after


@pytest.fixture
def waits(monkeypatch):
    """The seconds that were waited, without waiting them."""
    seconds: list[float] = []
    monkeypatch.setattr("time.sleep", seconds.append)
    return seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5", 5.0),
        (" 7 ", 7.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("²", None),
        ("9" * 6000, None),
        ("1e3", None),
    ],
)
def test_what_a_service_asks_for(text, seconds):
    assert retry_after(text) == seconds


@pytest.mark.parametrize(("offset", "least", "most"), [(100, 95, 100), (-100, 0, 0)])
def test_a_date_is_until_then(offset, least, most):
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=offset)
    assert least <= (retry_after(email.utils.format_datetime(moment, usegmt=True)) or 0) <= most


def test_it_waits_as_long_as_asked_for_else_longer_each_time(waits):
    budget = RetryBudget(4, Bounds("it"))
    assert [budget.wait(attempt, header) for attempt, header in enumerate(("3", None, "x", "0", "1"))] == [
        True, True, True, True, False,
    ]  # fmt: skip
    assert waits == [3, 2, 4, 0]
    assert (
        budget.sentence("Microsoft")
        == "Microsoft was busy and asked to slow down 4 times; 9 seconds were spent waiting."
    )


def test_it_waits_no_longer_than_it_may(waits):
    assert not RetryBudget(3, Bounds("it"), longest=60).wait(0, "61")
    assert not RetryBudget(3, Bounds("it"), budget=60).wait(0, "61")
    assert not RetryBudget(3, Bounds("it", max_seconds=60)).wait(0, "61")
    assert waits == []
    assert RetryBudget(3, Bounds("it")).sentence("Microsoft") == ""


def test_it_tells_why_it_does_not_wait(waits):
    budget = RetryBudget(3, Bounds("it"), longest=60)
    assert not budget.wait(0, "3600")
    assert (budget.asks_too_much, budget.asked) == (True, 3600)
