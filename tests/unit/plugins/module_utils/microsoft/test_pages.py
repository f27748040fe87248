# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page of Microsoft Graph says of its texts before anybody looks at each of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.microsoft.graph import Page
from ansible_collections.telephony.connector.plugins.module_utils.sources.unfit import unfit

TEXTS = st.lists(st.text(st.sampled_from('aä"\\\0 ,:[\n\ud83d\ude00한😀'), max_size=30), max_size=5)


def page(*texts, **options):
    answer = {"value": [{"id": "1", "otherMails": list(texts)}]}
    return Page(answer, json.dumps(answer, **options).encode("utf-8", "surrogatepass"))


@given(TEXTS, st.integers(1, 30), st.booleans())
def test_a_page_that_is_said_to_be_plain_is_plain(texts, size, is_ascii):
    found = page(*texts, ensure_ascii=is_ascii)
    assert found.may_hold_longer(size) or all(len(text) <= size for text in texts)
    assert found.may_hold_unfit() or not any(map(unfit, texts))


@pytest.mark.parametrize(("longest", "may"), [(1000, False), (1001, True)])
def test_the_longest_text_that_is_allowed_is_plain(longest, may):
    for before in range(20):
        texts = ["a" * before, *["b" * 700] * 3, "c" * longest, *["d"] * 500]
        assert page(*texts, ensure_ascii=False).may_hold_longer(1000) is may
