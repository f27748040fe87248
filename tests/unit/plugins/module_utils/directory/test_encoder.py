# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes as bytes: a decoder by somebody else reads what was meant, and answers that are none are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ldap3.protocol.rfc4511 import LDAPMessage
from pyasn1.codec.ber.decoder import decode

from ansible_collections.telephony.connector.plugins.module_utils.directory import encoder
from ansible_collections.telephony.connector.plugins.module_utils.directory.decoder import (
    Span,
    decode_bind,
    decode_change,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import (
    Disconnection,
    Done,
    MalformedError,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
ATTRIBUTES = st.dictionaries(st.sampled_from(["cn", "sn", "description", "mobile"]), st.lists(TEXTS, max_size=4))
DN = "uid=Müller,ou=phonebook,dc=corp"


def decoded(number, operation):
    message, rest = decode(encoder.message(number, operation), asn1Spec=LDAPMessage())
    assert (rest, int(message["messageID"])) == (b"", number)
    return message["protocolOp"].getName(), message["protocolOp"].getComponent()


def values_of(attribute):
    return str(attribute["type"]), [bytes(one).decode() for one in attribute["vals"]]


@given(st.integers(1, 2**31 - 1), ATTRIBUTES)
def test_additions(number, attributes):
    name, operation = decoded(number, encoder.addition(DN, attributes))
    assert (name, bytes(operation["entry"]).decode()) == ("addRequest", DN)
    assert dict(map(values_of, operation["attributes"])) == attributes


@given(st.integers(1, 2**31 - 1), ATTRIBUTES)
def test_modifications(number, attributes):
    name, operation = decoded(number, encoder.modification(DN, attributes))
    assert (name, bytes(operation["object"]).decode()) == ("modifyRequest", DN)
    changes = list(operation["changes"])
    assert {int(one["operation"]) for one in changes} <= {2}  # replace
    assert dict(values_of(one["modification"]) for one in changes) == attributes


def test_removals():
    name, operation = decoded(4711, encoder.removal(DN))
    assert (name, bytes(operation).decode()) == ("delRequest", DN)


@given(st.integers(1, 2**31 - 1), TEXTS, st.binary(max_size=200))
def test_binds(number, user, password):
    name, operation = decoded(number, encoder.bind(user, password))
    assert (name, int(operation["version"]), bytes(operation["name"]).decode()) == ("bindRequest", 3, user)
    assert bytes(operation["authentication"]["simple"]) == password


def answer(tag, number=7, code=0):
    return bytes((0x30, 12, 2, 1, number, tag, 7, 10, 1, code, 4, 0, 4, 0))


@pytest.mark.parametrize("tag", [0x67, 0x69, 0x6B])
def test_answers_to_changes(tag):
    assert decode_change(Span(answer(tag, 7, 50), 0, 14)) == (7, Done(50, "", "", [], {}))


def test_answers_to_binds():
    assert decode_bind(Span(answer(0x61, 7, 49), 0, 14)) == (7, Done(49, "", "", [], {}))
    for_sasl = bytes((0x30, 14, 2, 1, 7, 0x61, 9, 10, 1, 0, 4, 0, 4, 0, 0x87, 0))
    assert decode_bind(Span(for_sasl, 0, 16)) == (7, Done(0, "", "", [], {}))


@pytest.mark.parametrize(("decode_answer", "tag"), [(decode_bind, 0x67), (decode_change, 0x61)])
def test_an_answer_to_something_else_is_none(decode_answer, tag):
    with pytest.raises(MalformedError):
        decode_answer(Span(answer(tag), 0, 14))


def test_a_server_that_says_goodbye():
    assert decode_change(Span(answer(0x78, 0, 52), 0, 14)) == (0, Disconnection(52, ""))


@given(st.binary(max_size=40))
def test_other_bytes_are_malformed_or_an_answer(data):
    for given_data in (data, answer(0x69)[:5] + data):
        try:
            _number, message = decode_change(Span(given_data, 0, len(given_data)))
        except MalformedError:
            continue
        assert isinstance(message, Done | Disconnection)
