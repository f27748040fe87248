# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fingerprints of rows: the same for the same row in every run and on every Python, and others for all others."""

from __future__ import annotations

import hashlib
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.known_records import fingerprinter

KEY = b"k" * 32
TEXTS = st.text(st.characters(exclude_characters="\0"), max_size=3)
CELLS = st.one_of(st.none(), TEXTS, st.lists(TEXTS, max_size=2))


def of(rows):
    store = SimpleNamespace(vault=SimpleNamespace(row_key=lambda: KEY))
    fingerprint = fingerprinter(SimpleNamespace(store=store, definition=SimpleNamespace(digest="d")), ("a", "b"))
    return [fingerprint(row) for row in rows]


def by_hand(data):
    made = hashlib.blake2b(key=KEY, digest_size=15)
    made.update(repr(("d", ("a", "b"))).encode() + data)
    return made.digest()


@given(st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=6))
def test_two_rows_have_one_fingerprint_if_they_are_the_same(rows):
    marks = of(rows)
    for row, mark in zip(rows, marks, strict=True):
        assert [other == row for other in rows] == [other == mark for other in marks]


@pytest.mark.parametrize(
    ("row", "data"),
    [
        (("x", "ü"), b"x\0\xc3\xbc"),
        # a tuple, a text or a list with their sizes, "N" for nothing: the second format of Python's marshal
        (("x", None), b"\0\0(\x02\0\0\0u\x01\0\0\0xN"),
        ((["x"], ""), b"\0\0(\x02\0\0\0[\x01\0\0\0u\x01\0\0\0xu\0\0\0\0"),
    ],
)
def test_a_fingerprint_is_the_same_on_every_python(row, data):
    assert of([row]) == [by_hand(data)]


def test_a_text_of_another_kind_has_a_fingerprint_too():
    class Text(str):
        __slots__ = ()

    assert len({*of([(Text("x"), None), (Text("y"), None), ("z", None)])}) == 3
