# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""To version 3: the ledger of outputs."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.migrations.words import is_sqlite
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def migrate(connection: sa.Connection) -> None:
    """Take the step."""
    number = "INTEGER" if is_sqlite(connection) else "SERIAL"
    without_rowid = " WITHOUT ROWID" if is_sqlite(connection) else ""
    output = "output_id INTEGER NOT NULL REFERENCES outputs (id) ON DELETE CASCADE"
    connection.exec_driver_sql(
        f"CREATE TABLE outputs (id {number} NOT NULL, name TEXT NOT NULL, format TEXT NOT NULL, target TEXT NOT NULL,"
        " state TEXT NOT NULL, PRIMARY KEY (id), UNIQUE (name))"
    )
    connection.exec_driver_sql(
        f"CREATE TABLE output_files ({output}, path TEXT NOT NULL, entries INTEGER NOT NULL, sha256 TEXT NOT NULL,"
        " pending TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (output_id, path))"
    )
    connection.exec_driver_sql(
        f"CREATE TABLE output_entries ({output}, key TEXT NOT NULL, place TEXT NOT NULL, name TEXT NOT NULL,"
        " mark TEXT NOT NULL, token TEXT NOT NULL, pending TEXT NOT NULL, content TEXT NOT NULL,"
        f" PRIMARY KEY (output_id, key)){without_rowid}"
    )
