# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values in distinguished names and filters stay values, whatever they hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ldap3.operation.search import parse_filter
from ldap3.utils.dn import parse_dn

from ansible_collections.telephony.connector.plugins.module_utils.directory.escaping import (
    domain_to_dn,
    escape_dn_value,
    escape_filter_value,
)

VALUES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(VALUES)
@example(" ")
@example('#1, the "best" + <most> \\ used; = \0 ')
def test_a_value_in_a_dn_stays_one_value(value: str) -> None:
    dn = f"uid={escape_dn_value(value)},ou=people"
    parsed = parse_dn(dn)
    assert [name for name, _value, _separator in parsed] == ["uid", "ou"]
    assert parsed[1][1] == "people"


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("Müller, Anna", r"Müller\, Anna"),
        (" a ", r"\ a\ "),
        ("#1#", r"\#1\#"),
        (r"a\b", r"a\\b"),
        ("a\0b\n", r"a\00b\0a"),
        (" ", r"\ "),
        ('"<>;+=', r"\"\<\>\;\+\="),
    ],
)
def test_a_value_in_a_dn_is_written_as_rfc_4514_says(value: str, escaped: str) -> None:
    assert escape_dn_value(value) == escaped


@given(VALUES)
@example("*)(uid=*")
@example("a>=b ")
def test_a_value_in_a_filter_stays_one_value(value: str) -> None:
    parsed = parse_filter(f"(uid={escape_filter_value(value)})", None, False, False, None, False)
    (only,) = parsed.elements
    raw = only.assertion["value"]
    assert re.sub(rb"\\([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), raw) == value.encode()


@pytest.mark.parametrize(
    ("domain", "dn"), [("corp.example", "DC=corp,DC=example"), (" corp.example. ", "DC=corp,DC=example"), ("x", "DC=x")]
)
def test_a_domain_becomes_a_base_dn(domain: str, dn: str) -> None:
    assert domain_to_dn(domain) == dn
