# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a record to objects: filter, key, conditions and rejections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import (
    Desired,
    Filtered,
    Mapped,
    Mapper,
    Rejected,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record

Define = Callable[..., Any]
MapRow = Callable[..., Any]
ROW = {"username": "mmuster", "displayname": "Max Muster"}


# ------------------------------------------------------------------------------------------------------ filter and key


@pytest.mark.parametrize(
    ("active", "wanted"), [("yes", True), ("1", True), ("no", False), ("", False), ("Nein", False)]
)
def test_the_filter_is_true_as_people_write_it(map_row: MapRow, active: str, wanted: bool) -> None:
    outcome = map_row({**ROW, "active": active}, filter="row.active")
    assert isinstance(outcome, Mapped if wanted else Filtered)
    assert outcome.key == "mmuster"


def test_a_filter_may_use_variables_and_filters(map_row: MapRow) -> None:
    options: dict[str, Any] = {"variables": {"kind": "row.kind | lower"}, "filter": "kind in ['person', 'room']"}
    assert isinstance(map_row({**ROW, "kind": "Person"}, **options), Mapped)
    assert isinstance(map_row({**ROW, "kind": "printer"}, **options), Filtered)


def test_what_is_filtered_out_is_not_looked_at_any_further(map_row: MapRow) -> None:
    row = {"username": "bad name", "displayname": "", "phone": "x"}
    assert map_row(row, filter="false", variables={"job": "1 / 0"}) == Filtered("bad name")
    assert map_row({**row, "username": ""}, filter="''") == Filtered(None)
    assert map_row(row, filter="''", key="row.username + 1") == Filtered(None)


def test_a_filter_that_fails_rejects_the_record_with_its_key(map_row: MapRow) -> None:
    outcome = map_row({**ROW, "age": "x"}, filter="row.age + 1 > 17")
    assert outcome == Rejected(
        "mmuster", "filter", "", 'the filter cannot be worked out: can only concatenate str (not "int") to str'
    )


def test_a_key_loses_the_blanks_at_its_ends_and_numbers_become_text(map_row: MapRow) -> None:
    assert map_row({**ROW, "id": " 007 "}, key="row.id").key == "007"
    assert map_row({**ROW, "id": "7"}, key="row.id | int + 1").key == "8"


@pytest.mark.parametrize(
    ("options", "field"),
    [({}, "username"), ({"key": "row.id"}, "key"), ({"key": "row.x or row.displayname"}, "display_name")],
)
def test_a_record_without_a_key_is_rejected_for_the_field_of_the_key(map_row: MapRow, options: Any, field: str) -> None:
    assert map_row({"username": " ", "displayname": "", "id": "", "x": ""}, **options) == Rejected(
        None, field, "", "required"
    )


def test_a_key_that_fails_or_is_no_text_rejects_the_record(map_row: MapRow) -> None:
    failed = map_row({**ROW, "id": "x"}, key="row.id + 1")
    assert (failed.key, failed.field) == (None, "key")
    assert failed.rule.startswith("the key cannot be worked out: ")
    no_text = map_row({**ROW, "id": "x"}, key="[row.id]")
    assert no_text == Rejected(None, "key", "['x']", "must be a single text or number")


@pytest.mark.parametrize(
    ("column", "value", "rejected"),
    [
        ("username", "max muster", ("max muster", "username", "max muster", "must not hold blanks")),
        ("displayname", " ", ("mmuster", "display_name", "", "required")),
        ("phone", "110", ("mmuster", "extension", "110", "must not be an emergency number (110, 112)")),
        ("pin", "12", ("mmuster", "pin", "********", "must have 4 digits or more")),
        ("password", "geheim", ("mmuster", "password", "********", "must have 8 characters or more")),
        ("phonemac", "xx", ("mmuster", "devices.mac", "xx", "must be a MAC address (12 hexadecimal digits)")),
    ],
)
def test_a_rejected_record_carries_its_key_field_value_and_rule(
    map_row: MapRow, column: str, value: str, rejected: tuple[str, ...]
) -> None:
    assert map_row({**ROW, column: value}) == Rejected(*rejected)


def test_an_expression_that_fails_names_the_variable_and_the_field(map_row: MapRow) -> None:
    variables = {"job": "age ~ '!'", "age": "row.age + 1"}
    outcome = map_row({**ROW, "age": "x"}, variables=variables)
    assert outcome == Rejected(
        "mmuster",
        "phonebook.notes",
        "",
        'variable "age" cannot be worked out: can only concatenate str (not "int") to str',
    )
    assert isinstance(map_row({**ROW, "age": ""}, variables={"job": "row.years + 1"}), Mapped)


def test_one_bad_record_does_not_disturb_the_next(define: Define) -> None:
    bound = Mapper(define(variables={"job": "'%d' % (10 / (row.n | int))"})).bind(("username", "displayname", "n"))
    outcomes = [bound.map(Record(number, ("m", "M", n))) for number, n in enumerate(("5", "0", "2"))]
    assert [type(outcome) for outcome in outcomes] == [Mapped, Rejected, Mapped]
    assert outcomes[2].objects[0].fields["phonebook.notes"] == "5"  # type: ignore[union-attr]


def test_an_error_about_a_secret_does_not_repeat_it(map_row: MapRow) -> None:
    row = {**ROW, "code": "geheim4711"}
    for variables in ({"pin": "{}[row.code]['x'] + [row.code][7]"}, {"pin": "code", "code": "row.code + 1"}):
        outcome = map_row(row, variables={**variables, "job": "'%d' % row.code"})
        assert isinstance(outcome, Rejected)
        assert "geheim" not in str(outcome)
    shown = map_row({**ROW, "code": "shown"}, variables={"job": "'%d' % row.code"})
    assert isinstance(shown, Rejected)
    assert "shown" not in shown.value


def test_unused_variables_are_never_worked_out(map_row: MapRow) -> None:
    assert isinstance(map_row(ROW, variables={"unused": "1 / 0"}), Mapped)


# ---------------------------------------------------------------------------------------------------------- structure


def test_a_record_may_become_several_objects(map_row: MapRow) -> None:
    entries = [
        {"display_name": "displayname", "phone": "phone"},
        {"display_name": "displayname ~ ' (mobile)'", "phone": "mobile", "when": "mobile"},
        {"display_name": "'private'", "owner": "'Boss'", "when": False},
    ]
    structure = {"phonebook_entry": entries, "speed_dial": {"number": "801", "destination": "phone"}}
    row = {"displayname": "Max", "phone": "+49 30 1", "mobile": "+49 171 1"}
    outcome = map_row(row, "csv_phonebook", structure=structure)
    names = frozenset(("display_name", "phone"))
    assert outcome.objects == (
        Desired("phonebook_entry", "phonebook_entry", {"display_name": "Max", "phone": "+49 30 1"}, names),
        Desired("phonebook_entry:1", "phonebook_entry", {"display_name": "Max (mobile)", "phone": "+49 171 1"}, names),
        Desired(
            "speed_dial",
            "speed_dial",
            {"number": "801", "destination": "+49 30 1"},
            frozenset(("number", "destination")),
        ),
    )
    slots = [one.slot for one in map_row({**row, "mobile": ""}, "csv_phonebook", structure=structure).objects]
    assert slots == ["phonebook_entry", "speed_dial"]


def test_what_an_object_or_device_does_not_need_is_not_worked_out(map_row: MapRow) -> None:
    devices = [{"type": "'mobile'", "number": "'%d' % row.m", "when": "row.m"}, {"type": "'softphone'"}]
    structure = {
        "user": {"devices": devices},
        "phonebook_entry": {"display_name": "1 / (row.n | int)", "when": "row.n"},
    }
    outcome = map_row({**ROW, "m": "", "n": ""}, structure=structure)
    assert [one.kind for one in outcome.objects] == ["user"]
    assert outcome.objects[0].fields["devices"] == [{"type": "softphone"}]
    failed = map_row({**ROW, "m": "x", "n": ""}, structure=structure)
    assert (failed.key, failed.field) == ("mmuster", "devices.number")


def test_no_object_at_all_is_fine(map_row: MapRow) -> None:
    assert map_row({**ROW, "x": ""}, structure={"user": {"when": "row.x"}}) == Mapped("mmuster", ())


def test_conditions_may_be_a_list_that_must_hold_as_a_whole(map_row: MapRow) -> None:
    structure = {"user": {"when": ["row.a", "row.b == 'x'"]}}
    assert len(map_row({**ROW, "a": "yes", "b": "x"}, structure=structure).objects) == 1
    assert len(map_row({**ROW, "a": "no", "b": "x"}, structure=structure).objects) == 0
    assert len(map_row({**ROW, "a": "yes", "b": ""}, structure=structure).objects) == 0


def test_a_field_is_mapped_when_it_is_empty_but_not_when_there_is_no_column_for_it(map_row: MapRow) -> None:
    row = {**ROW, "email": "", "roles": "", "createSoftphone": "", "mobile": "", "zone": ""}
    structure = {
        "user": {"pin": None, "given_name": "row.vorname | trim", "phonebook": {"labels": {"Zone": "row.zone"}}}
    }
    (user,) = map_row(row, structure=structure).objects
    assert user.fields == {"username": "mmuster", "display_name": "Max Muster"}
    assert {"email", "roles", "devices", "phonebook.mobile", "phonebook.labels.Zone"} <= user.mapped
    assert user.mapped.isdisjoint({"pin", "fax_extension", "phonebook.fax", "extension", "given_name"})


def test_constants_and_lists_as_values(map_row: MapRow) -> None:
    structure = {
        "user": {"language": "'de'", "roles": ["Staff", "Sales, EU"], "extension": 217, "auth_method": "'sso'"}
    }
    fields = map_row(ROW, structure=structure).objects[0].fields
    assert {name: fields[name] for name in ("language", "roles", "extension", "auth_method")} == {
        "language": "de",
        "roles": ["Staff", "Sales, EU"],
        "extension": "217",
        "auth_method": "sso",
    }


def test_devices_may_come_from_one_expression(map_row: MapRow) -> None:
    structure = {"user": {"devices": "[{'type': 'sip', 'username': row.username}] if row.sip else []"}}
    assert map_row({**ROW, "sip": "1"}, structure=structure).objects[0].fields["devices"] == [
        {"type": "sip", "username": "mmuster"}
    ]
    assert "devices" not in map_row({**ROW, "sip": ""}, structure=structure).objects[0].fields


def test_notices_are_counted_over_all_records(define: Define) -> None:
    bound = Mapper(define()).bind(("username", "displayname", "email"))
    for number in range(3):
        bound.map(Record(number, (f"m{number}", "x" * 90, "nobody")))
    assert bound.notices.sentences() == [
        f"3 display names were longer than 80 characters and were cut (first: {'x' * 90})",
        "3 e-mail addresses look odd and were taken as they are (first: nobody)",
    ]


def test_a_failing_record_is_counted_once(define: Define) -> None:
    devices = [{"type": "'mobile'", "number": "1 / 0", "when": "row.m"}]
    bound = Mapper(define(structure={"user": {"devices": devices}})).bind(("username", "displayname", "m"))
    assert isinstance(bound.map(Record(1, ("m", "x" * 90, ""))), Mapped)
    assert bound.notices.sentences()[0].startswith("1 display name ")
