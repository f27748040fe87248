# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The users of a store as a login decision needs them."""

from __future__ import annotations

import contextlib

from ansible_collections.telephony.connector.plugins.module_utils.authentication.decision import Account, login_name
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.objects import find_object

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa


def find_account(store: Store, typed: str) -> Account | None:
    """Return the user that somebody means who types this name at a login (inside a snapshot)."""
    username = login_name(typed)
    if username is None:
        return None
    found = find_object(store, "username", username, "username")
    if found is None:
        return None
    object_id, _version, fields = found
    credentials = store.schema.credentials.c
    query = sa.select(credentials.value).where(credentials.object_id == object_id, credentials.field == "password")
    method = fields.get("auth_method", KINDS["user"].defaults["auth_method"])
    return Account(fields["username"], method, store.connection.scalar(query))
