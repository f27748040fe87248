# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files as a source may hold them one after the other, made by hypothesis out of few values, so that they collide."""

from __future__ import annotations

import csv
import io
from typing import Any

from hypothesis import strategies as st

Row = tuple[str, ...]
File = list[Row]

COLUMNS = ("id", "username", "displayname", "phone", "faxline", "email", "mobile", "roles", "createSoftphone", "job")
#: A key of its own, so that a login is only a name and may change; a second number; a filter.
PROFILE: dict[str, Any] = {
    "key": "row.id",
    "structure": {"user": {"fax_extension": "row.faxline"}},
    "filter": "row.job != 'Robot'",
    "guards": {"max_removals": 1000, "max_rejected": 1000, "max_renumbered": 1000},
}

LOGINS = ["anna", "ben", "jörg", "dora", "emil"]
NAMES = ["Anna", "Jörg Müßig", "ß" * 100, 'Ω, "B"', "two\nlines"]
_REST = (
    st.sampled_from(["", "a@corp.example", "ä ö@x"]),
    st.sampled_from(["", "+49 171 1", "0171/2"]),
    st.sampled_from(["", "Sales", "Sales;Büro", "büro,Sales"]),
    st.sampled_from(["", "yes"]),
)
#: Rows with spellings of one login, logins and numbers that nobody can have, and such as others may have already.
_HOSTILE = st.tuples(
    st.sampled_from(["1", "2", "3", "4", "5", "6", "7", " 1", ""]),
    st.sampled_from([*LOGINS, *LOGINS, "Anna", "ANNA ", "JÖRG", "heidi", "Vera", "no good", "", "x" * 300]),
    st.sampled_from([*NAMES, *NAMES, "", " ", "\x07"]),
    st.sampled_from(["", "", "201", "202", "203", "204", "205", "206", "301", "299", "0201", "110", "١٢٣"]),
    st.sampled_from(["", "", "", "", "205", "206"]),
    *_REST,
    st.sampled_from(["", "", "", "Robot"]),
)
#: Rows that are new to the source and may be used, maybe for somebody whom the phone system has already.
_FRESH = st.tuples(
    st.sampled_from("67890"),
    st.sampled_from(["heidi", "Vera", "fritz", "gerda", "ANNA", *LOGINS]),
    st.sampled_from(NAMES),
    st.sampled_from(["", "", "205", "206", "208"]),
    st.just(""),
    *_REST,
    st.just(""),
)
_TAME = st.sampled_from(["keep", "keep", "cells", "robot", "drop"])
_CHANGES = st.one_of(_TAME, st.sampled_from(["rename", "hostile"]))


@st.composite
def clean_files(draw: Any) -> File:
    """Make a file of which every row can be used: no key, login or number stands there twice."""
    ids, phones = draw(st.permutations("12345")), draw(st.permutations(["", "", "201", "202", "204"]))
    logins = draw(st.permutations([*LOGINS[:-1], "Emil"]))
    return [
        (ids[place], logins[place], draw(st.sampled_from(NAMES)), phones[place], "", *draw(st.tuples(*_REST)), "")
        for place in range(draw(st.integers(2, 5)))
    ]


@st.composite
def hostile_histories(draw: Any, length: int) -> list[File]:
    """Make files of which each comes from the one before: rows stay, change, go, and new ones come.

    In every other history nothing collides, so that what comes after a good import is seen as well.
    """
    files: list[File] = []
    tame = draw(st.booleans())
    for step in range(length):
        changes = _TAME if tame else _CHANGES
        file = [row for old in files[-1] for row in _next(draw, old, draw(changes))] if files else draw(clean_files())
        if not tame:
            file += [*draw(st.lists(_FRESH, max_size=2)), *draw(st.lists(_HOSTILE, max_size=1))]
        files.append([] if step and draw(st.sampled_from(range(12))) == 5 else file)
    return files


def _next(draw: Any, old: Row, change: str) -> File:
    if change in ("keep", "drop"):
        return [old] if change == "keep" else []
    if change == "rename":
        return [(old[0], draw(st.sampled_from([*LOGINS, "fritz", "gerda", "Vera", "heidi"])), *old[2:])]
    if change == "robot":
        return [(*old[:-1], "Robot")]
    new = draw(_HOSTILE)
    first = 1 if change == "hostile" else 5  # what must be unique or may be wrong comes first
    places = draw(st.sets(st.integers(first, len(COLUMNS) - 1), min_size=1, max_size=3))
    return [tuple(new[place] if place in places else cell for place, cell in enumerate(old))]


def as_csv(file: File) -> str:
    """Write rows as a CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *file])
    return out.getvalue()
