# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties that hold for every value: cleaning twice changes nothing, nesting loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, FieldError, Notices
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK, is_secret
from ansible_collections.telephony.connector.tests.examples import example_count

VALUES = st.one_of(
    st.text(max_size=90),
    st.integers(min_value=-10, max_value=10**6),
    st.floats(allow_nan=True),
    st.sampled_from(["mmuster", "4711", "217", "*801", "sip:a", "ldap", "a@b.example", "one\r\ntwo", "x" * 85, True]),
    st.none(),
    st.lists(st.text(max_size=20), max_size=4),
    st.lists(
        st.fixed_dictionaries(
            {"type": st.sampled_from(["softphone", "mobile", "ip_phone", "sip"])},
            optional={
                "mac": st.sampled_from(["00:1A:2B:3C:4D:5E", "x", ""]),
                "number": st.text(max_size=10),
                "password": st.text(max_size=12),
                "timeouts": st.just({"internal": {"ring": "20", "delay": 0}}),
            },
        ),
        max_size=3,
    ),
)
LABELS = st.text(min_size=1, max_size=12).map(str.strip).filter(bool)


@st.composite
def flat_fields(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    names = list(KINDS[kind].fields)
    if kind != "speed_dial":
        prefix = "phonebook.labels." if kind == "user" else "labels."
        names += [prefix + label for label in draw(st.lists(LABELS, max_size=2))]
    chosen = draw(st.lists(st.sampled_from(names), unique=True))
    return {name: draw(VALUES) for name in chosen}


@pytest.mark.parametrize("kind", sorted(KINDS))
@example_count(150)
@given(data=st.data())
def test_cleaning_twice_is_cleaning_once(kind: str, data: st.DataObject) -> None:
    fields = data.draw(flat_fields(kind))
    try:
        once = KINDS[kind].clean(fields, Notices(), partial=True)
    except FieldError as refused:
        once, error = {}, refused
    else:
        error = None
    assert error is None or (error.rule and (not is_secret(error.field) or error.value in (MASK, "")))
    assert KINDS[kind].clean(once, Notices(), partial=True) == once
    assert all(once.values())
    order = list(KINDS[kind].fields)
    assert list(once) == sorted(once, key=lambda name: (order.index(name) if name in order else len(order), name))
    for name, value in once.items():
        if name not in ("roles", "devices"):
            assert isinstance(value, str)
            value.encode()


@pytest.mark.parametrize("kind", sorted(KINDS))
@example_count(100)
@given(data=st.data())
def test_nesting_and_flattening_lose_nothing(kind: str, data: st.DataObject) -> None:
    fields = data.draw(flat_fields(kind))
    assert KINDS[kind].flatten(KINDS[kind].nest(fields)) == fields
