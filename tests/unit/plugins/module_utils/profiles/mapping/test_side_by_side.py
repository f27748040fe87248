# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records taken many at a time become what they become one by one, with the same words about them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import (
    encode_clean,
    encode_columns,
)
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

COLUMNS = ("username", "displayname", "phone", "email", "mobile", "password", "roles", "surname")
SETTINGS = example_count(40)

USUAL = st.tuples(
    st.from_regex(r"\A[a-z0-9.]{1,12}\Z"),
    st.sampled_from(["Max Muster", " Anna ", "Łukasz Øster", "x" * 81, "y" * 300]),
    st.sampled_from(["217", "4711", "", "110", "0815", " 33 ", "12a", "4" * 21]),
    st.sampled_from(["a@b.example", "", "nobody", " c@d.example "]),
    st.sampled_from(["+49 170 1", "", 'say "yes"', "back\\slash", "tab\there", " "]),
    st.sampled_from(["", "", "", "geheim123", "short"]),
    st.sampled_from(["", "", "sales, support", ","]),
    st.one_of(st.none(), st.just(""), st.text(max_size=5), st.lists(st.text(max_size=3), max_size=2)),
)
PLAIN = st.tuples(
    st.from_regex(r"\A[a-z0-9.]{1,12}\Z"),
    st.sampled_from(["Max Muster", " Anna ", "Łukasz"]),
    st.sampled_from(["217", "", "4711"]),
    st.sampled_from(["a@b.example", ""]),
    st.sampled_from(["+49 170 1", ""]),
    *[st.just("")] * 2,
    st.sampled_from([None, "", "Muster", ["Muster", "M."]]),
)
ROWS = st.lists(st.one_of(PLAIN, PLAIN, PLAIN, PLAIN, USUAL), min_size=1, max_size=24) | st.lists(
    PLAIN, min_size=2, max_size=24
)

OPTIONS: dict[str, dict[str, Any]] = {
    "bare columns": {},
    "values that cannot be used are left out": {"on_invalid": {"email": "drop", "extension": "drop"}},
    "expressions": {"variables": {"organisation": "'Example: ' ~ row.surname", "job": "row.phone | int"}},
    "a failing expression": {"variables": {"surname": "10 // (row.phone | int) ~ 'x'"}},
    "a filter": {"filter": "row.phone"},
    "leavers": {"leavers": {"when": "row.mobile == ''"}},
    "two objects": {"structure": {"phonebook_entry": {"display_name": "row.mobile", "when": "row.mobile"}}},
    "a constant": {"variables": {"job": "'Agent'"}},
}


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
