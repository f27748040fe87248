# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of the benchmark: as many as wanted and the same ones every time, in CSV files such as companies have."""

from __future__ import annotations

import csv
import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path

COLUMNS = (
    *("username", "displayname", "phone", "givenname", "surname"),
    *("email", "organisation", "mobile", "homephone", "fax"),
)
#: Their profile, and what makes it another one that comes to the same.
PROFILE = "people"
#: by which another definition comes to the same, and one by which every person changes
OTHER_VARIABLES = {"unused": "row.fax"}
CHANGING_VARIABLES = {"organisation": "'Example: ' ~ row.organisation"}
#: In the file of changed people every 100th differs, and in that of removed people another one of 100 is not there.
ONE_OF = 100

# fmt: off
_GIVEN = (
    "Anna", "Ben", "Carla", "David", "Elif", "Finn", "Greta", "Hannes", "Ida", "Jonas", "Katharina", "Lukas", "Mia",
    "Noah", "Olga", "Paul", "Quirin", "Rosa", "Sven", "Theresa", "Ulrike", "Viktor", "Wanda", "Xaver", "Yasmin", "Zoe",
    "Amélie", "Björn", "Céline", "Dörte", "Emre", "Françoise", "Günther", "Håkon", "Inés", "Jürgen", "Klára", "Łukasz",
)
_SURNAMES = (
    "Albrecht", "Bauer", "Çelik", "Dietrich", "Engel", "Fischer", "Großmann", "Hoffmann", "Ivanova", "Jansen",
    "Kowalski", "Lehmann", "Müller", "Neumann", "Öztürk", "Petersen", "Quast", "Richter", "Schröder", "Thomsen",
    "Ullrich", "Vogel", "Wagner", "Xanthopoulos", "Yılmaz", "Zimmermann", "García", "Østergård",
)
_PLACES = ("Berlin", "Hamburg", "München", "Köln", "Leipzig", "Wien", "Zürich", "Brno", "Kraków", "Lyon")
_DEPARTMENTS = ("Sales", "Support", "Logistics", "Accounting", "Production", "Purchasing", "Legal", "Research")
# fmt: on


def write(path: Path, count: int, changed: bool = False, removed: bool = False) -> None:
    """Write `count` people; `changed`: one in a hundred got a new mobile number or extension; `removed`: one left."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for place, row in enumerate(generated(count)):
            if changed and place % ONE_OF == 0:
                _change(row, place, count)
            if not (removed and place % ONE_OF == ONE_OF // 2):
                writer.writerow(row)


def generated(count: int) -> Iterator[list[str]]:
    """Yield the rows of `count` people."""
    luck = random.Random(2026)
    for number in range(count):
        given, surname = luck.choice(_GIVEN), luck.choice(_SURNAMES)
        login = unicodedata.normalize("NFKD", f"{given}.{surname}{number}").encode("ascii", "ignore").decode().lower()
        yield [
            login,
            f"{given} {surname}",
            str(1_000_000 + number),
            given,
            surname,
            f"{login}@corp.example",
            f"{luck.choice(_DEPARTMENTS)}, {luck.choice(_PLACES)}",
            f"+49 151 {luck.randrange(10_000_000, 99_999_999)}",
            f"+49 30 {luck.randrange(100_000, 9_999_999)}" if luck.random() < 0.6 else "",
            f"+49 30 555{number:07d}" if luck.random() < 0.3 else "",
        ]


def _change(row: list[str], place: int, count: int) -> None:
    if place % (2 * ONE_OF):
        row[COLUMNS.index("mobile")] = f"+49 170 {place:08d}"
    else:
        row[COLUMNS.index("phone")] = str(1_000_000 + count + place)
