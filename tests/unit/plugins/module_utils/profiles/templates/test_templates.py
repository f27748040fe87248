# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CSV templates: files made for the original connector import as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapped, Mapper
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import FAMILIES

USER_COLUMNS = (
    "displayname username password pin phone givenname surname organisation email mobile homephone fax job phonemac"
    " phoneip phoneuser phonepass inttimeout intdelay exttimeout extdelay quetimeout quedelay roles createSoftphone"
    " createMobile"
)


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_template_makes_a_valid_profile(define: Callable[..., Any], name: str) -> None:
    template = TEMPLATES[name]
    assert template.name == name
    assert template.family in FAMILIES
    mapper = Mapper(define(name))
    if template.family == "csv":
        assert mapper.wanted <= set(template.variables)


def test_the_variables_are_the_ones_that_connector_users_know() -> None:
    assert " ".join(TEMPLATES["csv_users"].variables) == USER_COLUMNS
    assert list(TEMPLATES["csv_speed_dials"].variables) == ["displayname", "speeddial", "phone"]
    assert " ".join(TEMPLATES["csv_phonebook"].variables) == (
        "displayname phone givenname surname organisation email mobile homephone fax"
    )


def test_a_user_with_every_column_filled(map_row: Callable[..., Any]) -> None:
    row = {
        "displayname": "Max Muster",
        "username": "MMuster",
        "password": "geheim123",
        "pin": "4711",
        "phone": "217",
        "givenname": "Max",
        "surname": "Muster",
        "organisation": "Muster Ltd",
        "email": "max@corp.example",
        "mobile": "+49 171 5550123",
        "homephone": "+49 30 1",
        "fax": "+49 30 2",
        "job": "Boss",
        "phonemac": "00:1A:2B:3C:4D:5E",
        "phoneip": "10.0.0.7",
        "phoneuser": "admin",
        "phonepass": "geheim456",
        "inttimeout": "20",
        "intdelay": "0",
        "exttimeout": "30",
        "extdelay": "5",
        "quetimeout": "15",
        "quedelay": "10",
        "roles": "Sales;Support",
        "createSoftphone": "yes",
        "createMobile": "1",
    }
    assert " ".join(row) == USER_COLUMNS
    timeouts = {
        "internal": {"delay": 0, "ring": 20},
        "external": {"delay": 5, "ring": 30},
        "queue": {"delay": 10, "ring": 15},
    }
    outcome = map_row(row)
    (user,) = outcome.objects
    assert (outcome.key, user.slot, user.kind) == ("mmuster", "user", "user")
    assert user.fields == {
        "username": "mmuster",
        "display_name": "Max Muster",
        "given_name": "Max",
        "surname": "Muster",
        "email": "max@corp.example",
        "extension": "217",
        "pin": "4711",
        "password": "geheim123",
        "roles": ["Sales", "Support"],
        "phonebook.organisation": "Muster Ltd",
        "phonebook.mobile": "+49 171 5550123",
        "phonebook.homephone": "+49 30 1",
        "phonebook.fax": "+49 30 2",
        "phonebook.notes": "Boss",
        "devices": [
            {"type": "softphone", "timeouts": timeouts},
            {"type": "mobile", "number": "+49 171 5550123", "timeouts": timeouts},
            {
                "type": "ip_phone",
                "mac": "001a2b3c4d5e",
                "ip": "10.0.0.7",
                "username": "admin",
                "password": "geheim456",
                "timeouts": timeouts,
            },
        ],
    }
    assert user.mapped == user.fields.keys()


def test_two_columns_are_enough_for_users(map_row: Callable[..., Any]) -> None:
    outcome = map_row({"USERNAME": "mmuster", " DisplayName ": "Max Muster"})
    assert outcome.objects[0].fields == {"username": "mmuster", "display_name": "Max Muster"}
    assert outcome.objects[0].mapped == {"username", "display_name"}


@pytest.mark.parametrize("no", ["", "0", "no", "Nein", "false", "off"])
def test_a_switch_that_says_no_makes_no_device(map_row: Callable[..., Any], no: str) -> None:
    row = {
        "username": "m",
        "displayname": "M",
        "mobile": "1",
        "createSoftphone": no,
        "createMobile": no,
        "phonemac": "",
    }
    assert "devices" not in map_row(row).objects[0].fields


def test_a_mobile_device_needs_a_mobile_number(map_row: Callable[..., Any]) -> None:
    row = {"username": "m", "displayname": "M", "mobile": "", "createMobile": "yes"}
    assert "devices" not in map_row(row).objects[0].fields


@pytest.mark.parametrize(
    ("options", "types"),
    [
        ({}, ["softphone"]),
        ({"create_softphone": False}, []),
        ({"create_mobile_phone": True}, ["softphone", "mobile"]),
        ({"create_softphone": True, "create_mobile_phone": False}, ["softphone"]),
    ],
)
def test_the_profile_may_decide_on_devices(map_row: Callable[..., Any], options: Any, types: list[str]) -> None:
    row = {"username": "m", "displayname": "M", "mobile": "1", "createSoftphone": "yes", "createMobile": ""}
    devices = map_row(row, **options).objects[0].fields.get("devices", [])
    assert [device["type"] for device in devices] == types


def test_a_phonebook_entry(map_row: Callable[..., Any]) -> None:
    row = {
        "displayname": "Anna Müller",
        "phone": "+49 30 1",
        "givenname": "Anna",
        "surname": "Müller",
        "organisation": "ACME",
        "email": "a@acme.example",
        "mobile": "1",
        "homephone": "2",
        "fax": "3",
        "homepage": "https://acme.example",
    }
    outcome = map_row(row, "csv_phonebook", structure={"phonebook_entry": {"labels": {"Homepage": "row.homepage"}}})
    assert outcome == Mapped("anna müller|acme|+49 30 1", outcome.objects)
    assert outcome.objects[0].fields == {
        "display_name": "Anna Müller",
        "phone": "+49 30 1",
        "given_name": "Anna",
        "surname": "Müller",
        "organisation": "ACME",
        "email": "a@acme.example",
        "mobile": "1",
        "homephone": "2",
        "fax": "3",
        "labels.Homepage": "https://acme.example",
    }
    assert "labels.Homepage" in outcome.objects[0].mapped


def test_a_speed_dial(map_row: Callable[..., Any]) -> None:
    row = {"displayname": "Zentrale", "speeddial": "801", "phone": "+49 30 1"}
    outcome = map_row(row, "csv_speed_dials")
    assert outcome.key == "801"
    assert outcome.objects[0].fields == {"number": "801", "destination": "+49 30 1", "display_name": "Zentrale"}


def test_the_same_columns_in_another_order_and_case_make_the_same(define: Callable[..., Any]) -> None:
    mapper = Mapper(define())
    one = mapper.bind(("username", "displayname", "email")).map(Record(1, ("m", "M", "e@x.example")))
    other = mapper.bind(("EMAIL", "x", "DisplayName", "UserName")).map(Record(1, ("e@x.example", "?", "M", "m")))
    assert one == other
