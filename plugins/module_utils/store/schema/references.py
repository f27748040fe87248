# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What rows refer to."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def of_many_rows(column: str, target: str) -> sa.ForeignKeyConstraint:
    """Return the reference of a table that runs write in bulk: a foreign key in SQLite, nothing in PostgreSQL.

    PostgreSQL looks the other row up, and locks it, by a query of its own for every row that comes, which took half of
    a first import. Whoever removes objects, profiles or runs removes these rows first (`writer`, `retention`).
    """
    return sa.ForeignKeyConstraint([column], [target], ondelete="CASCADE").ddl_if(dialect="sqlite")
