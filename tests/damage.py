# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random damage to the lines of a file, and what must hold whatever happens: nobody goes whose line is still there."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from ansible_collections.telephony.connector.tests.system import System

Lines = list[str | None]
Write = Callable[[System, Lines], None]

COLUMNS = ("username", "surname", "givenname", "phone", "email")
EXPRESSIONS: list[dict[str, Any]] = [
    {},
    {"variables": {"username": "row.username | lower | ascii"}},
    {"variables": {"username": "(row.givenname ~ '.' ~ row.surname) | lower | ascii"}},
    {"variables": {"phone": "(row.phone | digits)[-3:]"}, "key": "row.phone"},
    {"key": "row.surname ~ row.phone", "filter": "row.username"},
    {"match": ["email"]},
]
_DISPLAY = {"displayname": "row.surname ~ ', ' ~ row.givenname"}


def line_of(number: int) -> str:
    letter = "abcdefgh"[number]
    return f"{letter}user,Sur{letter},Given{letter},{201 + number},{letter}@corp.example"


def _put(line: str, at: int, text: str) -> str:
    place = at % (len(line) + 1)
    return line[:place] + text + line[place:]


DAMAGE = {
    "comma": lambda line, at: _put(line, at, ","),
    "blank": lambda line, at: _put(line, at, " "),
    "nul": lambda line, at: _put(line, at, "\0"),
    "quotes": lambda line, at: f'"{line[: at % 5 + 1]}"' + line[at % 5 + 1 :],
    "cut": lambda line, at: line[: at % len(line)] or "?",
    "fewer": lambda line, at: line.replace(",", " ", 1 + at % 4),
    "empty cell": lambda line, at: ",".join("" if n == at % 5 else cell for n, cell in enumerate(line.split(","))),
    "swap": lambda line, at: ",".join(line.split(",")[at % 5 :] + line.split(",")[: at % 5]),
    "other": lambda line, at: ",".join(
        line_of(at % 8).split(",")[n] if n == at % 5 else c for n, c in enumerate(line.split(","))
    ),
    "rubbish": lambda line, at: "???",
}
STEPS = st.lists(
    st.tuples(st.sampled_from([*DAMAGE, "mend", "mend", "delete"]), st.integers(0, 7), st.integers(0, 60)),
    min_size=1,
    max_size=4,
)


def text_of(lines: Lines) -> str:
    """Return the file of these lines; None is a line that is gone."""
    return ",".join(COLUMNS) + "\n" + "".join(f"{line}\n" for line in lines if line is not None)


class Declared:
    """Phone systems with a profile of each of EXPRESSIONS, and eight people; `new` gives a copy of one.

    `write` puts lines where `source`, the source options for a system, reads them.
    """

    def __init__(self, folder: Path, write: Write, source: Callable[[System], dict[str, Any]]) -> None:
        self._folder, self.write, self._source = folder, write, source
        self._count = itertools.count()
        self._made: dict[int, System] = {}

    def new(self, number: int) -> System:
        """Return a phone system with the profile of these expressions."""
        made = self._made.get(number) or self._make(number)
        place = self._folder / f"copy{next(self._count)}"
        place.mkdir()
        shutil.copy(made.location, place / "store.db")
        return System(str(place / "store.db"), made.directory)

    def _make(self, number: int) -> System:
        place = self._folder / f"template{number}"
        place.mkdir()
        made = self._made[number] = System(str(place / "store.db"), place)
        options = EXPRESSIONS[number]
        variables = {**_DISPLAY, **options.get("variables", {})}
        guards = {"max_removals": "100%", "max_rejected": "100%"}
        made.profile(**{**options, "variables": variables, "guards": guards, "source": self._source(made)})
        self.write(made, [line_of(number) for number in range(8)])
        assert made.sync()["counts"]["created"] == 8
        return made


def unused(result: dict[str, Any], lines: Lines) -> set[int]:
    """Return the places of lines whose record was not used; the first line of the file is that of the columns."""
    left = [place for place, line in enumerate(lines) if line is not None]
    records = {entry["record"] for entry in (*result["rejected"], *result["conflicts"])}
    return {place for number, place in enumerate(left, 2) if number in records}


def check_history(declared: Declared, expressions: int, steps: list[list[tuple[str, int, int]]], asked: int) -> None:
    """Damage, mend and delete lines step by step, and sync after each; `asked` is whom `only` asks for between."""
    system = declared.new(expressions)
    lines: Lines = [line_of(number) for number in range(8)]
    by_mail = {found["email"]: found["id"] for found in system.objects()}
    objects: dict[int, int] = {place: by_mail[f"{'abcdefgh'[place]}@corp.example"] for place in range(8)}
    names = {found["id"]: found["username"] for found in system.objects()}
    for step in steps:
        for kind, place, at in step:
            if kind == "delete":
                lines[place] = None
                objects.pop(place, None)
            elif kind == "mend":
                lines[place] = line_of(place)
            elif (line := lines[place]) is not None:
                lines[place] = DAMAGE[kind](line, at) or "?"
        declared.write(system, lines)
        result = system.sync(check=True)
        if result["result"] == "refused":
            continue  # nothing at all was read
        held = unused(result, lines)
        intact = {place for place in range(8) if lines[place] == line_of(place)}
        watched = {objects[place] for place in held | intact if place in objects}
        if asked in objects and objects[asked] in watched and objects[asked] in names:
            system.sync(only=names[objects[asked]])
        assert watched <= {found["id"] for found in system.objects()}, "only"
        system.sync()
        after = {found["id"]: found for found in system.objects()}
        assert watched <= after.keys()
        names = {object_id: found["username"] for object_id, found in after.items()}
        by_mail = {found.get("email", ""): object_id for object_id, found in after.items()}
        for place in range(8):
            found_by_mail = by_mail.get(f"{'abcdefgh'[place]}@corp.example")
            if place in intact - held and found_by_mail is not None:
                objects[place] = found_by_mail
            elif place not in held:
                objects.pop(place, None)  # a sound record of somebody else
