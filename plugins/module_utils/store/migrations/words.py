# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What the steps between versions share: the words in which SQLite and PostgreSQL differ."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def is_sqlite(connection: sa.Connection) -> bool:
    return connection.dialect.name == "sqlite"


def add_columns(connection: sa.Connection, table: str, *columns: str) -> None:
    """Add columns, each as it stands in CREATE TABLE (``actor TEXT``)."""
    for column in columns:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column}")


def rebuild(connection: sa.Connection, table: sa.Table) -> None:
    """Make a table anew that SQLite cannot alter, with all its rows; nothing may refer to it by a foreign key."""
    names = ", ".join(column.name for column in table.columns)
    connection.exec_driver_sql(f"ALTER TABLE {table.name} RENAME TO old_{table.name}")
    for index in sa.inspect(connection).get_indexes(f"old_{table.name}"):
        connection.exec_driver_sql(f"DROP INDEX {index['name']}")
    table.create(connection)
    # names from the step, never from outside
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM old_{table.name}")  # noqa: S608
    connection.exec_driver_sql(f"DROP TABLE old_{table.name}")
