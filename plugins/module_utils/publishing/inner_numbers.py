# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The numbers that the phone system has itself: extensions, fax lines, speed dials."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.dialling import Numbers
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def inner_numbers(store: Store, numbers: Numbers) -> frozenset[str]:
    """Return all numbers of the store (inside a snapshot); none are needed where numbers stay as they are."""
    if numbers.form == "as_is":
        return frozenset()
    identifiers = store.schema.identifiers.c
    return frozenset(
        value for (value,) in store.rows(sa.select(identifiers.value).where(identifiers.space == "number"))
    )
