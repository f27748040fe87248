# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a profile has to remember of records that may be anybody's, and of objects that stay because of them."""

from __future__ import annotations

import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def unattributed(metadata: sa.MetaData) -> sa.Table:
    """Return the table of records that were in a source and whose key nobody could tell.

    By the run in which they were new. `count`: how many of the same content there were when they were last seen; 0 if a
    read that was not complete did not show them.
    """
    return sa.Table(
        "unattributed",
        metadata,
        _profile_id(),
        sa.Column("fingerprint", sa.LargeBinary, primary_key=True),  # keyed, of the raw record
        sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("count", sa.Integer, nullable=False),
    )


def suspects(metadata: sa.MetaData) -> sa.Table:
    """Return the table of objects that lost their record in a run in which such records were new."""
    return sa.Table(
        "suspects",
        metadata,
        _profile_id(),
        sa.Column("object_id", sa.ForeignKey("objects.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=False),
    )


def _profile_id() -> sa.Column[t.Any]:
    return sa.Column("profile_id", sa.ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True)
