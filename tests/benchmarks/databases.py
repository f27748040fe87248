# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the store of a benchmark lies, and the floor that belongs there: SQLite in a file, or a PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ansible_collections.telephony.connector.tests.servers.postgres import Postgres

_MODULE = "ansible_collections.telephony.connector.tests.benchmarks"


class Database(Protocol):
    """Makes empty stores, and says which command is the floor."""

    name: str

    def store(self, directory: Path) -> str:
        """Return the location of a new, empty store; the one before it is gone."""

    def size(self, store: str) -> int:
        """Return how many bytes a store takes."""

    def floor(self, directory: Path, source: Path) -> Sequence[str]:
        """Return the command that brings the rows of a CSV file into a new, empty table."""


class Sqlite:
    """A file in a folder that is made anew."""

    name = "SQLite"

    def store(self, directory: Path) -> str:
        """See Database."""
        return str(_emptied(directory / "store") / "store.db")

    def size(self, store: str) -> int:
        """See Database; the write-ahead log is part of it."""
        path = Path(store)
        return sum(one.stat().st_size for one in path.parent.glob(path.name + "*"))

    def floor(self, directory: Path, source: Path) -> Sequence[str]:
        """See Database."""
        return [sys.executable, "-m", f"{_MODULE}.floor", str(source), str(_emptied(directory / "floor") / "floor.db")]


class Postgresql:
    """Databases of one server, which runs as long as the benchmark."""

    name = "PostgreSQL"

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._made: dict[str, str] = {}

    def store(self, _directory: Path) -> str:
        """See Database."""
        return self._new("store")

    def size(self, store: str) -> int:
        """See Database."""
        import psycopg

        with psycopg.connect(store.replace("+psycopg", "")) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(row[0]) if row else 0

    def floor(self, _directory: Path, source: Path) -> Sequence[str]:
        """See Database."""
        return [sys.executable, "-m", f"{_MODULE}.floor_postgresql", str(source), self._new("floor")]

    def _new(self, what: str) -> str:
        """Make a database for a store or a floor; the one before it is dropped."""
        import psycopg

        before = self._made.get(what)
        if before is not None:
            with psycopg.connect(self._server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {before.rpartition('/')[2]} WITH (FORCE)")
        self._made[what] = self._server.new_database()
        return self._made[what]


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    """A PostgreSQL server of its own, stopped at the end; the key of its stores is in the environment meanwhile."""
    with tempfile.TemporaryDirectory(prefix="telephony-pg-") as directory:
        Path(directory).chmod(0o755)  # the server's user must get there
        server = Postgres(Path(directory) / "server", {"autovacuum": "on"})  # as servers have it
        server.start()
        os.environ.setdefault("TELEPHONY_CONNECTOR_STORE_KEY", "a key of the benchmark alone, for made-up people")
        try:
            yield Postgresql(server)
        finally:
            server.stop()


def _emptied(directory: Path) -> Path:
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return directory
