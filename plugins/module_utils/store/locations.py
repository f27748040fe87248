# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Where a store is: the path of a SQLite file, or the URL of a PostgreSQL database."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import sqlite_file
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

DEFAULT_LOCATION = "/var/lib/telephony-connector/store.db"


def is_sqlite(location: str) -> bool:
    """Say whether a location is the path or URL of a SQLite file."""
    return "://" not in location or location.startswith("sqlite:")


def sqlite_path(location: str) -> Path:
    """Return the path of a SQLite store; StoreError for one that would not outlive the task."""
    if location.startswith("sqlite:"):
        location = sa.make_url(location).database or ""
    if not location or location == ":memory:":
        raise StoreError("A store in memory would be gone after the task: give a file path in the option store.")
    try:
        return Path(location).expanduser()
    except RuntimeError:
        raise StoreError(
            f"The store {location} is in a home directory that cannot be found: give the full path."
        ) from None


def simulation_uri(path: Path) -> str:
    """Return how a simulation opens a store: it writes nothing, but only a writer may tidy up SQLite's own files."""
    uri = path.absolute().as_uri()
    if sqlite_file.is_writable(path) and sqlite_file.is_writable(path.parent):
        return uri
    # SQLite cannot make the shared-memory file of a WAL database in a directory that may not be written; without a
    # WAL file the database is whole as it lies there
    has_log = path.with_name(path.name + "-wal").exists()
    return uri + ("?mode=ro" if has_log else "?mode=ro&immutable=1")


def _with_hosts_apart(location: str) -> str:
    """Return a URL with several hosts (``host1:5432,host2:5432``, as libpq has it) as SQLAlchemy wants it."""
    found = re.fullmatch(r"(\w+(?:\+\w+)?://(?:[^/?]*@)?)([\w.:-]+(?:,[\w.:-]+)+)(/[^?]*)?(?:\?(.*))?", location)
    if not found:
        return location
    start, hosts, database, query = found.groups()
    parts = [*(f"host={host}" for host in hosts.split(",")), *filter(None, [query])]
    return f"{start}{database or ''}?{'&'.join(parts)}"


def postgresql_url(location: str) -> sa.URL:
    """Return the URL of a PostgreSQL store for the driver that is used; StoreError for any other database."""
    try:
        url = sa.make_url(_with_hosts_apart(location))
    except (sa.exc.ArgumentError, ValueError):  # the latter for a port that is no number
        raise StoreError(
            "The option store is neither a path nor a URL that can be read: write it as"
            " postgresql+psycopg://user:password@host/database."
        ) from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise StoreError(
            f"The store cannot be kept in {url.get_backend_name()!r}: give a path (SQLite) or"
            " postgresql+psycopg://user:password@host/database."
        )
    if "@" in (url.host or ""):
        raise StoreError(
            "The password in the option store holds a character that means something else in a URL: write @ as %40,"
            " : as %3A and / as %2F."
        )
    password = url.query.get("password")
    if isinstance(password, str):
        # where SQLAlchemy knows it for a password, and hides it
        url = url.set(password=password).difference_update_query(["password"])
    return url.set(drivername="postgresql+psycopg")
