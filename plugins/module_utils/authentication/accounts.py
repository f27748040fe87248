# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The users of a store as a login decision needs them: found by one statement, so that it is of one moment."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.authentication.decision import Account, login_name
from ansible_collections.telephony.connector.plugins.module_utils.authentication.settings import SETTING
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.store import errors
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


class Found(t.NamedTuple):
    """A user, and the stored LDAP settings as text, "" where there are none."""

    account: Account
    ldap_settings: str


class AccountFinder:
    """Finds users of one store again and again; the statement is made once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        schema = store.schema
        identifiers, objects, credentials = schema.identifiers, schema.objects, schema.credentials
        settings, leavers = schema.settings, schema.leavers
        is_password = (credentials.c.object_id == objects.c.id) & (credentials.c.field == "password")
        query = (
            sa.select(objects.c.fields, credentials.c.value, settings.c.value, leavers.c.since)
            .select_from(
                identifiers.join(objects, objects.c.id == identifiers.c.object_id)
                .outerjoin(credentials, is_password)
                .outerjoin(settings, settings.c.name == SETTING)
                .outerjoin(leavers, leavers.c.object_id == objects.c.id)
            )
            .where(
                identifiers.c.space == "username",
                identifiers.c.field == "username",
                identifiers.c.value == sa.bindparam("username"),
            )
        )
        # for the driver as it is: looking it up in SQLAlchemy's cache takes longer than the query
        compiled = query.compile(dialect=store.connection.dialect)
        self._query, self._constants = str(compiled), dict(compiled.params)
        self._order: list[str] | None = compiled.positiontup  # None where parameters have names

    def find(self, typed: str) -> Found | None:
        """Return the user that somebody means who types this name at a login, None where there is none."""
        username = login_name(typed)
        if username is None:
            return None
        with errors.translated(self._store.where):
            values = {**self._constants, "username": username}
            given = values if self._order is None else tuple([values[name] for name in self._order])
            row = self._store.connection.exec_driver_sql(self._query, given).one_or_none()
        if row is None:
            return None
        fields = json.loads(row[0])
        method = fields.get("auth_method", KINDS["user"].defaults["auth_method"])
        return Found(Account(fields["username"], method, row[1], row[3] is not None), row[2] or "")


def find_account(store: Store, typed: str) -> Account | None:
    """Return the user that somebody means who types this name at a login, None where there is none."""
    found = AccountFinder(store).find(typed)
    return found.account if found else None
