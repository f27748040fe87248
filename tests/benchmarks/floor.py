# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor: what the standard library alone needs to bring the same rows into an SQLite table, in one transaction.

Run as a process of its own: `floor.py CSV-FILE DATABASE` prints seconds, CPU seconds and rows as JSON.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from pathlib import Path

from ansible_collections.telephony.connector.tests.benchmarks.people import COLUMNS
from ansible_collections.telephony.connector.tests.benchmarks.watch import Watch

#: The store's own (store/connection.py), so that both ask the same of the disk.
PRAGMAS = ("page_size = 8192", "journal_mode = WAL", "synchronous = FULL", "cache_size = -32768")


def write_all(source: Path, database: Path) -> int:
    """Write all rows of the file into a new database and return how many there are."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    others = ", ".join(f"{name} TEXT" for name in COLUMNS[1:])
    connection.execute(f"CREATE TABLE people ({COLUMNS[0]} TEXT PRIMARY KEY, {others})")
    with source.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        connection.execute("BEGIN")
        marks = ", ".join("?" * len(COLUMNS))
        written = connection.executemany(f"INSERT INTO people VALUES ({marks})", rows).rowcount
        connection.execute("COMMIT")
    connection.close()
    return written


def main(source: str, database: str) -> None:
    """Do it once."""
    with Watch() as watch:
        rows = write_all(Path(source), Path(database))
    print(json.dumps({**watch.figures(), "counts": {"created": rows}}))


if __name__ == "__main__":
    main(*sys.argv[1:])
