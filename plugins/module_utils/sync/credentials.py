# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Names of secrets: what is kept of one beside the fields, which hold its fingerprint alone."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import SECRET_FIELDS


def credential_name(path: str) -> str:
    """Return what kind of secret a path holds: ``password``, ``pin`` or ``device``."""
    return "device" if path.startswith("devices.") else path


def credentials_of(fields: Mapping[str, t.Any]) -> set[str]:
    """Return the names of the secrets in the table credentials that an object with these (stored) fields has."""
    devices = {f"device:{device['password']}" for device in fields.get("devices", ()) if "password" in device}
    return devices | (SECRET_FIELDS & fields.keys())


def credential_key(path: str, mark: str) -> str:
    """Return the name of a secret in the table credentials; a device is found by the fingerprint in its fields."""
    return f"device:{mark}" if path.startswith("devices.") else path
