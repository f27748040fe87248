# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Lets one run at a time publish an output, for as long as it takes; runs of other outputs and syncs go on meanwhile.

The lock ends with the process, however it ends: a byte of a lock file beside an SQLite store, a session's advisory lock
in PostgreSQL.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import time
import typing as t
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

#: Seconds that a run waits for another one of the same output.
WAIT = 120
#: First half of the PostgreSQL advisory locks ("outp" in ASCII).
_CLASS = 0x6F757470


@contextlib.contextmanager
def output_lock(store: Store, name: str, wait: float = WAIT) -> Iterator[None]:
    """Hold the lock of one output; StoreError when another run holds it for longer than `wait` seconds."""
    number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest()) & 0x7FFFFFFF
    path = store.lock_path
    with _byte_of(path, number) if path else _advisory(store, number) as take:
        deadline = time.monotonic() + wait
        while not take():
            if time.monotonic() > deadline:
                raise StoreError(
                    f'The output "{name}" is being published by another run, which did not finish in {wait:.0f} s:'
                    " wait for it and run again."
                )
            time.sleep(0.05)
        yield


@contextlib.contextmanager
def _byte_of(path: Path, number: int) -> Iterator[t.Callable[[], bool]]:
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"The lock file {path} cannot be opened ({error.strerror}): check its directory.") from None

    def take() -> bool:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EAGAIN):
                raise StoreError(f"The lock file {path} cannot be locked ({error.strerror}).") from None
            return False
        return True

    try:
        yield take
    finally:
        os.close(file)


@contextlib.contextmanager
def _advisory(store: Store, number: int) -> Iterator[t.Callable[[], bool]]:
    held = False

    def take() -> bool:
        nonlocal held
        held = bool(store.connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_CLASS, number))))
        return held

    try:
        yield take
    finally:
        if held:
            with contextlib.suppress(Exception):
                store.connection.execute(sa.select(sa.func.pg_advisory_unlock(_CLASS, number)))
