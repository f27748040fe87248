# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A search filter that is wrong is refused where it is declared, with the character at fault."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.operation.search import compile_filter, parse_filter

from ansible_collections.telephony.connector.plugins.module_utils.directory.escaping import escape_filter_value
from ansible_collections.telephony.connector.plugins.module_utils.directory.filters import checked_filter
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError

GOOD = [
    "(objectClass=*)",
    "(&(objectClass=person)(|(uid=a*)(mail=*@corp.example))(!(cn=Müller, Anna)))",
    "( & (a=b) (c=d) )",
    "(userAccountControl:1.2.840.113556.1.4.803:=2)",
    "(memberOf:1.2.840.113556.1.4.1941:=cn=a\\2cb,dc=x)",
    "(cn:dn:2.4.6.8.10:=x)",
    "(:dn:2.4.6.8.10:=x)",
    "(a>=1)",
    "(a<=1)",
    "(a~=x)",
    "(cn;lang-de=x)",
    "(cn=)",
    r"(cn=a\28b\29)",
]


@pytest.mark.parametrize("text", GOOD)
def test_a_filter_of_every_kind_is_taken(text: str) -> None:
    assert checked_filter(text) == text


def test_parentheses_around_it_may_be_left_out() -> None:
    assert checked_filter(" objectClass=person ") == "(objectClass=person)"
    assert checked_filter("&(a=b)(c=d)") == "(&(a=b)(c=d))"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("(&(objectClass=person)(uid=a)", 30, 'a closing ")" is missing'),
        ("(objectClass=person))", 21, "more after its end"),
        ("(a=b)(c=d)", 6, "more after its end"),
        ("(&(objectClass=person)uid=a)", 23, 'a closing ")" is missing'),
        ("(objectClass)", 2, "an attribute, a comparison"),
        ("()", 2, "an attribute, a comparison"),
        ("(cn=a\\b)", 6, "backslash must be followed by two hexadecimal digits"),
        ("(cn=Corp (Berlin))", 10, "must be written as"),
        ("(&)", 3, "a condition is missing"),
        ("(!)", 3, 'an opening "(" is missing'),
        ("(!(a=b)(c=d))", 8, 'a closing ")" is missing'),
    ],
)
def test_what_is_wrong_with_a_filter_is_told_with_its_place(text: str, place: int, words: str) -> None:
    with pytest.raises(DefinitionError, match=re.escape(words)) as caught:
        checked_filter(text)
    assert f"at character {place} of " in caught.value.message


def test_a_filter_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(DefinitionError, match="nested too deeply"):
        checked_filter("(!" * 5000 + "(a=b)" + ")" * 5000)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_escaped_value_is_always_taken(value: str) -> None:
    text = f"(cn={escape_filter_value(value)})"
    assert checked_filter(text) == text


LEAVES = st.sampled_from(["(a=b)", "(a=*)", "(a=b*c)", "(a>=1)", "(a:1.2:=x)", r"(a=\2a)"])
FILTERS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(&{''.join(parts)})")
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(|{''.join(parts)})")
        | inner.map(lambda part: f"(!{part})")
    ),
    max_leaves=8,
)


@given(FILTERS)
def test_what_is_taken_can_be_sent(text: str) -> None:
    compile_filter(parse_filter(checked_filter(text), None, True, True, None, False).elements[0])
