# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The objects of the phone system, what must be unique among them, their secrets, and the links of profiles to them."""

from __future__ import annotations

import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.store.schema import references
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def objects(metadata: sa.MetaData) -> sa.Table:
    """Return the table of users, phonebook entries and speed dials."""
    return sa.Table(
        "objects",
        metadata,
        sa.Column("id", _id_type(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),  # counts every change, so that a link sees a hand edit
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
    )


def identifiers(metadata: sa.MetaData) -> sa.Table:
    """Return the table of everything that must be unique: logins, and the one number space."""
    return sa.Table(
        "identifiers",
        metadata,
        sa.Column("space", sa.Text, primary_key=True),  # username | number
        sa.Column("value", sa.Text, primary_key=True),
        # no foreign key: its index would cost a first import more than the table, and is asked once a removal
        sa.Column("object_id", sa.BigInteger, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def credentials(metadata: sa.MetaData) -> sa.Table:
    """Return the table of salted hashes (passwords, PINs) and encrypted secrets (SIP and device passwords)."""
    return sa.Table(
        "credentials",
        metadata,
        sa.Column("object_id", _id_type(), primary_key=True, autoincrement=False),
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text),  # keyed and salted; tells whether a source still has the same secret
        references.of_many_rows("object_id", "objects.id"),
    )


def links(metadata: sa.MetaData) -> sa.Table:
    """Return the table of which record of which profile made which object."""
    return sa.Table(
        "links",
        metadata,
        sa.Column("profile_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("slot", sa.Text, primary_key=True),
        sa.Column("object_id", _id_type(), nullable=False, index=True),
        *link_state(),
        references.of_many_rows("profile_id", "profiles.id"),
        references.of_many_rows("object_id", "objects.id"),
    )


#: Columns of a link beside whose it is.
LINK_STATE = ("version", "fingerprint", "origin", "applied")


def link_state() -> list[sa.Column[t.Any]]:
    """Return the columns of what a link says of its object; a link that is kept for an undo has them too."""
    return [
        sa.Column("version", sa.Integer, nullable=False),  # of the object, when the profile last looked at it
        sa.Column("fingerprint", sa.LargeBinary),  # of the raw record and the definition
        sa.Column("origin", sa.Text, nullable=False),  # created | adopted
        # NULL: all fields of the object, as they are while its version is this one; written out before another
        # hand changes the object. A first import would store every text a third time.
        sa.Column("applied", sa.Text),
    ]


def leavers(metadata: sa.MetaData) -> sa.Table:
    """Return the table of leavers; whose they are their links say, and for how long they stay, the profile."""
    return sa.Table(
        "leavers",
        metadata,
        sa.Column("object_id", sa.ForeignKey("objects.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("since", sa.Text, nullable=False),
    )


def names(metadata: sa.MetaData, table: str) -> sa.Table:
    """Return a table of names that objects refer to: roles, labels."""
    return sa.Table(table, metadata, sa.Column("name", sa.Text, primary_key=True))


def _id_type() -> t.Any:
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")
