# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""To version 5: records that may be anybody's, and objects that stay because of them."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.migrations.words import is_sqlite
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def migrate(connection: sa.Connection) -> None:
    """Take the step."""
    data, number = ("BLOB", "INTEGER") if is_sqlite(connection) else ("BYTEA", "BIGINT")
    profile = "profile_id INTEGER NOT NULL REFERENCES profiles (id) ON DELETE CASCADE"
    connection.exec_driver_sql(
        f"CREATE TABLE unattributed ({profile}, fingerprint {data} NOT NULL, run_id INTEGER NOT NULL,"
        " count INTEGER NOT NULL, PRIMARY KEY (profile_id, fingerprint, run_id))"
    )
    connection.exec_driver_sql(
        f"CREATE TABLE suspects ({profile}, object_id {number} NOT NULL REFERENCES objects (id) ON DELETE CASCADE,"
        " run_id INTEGER NOT NULL, PRIMARY KEY (profile_id, object_id, run_id))"
    )
