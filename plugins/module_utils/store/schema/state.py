# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a store keeps about itself: its facts, the settings of the phone system, and the profiles."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def meta(metadata: sa.MetaData) -> sa.Table:
    """Return the table of small facts about the store itself: revision, schema version, salts and counters."""
    return _named_values(metadata, "meta")


def settings(metadata: sa.MetaData) -> sa.Table:
    """Return the table of what a person configures for the phone system as a whole, such as the extension pool."""
    return _named_values(metadata, "settings")


def _named_values(metadata: sa.MetaData, name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def profiles(metadata: sa.MetaData) -> sa.Table:
    """Return the table of declared profiles."""
    return sa.Table(
        "profiles",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("options", sa.Text, nullable=False),  # as declared, secrets encrypted
        sa.Column("checkpoint", sa.Text),  # with the digest of the definition it belongs to
    )


def holds(metadata: sa.MetaData) -> sa.Table:
    """Return the table of profiles that are on hold, or whose last runs a guard has stopped."""
    return sa.Table(
        "holds",
        metadata,
        sa.Column(
            "profile_id", sa.ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        ),
        sa.Column("trips", sa.Integer, nullable=False),  # runs in a row that a guard has stopped
        sa.Column("reason", sa.Text),  # absent: not on hold
        sa.Column("actor", sa.Text),  # user@host who has set it
        sa.Column("job_id", sa.Text),
        sa.Column("job_user", sa.Text),
        sa.Column("since", sa.Text),
    )
