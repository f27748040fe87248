# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the users of the tenant of the tests, or says how that was refused."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.source import M365Source

USERS = "/v1.0/users"
WANTED = frozenset(("userPrincipalName", "accountEnabled"))


def read(options, wanted=WANTED):
    """Read to the end; returns the logins and how it ended."""
    with M365Source(options).read(wanted, None) as reading:
        place = reading.columns.index("userPrincipalName")
        return [item.row[place] for item in reading], reading.result


def refusal(options, wanted=WANTED) -> str:
    """Return why nothing can be read."""
    with pytest.raises(SourceError) as caught:
        read(options, wanted)
    return caught.value.message


def everybody(count: int = 7) -> list[str]:
    return [f"user{number}@contoso.example" for number in range(count)]
