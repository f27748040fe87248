# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records taken many at a time become what they become one by one, with the same words about them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import (
    encode_clean,
    encode_columns,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import phone_number
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.plain_columns import clean_column
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.compiled_profile import (
    CompiledProfile,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import (
    Alike,
    BoundMapper,
    Desired,
    Filtered,
    Mapped,
    Outcome,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record
from ansible_collections.telephony.connector.tests.examples import example_count
from ansible_collections.telephony.connector.tests.plain_records import COLUMNS, OPTIONS, ROWS

SETTINGS = example_count(40)


def one_by_one(alike: Alike) -> list[Outcome]:
    """Return what stands side by side as it would be one by one."""
    texts = encode_columns(alike.columns)
    assert texts == [encode_clean(json.loads(text)) for text in texts]
    return [
        Mapped(key, (Desired(alike.slot, alike.kind, json.loads(text), alike.mapped),))
        for key, text in zip(alike.keys, texts, strict=True)
    ]


def taken_together(bound: BoundMapper, rows: Sequence[tuple[Any, ...]]) -> tuple[dict[int, Outcome], list[int]]:
    """Return what becomes of each row, by its place, and the places of those that are not filtered as they came."""
    found: dict[int, Outcome] = {}
    order: list[int] = []
    for places, outcome in bound.map_many(rows):
        outcomes = one_by_one(outcome) if isinstance(outcome, Alike) else [outcome]
        assert found.keys().isdisjoint(places)
        found |= dict(zip(places, outcomes, strict=True))
        if not isinstance(outcome, Filtered):
            order += places
    return found, order


@pytest.mark.parametrize("profile", OPTIONS)
@SETTINGS
@given(rows=ROWS)
def test_many_records_become_what_each_becomes(
    define: Callable[..., Any], profile: str, rows: list[tuple[Any, ...]]
) -> None:
    compiled = CompiledProfile(define(**OPTIONS[profile]))
    together, single = BoundMapper(compiled, COLUMNS), BoundMapper(compiled, COLUMNS)
    found, order = taken_together(together, rows)
    assert [found[place] for place in range(len(rows))] == [single.map(Record(1, row)) for row in rows]
    assert order == sorted(order)
    assert together.notices.dropped == single.notices.dropped
    assert sorted(together.notices.sentences()) == sorted(single.notices.sentences())


@pytest.mark.parametrize("profile", ["bare columns", "expressions", "a filter", "a constant"])
def test_plain_records_are_taken_together(define: Callable[..., Any], profile: str) -> None:
    bound = BoundMapper(CompiledProfile(define(**OPTIONS[profile])), COLUMNS)
    rows = [(f"m{n}", "Max", f"{n + 200}", "", "", "", "", None) for n in range(200)]
    rows[90] = ("m 90", *rows[90][1:])
    found = list(bound.map_many(rows))
    assert sum(isinstance(outcome, Alike) for _places, outcome in found) <= 6  # the halves beside the odd one
    assert sum(len(places) for places, outcome in found if isinstance(outcome, Alike)) >= 180


@pytest.mark.parametrize("number", ["sip:100@pbx.example", "+49 170 1", "sip:desk@pbx.example", " "])
def test_one_text_that_does_not_match_takes_no_longer_for_those_before_it(number: str) -> None:
    begin = time.process_time()
    for values in ([number] * 5000, [*[number] * 5000, "none"]):
        clean_column("phonebook.mobile", phone_number, values)
    assert time.process_time() - begin < 5  # it was twice as long for each text more
