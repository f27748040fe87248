# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The journal: every run and every change by hand, and what each changed."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.schema import references
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def runs(metadata: sa.MetaData) -> sa.Table:
    """Return the table of runs; the ones of stores before version 2 do not say who and what in one line."""
    return sa.Table(
        "runs",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("profile", sa.Text, index=True),  # a name, since runs outlive profiles; absent for a change by hand
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("started", sa.Text, nullable=False),
        sa.Column("finished", sa.Text, nullable=False, index=True),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("plan_digest", sa.Text, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),  # warnings, rejected, conflicts
        sa.Column("actor", sa.Text),  # user@host
        sa.Column("job_id", sa.Text),
        sa.Column("job_user", sa.Text),
        sa.Column("summary", sa.Text),
        sqlite_autoincrement=True,
    )


def changes(metadata: sa.MetaData) -> sa.Table:
    """Return the table of changes; its index by object makes the history of one object cheap."""
    return sa.Table(
        "changes",
        metadata,
        sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("object_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        references.of_many_rows("run_id", "runs.id"),
        sqlite_with_rowid=False,
    )
