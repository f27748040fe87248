# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What records become, out of variables that bear the same names in all templates."""

from __future__ import annotations

from typing import Any

_TIMEOUTS: dict[str, Any] = {
    "internal": {"delay": "intdelay", "ring": "inttimeout"},
    "external": {"delay": "extdelay", "ring": "exttimeout"},
    "queue": {"delay": "quedelay", "ring": "quetimeout"},
}

USER_STRUCTURE: dict[str, Any] = {
    "username": "username",
    "display_name": "displayname",
    "given_name": "givenname",
    "surname": "surname",
    "email": "email",
    "extension": "phone",
    "pin": "pin",
    "roles": "roles",
    "phonebook": {
        "organisation": "organisation",
        "mobile": "mobile",
        "homephone": "homephone",
        "fax": "fax",
        "notes": "job",
    },
    "devices": [
        {"type": "softphone", "timeouts": _TIMEOUTS, "when": "createSoftphone"},
        {"type": "mobile", "number": "mobile", "timeouts": _TIMEOUTS, "when": ["createMobile", "mobile"]},
        {
            "type": "ip_phone",
            "mac": "phonemac",
            "ip": "phoneip",
            "username": "phoneuser",
            "password": "phonepass",
            "timeouts": _TIMEOUTS,
            "when": "phonemac",
        },
    ],
}

PHONEBOOK_STRUCTURE: dict[str, Any] = {
    "display_name": "displayname",
    "phone": "phone",
    "given_name": "givenname",
    "surname": "surname",
    "organisation": "organisation",
    "email": "email",
    "mobile": "mobile",
    "homephone": "homephone",
    "fax": "fax",
}

SPEED_DIAL_STRUCTURE: dict[str, Any] = {"number": "speeddial", "destination": "phone", "display_name": "displayname"}
