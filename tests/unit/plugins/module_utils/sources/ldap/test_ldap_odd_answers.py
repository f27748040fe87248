# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of a directory that are allowed, odd or wrong: an incomplete read removes nobody."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.telephony.connector.tests.directory import read_directory as read
from ansible_collections.telephony.connector.tests.servers.search_script import (
    Script,
    disconnection,
    done,
    entry,
    reference,
)

from .odd_servers import cannot_be_read, scripted


def test_an_entry_without_the_key_is_rejected_alone(system: Any) -> None:
    good = {"uid": ["anna"], "cn": ["Anna"], "entryUUID": ["00000000-0000-1000-8000-000000000001"]}
    with Script(entry("uid=anna", **good) + entry("uid=bob", uid=["bob"], cn=["Bob"]) + done()) as script:
        system.profile(template="ldap_users", source=scripted(script))
        result = system.sync()
    (rejected,) = result["rejected"]
    assert (rejected["field"], rejected["rule"], rejected["record"]) == ("key", "required", 2)
    assert system.names() == ["anna"]


# ---------------------------------------------------------------------- what only a script says


def told(*answers: bytes) -> Any:
    with Script(*answers) as script:
        return read(scripted(script))


def test_a_referral_as_the_answer_makes_the_read_incomplete() -> None:
    whole = told(entry("uid=a", uid=["a"]) + done(10, referrals=["ldap://other/dc=x"]))
    assert (whole.column("uid"), whole.result.complete) == (["a"], False)
    assert "referral to ldap://other/dc=x" in whole.result.reason
    with Script(done(10, referrals=["ldap://other/dc=x"])) as script:
        assert "referral to ldap://other/dc=x" in cannot_be_read(scripted(script))


def test_search_references_are_reported_once_and_do_not_make_a_read_incomplete() -> None:
    references = b"".join(reference(f"ldap://{host}/") for host in ("a", "b", "c", "d", "a"))
    whole = told(entry("uid=a", uid=["a"]) + references + done())
    assert whole.result.complete
    (warning,) = whole.result.warnings
    assert "ldap://a/, ldap://b/, ldap://c/ and 1 more" in warning


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (done(3), "at its time limit"),
        (done(4), "at its size limit"),
        (done(11, "too much"), "lower page_size, or raise the limit there; adminLimitExceeded (11): too much"),
        (done(51), "the server is busy"),
        (done(80, "internal\nfault"), "result 80: internal fault"),
        (disconnection("going down"), "the server closed the connection (going down)"),
        (b"", "the server closed the connection"),
        (b"\x30\x80garbage", "is not LDAP"),
    ],
)
def test_every_other_end_than_success_is_incomplete(end: bytes, words: str) -> None:
    first = entry("uid=a", uid=["a"]) + done(cookie=b"more")
    whole = told(first, entry("uid=b", uid=["b"]) + end)
    assert whole.column("uid") == ["a", "b"]
    assert not whole.result.complete
    assert words in whole.result.reason
    assert "2 entries" in whole.result.reason


def test_pages_without_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.telephony.connector.plugins.module_utils.directory import search

    monkeypatch.setattr(search, "_MOST_EMPTY_PAGES", 5)
    whole = told(entry("uid=a", uid=["a"]) + done(cookie=b"more"), *[done(cookie=b"more")] * 20)
    assert "5 empty pages" in whole.result.reason


def test_ranges_are_asked_for_to_their_end() -> None:
    first = entry("cn=g", uid=["g"], memberOf__rangeEQ0_1=["a", "b"]) + entry("cn=h", uid=["h"], memberOf=["z"])
    with Script(
        first + done(),
        entry("cn=g", memberOf__rangeEQ2_3=["c", "d"]) + done(),
        entry("cn=g", memberOf__rangeEQ4_STAR=["e"]) + done(),
    ) as script:
        whole = read(scripted(script), "uid", "memberOf")
    assert whole.result.complete
    assert {row["uid"]: row["memberOf"] for row in whole.rows} == {"g": ["a", "b", "c", "d", "e"], "h": "z"}
    assert b"memberOf;range=2-*" in script.requests[2]


@pytest.mark.parametrize("answer", [done(), done(50), entry("cn=g", memberOf__rangeEQ2_3=["c"]) + done(80), b""])
def test_a_range_that_cannot_be_finished_makes_the_read_incomplete_without_half_a_row(answer: bytes) -> None:
    first = entry("cn=h", uid=["h"]) + entry("cn=g", uid=["g"], memberOf__rangeEQ0_1=["a", "b"]) + done()
    with Script(first, answer) as script:
        whole = read(scripted(script), "uid", "memberOf")
    assert whole.column("uid") == ["h"]
    assert not whole.result.complete
