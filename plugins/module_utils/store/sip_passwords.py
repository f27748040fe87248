# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Makes and reads the SIP passwords of users: encrypted, so that a SIP server's digests can be made of them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system import sip_password
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import (
    Fields,
    encode,
    ordered,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK, secret_mark
from ansible_collections.telephony.connector.plugins.module_utils.store import clock, journal, writer
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.objects import find_object
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

FIELD = "sip_password"
#: The mode of the run that the journal has of passwords that an output made.
MODE = "publish"
#: Users asked for at a time.
_CHUNK = 500


def read(store: Store, username: str) -> str | None:
    """Return a user's SIP password, None for one who has none (inside a snapshot); needs the key.

    DefinitionError when there is no such user.
    """
    found = find_object(store, "username", username, "username")
    if found is None:
        raise DefinitionError(f'There is no user "{username}" in {store.where}.')
    credentials = store.schema.credentials.c
    query = sa.select(credentials.value).where(credentials.object_id == found[0], credentials.field == FIELD)
    token = store.connection.scalar(query)
    return None if token is None else store.vault.decrypt(token)


def make(store: Store, object_ids: Sequence[int], reason: str, expected_revision: int) -> int:
    """Give users without a SIP password a random one and note it in the journal; return how many were made.

    One transaction; StaleError when the store is no longer at `expected_revision`.
    """
    started = clock.stamp()
    with store.writing(expected_revision):
        rows = _without_password(store, object_ids)
        run = journal.Run(None, MODE, started, "changed", summary=told(len(rows)))
        run_id = journal.start(store, run, {"updated": len(rows)})
        before, after = encode({}), encode({FIELD: MASK})
        journal.add_changes(
            store,
            [
                (run_id, place, "update", "user", object_id, name, None, reason, before, after)
                for place, (object_id, name, _version, _fields) in enumerate(rows, 1)
            ],
        )
        writer.update_by_hand(
            store,
            [
                (name, _with_mark(fields, version + 1), version + 1, object_id)
                for object_id, name, version, fields in rows
            ],
        )
        writer.put_credentials(store, [_credential(store, object_id) for object_id, *_rest in rows])
    return len(rows)


def told(count: int) -> str:
    """Return in words how many were made."""
    return f"{count} SIP password{'' if count == 1 else 's'} made"


def _without_password(store: Store, object_ids: Sequence[int]) -> list[tuple[int, str, int, Fields]]:
    objects, credentials = store.schema.objects.c, store.schema.credentials.c
    has_one = sa.select(credentials.object_id).where(credentials.object_id == objects.id, credentials.field == FIELD)
    query = sa.select(objects.id, objects.name, objects.version, objects.fields).where(~has_one.exists())
    found = []
    for start in range(0, len(object_ids), _CHUNK):
        part = query.where(objects.id.in_(object_ids[start : start + _CHUNK])).order_by(objects.id)
        for object_id, name, version, text in store.connection.execute(part).all():
            found.append((object_id, name, version, json.loads(text)))
    return found


def _with_mark(fields: Fields, version: int) -> Fields:
    return ordered(KINDS["user"], {**fields, FIELD: secret_mark(version, FIELD)})


def _credential(store: Store, object_id: int) -> tuple[int, str, str, str]:
    made = sip_password.new()
    return object_id, FIELD, store.vault.encrypt(made), store.vault.fingerprint_of(object_id, FIELD, made)
