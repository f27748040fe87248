# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The floor of PostgreSQL: COPY of the same rows into a staging table, and one MERGE from there, in one transaction.

Run as a process of its own: `floor_postgresql.py CSV-FILE URL` prints seconds, CPU seconds and rows as JSON.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import psycopg

from ansible_collections.telephony.connector.tests.benchmarks.people import COLUMNS
from ansible_collections.telephony.connector.tests.benchmarks.watch import Watch


def write_all(source: Path, url: str) -> int:
    """Write all rows of the file into a new table and return how many there are."""
    columns = ", ".join(f"{name} TEXT" for name in COLUMNS)
    names = ", ".join(COLUMNS)
    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE staged ({columns})")
        cursor.execute(f"CREATE TABLE people ({columns}, PRIMARY KEY ({COLUMNS[0]}))")
        with (
            source.open(encoding="utf-8", newline="") as file,
            cursor.copy(f"COPY staged ({names}) FROM STDIN") as copy,
        ):
            rows = csv.reader(file)
            next(rows)
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"MERGE INTO people USING staged ON people.{COLUMNS[0]} = staged.{COLUMNS[0]}"
            f" WHEN NOT MATCHED THEN INSERT ({names}) VALUES ({', '.join(f'staged.{name}' for name in COLUMNS)})"
        )
        return cursor.rowcount


def main(source: str, url: str) -> None:
    """Do it once."""
    with Watch() as watch:
        rows = write_all(Path(source), url)
    print(json.dumps({**watch.figures(), "counts": {"created": rows}}))


if __name__ == "__main__":
    main(*sys.argv[1:])
