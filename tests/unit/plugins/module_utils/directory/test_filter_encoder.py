# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Searches as bytes: ldap3 sends the same for the same filter, and pyasn1 reads what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.operation.search import compile_filter, parse_filter, search_operation
from ldap3.protocol.rfc2696 import RealSearchControlValue
from ldap3.protocol.rfc4511 import LDAPMessage
from ldap3.utils.asn1 import encode  # type: ignore[attr-defined, unused-ignore]
from ldap3.utils.conv import escape_filter_chars
from pyasn1.codec.ber.decoder import decode

from ansible_collections.telephony.connector.plugins.module_utils.directory import encoder
from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import SCOPES
from ansible_collections.telephony.connector.plugins.module_utils.directory.filter_encoder import encoded
from ansible_collections.telephony.connector.plugins.module_utils.directory.filters import checked_filter

NAMES = st.sampled_from(["cn", "objectClass", "cn;lang-de", "2.5.4.3", "entryUUID"])
RULES = st.sampled_from(["2.5.13.5", "caseExactMatch", "1.2.840.113556.1.4.803"])
BLANKS = st.sampled_from(["", " ", "\t", "\n  "])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=150).map(escape_filter_chars)
#: what stands between stars: at least something, since what is empty there says nothing
SUBSTRINGS = st.lists(st.text("abcÄ€ \\*()", min_size=1).map(escape_filter_chars), min_size=1, max_size=3)

PRESENT = NAMES.map("{}=*".format)
COMPARED = st.builds("{}{}{}".format, NAMES, st.sampled_from(["=", ">=", "<=", "~="]), TEXTS)
PARTS = st.builds(
    "{}={}{}{}".format, NAMES, st.sampled_from(["*", "x*"]), SUBSTRINGS.map("*".join), st.sampled_from(["*", "*y"])
)
RULED = st.one_of(
    st.builds("{}:{}:={}".format, NAMES, RULES, TEXTS),
    st.builds("{}:dn:{}:={}".format, NAMES, RULES, TEXTS),
    st.builds("{}:dn:={}".format, NAMES, TEXTS),
    st.builds("{}:={}".format, NAMES, TEXTS),
    st.builds(":{}:={}".format, RULES, TEXTS),
    st.builds(":dn:{}:={}".format, RULES, TEXTS),
)
ITEMS = st.builds("({}{}{})".format, BLANKS, st.one_of(PRESENT, COMPARED, PARTS, RULED), BLANKS)
FILTERS = st.recursive(
    ITEMS,
    lambda inner: st.one_of(
        st.builds("({}!{}{})".format, BLANKS, BLANKS, inner),
        st.builds(
            "({}{}{})".format, st.sampled_from("&|"), BLANKS, st.lists(inner, min_size=1, max_size=4).map(" ".join)
        ),
    ),
    max_leaves=12,
)


def by_ldap3(text):
    return encode(compile_filter(parse_filter(text, None, True, True, None, False).elements[0]))


@given(FILTERS)
def test_filters_that_are_checked_become_what_ldap3_makes_of_them(text):
    assert checked_filter(text) == text.strip()
    assert encoded(text.strip()) == by_ldap3(text.strip())


@pytest.mark.parametrize("ids", [1, 3, 200])
def test_a_filter_of_many_ids(ids):
    either = "".join(f"(entryUUID=0b5d3a5e-0000-1040-8000-{number:012x})" for number in range(ids))
    text = f"(&(objectClass=inetOrgPerson)(|{either}))"
    assert encoded(text) == by_ldap3(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cn=x",
        "(cn)",
        "(cn=x",
        "(cn=x))",
        "(!(cn=x)(cn=y))",
        "(&(cn=x)cn=y)",
        "(:=x)",
        "(=x)",
        "(:dn:=x)",
        "(cn:dn=x)",
    ],
)
def test_what_is_no_filter_is_not_sent(text):
    with pytest.raises(ValueError, match=r"filter|condition|comparison"):
        encoded(text)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("types_only", [False, True])
@pytest.mark.parametrize("attributes", [(), ("cn",), ("cn", "*", "+")])
def test_searches(scope, types_only, attributes):
    base = "ou=Bücher,dc=corp"
    ours = encoder.search(base, SCOPES[scope], encoded("(cn=*)"), attributes, types_only)
    wanted = list(attributes) or ["1.1"]
    theirs = encode(search_operation(base, "(cn=*)", SCOPES[scope], 0, wanted, 0, 0, types_only, True, True))
    # in a message, the operation has a tag of its own instead of that of a sequence
    assert ours[0] == 0x63
    assert ours[1:] == theirs[1:]


@given(st.integers(1, 2**31 - 1), st.integers(0, 2**31 - 1), st.binary(max_size=300), st.booleans())
def test_controls(number, size, cookie, is_critical):
    page, plain = encoder.page_request(size, cookie), ("1.2.840.113556.1.4.417", is_critical, None)
    operation = encoder.search("dc=corp", 2, encoded("(cn=*)"), ["cn"], False)
    paged = ("1.2.840.113556.1.4.319", is_critical, page)
    message, rest = decode(encoder.message(number, operation, [paged, plain]), asn1Spec=LDAPMessage())
    assert (rest, int(message["messageID"])) == (b"", number)
    first, second = message["controls"]
    assert [str(one["controlType"]) for one in (first, second)] == [paged[0], plain[0]]
    assert {bool(one["criticality"]) for one in (first, second)} == {is_critical}
    assert not second["controlValue"].hasValue()
    value, rest = decode(bytes(first["controlValue"]), asn1Spec=RealSearchControlValue())
    assert (int(value["size"]), bytes(value["cookie"]), rest) == (size, cookie, b"")
