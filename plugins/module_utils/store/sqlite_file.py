# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The file of a SQLite store: whether it is there, may be read and written, or can be made."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from pathlib import Path

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import vault

#: Seconds that another run may take from making the file to its first bytes.
_MAKING = 5


def is_writable(path: Path) -> bool:
    """Say whether this user may write a file, or in a directory."""
    return os.access(path, os.W_OK)


def make_file(path: Path) -> None:
    """Make an empty file that only its owner may read."""
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(f"The store {path} cannot be made ({error.strerror}): name another place for it.") from None


def is_absent(location: str) -> bool:
    """Say whether a location is the path of an SQLite file that does not exist; StoreError if nobody can tell."""
    path = location.removeprefix("sqlite:///")
    return "://" not in path and _mode_of(Path(path).expanduser()) is None


def missing_folder(location: str) -> Path | None:
    """Return the folder that must be there before an SQLite store can be made, if it is not there."""
    path = Path(location.removeprefix("sqlite:///")).expanduser()
    if "://" in location and not location.startswith("sqlite:"):
        return None
    mode = _mode_of(path.parent)
    return None if mode is not None and stat.S_ISDIR(mode) else path.parent


def check_sqlite_path(path: Path, create: bool, is_default: bool) -> None:
    """Refuse a path where no SQLite store can be, before anything is made; make the default folder."""
    mode = _mode_of(path)
    if mode is not None and stat.S_ISDIR(mode):
        raise StoreError(f"The store {path} is a directory: name a file in it, such as {path / 'store.db'}.")
    if mode is not None:
        if not os.access(path, os.R_OK):
            raise StoreError(f"The store {path} cannot be read by this user: check its owner and mode.")
        if create and not (is_writable(path) and is_writable(path.parent)):
            raise StoreError(
                f"The store {path} is read-only: give the user that runs the task write permission on the file and its"
                " directory."
            )
        _check_not_emptied(path)
        return
    if not path.parent.is_dir():
        if is_default and create:
            with contextlib.suppress(OSError):
                path.parent.mkdir(mode=0o700, parents=True)
        if create and not path.parent.is_dir():
            raise StoreError(
                f"The store {path} cannot be made: the directory {path.parent} does not exist, create it first."
            )
    elif create and not is_writable(path.parent):
        raise StoreError(
            f"The store {path} cannot be made: the directory {path.parent} cannot be written by this user."
        )


def _check_not_emptied(path: Path) -> None:
    """Refuse a file without a byte that has a key: it was a store.

    A first run makes the key when the file is no longer empty. Where the key was there before, as of a store that was
    taken away, another run may just be making the file, and is given time.
    """
    key_file = vault.key_file_of(path)
    if not key_file.exists():
        return
    deadline = time.monotonic() + _MAKING
    while path.stat().st_size == 0:
        if time.monotonic() > deadline:
            raise StoreError(
                f"The store {path} is empty although its key {key_file} is there, so it was cut off or lost: restore it"
                " from a backup, or remove both files to begin anew."
            )
        time.sleep(0.05)


def _mode_of(path: Path) -> int | None:
    """Return the mode of a file or directory, None where there is nothing yet."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError:
        # not the same as absent: a simulation in memory would show everything as new
        raise StoreError(
            f"The store {path} cannot be read by this user: check the owner and mode of its directory."
        ) from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise StoreError(f"The store {str(path)!r} cannot be a path ({said}): name another file.") from None
