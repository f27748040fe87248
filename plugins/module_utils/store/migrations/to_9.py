# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""To version 9: no foreign keys of the tables that PostgreSQL writes in bulk."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.migrations.words import is_sqlite
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

_TABLES = ("links", "credentials", "changes", "past_objects", "past_links", "past_credentials", "past_leavers")


def migrate(connection: sa.Connection) -> None:
    """Take the step."""
    if is_sqlite(connection):
        return
    inspector, quote = sa.inspect(connection), connection.dialect.identifier_preparer.quote
    for table in _TABLES:
        for key in inspector.get_foreign_keys(table):
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {quote(str(key['name']))}")
