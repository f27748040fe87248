# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The explanation of a record shows its whole way, and no secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapper
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record

Define = Callable[..., Any]


def explain(define: Define, row: dict[str, Any], **options: Any) -> dict[str, Any]:
    bound = Mapper(define(**options)).bind(tuple(row))
    explained: dict[str, Any] = bound.explain(Record(1, tuple(row.values())))
    assert bound.notices.sentences() == []
    return explained


def test_a_wanted_record(define: Define) -> None:
    row = {"username": "MMuster", "displayname": "x" * 90, "mobile": "1", "Zone": "B"}
    explained = explain(
        define,
        row,
        filter="row.mobile",
        variables={"zone": "row.Zone | lower", "unused": "1 / 0", "fixed": ["a"], "text": "'b'"},
        structure={"user": {"phonebook": {"labels": {"Zone": "zone"}}}},
    )
    assert explained["row"] == row
    assert explained["filter"] is True
    assert explained["variables"]["zone"] == "b"
    assert explained["variables"]["email"] is None
    assert (explained["variables"]["fixed"], explained["variables"]["text"]) == (["a"], "b")
    assert explained["variables"]["unused"] == '(variable "unused" cannot be worked out: division by zero)'
    assert explained["desired"] == [
        {
            "kind": "user",
            "slot": "user",
            "fields": {
                "username": "mmuster",
                "display_name": "x" * 80,
                "phonebook": {"mobile": "1", "labels": {"Zone": "b"}},
            },
        }
    ]
    assert "rejected" not in explained


def test_a_filtered_record(define: Define) -> None:
    explained = explain(define, {"username": "m", "displayname": "M", "active": ""}, filter="row.active")
    assert (explained["filter"], explained["desired"]) == (False, [])


def test_a_rejected_record(define: Define) -> None:
    explained = explain(define, {"username": "m", "displayname": "M", "phone": "110"})
    assert explained["rejected"] == {
        "field": "extension",
        "value": "110",
        "rule": "must not be an emergency number (110, 112)",
    }
    assert "desired" not in explained
    failed = explain(define, {"username": "m", "displayname": "M"}, filter="1 / 0")
    assert (failed["filter"], failed["rejected"]["field"]) == (None, "filter")


def test_no_secret_is_shown_wherever_it_comes_through(define: Define) -> None:
    row = {
        "username": "m",
        "displayname": "M",
        "Code": "geheim-code",
        "pin": "4711",
        "password": "geheim-unused",
        "phonepass": "geheim-phone",
        "phonemac": "001a2b3c4d5e",
        "sip": "geheim-sip",
        "empty_secret": "",
    }
    explained = explain(
        define,
        row,
        variables={"password": "secret ~ 'xx'", "secret": "row.code | upper", "phonepass": "row.phonepass"},
        structure={"user": {"devices": [{"type": "'sip'", "password": "row.sip ~ row.phonepass ~ row.empty_secret"}]}},
    )
    text = str(explained).lower()
    assert "geheim" not in text
    assert "4711" not in text
    assert explained["row"] == {
        "username": "m",
        "displayname": "M",
        "Code": "********",
        "pin": "********",
        "password": "********",
        "phonepass": "********",
        "phonemac": "001a2b3c4d5e",
        "sip": "********",
        "empty_secret": "",
    }
    assert explained["variables"]["secret"] == explained["variables"]["password"] == "********"
    fields = explained["desired"][0]["fields"]
    assert (fields["password"], fields["pin"], fields["devices"][0]["password"]) == ("********",) * 3
    assert fields["username"] == "m"


def test_a_secret_variable_that_fails_is_masked_too(define: Define) -> None:
    row = {"username": "m", "displayname": "M", "code": "geheim"}
    explained = explain(define, row, variables={"pin": "'%d' % row.code"})
    assert "geheim" not in str(explained)
    assert explained["rejected"]["field"] == "pin"


def test_a_secret_column_that_is_named_at_run_time_is_masked(define: Define) -> None:
    row = {"username": "m", "displayname": "M", "xpin": "471199", "other": "x471199y", "phone": "201"}
    explained = explain(
        define, row, variables={"pin": "row['xp' ~ 'in']", "seen": "row.other", "part": "row['xp' ~ 'in'][:4]"}
    )
    assert "4711" not in str(explained)
    assert (explained["row"]["phone"], explained["row"]["displayname"]) == ("201", "M")
