# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions that are refused when a profile is declared, each with its place and what is meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapper

Define = Callable[..., Any]


def refusal(define: Define, **options: Any) -> str:
    with pytest.raises(DefinitionError) as refused:
        Mapper(define(**options))
    return refused.value.message


# --------------------------------------------------------------------------------------------------- refused at once


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("row.a +", "at position 8: unexpected end"),
        ("row.a b", "at position 7: unexpected 'b'"),
        ("(row.a", "at position 7: unexpected end, expected ')'"),
        ("row.a ~ ~ 'x'", "at position 9: unexpected '~'"),
        ("'abc", "at position 1: unexpected character"),
        ("row.a # x", "at position 7: unexpected character '#'"),
        ("row.a = 1", "at position 7: unexpected '='"),
        ("(objectClass=person)", "this looks like an LDAP filter, but an expression is wanted"),
        ("(&(a=b)(c=d))", "this looks like an LDAP filter"),
        ("row.a\n  ~ (", "at position 12: unexpected end"),
        ("row.a.__class__", 'at position 6: "__class__" may not be used'),
        ("range.__init__", 'at position 6: "__init__" may not be used'),
        ("row.a | regex_search('(')", "at position 9: '(' is no regular expression"),
        ("row.a | e164('Germany')", 'at position 9: e164 needs a region such as "DE", not "Germany"'),
        ("row.a | e164", "at position 9: e164 needs a region"),
    ],
)
def test_what_is_no_expression_is_refused_with_its_position(define: Define, expression: str, words: str) -> None:
    message = refusal(define, variables={"job": expression})
    assert message.startswith('Profile "staff" (csv_users): Variable "job" is not a valid expression ')
    assert words in message


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("row.a ~ phnoe", 'unknown name "phnoe" at position 9. Did you mean "phone"?'),
        ("Login", 'unknown name "Login" at position 1. Write row.Login for a column, or "\'Login\'" for a text.'),
        ("row.a | uper", 'unknown filter "uper" at position 9. Did you mean "upper"?'),
        ("values.a | map('cnn')", 'unknown filter "cnn" at position 12. Did you mean "cn"?'),
        ("values.a | select('defind')", 'unknown test "defind" at position 12. Did you mean "defined"?'),
        ("values.a | rejectattr('x', 'non')", 'unknown test "non" at position 12. Did you mean "none"?'),
        ("row.a is defind", 'unknown test "defind" at position 7. Did you mean "defined"?'),
        ("row.E-Mail", "unknown name \"Mail\" at position 7; a column of this name is written row['E-Mail']."),
        ("Pers.-Nr.", "; a column of this name is written row['Pers.-Nr.']"),
        ("row[Str./Nr]", "; a column of this name is written row['Str./Nr']"),
        ("row.a - b", 'unknown name "b" at position 9. Write row.b for a column'),
        ("lipsum(9)", 'unknown name "lipsum"'),
        ("cycler(1)", 'unknown name "cycler"'),
        ("self", 'unknown name "self"'),
        ("_r0", 'unknown name "_r0"'),
        ("row.a | random", 'unknown filter "random"'),
    ],
)
def test_unknown_names_are_refused_with_the_nearest_one(define: Define, expression: str, words: str) -> None:
    assert words in refusal(define, variables={"job": expression})


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"filter": "x("}, "The filter is not"),
        ({"key": "x("}, "The key is not"),
        ({"structure": {"user": {"email": "x("}}}, 'Structure field "user.email" is not'),
        (
            {"structure": {"user": {"phonebook": {"labels": {"Zone": "x("}}}}},
            'Structure field "user.phonebook.labels.Zone"',
        ),
        ({"structure": {"user": {"when": "x("}}}, 'The condition (when) of "user" is not'),
        ({"structure": {"user": {"devices": [{"type": "'sip'", "when": ["1", "x("]}]}}}, '(when) of "user.devices.0"'),
        ({"structure": {"user": {"devices": [{"type": "x("}]}}}, 'Structure field "user.devices.0.type"'),
        (
            {"structure": {"user": {"devices": [{"type": "'sip'", "timeouts": {"queue": {"ring": "x("}}}]}}},
            'Structure field "user.devices.0.timeouts.queue.ring"',
        ),
        ({"variables": {"unused": "x("}}, 'Variable "unused"'),
    ],
)
def test_every_place_of_an_expression_has_a_name(define: Define, options: Any, where: str) -> None:
    assert where in refusal(define, **options)


def test_an_empty_expression_says_what_to_write(define: Define) -> None:
    assert refusal(define, variables={"job": " "}).endswith(
        'Variable "job" is empty; write null to take it out, or "\'\'" for an empty text.'
    )


def test_circles_are_refused(define: Define) -> None:
    assert "circle: a -> b -> c -> a" in refusal(define, variables={"a": "b ~ 1", "b": "c", "c": "a | upper"})
    assert 'Variable "username" uses itself; write row.username' in refusal(
        define, variables={"username": "username | lower"}
    )


def test_a_removed_variable_that_is_still_used_is_refused(define: Define) -> None:
    assert 'Structure field "user.phonebook.notes" uses the unknown name "job"' in refusal(
        define, variables={"job": None}
    )


@pytest.mark.parametrize(
    ("structure", "words"),
    [
        ({"auth_method": "'ladp'"}, "must be one of internal, ldap, sso, none"),
        ({"email": "nobody"}, "Write row.nobody for a column, or \"'nobody'\" for a text."),
        ({"extension": 110}, "must not be an emergency number"),
        ({"email": True}, "must be a single text or number"),
        ({"devices": [{"type": "'toaster'"}]}, "must be one of softphone"),
        ({"devices": [{"mac": "row.mac"}]}, 'Structure field "user.devices.0" needs a type'),
        ({"devices": [{"type": None}]}, "needs a type"),
        ({"devices": [{"type": "'sip'", "mac": "'x'"}]}, "must be a MAC address"),
        ({"password": "'geheim'"}, "must have 8 characters or more"),
    ],
)
def test_constants_that_a_field_cannot_take_are_refused(define: Define, structure: Any, words: str) -> None:
    message = refusal(define, structure={"user": structure})
    assert words in message
    assert "geheim" not in message


@pytest.mark.parametrize(
    ("structure", "where"),
    [
        ({"devices": [{"type": "fax"}]}, '"user.devices.0.type": "fax"'),
        ({"devices": [{"type": "sip"}, {"type": "sip", "pairing": " phone "}]}, '"user.devices.1.pairing": "phone"'),
        ({"auth_method": "email"}, '"user.auth_method": "email"'),
    ],
)
def test_a_template_s_variable_instead_of_the_word_of_a_choice_is_refused(
    define: Define, structure: Any, where: str
) -> None:
    for variables in ({}, {"fax": "row.Fax", "phone": "row.Phone", "email": "row.Mail"}):
        message = refusal(define, structure={"user": structure}, variables=variables)
        assert f"Structure field {where} is none of " in message
        assert "but a variable of the template; write one of these words" in message


def test_a_variable_of_one_s_own_and_other_expressions_may_give_the_word_of_a_choice(map_row: Any) -> None:
    devices = [{"type": "kind"}, {"type": "(fax)"}, {"type": "row.fax", "pairing": "paired"}]
    row = {"username": "a", "displayname": "A", "fax": "sip"}
    variables = {"kind": "row.fax or 'mobile'", "paired": "'ok'"}
    outcome = map_row(row, structure={"user": {"devices": devices, "phonebook": {"fax": None}}}, variables=variables)
    (user,) = outcome.objects
    assert [device["type"] for device in user.fields["devices"]] == ["sip"] * 3
    assert user.fields["devices"][2]["pairing"] == "ok"


def test_a_key_that_no_record_decides_is_refused(define: Define) -> None:
    assert "The key is the same for every record" in refusal(define, key="'x'")


def test_braces_are_explained_with_what_is_meant(define: Define) -> None:
    assert 'Variable "job" is an expression already: write it without {{ }}, as row.Mobil' in refusal(
        define, variables={"job": "{{ row.Mobil }}"}
    )
    assert "write it without {{ }}" in refusal(define, variables={"job": "row.a ~ {{ row.b }}"})
    Mapper(define(variables={"job": "'{{' ~ row.a ~ '}}'"}))
    Mapper(define(variables={"job": "{'a': {'b': row.a}}.a.b"}))


@pytest.mark.parametrize("braced", ["{{ row.title }}", " {% if row.title %}"])
def test_braces_are_said_to_be_too_much(define: Define, braced: str) -> None:
    assert 'Variable "job" is an expression already: write it without {{ }}' in refusal(
        define, variables={"job": braced}
    )
