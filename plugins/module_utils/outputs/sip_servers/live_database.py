# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The database of a SIP server: connects, and knows its tables as they are there, whatever version made them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Options, TargetError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.sip_servers.rows import TableUse
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: Seconds that a server may take to answer, and that a lock is waited for.
_CONNECT_TIMEOUT, _LOCK_TIMEOUT = 15, 60
DATABASE_OPTION: Options = {
    "database": {
        "type": "str",
        "required": True,
        "no_log": True,
        "description": "The database of the SIP server as a SQLAlchemy URL, such as"
        " postgresql+psycopg://user:password@host/kamailio or sqlite:////etc/kamailio/kamailio.sqlite.",
    },
}
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
#: What is said -> parts of the driver's words.
_WORDS: dict[str, tuple[str, ...]] = {
    "refuses the user or password: check both in the option database": (
        "password authentication failed",
        "access denied",
        "no password supplied",
    ),
    "does not answer (connection refused): check that it runs, and host and port": (
        "connection refused",
        "can't connect",
    ),
    "cannot be found: check the host name in the option database": (
        "could not translate host name",
        "failed to resolve host",
        "name or service not known",
    ),
    "does not answer in time: check the network and that it runs": ("timeout expired", "timed out"),
    "is being written by another process, which did not finish in time: run again later": (
        "database is locked",
        "lock timeout",
    ),
    "does not let this user do that ({said}): grant SELECT, INSERT, UPDATE and DELETE on its tables": (
        "permission denied",
        "command denied",
    ),
    "cannot be written ({said}): check the permissions of the file and its directory": ("readonly", "read-only"),
    "is no SQLite database: check the path": ("not a database",),
    "does not exist ({said}): check its name": ("does not exist", "unknown database"),
    "ended the connection ({said}): run again when it is back": (
        "terminating connection",
        "server closed the connection",
        "connection is lost",
        "connection is closed",
    ),
}


class LiveDatabase:
    """One database. Making it checks the URL (DefinitionError) and touches nothing; others raise TargetError."""

    def __init__(self, location: str, product: str) -> None:
        """`product` names the server."""
        self._product = product
        self._url = _url(location)
        self._engine: sa.Engine | None = None
        self._tables: dict[str, sa.Table | None] = {}

    @property
    def place(self) -> str:
        """The database as people name it, without user and password."""
        url = self._url
        if url.get_backend_name() == "sqlite":
            return f"sqlite:///{url.database}"
        port = f":{url.port}" if url.port else ""
        return f"{url.get_backend_name()}://{url.host or ''}{port}/{url.database or ''}"

    @property
    def where(self) -> str:
        """The database in a sentence."""
        return f"The database {self.place} of {self._product}"

    @contextlib.contextmanager
    def connected(self) -> Iterator[sa.Connection]:
        """Yield a connection; TargetError for whatever its database raises."""
        with self.translated(), self._opened().connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self, tables: list[str]) -> Iterator[sa.Connection]:
        """Yield a connection in one transaction, which nobody else writes to these tables meanwhile."""
        with self.connected() as connection:
            backend = self._url.get_backend_name()
            if backend == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            elif backend == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}s'")
                quoted = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in sorted(tables))
                connection.exec_driver_sql(f"LOCK TABLE {quoted} IN SHARE ROW EXCLUSIVE MODE")
            yield connection
            connection.commit()

    def find(self, name: str) -> sa.Table | None:
        """Return a table with its live columns, or None where there is none."""
        if name not in self._tables:
            with self.connected() as connection:
                exists = sa.inspect(connection).has_table(name)
                self._tables[name] = (
                    sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False) if exists else None
                )
        return self._tables[name]

    def table(self, use: TableUse) -> sa.Table:
        """Return a table that is needed, with its live columns; TargetError names what is missing."""
        found = self.find(use.name)
        if found is None:
            raise TargetError(f"{self.where} has no table {use.name}: {use.origin}.")
        for name in (*use.key, *use.columns):
            if name not in found.c:
                raise TargetError(f"{self.where} has no column {name} in its table {use.name}: {use.origin}.")
        return found

    def width(self, table: str, column: str) -> int | None:
        """Return how many characters a column takes; None where it has no limit or does not exist."""
        found = self.find(table)
        if found is None or column not in found.c:
            return None
        width: int | None = getattr(found.c[column].type, "length", None)
        return width

    def choices(self, table: str, column: str) -> tuple[str, ...]:
        """Return the values that a column takes; empty where it takes any."""
        found = self.find(table)
        if found is None or column not in found.c:
            return ()
        return tuple(getattr(found.c[column].type, "enums", None) or ())

    def close(self) -> None:
        """Forget connection and tables."""
        if self._engine is not None:
            self._engine.dispose()
        self._engine, self._tables = None, {}

    def _opened(self) -> sa.Engine:
        if self._engine is None:
            self._engine = _engine(self._url, self.where)
        return self._engine

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what the database raises into a sentence, without the values that it may repeat."""
        try:
            yield
        except sa.exc.SQLAlchemyError as error:
            raise TargetError(f"{self.where} {_in_words(error)}; nothing was changed.") from None


def _url(location: str) -> sa.URL:
    require("sqlalchemy", "SQLAlchemy", "2.0", "a database of a SIP server")
    try:
        url = sa.make_url(location)
        url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
        url.get_dialect()
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ValueError):
        raise DefinitionError(
            "The option database must be a SQLAlchemy URL, such as postgresql+psycopg://user:password@host/kamailio or"
            " sqlite:////etc/kamailio/kamailio.sqlite (four slashes before an absolute path)."
        ) from None
    if url.get_backend_name() == "sqlite" and not url.database:
        raise DefinitionError("The option database names no file: write sqlite:////path/of/the/file.")
    return url


def _engine(url: sa.URL, where: str) -> sa.Engine:
    backend = url.get_backend_name()
    arguments: Mapping[str, Any] = {}
    if backend == "sqlite":
        # SQLite would make an empty database of a mistyped path
        if not os.path.isfile(str(url.database)):
            raise TargetError(f"{where} is not there: check the path.")
        arguments = {"timeout": _LOCK_TIMEOUT, "isolation_level": None}
    elif backend == "postgresql":
        require("psycopg", "psycopg[binary]", "3.1", "a PostgreSQL database of a SIP server")
        arguments = {"connect_timeout": _CONNECT_TIMEOUT, "application_name": "telephony.connector"}
    elif backend in ("mysql", "mariadb"):
        arguments = {"connect_timeout": _CONNECT_TIMEOUT}
    try:
        return sa.create_engine(url, poolclass=sa.pool.NullPool, connect_args=dict(arguments))
    except ImportError as error:
        raise DefinitionError(
            f"{where} needs the Python package {error.name}: install it for the Python that runs the task."
        ) from None


def _in_words(error: sa.exc.SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    # the first line alone: the lines after it repeat rows
    said = " ".join(str(cause).strip().partition("\n")[0].split()).rstrip(".")
    for words, parts in _WORDS.items():
        if any(part in str(cause).casefold() for part in parts):
            return words.format(said=said)
    return f"refuses what is to be written: {said}"
