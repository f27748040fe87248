# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices of a user."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.devices import clean_devices
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import FieldError, Notices


def clean(*devices: Any) -> list[dict[str, Any]]:
    return clean_devices("devices", list(devices), Notices())


def refusal(*devices: Any) -> FieldError:
    with pytest.raises(FieldError) as refused:
        clean(*devices)
    return refused.value


@pytest.mark.parametrize(
    "mac", ["00:1A:2b:3C:4d:5E", "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e", "001A2B3C4D5E", " 00 1a 2b 3c 4d 5e "]
)
def test_a_mac_address_has_one_form(mac: str) -> None:
    assert clean({"type": "ip_phone", "mac": mac}) == [{"type": "ip_phone", "mac": "001a2b3c4d5e"}]


@pytest.mark.parametrize("mac", ["001a2b3c4d5", "001a2b3c4d5g", "001a2b3c4d5e6f", "phone"])
def test_a_bad_mac_address_is_refused(mac: str) -> None:
    error = refusal({"type": "ip_phone", "mac": mac})
    assert (error.field, error.value) == ("devices.mac", mac)


@pytest.mark.parametrize(("ip", "clean_ip"), [("10.0.0.7", "10.0.0.7"), ("FE80::1", "fe80::1")])
def test_an_ip_address_has_one_form(ip: str, clean_ip: str) -> None:
    assert clean({"type": "sip", "ip": ip})[0]["ip"] == clean_ip


@pytest.mark.parametrize("ip", ["10.0.0", "10.0.0.256", "phone.corp.example"])
def test_a_bad_ip_address_is_refused(ip: str) -> None:
    assert refusal({"type": "sip", "ip": ip}).field == "devices.ip"


def test_a_softphone_needs_nothing_but_its_type() -> None:
    assert clean({"type": "softphone", "number": "", "mac": None}) == [{"type": "softphone"}]


@pytest.mark.parametrize(("kind", "needed"), [("mobile", "number"), ("ip_phone", "mac")])
def test_other_devices_need_what_makes_them_one(kind: str, needed: str) -> None:
    error = refusal({"type": kind})
    assert (error.field, error.rule) == (f"devices.{needed}", f"required for a device of type {kind}")


def test_a_device_needs_a_known_type() -> None:
    assert refusal({"number": "1"}).field == "devices.type"
    assert refusal({"type": "toaster"}).rule == "must be one of softphone, mobile, ip_phone, sip"


def test_times_are_whole_seconds() -> None:
    device = {
        "type": "softphone",
        "timeouts": {
            "queue": {"ring": " 30 ", "delay": ""},
            "internal": {"delay": 0, "ring": 20},
            "external": {"delay": None},
        },
    }
    assert clean(device) == [
        {"type": "softphone", "timeouts": {"internal": {"delay": 0, "ring": 20}, "queue": {"ring": 30}}}
    ]
    assert list(clean(device)[0]["timeouts"]) == ["internal", "queue"]


@pytest.mark.parametrize("seconds", ["-1", "1.5", "soon", True, 86401, "9" * 5000, "²"])
def test_other_times_are_refused(seconds: Any) -> None:
    error = refusal({"type": "softphone", "timeouts": {"internal": {"ring": seconds}}})
    assert error.field == "devices.timeouts.internal.ring"


@pytest.mark.parametrize(
    ("device", "field"),
    [
        ({"type": "sip", "colour": "red"}, "devices.colour"),
        ({"type": "sip", "timeouts": {"intern": {}}}, "devices.timeouts.intern"),
        ({"type": "sip", "timeouts": {"internal": {"rings": 1}}}, "devices.timeouts.internal.rings"),
        ({"type": "sip", "timeouts": {"internal": 5}}, "devices.timeouts.internal"),
        ("softphone", "devices"),
    ],
)
def test_unknown_entries_are_refused(device: Any, field: str) -> None:
    assert refusal(device).field == field


def test_the_nearest_entry_is_named() -> None:
    assert refusal({"type": "sip", "macc": "x"}).rule == 'unknown field. Did you mean "mac"?'


def test_devices_must_be_a_list() -> None:
    with pytest.raises(FieldError, match="must be a list of devices"):
        clean_devices("devices", {"type": "sip"}, Notices())


def test_a_refused_password_is_not_repeated() -> None:
    error = refusal({"type": "sip", "password": "geheim"})
    assert (error.field, error.value) == ("devices.password", "********")


def test_pairing_is_ok_or_required() -> None:
    assert clean({"type": "sip", "pairing": "Required"})[0]["pairing"] == "required"
    assert "pairing" not in clean({"type": "sip"})[0]
    assert refusal({"type": "sip", "pairing": "maybe"}).field == "devices.pairing"
