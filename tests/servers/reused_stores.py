# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Empty stores in PostgreSQL that are emptied again after a test: to make a database takes a hundred times as long.

A store whose tables are not what they were, that has grown, or on which somebody is still at work is given up. The
connections are kept too, each as if it were new: a server needs as long to know the tables again as to do a small sync.
"""

from __future__ import annotations

import os
import typing as t
from collections.abc import Callable
from dataclasses import dataclass

if t.TYPE_CHECKING:
    import psycopg
    import sqlalchemy

    from ansible_collections.telephony.connector.tests.servers.postgres import Postgres

_OURS = "(SELECT oid FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema')"
#: All that a test may have changed and that emptying the tables does not undo.
_FINGERPRINT = f"""
SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
  SELECT concat_ws(' ', oid, relname, relkind, relacl, reloptions) FROM pg_class WHERE relnamespace IN {_OURS}
  UNION ALL SELECT concat_ws(' ', attrelid, attname, atttypid, attnotnull, attacl) FROM pg_attribute
    WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN {_OURS})
  UNION ALL SELECT concat_ws(' ', oid, conname) FROM pg_constraint WHERE connamespace IN {_OURS}
  UNION ALL SELECT concat_ws(' ', oid, tgname, tgenabled) FROM pg_trigger
  UNION ALL SELECT concat_ws(' ', oid, proname, proacl) FROM pg_proc WHERE pronamespace IN {_OURS}
  UNION ALL SELECT concat_ws(' ', oid, nspname, nspacl) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
  UNION ALL SELECT concat_ws(' ', oid, evtname) FROM pg_event_trigger
  UNION ALL SELECT concat_ws(' ', setdatabase, setrole, setconfig) FROM pg_db_role_setting
  UNION ALL SELECT concat_ws(' ', datname, datacl, datconnlimit) FROM pg_database WHERE datname = current_database()
) AS found (line)
"""
_IS_IN_USE = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IS DISTINCT FROM 'idle'
"""
_MOST_USES, _MOST_BYTES = 50, 24 * 1024 * 1024
_ENGINES: dict[str, sqlalchemy.Engine | None] = {}  # of lent stores, by URL


def kept_engine(engine: sqlalchemy.Engine) -> sqlalchemy.Engine:
    """Return the engine of a lent store that keeps its connections, instead of one that was made for one connection."""
    url = engine.url.render_as_string(hide_password=False)
    if url not in _ENGINES:
        return engine
    kept = _ENGINES[url]
    if kept is None:
        kept = _ENGINES[url] = _keeping(engine)
    return kept


def _keeping(engine: sqlalchemy.Engine) -> sqlalchemy.Engine:
    import psycopg
    import sqlalchemy

    kept = sqlalchemy.create_engine(
        engine.url,
        isolation_level="AUTOCOMMIT",
        connect_args={"application_name": "telephony.connector"},
        pool_pre_ping=True,
        max_overflow=-1,
        pool_reset_on_return=None,
    )

    @sqlalchemy.event.listens_for(kept, "reset")
    def as_new(connection: t.Any, _record: t.Any, state: t.Any) -> None:
        if state.terminate_only:
            return
        try:
            connection.rollback()
            connection._prepared.clear()  # psycopg does not see what the next words do to its prepared statements
            for words in ("ROLLBACK", "DISCARD ALL"):  # what was begun in words, and all that a session may have set
                connection.execute(words, prepare=False)
        except psycopg.Error:
            connection.close()  # a broken one, or its server is gone: the pool makes another one

    forget = kept.dispose
    os.register_at_fork(after_in_child=lambda: forget(close=False))
    kept.dispose = lambda close=True: None  # type: ignore[method-assign]  # whoever closes a store leaves it to others
    return kept


@dataclass
class _Database:
    url: str
    connection: psycopg.Connection[t.Any]
    fingerprint: str
    empty: str  # the statements that make the store what it was
    uses: int = 0


class ReusedStores:
    """Lends stores by URL: `make` opens one in an empty database, with the key of the tests."""

    def __init__(self, server: Postgres, make: Callable[[str], None]) -> None:
        self._server, self._make = server, make
        self._databases: list[_Database] = []

    def lend(self) -> str:
        """Return the URL of a store as `make` has made it."""
        # two in turn: whoever has just left one is really gone when it is lent again
        while len(self._databases) >= 2:
            database = self._databases.pop(0)
            if self._is_as_before(database):
                database.connection.execute(database.empty)
                break
            self._give_up(database)
        else:
            database = self._new()
        database.uses += 1
        self._databases.append(database)
        return database.url

    def close(self) -> None:
        """Leave the server."""
        while self._databases:
            self._give_up(self._databases.pop())

    def _new(self) -> _Database:
        import psycopg

        url = self._server.new_database()
        self._make(url)
        connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        _ENGINES[url] = None
        (fingerprint,) = connection.execute(_FINGERPRINT).fetchone() or ("",)
        return _Database(url, connection, fingerprint, _emptying(connection))

    @staticmethod
    def _give_up(database: _Database) -> None:
        engine = _ENGINES.pop(database.url)
        if engine is not None:
            engine.pool.dispose()
        database.connection.close()

    @staticmethod
    def _is_as_before(database: _Database) -> bool:
        words = f"SELECT ({_FINGERPRINT}), ({_IS_IN_USE}), pg_database_size(current_database())"
        fingerprint, others, size = database.connection.execute(words).fetchone() or ("", 0, 0)
        return bool(
            fingerprint == database.fingerprint and not others and size < _MOST_BYTES and database.uses < _MOST_USES
        )


def _emptying(connection: psycopg.Connection[t.Any]) -> str:
    from psycopg import sql

    named = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = %s"
    tables, sequences = ([row[0] for row in connection.execute(named, (kind,)).fetchall()] for kind in "rS")
    filled = [name for name in tables if connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()]
    if filled != ["meta"]:
        raise AssertionError(f"a new store has rows in {filled}")
    words = ["BEGIN", "SET LOCAL session_replication_role = replica"]  # no reference is followed: all rows go
    words += [f"DELETE FROM {name}" for name in tables]
    facts = connection.execute("SELECT name, value FROM meta").fetchall()
    rows = sql.SQL(", ").join(sql.SQL("({}, {})").format(*map(sql.Literal, row)) for row in facts)
    words += [sql.SQL("INSERT INTO meta (name, value) VALUES {}").format(rows).as_string(connection)]
    words += [f"SELECT setval('{name}', 1, false)" for name in sequences]
    return "; ".join([*words, "COMMIT"])
