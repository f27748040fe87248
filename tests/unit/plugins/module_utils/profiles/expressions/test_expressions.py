# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expressions: what they see, and what the sandbox keeps out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import (
    Mapped,
    Mapper,
    Rejected,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record

WorkOut = Callable[..., Any]
Define = Callable[..., Any]


# ------------------------------------------------------------------------------------------------------ seeing a record


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("row.a", "x"),
        ("row.A", "x"),
        ("row['a']", "x"),
        ("row['Two Words']", "tw"),
        ("row['two words ']", "tw"),
        ("row.empty or row.a", "x"),
        ("row.nope or row.a", "x"),
        ("row.a ~ row.nope ~ row.empty", "x"),
        ("row['a' ~ '']", "x"),
        ("row[row.name_of_column]", "x"),
        ("row['no' ~ 'pe'] or 'none'", "none"),
        ("row.get('a')", "x"),
        ("row.get('nope', 'd')", "d"),
        ("row.items() | length", "7"),
        ("values.a | join('+')", "x"),
        ("values.empty | length", "0"),
        ("values.nope | length", "0"),
        ("values['A'] | first", "x"),
        ("values[row.name_of_column] | first", "x"),
        ("(values.a | map('upper') | list)[0]", "X"),
        ("'defined' if row.empty is defined else 'undefined'", "defined"),
        ("'defined' if row.nope is defined else 'undefined'", "undefined"),
        ("row.nope | default('d')", "d"),
        ("row.long[-3:]", "217"),
        ("'hit' if 'x' in values.a else 'miss'", "hit"),
        ("'hit' if 'x' in row.nope else 'miss'", "miss"),
        ("{'x': 'table'}.get(row.a, 'other')", "table"),
        ("range(4) | sum", "6"),
        ("dict(a='b').a", "b"),
        ("'yes' if row.empty", None),
        ("('yes' if row.empty) | upper ~ '!'", "!"),
        ("none", None),
        ("1.0", "1"),
        (7, "7"),
        ("'%s-%s' | format(row.a, row.long)", "x-4989217"),
        ("'%s %%' % row.a", "x %"),
        ("6 * 7 ~ 2 ** 8 ~ 7 % 4", "422563"),
        ("row.a * 3", "xxx"),
    ],
)
def test_an_expression_sees_the_record(work_out: WorkOut, expression: Any, value: Any) -> None:
    columns = {"a": "x", "empty": "", "Two Words": "tw", "name_of_column": "A", "long": "4989217", "A": "second"}
    assert work_out(expression, **columns) == value


@pytest.mark.parametrize(
    "expression",
    [
        "row.nope.deep.er",
        "row.nope['x']",
        "row.nope.split('|')",
        "row.nope.split('|')[0] | upper",
        "row.nope | lower",
        "row.nope + ''",
        "row.nope * 3 - 2",
        "(row.nope | round) / 2",
        "-row.nope | abs",
        "row.nope % 'x'",
        "row.nope ** 2",
        "row['ke' ~ 'ys']",
        "row['__cla' ~ 'ss__']",
        "row.get('nope')",
        "values['_pos' ~ 'itions'] | first",
        "row.nope[-2:]",
        "row.nope | first",
        "'x' if row.nope < 3 or row.nope > 3 else none",
    ],
)
def test_what_is_not_there_never_raises(work_out: WorkOut, expression: str) -> None:
    assert work_out(expression) is None


def test_what_is_not_there_counts_as_nothing_in_sums_and_numbers(work_out: WorkOut) -> None:
    assert work_out("'a' + row.nope + 'b'") == "ab"
    assert work_out("row.nope | int + 1") == "1"
    assert work_out("row.nope | int(5)") == "5"
    assert work_out("row.nope | float(0.5)") == "0.5"


#: What text is in a condition; "Norma" and "00" only begin like a word that is false.
TRUTH = {"": False, "0": False, "No": False, "nein": False, "OFF": False, "yes": True, "Norma": True, "00": True}


@pytest.mark.parametrize(
    "condition", ["row.x", "row.x and row.one", "row.one and row.x", "row.x or row.nope", "x and one"]
)
@pytest.mark.parametrize("text", TRUTH)
def test_a_word_that_means_no_means_it_in_all_of_a_condition(define: Define, condition: str, text: str) -> None:
    columns = ("username", "displayname", "x", "one")
    record = Record(1, ("m", "M", text, "1"))

    def makes(**options: Any) -> Any:
        outcome = Mapper(define(variables={"x": "row.x", "one": "row.one"}, **options)).bind(columns).map(record)
        return outcome.objects[0].fields if isinstance(outcome, Mapped) else None

    assert (makes(filter=condition) is not None) is TRUTH[text]
    assert (makes(filter=f"not ({condition})") is None) is TRUTH[text]
    assert (makes(filter=f"row.username and not ({condition})") is None) is TRUTH[text]
    surname = {"user": {"surname": f"'yes' if {condition} else 'no'"}}
    assert makes(structure=surname)["surname"] == ("yes" if TRUTH[text] else "no")
    assert (makes(leavers={"when": condition}) is None) is TRUTH[text]
    when = {"phonebook_entry": {"display_name": "row.username", "when": condition}}
    both = Mapper(define(variables={"x": "row.x", "one": "row.one"}, structure=when)).bind(columns).map(record)
    assert (len(both.objects) == 2) is TRUTH[text]


def test_a_name_that_is_a_word_for_no_is_a_name_all_the_same(work_out: WorkOut) -> None:
    assert work_out("row.surname or 'nobody'", surname="No") == "No"
    assert work_out("row.nope or row.surname", surname="No") == "No"


def test_several_values_of_one_cell(define: Define) -> None:
    structure = {"user": {"roles": "values.memberOf | map('cn')", "phonebook": {"notes": "row.memberOf"}}}
    mapper = Mapper(define(structure=structure))
    bound = mapper.bind(("username", "displayname", "MEMBEROF"))

    def fields(cell: Any) -> dict[str, Any]:
        outcome = bound.map(Record(1, (["m", "other"], "M", cell)))
        assert isinstance(outcome, Mapped)
        return outcome.objects[0].fields

    several = fields(["CN=Sales,DC=x", "CN=Support,DC=x"])
    assert (several["roles"], several["phonebook.notes"]) == (["Sales", "Support"], "CN=Sales,DC=x")
    assert several["username"] == "m"
    assert fields("CN=Sales,DC=x")["roles"] == ["Sales"]
    for empty in ([], None, ""):
        assert fields(empty).keys() == {"username", "display_name"}


def test_none_and_an_empty_list_are_not_there_but_an_empty_text_is(define: Define) -> None:
    structure = {"user": {"surname": "'there' if row.x is defined else 'not there'"}}
    bound = Mapper(define(structure=structure)).bind(("username", "displayname", "x"))
    found = [bound.map(Record(1, ("m", "M", cell))).objects[0].fields["surname"] for cell in (None, [], "", [""])]
    assert found == ["not there", "not there", "there", "there"]


def test_a_variable_that_gives_a_list_can_be_read_more_than_once(define: Define) -> None:
    variables = {"groups": "values.memberOf | map('cn') | reject('equalto', 'x')", "count": "groups | length"}
    structure = {"user": {"roles": "groups", "surname": "(groups | length) ~ (groups | join) ~ count"}}
    definition = define(variables=variables, structure=structure, filter="'Sales' in groups")
    bound = Mapper(definition).bind(("username", "displayname", "memberOf"))
    fields = bound.map(Record(1, ("m", "M", ["cn=Sales,o=x", "cn=IT,o=x"]))).objects[0].fields
    assert (fields["roles"], fields["surname"]) == (["Sales", "IT"], "2SalesIT2")


def test_variables_may_use_each_other_in_any_order(define: Define) -> None:
    variables = {
        "displayname": "whole | trim",
        "whole": "last ~ ', ' ~ first",
        "last": "row.Name | title",
        "first": "given",
        "given": "row.Vorname",
        "title": "'Dr.'",
        "number": 7,
    }
    definition = define(variables=variables, structure={"user": {"surname": "title ~ number"}})
    bound = Mapper(definition).bind(("username", "Name", "Vorname"))
    fields = bound.map(Record(1, ("m", "muster", "Max"))).objects[0].fields
    assert (fields["display_name"], fields["surname"]) == ("Muster, Max", "Dr.7")


def test_the_wanted_columns_are_those_that_matter(define: Define) -> None:
    structure = {"speed_dial": {"display_name": "values.Groups | first", "destination": "row['Phone No']"}}
    variables = {"unused": "row.unused"}
    mapper = Mapper(define(template="csv_speed_dials", variables=variables, structure=structure, filter="row.active"))
    assert mapper.wanted == {"speeddial", "Groups", "Phone No", "active"}


def test_a_column_chosen_by_the_record_makes_all_columns_wanted(define: Define) -> None:
    mapper = Mapper(define(template="csv_speed_dials", variables={"phone": "row[row.which]"}))
    assert mapper.wanted == {"displayname", "speeddial", "which", "*"}


# -------------------------------------------------------------------------------------------------------- the sandbox


@pytest.mark.parametrize(
    "expression",
    [
        "''['__class__']",
        "row.a['__cla' ~ 'ss__'].mro()",
        "row.a | attr('__class__')",
        "[['x']] | map(attribute='__class__') | first",
        "[].append(1)",
        "values.a.append('x')",
        "{}.update({})",
        "dict(a=1)['__cla' ~ 'ss__']",
        "range['__glo' ~ 'bals__']",
        "row.a.upper['__se' ~ 'lf__']",
        "'x' * 10**9",
        "10**9 * 'x'",
        "[1] * 10**8",
        "(1, 2) * 10**8",
        "2 ** 100000",
        "(2 ** 4000) * (2 ** 4000)",
        "range(10**9) | list",
        "'%0999999999d' % 1",
        "'%*d' % (99999999, 1)",
        "'%.999999999f' % 1",
        "'%099999d' | format(1)",
        "'{:>1000000000}'.format(1)",
        "'{0.__class__}'.format(1)",
        "'{a:>1000000000}'.format_map({'a': 1})",
        "'x'.center(10**9)",
        "'x'.ljust(10**9)",
        "'x'.zfill(10**9)",
        "'\\t'.expandtabs(10**9)",
        "'x' | center(10**9)",
        "'x' | indent(10**9)",
        "'x' | indent(width=10**9)",
        "[1] | batch(10**9, 0)",
        "[1] | slice(10**9)",
        "[1] | tojson(indent=10**9)",
        "1 / 0",
        "row.a + 1",
        "row.a.upper",
        "'%c' % 99999999999",
    ],
)
def test_what_is_unsafe_or_fails_rejects_the_record(define: Define, expression: str) -> None:
    began = time.process_time()
    bound = Mapper(define(structure={"user": {"surname": expression}})).bind(("username", "displayname", "a"))
    outcome = bound.map(Record(1, ("m", "M", "x")))
    assert isinstance(outcome, Rejected)
    assert (outcome.key, outcome.field) == ("m", "surname")
    assert outcome.rule.startswith('structure field "user.surname" cannot be worked out: ')
    assert time.process_time() - began < 2


def test_a_constant_variable_cannot_be_changed(define: Define) -> None:
    variables = {"teams": ["a", "b"], "job": "teams.append('c') or 'x'"}
    bound = Mapper(define(variables=variables, structure={"user": {"roles": "teams"}})).bind(
        ("username", "displayname")
    )
    assert isinstance(bound.map(Record(1, ("m", "M"))), Rejected)
    bound = Mapper(define(variables={"teams": ["a"]}, structure={"user": {"roles": "teams"}})).bind(
        ("username", "displayname")
    )
    assert bound.map(Record(1, ("m", "M"))).objects[0].fields["roles"] == ["a"]


def test_what_a_file_holds_is_never_an_expression(work_out: WorkOut) -> None:
    for text in ("{{ 7 * 7 }}", "{% for x in y %}", "row.a", "__class__", "${jndi:x}"):
        assert work_out("row.a", a=text) == text
        assert work_out("row.a ~ ''", a=text) == text
        assert work_out("row['a' ~ '']", a=text) == text


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'[' ~ row.a ~ ']'", "[x]"),
        ("'[' ~ raw.a ~ ']'", "[ \u00a0x\t]"),
        ("'hit' if row.a in ['x'] else 'miss'", "hit"),
        ("'hit' if raw.A in ['x'] else 'miss'", "miss"),
        ("'[' ~ row['a' ~ ''] ~ ']'", "[x]"),
        ("'[' ~ raw['a' ~ ''] ~ ']'", "[ \u00a0x\t]"),
        ("'[' ~ row.get('a') ~ raw.get('a') ~ ']'", "[x \u00a0x\t]"),
        ("'[' ~ (values.a | join) ~ ']'", "[x]"),
        ("'[' ~ (row.a | lower) ~ ']'", "[x]"),
        ("values.blank | length", "0"),
        ("raw.nope or 'd'", "d"),
    ],
)
def test_values_are_stripped_at_the_door_and_raw_gives_them_as_they_are(
    work_out: WorkOut, expression: str, value: str
) -> None:
    # a tab within a display name becomes a blank
    assert work_out(expression, a=" \u00a0x\t", blank="  ") == value.replace("\t", " ")


def test_a_variable_of_the_name_raw_stays_one(define: Define, map_row: Callable[..., Any]) -> None:
    row = {"username": "anna", "displayname": "x"}
    outcome = map_row(row, variables={"raw": "row.username ~ '!'", "displayname": "raw"})
    assert outcome.objects[0].fields["display_name"] == "anna!"
