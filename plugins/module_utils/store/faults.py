# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Database faults in words: what happened to the store and what to do about it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError

try:
    import sqlalchemy as sa
except ImportError:  # said in words by Store.open
    pass

#: Part of the driver's message (SQLite's, libpq's) -> what to tell. {where} names the store.
WORDS = (
    ("disk is full", "{where} cannot be written because the disk is full: nothing was changed; free some space and run again."),
    ("No space left", "{where} cannot be written because the disk is full: nothing was changed; free some space and run again."),
    ("disk I/O error", "{where} cannot be read or written (disk I/O error): nothing was changed; check the disk and its free space."),
    ("readonly database", "{where} is read-only: give the user that runs the task write permission on the file and its directory."),
    ("read-only transaction", "{where} is read-only (a standby server?): give the address of the primary."),
    ("unable to open database", "{where} cannot be opened: check that its directory exists and may be read and written."),
    ("database is locked", "{where} is being written by another run, which did not finish in time: wait for it and run again."),
    ("lock timeout", "{where} is being written by another run, which did not finish in time: wait for it and run again."),
    ("not a database", "{where} is not an SQLite database: name another file in the option store, or restore it from a backup."),
    ("malformed", "{where} is damaged: restore it, with its key file, from a backup."),
    ("password authentication failed", "{where} refuses the user or password: check both in the option store."),
    ("no password supplied", "{where} wants a password: write it into the option store, or into the file ~/.pgpass."),
    ("does not exist", "{where} cannot be used, the server says: {said}: create the database or role first."),
    ("permission denied", "{where} cannot be used, the server says: {said}: give the role the right to create and write tables."),
    ("Connection refused", "{where} does not answer (connection refused): check that PostgreSQL runs and that host and port are right."),
    ("could not translate host name", "{where} cannot be found: check the host name in the option store."),
    ("failed to resolve host", "{where} cannot be found: check the host name in the option store."),
    ("Name or service not known", "{where} cannot be found: check the host name in the option store."),
    ("timeout expired", "{where} does not answer in time: check the network and that PostgreSQL runs."),
    ("terminating connection", "{where} ended the connection in the middle: nothing was changed; run again when it is back."),
    ("server closed the connection", "{where} ended the connection in the middle: nothing was changed; run again when it is back."),
    ("connection is lost", "{where} ended the connection in the middle: nothing was changed; run again when it is back."),
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
    # bulk statements go to the driver directly, so its own errors come through too
    try:
        import psycopg
    except ImportError:
        return ()
    return (psycopg.Error,)


def in_words(error: BaseException, where: str) -> str:
    """Return one sentence for a driver's error."""
    cause = getattr(error, "orig", None) or error
    said = " ".join(str(cause).split())
    for part, words in WORDS:
        if part.casefold() in said.casefold():
            return words.format(where=where, said=said.rstrip("."))
    return f"{where} failed: {said} ({type(cause).__name__}); nothing was changed."


def is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK)


def check_sqlite_path(path: Path, create: bool, is_default: bool) -> None:
    """Refuse a path where no SQLite store can be, before anything is made; make the default directory if it is absent."""
    if path.is_dir():
        raise StoreError(f"the store {path} is a directory: name a file in it, such as {path / 'store.db'}.")
    if path.exists():
        if not os.access(path, os.R_OK):
            raise StoreError(f"the store {path} may not be read by this user: check its owner and mode.")
        if create and not (is_writable(path) and is_writable(path.parent)):
            raise StoreError(
                f"the store {path} is read-only: give the user that runs the task write permission on the file and its directory."
            )
        return
    if not path.parent.is_dir():
        if is_default and create:
            with contextlib.suppress(OSError):
                path.parent.mkdir(mode=0o700, parents=True)
        if create and not path.parent.is_dir():
            raise StoreError(f"the store {path} cannot be made: the directory {path.parent} does not exist, create it first.")
    elif create and not is_writable(path.parent):
        raise StoreError(f"the store {path} cannot be made: the directory {path.parent} may not be written by this user.")
