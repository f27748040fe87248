# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""To version 8: leavers."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.migrations.words import is_sqlite
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def migrate(connection: sa.Connection) -> None:
    """Take the step."""
    number, end = ("INTEGER", " WITHOUT ROWID") if is_sqlite(connection) else ("BIGINT", "")
    connection.exec_driver_sql(
        f"CREATE TABLE leavers (object_id {number} NOT NULL REFERENCES objects (id) ON DELETE CASCADE,"
        " since TEXT NOT NULL, PRIMARY KEY (object_id))"
    )
    connection.exec_driver_sql(
        "CREATE TABLE past_leavers (run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,"
        f" object_id BIGINT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (run_id, object_id)){end}"
    )
