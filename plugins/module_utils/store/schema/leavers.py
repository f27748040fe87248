# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Leavers: users whose record is gone, in the days before they are removed."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def leavers(metadata: sa.MetaData) -> sa.Table:
    """Return the table of leavers; whose they are their links say, and for how long they stay, the profile."""
    return sa.Table(
        "leavers",
        metadata,
        sa.Column("object_id", sa.ForeignKey("objects.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("since", sa.Text, nullable=False),
    )


def past_leavers(metadata: sa.MetaData) -> sa.Table:
    """Return the table of what leavers were before a run changed them."""
    return sa.Table(
        "past_leavers",
        metadata,
        sa.Column("run_id", sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("object_id", sa.BigInteger, primary_key=True),
        sa.Column("since", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
