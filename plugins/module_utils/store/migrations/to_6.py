# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""To version 6: numbers of removed users, which rest; indexes, so that a long journal costs a run nothing."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.migrations.words import is_sqlite
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def migrate(connection: sa.Connection) -> None:
    """Take the step."""
    without_rowid = " WITHOUT ROWID" if is_sqlite(connection) else ""
    connection.exec_driver_sql(
        "CREATE TABLE resting_numbers (number TEXT NOT NULL, field TEXT NOT NULL, since TEXT NOT NULL,"
        " object_id BIGINT NOT NULL, username TEXT NOT NULL, email TEXT, profile TEXT, key TEXT,"
        f" PRIMARY KEY (number)){without_rowid}"
    )
    connection.exec_driver_sql("CREATE INDEX ix_runs_profile ON runs (profile)")
    connection.exec_driver_sql("CREATE INDEX ix_runs_finished ON runs (finished)")
