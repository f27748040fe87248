# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Looks up objects by what they have alone, and what they are called."""

from __future__ import annotations

import json

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import Fields
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: The largest id of an object that there can be: neither database can be asked for another one.
_LARGEST_ID = 2**63 - 1
#: More logins than a person waits for to be compared.
_COMPARED = 20_000


def find_object(store: Store, space: str, value: str, field: str) -> tuple[int, int, Fields] | None:
    """Return (id, version, fields) of the object that holds an identifier in a field, or None."""
    objects, identifiers = store.schema.objects, store.schema.identifiers.c
    query = (
        sa.select(objects.c.id, objects.c.version, objects.c.fields)
        .join(store.schema.identifiers, identifiers.object_id == objects.c.id)
        .where(identifiers.space == space, identifiers.value == value, identifiers.field == field)
    )
    row = store.connection.execute(query).one_or_none()
    return (row.id, row.version, json.loads(row.fields)) if row else None


def possible_id(object_id: int) -> int:
    """Return an id that a person gives, 0 (which no object has) for one that no database can be asked for."""
    return object_id if 0 < object_id <= _LARGEST_ID else 0


def some_logins(store: Store) -> list[str]:
    """Return logins, as many as a misspelt one is compared with."""
    identifiers = store.schema.identifiers.c
    query = sa.select(identifiers.value).where(identifiers.space == "username").limit(_COMPARED)
    return list(store.connection.execute(query).scalars())
