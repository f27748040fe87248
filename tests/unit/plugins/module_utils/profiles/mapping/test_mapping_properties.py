# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties of mapping: the fast way and Jinja2 agree on every row, and no row raises an error."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import Notices
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.cells import CellLayout
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.compiled_profile import (
    CompiledProfile,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import (
    BoundMapper,
    Filtered,
    Mapped,
    Rejected,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.stepwise import Stepwise
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record
from ansible_collections.telephony.connector.tests.examples import example_count

COLUMNS = ("username", "displayname", "phone", "mobile", "password", "memberOf", "phonemac", "createSoftphone")
SETTINGS = example_count(100)

TEXTS = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="'\"{}%#\\\n\t ;,|=()[]<>&äß\ud800\x00", max_size=12),
    st.sampled_from(["", "mmuster", "217", "110", "yes", "no", "geheim123", "001a2b3c4d5e", "cn=Sales,o=x", "{{ 1 }}"]),
)
CELLS = st.one_of(TEXTS, st.none(), st.lists(TEXTS, max_size=3))
ROWS = st.tuples(*[CELLS] * len(COLUMNS))

OPTIONS: list[dict[str, Any]] = [
    {},  # the template as it is: all but the key are bare columns
    {
        "filter": "not (row.username | default('') | lower).startswith('svc')",
        "variables": {
            "displayname": "(row.displayname or row.username) | trim",
            "mobile": "row.mobile | replace(' ', '') | regex_replace('^00', '+')",
            "groups": "values.memberOf | map('cn')",
            "job": "(groups | join(', ')) if groups else row.nope",
            "phone": "(row.phone | digits)[-3:]",
            "ratio": "10 / (row.phone | int)",
            "surname": "ratio ~ 'x'",
        },
        "structure": {
            "user": {"roles": "groups"},
            "phonebook_entry": {"display_name": "row.mobile", "when": "row.mobile"},
        },
    },
    {"variables": {"pin": "row.password ~ 'x'", "phonepass": "row.password"}},
]


@functools.cache
def compiled(define: Callable[..., Any], profile: int) -> CompiledProfile:
    return CompiledProfile(define(**OPTIONS[profile]))


@pytest.mark.parametrize("profile", range(len(OPTIONS)))
@SETTINGS
@given(row=ROWS)
def test_no_row_raises_an_error(define: Callable[..., Any], profile: int, row: tuple[Any, ...]) -> None:
    bound = BoundMapper(compiled(define, profile), COLUMNS)
    outcome = bound.map(Record(1, row))
    assert isinstance(outcome, (Mapped, Filtered, Rejected))
    assert outcome.key is None or (outcome.key and outcome.key == outcome.key.strip())
    if isinstance(outcome, Mapped):
        for one in outcome.objects:
            assert one.fields.keys() <= one.mapped
            assert all(one.fields.values())
    assert bound.explain(Record(1, row)).keys() >= {"row", "filter", "variables"}


@pytest.mark.parametrize("profile", range(len(OPTIONS)))
@SETTINGS
@given(row=ROWS)
def test_the_fast_way_and_expression_by_expression_agree(
    define: Callable[..., Any], profile: int, row: tuple[Any, ...]
) -> None:
    bound = BoundMapper(compiled(define, profile), COLUMNS)
    assert bound.map(Record(1, row)) == bound._map_stepwise(row)


@SETTINGS
@given(row=ROWS)
def test_bare_columns_have_the_value_that_jinja2_would_give_them(
    define: Callable[..., Any], row: tuple[Any, ...]
) -> None:
    """The default template has bare variables only; `Stepwise` sends them through Jinja2 all the same.

    Blanks at their ends are left to the rules of the fields, as those of a password belong to it.
    """
    profile = compiled(define, 0)
    layout = CellLayout(profile, COLUMNS)
    steps = Stepwise(profile, COLUMNS, row, Notices())
    cells = layout.of_row(row)
    assert [column[0] for column in layout.of_rows([row])] == cells
    for expression in profile.all_expressions():
        if profile.resolve(expression) not in profile.early:
            cell = cells[layout.place(expression)]
            assert (cell.strip() if isinstance(cell, str) else cell) == steps.value(expression)


@SETTINGS
@given(row=ROWS, columns=st.permutations(COLUMNS))
def test_the_order_of_columns_does_not_matter(
    define: Callable[..., Any], row: tuple[Any, ...], columns: list[str]
) -> None:
    profile = compiled(define, 1)
    cells = dict(zip(COLUMNS, row, strict=True))
    shuffled = Record(1, tuple(cells[name] for name in columns))
    assert BoundMapper(profile, COLUMNS).map(Record(1, row)) == BoundMapper(profile, tuple(columns)).map(shuffled)


@SETTINGS
@given(password=st.text(min_size=1, max_size=12))
def test_a_password_is_never_shown(define: Callable[..., Any], password: str) -> None:
    secret = f"geheim{password}"
    bound = BoundMapper(compiled(define, 2), ("username", "displayname", "password", "phonemac"))
    record = Record(1, ("m", "M", secret, "001a2b3c4d5e"))
    outcome = bound.map(record)
    assert isinstance(outcome, Rejected)
    assert "geheim" not in f"{outcome} {bound.explain(record)} {bound.notices.sentences()}"
