# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies a SQLite store while others may write to it, and proves that the copy opens: copy_sqlite.py SOURCE TARGET."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
from contextlib import closing
from urllib.parse import quote


def main(source: str, target: str) -> str:
    """Copy, check, and return one line for people; SystemExit says why there is no copy."""
    draft = f"{target}.part"
    try:
        told = _copied(source, draft)
    except (OSError, sqlite3.Error) as error:
        raise SystemExit(f"{source} cannot be copied ({error}): {_way_on(error)}.") from None
    os.replace(draft, target)
    return told


def _way_on(error: OSError | sqlite3.Error) -> str:
    """Say what to do; SQLite calls a full disk an error of input and output where it cannot write beside the store."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR) or getattr(error, "errno", 0) == errno.ENOSPC:
        return "make free space on the disks of the store and of the backups"
    return "check store_location"


def _copied(source: str, draft: str) -> str:
    with open(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb"):
        pass
    address = f"file:{quote(source)}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as old, closing(sqlite3.connect(draft)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")
        verdict = new.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise SystemExit(f"The copy of {source} is damaged ({verdict}): nothing was kept.")
        objects = new.execute("SELECT count(*) FROM objects").fetchone()[0]
        links = new.execute("SELECT count(*) FROM links").fetchone()[0]
    return f"{objects} objects and {links} links"


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1], sys.argv[2]) + "\n")
