# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""To version 2: who ran, for which job, and the run in one line; the history of one object; one layout of the tables.

Stores of 0.1.0 and of 0.2.0 both say version 1, but those of 0.1.0 have a foreign key with an index in ``identifiers``
and no NULL in ``links.applied``.
"""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.migrations.words import (
    add_columns,
    is_sqlite,
    rebuild,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def migrate(connection: sa.Connection) -> None:
    """Take the step."""
    if _is_of_0_1_0(connection):
        _to_0_2_0(connection)
    add_columns(connection, "runs", "actor TEXT", "job_id TEXT", "job_user TEXT", "summary TEXT")
    connection.exec_driver_sql("CREATE INDEX ix_changes_object_id ON changes (object_id)")


def _is_of_0_1_0(connection: sa.Connection) -> bool:
    return bool(sa.inspect(connection).get_foreign_keys("identifiers"))


def _to_0_2_0(connection: sa.Connection) -> None:
    if is_sqlite(connection):
        metadata = sa.MetaData()
        for table in ("profiles", "objects"):  # that the foreign keys name
            sa.Table(table, metadata, sa.Column("id", sa.Integer, primary_key=True))
        rebuild(connection, _identifiers(metadata))
        rebuild(connection, _links(metadata))
    else:
        for key in sa.inspect(connection).get_foreign_keys("identifiers"):
            connection.exec_driver_sql(f"ALTER TABLE identifiers DROP CONSTRAINT {key['name']}")
        connection.exec_driver_sql("DROP INDEX ix_identifiers_object_id")
        connection.exec_driver_sql("ALTER TABLE links ALTER COLUMN applied DROP NOT NULL")
    # what stood there of 0.1.0's reads; 0.2.0 expects more in it, and reads in full without it
    connection.exec_driver_sql("UPDATE profiles SET checkpoint = NULL")


def _identifiers(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "identifiers",
        metadata,
        sa.Column("space", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("object_id", sa.BigInteger, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def _links(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        "links",
        metadata,
        sa.Column("profile_id", sa.ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("slot", sa.Text, primary_key=True),
        sa.Column("object_id", sa.ForeignKey("objects.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("applied", sa.Text),
    )
