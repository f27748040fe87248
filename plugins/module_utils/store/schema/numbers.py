# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The numbers of removed users: whose they were, and since when they are nobody's."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def resting_numbers(metadata: sa.MetaData) -> sa.Table:
    """Return the table of numbers that nobody has had since their user was removed.

    How long they rest is for the pools to say, which may change. Whom they were of tells the same person again.
    """
    return sa.Table(
        "resting_numbers",
        metadata,
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("field", sa.Text, nullable=False),  # extension | fax_extension
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("object_id", sa.BigInteger, nullable=False),
        sa.Column("username", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("profile", sa.Text),  # a name, since numbers outlive profiles
        sa.Column("key", sa.Text),  # of the record in the profile
        sqlite_with_rowid=False,
    )
