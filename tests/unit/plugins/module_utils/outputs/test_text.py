# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts are cut on whole characters and fit into XML, whatever they are."""

from __future__ import annotations

import unicodedata
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.vcard import card
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import (
    cut_bytes,
    cut_characters,
    xml_text,
)

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(TEXTS, st.integers(1, 50))
def test_what_is_cut_fits_and_is_the_beginning(text, limit):
    short = cut_bytes(text, limit)
    assert len(short.encode()) <= limit
    assert text.startswith(short)
    assert len(cut_characters(text, limit)) <= limit


@given(TEXTS, st.integers(1, 50))
def test_no_accent_is_cut_off_its_letter(text, limit):
    for short in (cut_bytes(text, limit), cut_characters(text, limit)):
        rest = text[len(short) :]
        if short and rest and not rest[0].isspace():
            assert not unicodedata.category(rest[0]).startswith("M")


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [("e\u0301e\u0301", 3, "e\u0301"), ("👨‍👩‍👧x", 12, ""), ("👍🏽x", 7, ""), ("ab cd", 3, "ab"), ("äöü", 5, "äö")],
)
def test_a_character_of_several_code_points_stays_whole(text, limit, short):
    assert cut_bytes(text, limit) == short


@given(TEXTS)
def test_any_text_comes_back_from_xml(text):
    root = ET.fromstring(f'<a b="{xml_text(text)}">{xml_text(text)}</a>')
    allowed = "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
    assert (root.text or "") == allowed.replace("\r\n", "\n").replace("\r", "\n")


@given(TEXTS.filter(str.strip))
def test_no_line_of_a_card_is_longer_than_75_octets(text):
    lines = card({"uid": "1", "display_name": text, "notes": text}, "3.0").encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line for line in lines)
    for line in lines:
        line.decode()
