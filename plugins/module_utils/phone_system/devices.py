# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The devices of a user: softphones, mobiles, IP phones and other SIP devices."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import (
    FieldError,
    Notices,
    Rule,
    checked,
    choice,
    password,
    plain_text,
)

TYPES = ("softphone", "mobile", "ip_phone", "sip")
PAIRINGS = ("ok", "required")
CALLS = ("internal", "external", "queue")
TIMES = ("delay", "ring")  # seconds until it starts to ring, seconds it rings
MAX_SECONDS = 86400
NEEDED = {"mobile": "number", "ip_phone": "mac"}


def clean_devices(name: str, value: Any, notices: Notices) -> list[dict[str, Any]]:
    """Normalise a list of devices; a bad one raises FieldError with a field such as "devices.mac"."""
    if not isinstance(value, (list, tuple)):
        raise FieldError(name, value, "must be a list of devices")
    return [_clean_device(name, device, notices) for device in value]


def _clean_device(name: str, device: Any, notices: Notices) -> dict[str, Any]:
    _check_mapping(name, device, DEVICE_FIELDS)
    clean: dict[str, Any] = {}
    for key, rule in DEVICE_FIELDS.items():
        value = device.get(key)
        value = None if value is None else rule(f"{name}.{key}", value, notices)
        if value:
            clean[key] = value
    if "type" not in clean:
        raise FieldError(f"{name}.type", "", "required")
    needed = NEEDED.get(clean["type"])
    if needed and needed not in clean:
        raise FieldError(f"{name}.{needed}", "", f"required for a device of type {clean['type']}")
    return clean


def _check_mapping(name: str, value: Any, known: Mapping[str, Any] | tuple[str, ...]) -> None:
    if not isinstance(value, Mapping):
        raise FieldError(name, "", f"must be a mapping with any of {', '.join(known)}")
    for key in value:
        if key not in known:
            raise FieldError(f"{name}.{key}", "", f"unknown field.{nearest(str(key), known)}")


def _check_mac(value: str) -> str:
    mac = re.sub(r"[-:. ]", "", value).lower()
    if not re.fullmatch(r"[0-9a-f]{12}", mac):
        raise ValueError("must be a MAC address (12 hexadecimal digits)")
    return mac


def _check_ip(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise ValueError("must be an IPv4 or IPv6 address") from None


def _timeouts(name: str, value: Any, notices: Notices) -> dict[str, dict[str, int]]:
    _check_mapping(name, value, CALLS)
    clean: dict[str, dict[str, int]] = {}
    for call in CALLS:
        times = _times(f"{name}.{call}", value.get(call))
        if times:
            clean[call] = times
    return clean


def _times(name: str, value: Any) -> dict[str, int]:
    if value is None:
        return {}
    _check_mapping(name, value, TIMES)
    return {time: _seconds(f"{name}.{time}", value[time]) for time in TIMES if value.get(time) not in (None, "", [])}


def _seconds(name: str, value: Any) -> int:
    text = "" if isinstance(value, bool) else str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= MAX_SECONDS):
        raise FieldError(name, value, f"must be whole seconds from 0 to {MAX_SECONDS}")
    return int(text)


DEVICE_FIELDS: dict[str, Rule] = {
    "type": choice(TYPES),
    "number": plain_text,
    "mac": checked(_check_mac),
    "ip": checked(_check_ip),
    "username": plain_text,
    "password": password,
    "pairing": choice(PAIRINGS),
    "timeouts": _timeouts,
}
