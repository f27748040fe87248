# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Opens a store (SQLite file or PostgreSQL database) and gives it two ways in: a snapshot to read, a lock to write.

The connection is in autocommit mode and transactions are begun here, since the two databases need different words:
a run reads and plans in a snapshot that blocks nobody, and writes in one short transaction that is alone.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError, StoreError, capital
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.store import (
    errors,
    locations,
    session_settings,
    sqlite_file,
    vault,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.migrations import versions
from ansible_collections.telephony.connector.plugins.module_utils.store.schema.tables import SCHEMA_VERSION, schema
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.store.store_key import KeyedStore

#: Seconds that a run waits for another one to finish writing.
LOCK_TIMEOUT = 120
#: Seconds that a PostgreSQL server may take to answer.
CONNECT_TIMEOUT = 15
#: PostgreSQL advisory lock of all writers ("telco" in ASCII).
ADVISORY_LOCK = 0x74656C636F


class StaleError(Exception):
    """The store was changed by somebody else since the plan was made."""


class Store(KeyedStore):
    """One open store. Use `Store.open`, then `snapshot()` and `writing()`; `close()` when done."""

    def __init__(
        self,
        engine: sa.Engine,
        where: str,
        database: Path | None,
        key: str | None,
        check_mode: bool,
        as_guest: bool = False,
    ) -> None:
        self.where = where
        self.check_mode = check_mode
        self._is_guest = as_guest
        self.schema = schema()
        self._engine = engine
        self._database = database
        self._is_alone = False
        self.is_imagined = False  # check mode on a store that is not there: its key is one that nobody will have again
        self._pinned = False  # check mode on a store that has yet to be made or migrated: one transaction, never kept
        try:
            with errors.translated(where):
                self.connection = engine.connect()
                self._begin_with_schema(key)
        except ConnectorError:
            engine.dispose()
            raise

    @classmethod
    def open(cls, location: str, key: str | None = None, check_mode: bool = False) -> Store:
        """Open the store at a path or SQLAlchemy URL; make or migrate it first where needed.

        In check mode nothing is written: a store that does not exist yet is simulated in memory, one that must be
        migrated is migrated in a transaction that is thrown away.
        """
        require("sqlalchemy", "SQLAlchemy", "2.0", "the store")
        if locations.is_sqlite(location):
            return cls._open_sqlite(locations.sqlite_path(location), key, check_mode)
        return cls._open_postgresql(location, key, check_mode)

    @classmethod
    def open_as_guest(cls, location: str) -> Store:
        """Open a store that is there, to read what is no secret: needs no key; nothing is made, migrated or written."""
        require("sqlalchemy", "SQLAlchemy", "2.0", "the store")
        if locations.is_sqlite(location):
            path = locations.sqlite_path(location)
            if sqlite_file.is_absent(str(path)):
                raise StoreError(f"There is no store {path}: check its path.")
            return cls._open_sqlite(path, None, check_mode=True, as_guest=True)
        return cls._open_postgresql(location, None, check_mode=True, as_guest=True)

    @classmethod
    def _open_sqlite(cls, path: Path, key: str | None, check_mode: bool, as_guest: bool = False) -> Store:
        sqlite_file.check_sqlite_path(path, create=not check_mode, is_default=str(path) == locations.DEFAULT_LOCATION)
        exists = path.exists()
        if check_mode:
            target = locations.simulation_uri(path) if exists else ":memory:"
        else:
            if not exists:
                sqlite_file.make_file(path)
            target = path.absolute().as_uri()

        def connect() -> sqlite3.Connection:
            # one connection, one thread; SQLAlchemy's pool may close it from another one at interpreter exit
            return sqlite3.connect(
                target, timeout=LOCK_TIMEOUT, isolation_level=None, uri=target != ":memory:", check_same_thread=False
            )

        engine = sa.create_engine(
            "sqlite://", creator=connect, poolclass=sa.pool.StaticPool, isolation_level="AUTOCOMMIT"
        )
        return cls(engine, f"the store {path}", path if exists or not check_mode else None, key, check_mode, as_guest)

    @classmethod
    def _open_postgresql(cls, location: str, key: str | None, check_mode: bool, as_guest: bool = False) -> Store:
        url = locations.postgresql_url(location)
        require("psycopg", "psycopg[binary]", "3.1", "a PostgreSQL store")
        engine = sa.create_engine(
            url,
            poolclass=sa.pool.StaticPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": CONNECT_TIMEOUT, "application_name": "telephony.connector"},
        )
        return cls(engine, f"the store {url.render_as_string(hide_password=True)}", None, key, check_mode, as_guest)

    def close(self) -> None:
        """Close the store; what a check mode pretended is forgotten."""
        with contextlib.suppress(Exception):
            if self._pinned:
                self.connection.exec_driver_sql("ROLLBACK")
        self.connection.close()
        self._engine.dispose()

    # -- making, migrating and unlocking ---------------------------------------------------------------------------

    def _begin_with_schema(self, key: str | None) -> None:
        if self.is_sqlite:
            self._set(*session_settings.PRAGMAS)
        else:
            self.connection.exec_driver_sql(session_settings.POSTGRESQL)
        version = versions.stored_version(self.connection, self.schema, self.where)
        if self._is_guest:
            self._check_version_for_guest(version)
            self.vault = vault.Vault(None, self.facts()["salt"], self.where)
            return
        if not self.check_mode:
            # not before it is known to be ours: these words change the file
            self._use_write_ahead_log()
        if version < SCHEMA_VERSION:
            key = self._make_or_migrate(key, version)
        self.unlock(key)

    def _check_version_for_guest(self, version: int) -> None:
        if version == 0:
            raise StoreError(f"{capital(self.where)} is an empty database: check its name, or sync into it first.")
        if version < SCHEMA_VERSION:
            raise StoreError(
                f"{capital(self.where)} was written by an older version of telephony.connector: run one of its syncs"
                " with this version first."
            )

    def _use_write_ahead_log(self) -> None:
        """Let readers and a writer go side by side; waits for another run that makes the store at the same moment."""
        deadline = time.monotonic() + LOCK_TIMEOUT
        while True:
            try:
                self._set("journal_mode = WAL", "synchronous = FULL")
                return
            except sa.exc.OperationalError as error:  # for this word SQLite does not wait by itself
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
            time.sleep(0.05)

    def _set(self, *pragmas: str) -> None:
        for pragma in pragmas if self.is_sqlite else ():
            self.connection.exec_driver_sql(f"PRAGMA {pragma}")

    def _make_or_migrate(self, key: str | None, version: int) -> str | None:
        if self.check_mode:
            self.connection.exec_driver_sql("BEGIN")
            self._pinned = True
        self.is_imagined = self.check_mode and key is None and version == 0
        if self.is_imagined:
            key = vault.new_key()
        elif key is None and version == 0 and self._database is not None:
            # before the tables: a store that exists always has its key
            key_file = vault.key_file_of(self._database)
            key = vault.read_key_file(key_file) or vault.write_key_file(key_file)
        with self._transaction(write=True):
            # another run may have been quicker
            version = versions.stored_version(self.connection, self.schema, self.where)
            if version == 0:
                facts = {"revision": "0", "next_object_id": "1", "salt": secrets.token_hex(16)}
                versions.create(self.connection, self.schema, facts)
            elif version < SCHEMA_VERSION:
                versions.migrate(self.connection, self.schema, version)
        return key

    def read_once(self) -> None:
        """Keep few pages from now on: what is read, or written, from one end to the other needs none of them again."""
        self._set(f"cache_size = {session_settings.SMALL_CACHE}")

    def compact(self) -> None:
        """Give the room of what was removed back to the disk, and leave nothing of it there.

        PostgreSQL's autovacuum makes the room usable again.
        """
        if self.is_sqlite and not self.check_mode:
            with errors.translated(self.where):
                self._set("wal_checkpoint(TRUNCATE)")
                self.connection.exec_driver_sql("VACUUM")
                self._set("wal_checkpoint(TRUNCATE)")

    # -- transactions ----------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _transaction(self, write: bool) -> Iterator[None]:
        if self._pinned or self._is_alone:
            yield
            return
        self.connection.exec_driver_sql(self._begin_words(write))
        try:
            if write and not self.is_sqlite:
                self.connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}s'")
                self.connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})")
            yield
            self._commit(write)
        except BaseException:
            with contextlib.suppress(Exception):
                self.connection.exec_driver_sql("ROLLBACK")
            raise

    def _commit(self, write: bool) -> None:
        try:
            self.connection.exec_driver_sql("COMMIT")
        except sa.exc.DBAPIError as error:
            if write and error.connection_invalidated:
                raise StoreError(errors.LOST_WHILE_COMMITTING.format(where=capital(self.where))) from None
            raise

    def _begin_words(self, write: bool) -> str:
        if self.is_sqlite:
            return "BEGIN IMMEDIATE" if write else "BEGIN"
        return "BEGIN" if write else "BEGIN ISOLATION LEVEL REPEATABLE READ"

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read a consistent state of the store; holds no lock that a writer waits for."""
        with errors.translated(self.where), self._transaction(write=False):
            yield

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock of writers from now on: what is read and written inside is one transaction."""
        with errors.translated(self.where), self._transaction(write=True):
            self._is_alone = True
            try:
                yield
            finally:
                self._is_alone = False

    @contextlib.contextmanager
    def writing(self, expected_revision: int | None = None, moves: bool = True) -> Iterator[None]:
        """Write alone, in one transaction; `StaleError` when the store is no longer at `expected_revision`.

        `moves`: what is written makes plans of others stale. A run that changes nothing writes that it ran, no more.
        """
        if self.check_mode:
            raise RuntimeError("a simulation must not write")
        with errors.translated(self.where), self._transaction(write=True):
            facts = self.facts()
            self.check_key_again(facts)
            revision = int(facts["revision"])
            if expected_revision is not None and revision != expected_revision:
                raise StaleError
            if moves:
                self.set_fact("revision", str(revision + 1))
            yield

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """Write what no plan depends on, such as the ledger of outputs: nobody's plan becomes stale."""
        if self.check_mode:
            raise RuntimeError("a simulation must not write")
        with errors.translated(self.where), self._transaction(write=True):
            yield

    @property
    def lock_path(self) -> Path | None:
        """Return where an SQLite store's lock file is; None for PostgreSQL, which has locks of its own."""
        return None if self._database is None else self._database.with_name(self._database.name + ".lock")
