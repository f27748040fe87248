# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every read has an end: bounds of time, bytes, records and values."""

from __future__ import annotations

import socket
import time

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources import bounds
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import ReadResult, Record, Unusable
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.streams import BrokenOffError
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_specs import OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class

LONG = "x" * 1_000_000


@pytest.mark.parametrize("family", OPTIONS)
def test_every_family_has_the_bounds(family):
    assert {"max_seconds", "max_bytes"} <= OPTIONS[family].keys()


@pytest.mark.parametrize(("name", "value"), [("max_seconds", 0), ("max_seconds", "soon"), ("max_bytes", 0)])
def test_bounds_are_numbers_that_make_sense(name, value):
    with pytest.raises(DefinitionError, match=f"The source option {name} must be "):
        source_class("csv")({"path": "/x.csv", name: value})


def test_what_is_not_given_is_an_hour_and_four_gibibytes():
    with bounds.Bounds.from_options({}, "It") as limits:
        assert 3590 < limits.seconds_left <= 3600
        limits.received(4 << 30)
        with pytest.raises(bounds.LimitReachedError, match="It is larger than 4294967296 bytes"):
            limits.received(1)


def test_the_error_fails_a_read_at_its_opening_and_ends_it_later():
    assert issubclass(bounds.LimitReachedError, SourceError)
    assert issubclass(bounds.LimitReachedError, BrokenOffError)
    assert bounds.LimitReachedError("Why.").message == str(bounds.LimitReachedError("Why.")) == "Why."


def test_packed_bytes_count_for_themselves():
    limits = bounds.Bounds("It", max_bytes=10)
    limits.received(10)
    limits.packed(10)
    with pytest.raises(bounds.LimitReachedError):
        limits.packed(1)


def test_a_connection_is_cut_when_the_time_is_over():
    one, other = socket.socketpair()
    with one, other, bounds.Bounds("It", max_seconds=0.2) as limits:
        limits.watch(one)
        start = time.monotonic()
        assert one.recv(1) == b""
        assert time.monotonic() - start < 30
        with pytest.raises(bounds.LimitReachedError, match=r"could not be read to its end within 0\.2 seconds"):
            limits.check()


def test_a_connection_lives_on_after_a_read_in_time():
    one, other = socket.socketpair()
    with one, other:
        with bounds.Bounds("It", max_seconds=0.2) as limits:
            limits.watch(one)
        time.sleep(0.4)
        other.sendall(b"x")
        assert one.recv(1) == b"x"


@pytest.mark.parametrize(
    ("row", "field", "rule"),
    [
        (("a", LONG), "two", "has a value of more than 65536 characters"),
        (("a", ["b", LONG]), "two", "has a value of more than 65536 characters"),
        (("a", ["x" * 60_000] * 300), "", "has more than 16 MiB"),
    ],
)
def test_a_record_that_is_too_large_makes_the_read_incomplete(row, field, rule):
    result = ReadResult()
    item = bounds.checked(Record(7, row), ("one", "two"), result, "the phonebook")
    assert isinstance(item, Unusable)
    assert (item.number, item.field, item.rule, item.row[0]) == (7, field, rule, "a")
    assert LONG not in item.row
    assert not result.complete
    assert result.reason.startswith(f"Record 7 of the phonebook {rule}")


@pytest.mark.parametrize("row", [("a", None), ("x" * 65536, []), (["x" * 65536] * 2, "b")])
def test_an_ordinary_record_stays_as_it_is(row):
    result, record = ReadResult(), Record(1, row)
    assert bounds.checked(record, ("one", "two"), result, "it") is record
    assert result.complete
