# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets among fields: all are found, none stays, nothing else changes."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import (
    is_secret,
    mask,
    replace_secrets,
)

FIELDS = {
    "username": "mmuster",
    "pin": "4711",
    "password": "geheim123",
    "phonebook.labels.password": "no secret",
    "devices": [{"type": "sip", "password": "geheim456"}, {"type": "softphone"}, {"type": "sip", "password": "x"}],
}


def test_every_secret_is_replaced_under_its_own_path() -> None:
    seen: dict[str, str] = {}

    def replace(path: str, value: str) -> str:
        seen[path] = value
        return f"<{path}>"

    replaced = replace_secrets(FIELDS, replace)
    assert seen == {
        "pin": "4711",
        "password": "geheim123",
        "devices.0.password": "geheim456",
        "devices.2.password": "x",
    }
    assert replaced["devices"] == [
        {"type": "sip", "password": "<devices.0.password>"},
        {"type": "softphone"},
        {"type": "sip", "password": "<devices.2.password>"},
    ]
    assert list(replaced) == list(FIELDS)


def test_the_given_fields_stay_as_they_are() -> None:
    mask(FIELDS)
    assert FIELDS["pin"] == "4711"
    assert FIELDS["devices"][0]["password"] == "geheim456"  # type: ignore[index]


def test_fields_without_secrets_come_back_equal() -> None:
    fields = {"username": "mmuster", "devices": [{"type": "softphone"}]}
    assert mask(fields) == fields


@pytest.mark.parametrize(
    ("field", "secret"),
    [
        ("pin", True),
        ("password", True),
        ("devices.password", True),
        ("devices.0.password", True),
        ("phonebook.labels.pin", False),
        ("labels.password", False),
        ("devices.username", False),
        ("username", False),
    ],
)
def test_secret_fields_are_known_by_their_path(field: str, secret: bool) -> None:
    assert is_secret(field) is secret
