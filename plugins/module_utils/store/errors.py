# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Database faults in words: what happened to the store and what to do about it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError, capital
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: What to tell, and the parts of a driver's message (SQLite's, libpq's) that stand for it. {where} names the store.
WORDS = (
    (
        "{where} cannot be written because the disk is full: nothing was changed; free some space and run again.",
        ("disk is full", "No space left"),
    ),
    (
        "{where} cannot be read or written (disk I/O error; is the disk full?): nothing was changed; make free space.",
        ("disk I/O error",),
    ),
    (
        "{where} is read-only: give the user that runs the task write permission on the file and its directory.",
        ("readonly database",),
    ),
    ("{where} is read-only (a standby server?): give the address of the primary.", ("read-only transaction",)),
    (
        "{where} has no server that can be written now (a failover is under way?): run again when there is a primary.",
        ("session is read-only", "server is in hot standby mode", "server is not in hot standby mode"),
    ),
    (
        "{where} cannot be opened: check that its directory exists and may be read and written.",
        ("unable to open database",),
    ),
    (
        "{where} is being written by another run, which did not finish in time: wait for it and run again.",
        ("database is locked", "lock timeout"),
    ),
    (
        "{where} is not an SQLite database: name another file in the option store, or restore it from a backup.",
        ("not a database",),
    ),
    ("{where} is damaged: restore it, with its key file, from a backup.", ("malformed",)),
    (
        "{where} refuses the user or password: check both in the option store, and in PGPASSWORD or ~/.pgpass.",
        ("password authentication failed",),
    ),
    (
        "{where} wants a password: give it in the environment variable PGPASSWORD, or in the file ~/.pgpass.",
        ("no password supplied",),
    ),
    (
        "{where} cannot be used, the server says: {said}: create the database or role first.",
        ('" does not exist',),
    ),
    (
        "{where} cannot be used, the server says: {said}: give the role the right to create and write tables.",
        ("permission denied",),
    ),
    (
        "{where} does not answer (connection refused): check that PostgreSQL runs and that host and port are right.",
        ("Connection refused",),
    ),
    (
        "{where} cannot be found: check the host name in the option store.",
        ("could not translate host name", "failed to resolve host", "Name or service not known"),
    ),
    ("{where} does not answer in time: check the network and that PostgreSQL runs.", ("timeout expired",)),
    (
        "{where} ended the connection in the middle: nothing was changed; run again when it is back.",
        ("terminating connection", "server closed the connection", "connection is lost", "connection is closed"),
    ),
)
#: Nobody can know what became of a transaction whose COMMIT was not answered.
LOST_WHILE_COMMITTING = (
    "{where} ended the connection while the changes were committed, so it is not known whether they were kept: run"
    " again, the next run does what is left."
)


@contextlib.contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn what the database driver raises inside into a StoreError."""
    import sqlite3

    drivers: tuple[type[BaseException], ...] = (sa.exc.SQLAlchemyError, sqlite3.Error, *_psycopg_error())
    try:
        yield
    except drivers as error:
        raise StoreError(in_words(error, where)) from None


def _psycopg_error() -> tuple[type[BaseException], ...]:
    # bulk statements go to the driver directly, so its own errors come through too; only a PostgreSQL store has loaded
    # it, and a call on SQLite should not wait for the import
    psycopg = sys.modules.get("psycopg")
    return (psycopg.Error,) if psycopg else ()


def in_words(error: BaseException, where: str) -> str:
    """Return one sentence for a driver's error."""
    cause = getattr(error, "orig", None) or error
    said = " ".join(str(cause).split())
    for words, parts in WORDS:
        if any(part.casefold() in said.casefold() for part in parts):
            return words.format(where=capital(where), said=said.rstrip("."))
    return f"{capital(where)} failed: {said} ({type(cause).__name__}); nothing was changed."
