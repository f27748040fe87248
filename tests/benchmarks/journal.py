# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A year of daily runs: what the journal weighs, and whether a run costs more with a long one than with a short one.

Every day another hundredth of the people has a new mobile number. Each run is dated back to its day.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.actions import (
    number_info,
    profile,
    run_info,
    store_settings,
    sync,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.benchmarks import people
from ansible_collections.telephony.connector.tests.benchmarks.engine import Call

#: Runs of which a median is taken, at the start and at the end.
_COMPARED = 15
_DAYS_KEPT = 180
_KEY = "tc1-a_key_of_the_benchmark_long_enough_0123456789"


@dataclass(frozen=True)
class Year:
    """What a year of runs costs: seconds are CPU time, sizes bytes of the store."""

    people: int
    days: int
    start: float
    end: float
    size_of_people: int
    size: int
    changes: int
    pruned: int
    pruning: float
    history: float
    number: float

    @property
    def ratio(self) -> float:
        """How many times of a run at the start one at the end costs."""
        return self.end / self.start


def measure(say: Callable[[str], None], work: Path, count: int, days: int) -> Year:
    """Run so many days."""
    work.mkdir(parents=True, exist_ok=True)
    year = _Days(work, count, days)
    year.act(profile.declare, **year.declaration())
    year.act(store_settings.store_settings, journal_days=0)
    year.write(0)
    year.run()
    weight = year.size()
    seconds = []
    for day in range(1, days + 1):
        year.write(day)
        seconds.append(year.run())
        year.date_back(day)
        if day % 30 == 0:
            say(f"day {day}: {seconds[-1]:.2f} s CPU, store of {year.size() / 2**20:.0f} MiB")
    size, changes, runs = year.size(), *year.counted()
    login = year.rows[people.ONE_OF][0]
    history = _seconds(lambda: year.act(run_info.run_info, name=None, object_id=5, profile=None, run_id=None, limit=50))
    number = _seconds(lambda: year.act(number_info.number_info, number="1000005", range=None, limit=1))
    say(f"history of one object {history * 1000:.0f} ms, of one number {number * 1000:.0f} ms (user {login})")
    year.act(store_settings.store_settings, journal_days=_DAYS_KEPT)
    year.write(days + 1)
    pruning = year.run()
    compared = min(_COMPARED, days // 2 or 1)
    found = Year(
        count, days, median(seconds[:compared]), median(seconds[-compared:]), weight, size, changes,
        runs + 1 - year.counted()[1], pruning, history, number,
    )  # fmt: skip
    for line in page(found):
        say(line)
    return found


def page(found: Year) -> list[str]:
    """Return the figures as lines of Markdown."""
    per_run = (found.size - found.size_of_people) / found.days / 2**10
    first, last = found.size_of_people / 2**20, found.size / 2**20
    rows = [
        ("people, daily runs, changes kept", f"{found.people:,}, {found.days}, {found.changes:,}"),
        (
            "a run at the start, at the end (CPU, medians)",
            f"{found.start:.2f} s, {found.end:.2f} s: {found.ratio:.2f}x",
        ),
        ("the store after the first import, at the end", f"{first:.0f} MiB, {last:.0f} MiB: {per_run:.0f} KiB a run"),
        (f"the run that removes {found.pruned} old runs", f"{found.pruning:.2f} s"),
        ("history of one object, of one number", f"{found.history * 1000:.0f} ms, {found.number * 1000:.0f} ms"),
    ]
    return ["| what | measured |", "|---|---|", *(f"| {what} | {measured} |" for what, measured in rows)]


def _seconds(action: Callable[[], object]) -> float:
    begin = time.process_time()
    action()
    return time.process_time() - begin


class _Days:
    """The store, the people of each day, and the runs."""

    def __init__(self, work: Path, count: int, days: int) -> None:
        self._location, self._source, self._days = str(work / "store.db"), work / "people.csv", days
        self.rows = list(people.generated(count))

    def declaration(self) -> dict[str, Any]:
        """Return the options of the profile."""
        options = {"name": people.PROFILE, "template": "csv_users", "source": {"path": str(self._source)}}
        return {**options, "mode": "mirror", "remove_adopted": False, "configure_authentication": False}

    def act(self, action: Callable[[Any], dict[str, Any]], **params: Any) -> dict[str, Any]:
        """Call what a module calls."""
        store = Store.open(self._location, _KEY)
        try:
            return action(Call(store, params))
        finally:
            store.close()

    def write(self, day: int) -> None:
        """Write the file of a day."""
        mobile = people.COLUMNS.index("mobile")
        for place in range(day % people.ONE_OF, len(self.rows) if day else 0, people.ONE_OF):
            self.rows[place][mobile] = f"+49 170 {day:04d} {place:07d}"
        with self._source.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(people.COLUMNS)
            writer.writerows(self.rows)

    def run(self) -> float:
        """Sync, and return its CPU seconds."""
        return _seconds(lambda: self.act(sync.synchronise, profile=people.PROFILE, changes_limit=500))

    def date_back(self, day: int) -> None:
        """Let the last run be of its day; today is the day after the last one."""
        then = (datetime.now(UTC) - timedelta(days=self._days + 1 - day)).strftime("%Y-%m-%dT%H:%M:%SZ")
        store = Store.open(self._location, _KEY)
        runs = store.schema.runs
        with store.writing(moves=False):
            last = store.connection.exec_driver_sql("SELECT max(id) FROM runs").scalar()
            store.connection.execute(runs.update().where(runs.c.id == last).values(started=then, finished=then))
        store.close()

    def size(self) -> int:
        """Return the bytes of the store."""
        return Path(self._location).stat().st_size

    def counted(self) -> tuple[int, int]:
        """Return how many changes and runs the journal holds."""
        store = Store.open(self._location, _KEY)
        with store.snapshot():
            counts = [
                store.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
                for table in ("changes", "runs")
            ]
        store.close()
        return int(counts[0] or 0), int(counts[1] or 0)
