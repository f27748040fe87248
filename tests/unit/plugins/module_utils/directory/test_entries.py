# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry is decoded for what it is, whatever entries came before it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.telephony.connector.plugins.module_utils.directory import entries
from ansible_collections.telephony.connector.plugins.module_utils.directory.entries import decode_entry
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import MalformedError
from ansible_collections.telephony.connector.tests.servers.search_script import tlv

_NAMES = st.sampled_from(
    [b"", b"o", b"sn", b"cn", b"cn;lang-de", b"mail", b"mailbox", b"m" * 127, b"m" * 128, b"1\x31"]
)
_VALUES = st.lists(st.sampled_from([b"", b"a", b"\x31\x02\x04\x00", b"0" * 100, b"x" * 130]), max_size=3)
_ATTRIBUTES = st.lists(st.tuples(_NAMES, _VALUES), max_size=6)


def encoded(attributes: list[tuple[bytes, list[bytes]]], set_tag: int = 0x31) -> bytes:
    parts = [
        tlv(0x30, tlv(0x04, name) + tlv(set_tag, b"".join(tlv(0x04, one) for one in values)))
        for name, values in attributes
    ]
    return tlv(0x04, b"cn=x") + tlv(0x30, b"".join(parts))


@given(st.lists(_ATTRIBUTES, max_size=4), _ATTRIBUTES)
def test_an_entry_is_the_same_whatever_came_before(before: list[Any], attributes: list[Any]) -> None:
    for other in before:
        data = encoded(other)
        decode_entry(data, 0, len(data))
    data = encoded(attributes)
    assert decode_entry(b"\x30" + data + b"\x30", 1, 1 + len(data)) == (b"cn=x", dict(attributes))


@pytest.mark.parametrize(
    "broken",
    [
        encoded([(b"cn", [b"a"])], set_tag=0x30),
        encoded([(b"cn", [b"a"])]).replace(b"\x31\x03", b"\x31\x02"),
        encoded([(b"cn", [b"a"])]).replace(b"\x04\x01a", b"\x0a\x01a"),
        encoded([(b"cn", [b"a"])]).replace(b"\x30\x09\x04\x02cn", b"\x31\x09\x04\x02cn"),
    ],
)
def test_a_broken_attribute_is_not_read_as_the_one_that_came_there_before(broken: bytes) -> None:
    whole = encoded([(b"cn", [b"a"])])
    assert broken != whole
    assert decode_entry(whole, 0, len(whole)) == (b"cn=x", {b"cn": [b"a"]})
    with pytest.raises((MalformedError, IndexError)):
        decode_entry(broken, 0, len(broken))


def test_few_names_are_remembered_of_a_server_that_makes_them_up() -> None:
    for number in range(3000):
        data = encoded([(f"name{number}".encode(), [b"a"]), (b"cn", [b"b"])])
        assert decode_entry(data, 0, len(data))[1] == {f"name{number}".encode(): [b"a"], b"cn": [b"b"]}
    assert len(entries._named) <= 1100
