# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the scale says what was measured, and what breaks first by those figures."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from ansible_collections.telephony.connector.tests.benchmarks import scale
from ansible_collections.telephony.connector.tests.benchmarks.scenarios import AGAIN, CHANGED, FIRST, Series
from ansible_collections.telephony.connector.tests.benchmarks.watch import Measured


def series(rows: int, locked: float) -> Series:
    """Return measurements in which everything is as large as the number of people."""
    one = Series(rows)
    for place, name in enumerate((FIRST, AGAIN, CHANGED), 1):
        one.runs[name].append(Measured(rows / 1000, rows / 1000, 50 + rows / 1000, {}, rows * locked))
        one.sizes[name] = (rows * place) << 10
    return one


@pytest.mark.parametrize(
    ("locked", "words"),
    [(2e-5, "hold the lock for 3 minutes (SQLite)"), (1e-6, "10 seconds (PostgreSQL). That is within the limit.")],
)
def test_the_figures_of_ten_million_follow_from_those_measured(locked, words):
    grown = {
        name: scale.growth({rows: series(rows, locked) for rows in (1000, 10_000)}) for name in ("SQLite", "PostgreSQL")
    }
    page = " ".join(scale.page(grown).split())
    assert "| first import, s | 1.0 | 10.0 | 10,000 |" in page
    assert "| journal of 1 % changed, MiB | 0.98 | 9.8 | 9,766 |" in page
    assert words in page
    assert ("That is what breaks first." in page) == (locked == 2e-5)
    assert "1,000 and 10,000 people were measured" in page


def test_the_picture_has_a_line_for_each_thing_in_each_database():
    grown = {name: scale.growth({rows: series(rows, 1e-5) for rows in (10, 20, 30)}) for name in scale.COLOURS}
    picture = ElementTree.fromstring(scale.picture(grown))
    lines = picture.findall(".//{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 2 * len(grown["SQLite"].curves)
    assert all(len(line.get("points", "").split()) == 3 for line in lines)


def test_what_took_less_for_more_people_takes_nothing_for_one_more():
    assert scale.Curve("x", "s", {10: 5.0, 20: 4.0}).at(1000) == 4.0
