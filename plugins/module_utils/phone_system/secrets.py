# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Which fields are secret, and how they are replaced by something that may be shown or stored."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

MASK = "********"
#: Kept as salted hashes, which nobody can turn back.
HASHED_FIELDS = frozenset(("password", "pin"))
#: Secrets of an object itself. The SIP password is kept encrypted, since SIP servers need digests of it (RFC 8760).
SECRET_FIELDS = HASHED_FIELDS | {"sip_password"}


def is_secret(field: str) -> bool:
    """Say whether a flat field name or path ("pin", "devices.password", "devices.0.password") holds a secret."""
    return field.rpartition(".")[2] in SECRET_FIELDS and field.partition(".")[0] in ("devices", *SECRET_FIELDS)


def is_blank(password: str) -> bool:
    """Say whether a directory could take a password for an empty one: nothing visible, or nothing before a NUL."""
    return not any(unicodedata.category(character)[0] not in "ZC" for character in password.partition("\0")[0])


def replace_secrets(fields: Mapping[str, Any], replace: Callable[[str, str], str]) -> dict[str, Any]:
    """Return flat fields with `replace(path, value)` in place of every secret.

    Paths are "password", "pin", "sip_password" and, for a device, "devices.<index>.password". Nothing is copied deeper
    than needed, and the given fields stay as they are.
    """
    replaced = dict(fields)
    for name in SECRET_FIELDS & replaced.keys():
        replaced[name] = replace(name, replaced[name])
    devices = replaced.get("devices")
    if devices and any("password" in device for device in devices):
        replaced["devices"] = [
            {**device, "password": replace(f"devices.{index}.password", device["password"])}
            if "password" in device
            else device
            for index, device in enumerate(devices)
        ]
    return replaced


def mask(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return flat fields as they may be shown."""
    return replace_secrets(fields, lambda path, value: MASK)


# -- what is kept of a secret beside the fields, which say only that it is set ----------------------------------------


def secret_mark(version: int, path: str) -> str:
    """Return what stands for a secret in stored fields: that it is set, and since which version of the object.

    It tells a new secret from the one before and from one that a person set meanwhile, and nothing of the secret.
    """
    place = f".{path.split('.')[1]}" if path.startswith("devices.") else ""
    return f"set {version}{place}"


def credential_name(path: str) -> str:
    """Return what kind of secret a path holds: ``password``, ``pin``, ``sip_password`` or ``device``."""
    return "device" if path.startswith("devices.") else path


def credentials_of(fields: Mapping[str, Any]) -> set[str]:
    """Return the names of the secrets in the table credentials that an object with these (stored) fields has."""
    devices = {f"device:{device['password']}" for device in fields.get("devices", ()) if "password" in device}
    return devices | (SECRET_FIELDS & fields.keys())


def credential_key(path: str, mark: str) -> str:
    """Return the name of a secret in the table credentials; a device is found by the mark in its fields."""
    return f"device:{mark}" if path.startswith("devices.") else path
