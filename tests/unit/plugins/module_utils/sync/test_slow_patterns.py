# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A regular expression that would take for ever costs the record with the text that it meets, not the run."""

from __future__ import annotations

import signal
import threading

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions import filters, regex_timeout

HEADER = "username,displayname,phone,room\n"
SLOW = "a" * 60 + "!"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(regex_timeout, "TICK", 0.05)


@pytest.fixture
def rooms(system):
    system.profile(variables={"job": "row.room | regex_search('^(a+)+$')"}, guards={"max_rejected": "100%"})
    return system


def people(rooms):
    lines = (f"user{number},User {number},2{number},{room}\n" for number, room in enumerate(rooms, 10))
    return HEADER + "".join(lines)


def test_a_text_that_takes_for_ever_rejects_its_record_and_the_others_go_on(rooms):
    result = rooms.import_csv(people(["aaa", SLOW, SLOW, "b"]))
    assert rooms.names() == ["user10", "user13"]
    assert rooms.user("user10")["phonebook"] == {"notes": "aaa"}
    assert [entry["name"] for entry in result["rejected"]] == ["user11", "user12"]
    assert "takes too long for this text" in result["rejected"][0]["rule"]
    assert SLOW not in str(result)


def test_replacing_is_limited_as_well(system):
    system.profile(variables={"job": "row.room | regex_replace('(a+)+$', 'x')"})
    assert system.import_csv(people(["baaa", SLOW]))["counts"]["rejected"] == 1
    assert system.user("user10")["phonebook"] == {"notes": "bx"}


def test_a_pattern_that_is_slow_for_many_texts_fails_the_run(rooms):
    rooms.csv(people(f"{SLOW}{number}" for number in range(30)))
    with pytest.raises(
        DefinitionError, match=r"the regular expression '\^\(a\+\)\+\$' takes too long for more than 10"
    ):
        rooms.sync()
    assert rooms.names() == []


def test_one_record_can_be_explained(rooms):
    rooms.csv(people([SLOW]))
    explained = rooms.sync(only="user10", explain=True, check=True)["explain"]
    assert "takes too long" in explained["rejected"]["rule"]


def test_many_quick_calls_in_a_row_are_not_taken_for_a_slow_one(rooms):
    assert rooms.import_csv(people(["a" * 200] * 3000))["counts"]["rejected"] == 0


def test_nothing_is_left_behind(rooms):
    before = signal.getsignal(signal.SIGVTALRM)
    rooms.import_csv(people([SLOW]))
    assert signal.getsignal(signal.SIGVTALRM) is before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert filters.regex_search("aaa", "(a+)+$") == "aaa"


def test_in_another_thread_there_is_no_limit_and_no_error():
    results = []

    def work():
        with regex_timeout.limited():
            results.append(filters.regex_search("aaa", "(a+)+$"))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert results == ["aaa"]
