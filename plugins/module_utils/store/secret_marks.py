# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Finds out which of an object's secrets are those that it has already: by their fingerprints, without any secret."""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Mapping

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import Fields
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import (
    credential_key,
    credential_name,
    replace_secrets,
    secret_mark,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: Objects asked for at a time.
_CHUNK = 500

#: (name in the table credentials without the mark of a device, fingerprint) -> the names in full.
Kept = dict[tuple[str, str], list[str]]


def kept_of(store: Store, object_ids: Collection[int]) -> dict[int, Kept]:
    """Return what is kept of the secrets of some objects."""
    credentials, ids, found = store.schema.credentials.c, list(object_ids), dict[int, Kept]()
    for start in range(0, len(ids), _CHUNK):
        query = sa.select(credentials.object_id, credentials.field, credentials.fingerprint)
        part = query.where(credentials.object_id.in_(ids[start : start + _CHUNK]))
        for object_id, field, fingerprint in store.connection.execute(part).all():
            found.setdefault(object_id, {}).setdefault((field.partition(":")[0], fingerprint), []).append(field)
    return found


def with_marks(
    store: Store,
    object_id: int,
    version: int,
    current: Mapping[str, object],
    kept: Kept,
    wanted: Fields,
    secrets: Mapping[str, str],
) -> tuple[Fields, dict[str, str]]:
    """Return wanted fields with the marks that the object's secrets have, or new ones where a secret is another one.

    `wanted` has marks of its own, by which `secrets` are found; they are returned under their new names. `version` is
    the one that the object has, and `current` its fields.
    """
    renamed: dict[str, str] = {}
    has_mark = [device.get("password") for device in t.cast("list[Fields]", current.get("devices", []))]

    def mark_of(path: str, own_mark: str) -> str:
        secret = secrets[credential_key(path, own_mark)]
        kind = credential_name(path)
        names = kept.get((kind, store.vault.fingerprint_of(object_id, kind, secret)))
        if names is None:
            mark = secret_mark(version + 1, path)
        elif kind == "device":
            # devices with the same secret keep their marks in the order in which they stand
            marks = {name.partition(":")[2] for name in names}
            left = [one for one in has_mark if one in marks and credential_key(path, one) not in renamed]
            mark = left[0] if left else min(marks)
        else:
            mark = str(current.get(kind) or secret_mark(version + 1, path))
        renamed[credential_key(path, mark)] = secret
        return mark

    return replace_secrets(wanted, mark_of), renamed
