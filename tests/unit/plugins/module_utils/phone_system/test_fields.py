# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fields are nested and named, and what counts as true and false."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import is_true
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, FieldError


def test_fields_are_nested_for_people_and_flat_inside() -> None:
    nested = {
        "username": "mmuster",
        "phonebook": {"mobile": "1", "labels": {"Customer Number": "7", "a.b": "8"}},
        "devices": [{"type": "softphone"}],
    }
    flat = {
        "username": "mmuster",
        "phonebook.mobile": "1",
        "phonebook.labels.Customer Number": "7",
        "phonebook.labels.a.b": "8",
        "devices": [{"type": "softphone"}],
    }
    assert KINDS["user"].flatten(nested) == flat
    assert KINDS["user"].nest(flat) == nested
    assert KINDS["phonebook_entry"].flatten({"labels": {"phone": 1}, "phone": None}) == {
        "labels.phone": 1,
        "phone": None,
    }


@pytest.mark.parametrize(
    ("kind", "nested", "field"),
    [
        ("user", {"phonebook": {"mobil": "1"}}, "phonebook.mobil"),
        ("user", {"labels": {"x": "1"}}, "labels"),
        ("user", {"phonebook": "x"}, "phonebook"),
        ("user", {"phonebook.mobile": "x"}, "phonebook.mobile"),
        ("user", {"phonebook": {"labels.x": "1"}}, "phonebook.labels.x"),
        ("phonebook_entry", {"labels": {"": "1"}}, "labels."),
        ("phonebook_entry", {"username": "x"}, "username"),
        ("speed_dial", {"labels": {}}, "labels"),
    ],
)
def test_a_nested_name_that_is_no_field_is_refused(kind: str, nested: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError) as refused:
        KINDS[kind].flatten(nested)
    assert refused.value.field == field


def test_empty_groups_are_no_fields() -> None:
    assert KINDS["user"].flatten({"phonebook": None}) == {}
    assert KINDS["user"].flatten({"phonebook": {"labels": None}}) == {}


@pytest.mark.parametrize(
    ("kind", "name"), [("user", "mmuster"), ("phonebook_entry", "Max Muster"), ("speed_dial", "801")]
)
def test_people_call_an_object_by_its_username_name_or_number(kind: str, name: str) -> None:
    assert KINDS[kind].name_of({"number": "801", "display_name": "Max Muster", "username": "mmuster"}) == name


def test_only_what_is_a_field_is_called_one() -> None:
    assert KINDS["user"].is_field("phonebook.labels.Zone")
    assert not KINDS["user"].is_field("phonebook.labels.")
    assert not KINDS["user"].is_field("phonebook")
    assert not KINDS["speed_dial"].is_field("labels.Zone")


@pytest.mark.parametrize("value", ["", "0", "false", "No", "n", "OFF", " nein ", None, False, 0, []])
def test_these_values_are_false(value: Any) -> None:
    assert not is_true(value)


@pytest.mark.parametrize("value", ["1", "true", "ja", "x", "00", True, 1, ["no"]])
def test_these_values_are_true(value: Any) -> None:
    assert is_true(value)
