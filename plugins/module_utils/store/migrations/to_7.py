# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""To version 7: profiles on hold; the journal keeps what objects were before a run, so that it can be undone."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.store.migrations.words import is_sqlite
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

_LINK = "version INTEGER NOT NULL, fingerprint %s, origin TEXT NOT NULL, applied TEXT"
_WHOSE = "run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE, object_id BIGINT NOT NULL"
_KEY = "profile TEXT NOT NULL, key TEXT NOT NULL, slot TEXT NOT NULL"


def migrate(connection: sa.Connection) -> None:
    """Take the step."""
    data, end = ("BLOB", " WITHOUT ROWID") if is_sqlite(connection) else ("BYTEA", "")
    link = _LINK % data
    connection.exec_driver_sql(
        "CREATE TABLE holds (profile_id INTEGER NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,"
        " trips INTEGER NOT NULL, reason TEXT, actor TEXT, job_id TEXT, job_user TEXT, since TEXT,"
        " PRIMARY KEY (profile_id))"
    )
    connection.exec_driver_sql(
        f"CREATE TABLE past_objects ({_WHOSE}, kind TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL,"
        f" fields TEXT NOT NULL, PRIMARY KEY (run_id, object_id)){end}"
    )
    connection.exec_driver_sql(
        f"CREATE TABLE past_links ({_WHOSE}, {_KEY}, {link}, PRIMARY KEY (run_id, object_id, profile, key, slot)){end}"
    )
    connection.exec_driver_sql(
        f"CREATE TABLE past_credentials ({_WHOSE}, field TEXT NOT NULL, value TEXT NOT NULL, fingerprint TEXT,"
        f" PRIMARY KEY (run_id, object_id, field)){end}"
    )
    connection.exec_driver_sql(
        f"CREATE TABLE touched_links ({_KEY}, run_id INTEGER NOT NULL, object_id BIGINT NOT NULL, {link},"
        f" PRIMARY KEY (profile, key, slot)){end}"
    )
    if not is_sqlite(connection):
        _hide_as_credentials(connection)


def _hide_as_credentials(connection: sa.Connection) -> None:
    """Let nobody read the former secrets who may not read those of today, whatever is granted on new tables."""
    grantees = "SELECT DISTINCT grantee FROM information_schema.role_table_grants WHERE table_schema = 'public'"
    query = f"{grantees} AND table_name = %s AND grantee <> current_user"
    execute = connection.exec_driver_sql
    readers = set(execute(query, ("past_credentials",)).scalars())
    for name in readers - set(execute(query, ("credentials",)).scalars()):
        quoted = connection.dialect.identifier_preparer.quote(name)
        execute(f"REVOKE ALL ON past_credentials FROM {quoted if name != 'PUBLIC' else name}")
