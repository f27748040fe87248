# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""To version 10: the ledger of files in blocks. What older runs wrote stays where it is until an output changes."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def migrate(connection: sa.Connection) -> None:
    """Take the step."""
    output = "output_id INTEGER NOT NULL REFERENCES outputs (id) ON DELETE CASCADE"
    connection.exec_driver_sql(
        f"CREATE TABLE output_blocks ({output}, number INTEGER NOT NULL, entries INTEGER NOT NULL, content TEXT"
        " NOT NULL, PRIMARY KEY (output_id, number))"
    )
