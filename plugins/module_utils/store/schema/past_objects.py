# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What objects were before a run changed them: whole rows, kept as long as the run, so that it can be undone.

Each table stands beside one of the objects' own. An object that a run has created has no row here; one that it has
changed or removed has its row in `past_objects`, and whatever hung on it in the others.
"""

from __future__ import annotations

import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.store.schema import references
from ansible_collections.telephony.connector.plugins.module_utils.store.schema.objects import link_state
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def past_objects(metadata: sa.MetaData) -> sa.Table:
    """Return the table of objects as they were before a run."""
    return sa.Table(
        "past_objects",
        metadata,
        *_whose(),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def past_links(metadata: sa.MetaData) -> sa.Table:
    """Return the table of their links; by the profile's name, since a profile may be removed and declared again."""
    return sa.Table(
        "past_links",
        metadata,
        *_whose(),
        sa.Column("profile", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("slot", sa.Text, primary_key=True),
        *link_state(),
        sqlite_with_rowid=False,
    )


def past_credentials(metadata: sa.MetaData) -> sa.Table:
    """Return the table of their secrets, hashed or encrypted as they were; read-only roles do not see it."""
    return sa.Table(
        "past_credentials",
        metadata,
        *_whose(),
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text),
        sqlite_with_rowid=False,
    )


def past_leavers(metadata: sa.MetaData) -> sa.Table:
    """Return the table of what leavers were before a run changed them."""
    return sa.Table(
        "past_leavers",
        metadata,
        *_whose(),
        sa.Column("since", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def touched_links(metadata: sa.MetaData) -> sa.Table:
    """Return the table of links that a run has renewed, or taken away, without a change of the object: as they were.

    Of each link only the newest such run: a source may have another record for everybody every day.
    """
    return sa.Table(
        "touched_links",
        metadata,
        sa.Column("profile", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("slot", sa.Text, primary_key=True),
        sa.Column("run_id", sa.Integer, nullable=False),
        sa.Column("object_id", sa.BigInteger, nullable=False),
        *link_state(),
        sqlite_with_rowid=False,
    )


def _whose() -> tuple[t.Any, ...]:
    return (
        sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("object_id", sa.BigInteger, primary_key=True),
        references.of_many_rows("run_id", "runs.id"),
    )
