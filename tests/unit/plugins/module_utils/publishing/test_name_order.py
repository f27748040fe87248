# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names are sorted by their base letters, however they are looked up."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.publishing.name_order import sort_key


def spelt_out(name):
    """Return the key as DIN 5007-1 has it, without any table."""
    return re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", name.casefold()))


@given(st.text(st.characters(max_codepoint=255)) | st.text())
def test_the_table_of_letters_changes_nothing(name):
    assert sort_key(name) == spelt_out(name)


@pytest.mark.parametrize(("name", "key"), [("Ärger", "arger"), ("Straße", "strasse"), ("½ µ", "1\u20442 \u03bc")])
def test_umlauts_stand_with_their_base_letters(name, key):
    assert sort_key(name) == key
