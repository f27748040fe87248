# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: five runs one after the other on one store, each beside the floor, several times over."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from ansible_collections.telephony.connector.tests.benchmarks import people
from ansible_collections.telephony.connector.tests.benchmarks.databases import Database, Sqlite
from ansible_collections.telephony.connector.tests.benchmarks.watch import Measured, run_worker

FLOOR = "floor"
FIRST, AGAIN, CHANGED, REMOVED = "first import", "no change", "1 % changed", "1 % removed"
#: Another definition, as after an upgrade with a newer template: every record is worked out anew, and is the same.
REDEFINED, EVERY = "profile changed", "profile changes all"
#: What each run finds, by the options of `people.write`.
RUNS: Mapping[str, Mapping[str, bool]] = {
    FIRST: {},
    AGAIN: {},
    CHANGED: {"changed": True},
    REMOVED: {"changed": True, "removed": True},
    REDEFINED: {"changed": True, "removed": True},
    EVERY: {"changed": True, "removed": True},
}
_FILES = {FIRST: FIRST, AGAIN: FIRST, CHANGED: CHANGED, REMOVED: REMOVED, REDEFINED: REMOVED, EVERY: REMOVED}
_DECLARATIONS = {FIRST: "declare", REDEFINED: "redeclare", EVERY: "change"}
_MODULE = "ansible_collections.telephony.connector.tests.benchmarks"

Say = Callable[[str], None]
#: Does one run: takes its name, the store, and the CSV file that the profile reads.
Runner = Callable[[str, str, Path], Measured]


@dataclass
class Series:
    """All measurements of one way to run, with one number of people."""

    rows: int
    runs: dict[str, list[Measured]] = field(default_factory=lambda: defaultdict(list))
    ratios: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    #: bytes of the store after each run, of the last repetition
    sizes: dict[str, int] = field(default_factory=dict)

    def seconds(self, name: str) -> float:
        """Return the median of a run's seconds."""
        return median(one.seconds for one in self.runs[name])

    def cpu(self, name: str) -> float:
        """Return the median of a run's CPU seconds."""
        return median(one.cpu for one in self.runs[name])

    def locked(self, name: str) -> float:
        """Return the median of the seconds for which a run kept others from writing."""
        return median(one.locked for one in self.runs[name])

    def peak(self, name: str) -> float:
        """Return the highest memory of all repetitions of a run, in MiB."""
        return max(one.peak for one in self.runs[name])

    def ratio(self, name: str) -> float:
        """Return the median of a run's ratios to the floor measured beside it."""
        return median(self.ratios[name])


class Bench:
    """The files of the people, and the runs over them."""

    def __init__(self, directory: Path, say: Say, database: Database | None = None) -> None:
        self._directory, self._say, self._database = directory, say, database or Sqlite()
        directory.mkdir(parents=True, exist_ok=True)

    def prepare(self, rows: int, names: Sequence[str] = tuple(RUNS)) -> None:
        """Write the CSV files of `rows` people that the runs need."""
        self._say(f"{rows:,} people: writing the CSV files")
        for name, options in RUNS.items():
            if name in names and _FILES[name] == name:
                people.write(self._file(rows, name), rows, **options)

    def grow(self, rows: int, names: Sequence[str]) -> Series:
        """Measure runs of the engine once, without a floor."""
        series, store = Series(rows), self._database.store(self._directory)
        for name in names:
            one = engine(name, store, self._present(rows, name))
            _check(name, rows, one)
            series.runs[name].append(one)
            series.sizes[name] = self._database.size(store)
            told = f"{one.seconds:7.2f} s {one.locked:7.2f} s locked {one.peak:5.0f} MiB"
            self._say(f"{rows:,} people, {self._database.name}: {name:15} {told}")
        return series

    def measure(
        self, rows: int, repetitions: int, runner: Runner, what: str, names: Sequence[str] = tuple(RUNS)
    ) -> Series:
        """Measure the runs, the floor before each of them, so that a machine that slows down slows both."""
        series = Series(rows)
        for repetition in range(1, repetitions + 1):
            store = self._database.store(self._directory)
            for name in names:
                floor = self._floor(rows)
                one = runner(name, store, self._present(rows, name))
                _check(name, rows, one)
                series.runs[FLOOR].append(floor)
                series.runs[name].append(one)
                series.ratios[name].append(one.seconds / floor.seconds)
                series.sizes[name] = self._database.size(store)
                self._say(
                    f"{rows:,} people, {what}, {repetition}/{repetitions}: {name:15} {one.seconds:7.2f} s"
                    f" {one.peak:5.0f} MiB  floor {floor.seconds:6.2f} s  ratio {one.seconds / floor.seconds:5.2f}"
                )
        return series

    def people_file(self, rows: int) -> Path:
        """Return the file of the first import."""
        return self._file(rows, FIRST)

    def _file(self, rows: int, name: str) -> Path:
        return self._directory / f"{rows}-{name.replace(' ', '-').replace('%', 'percent')}.csv"

    def _present(self, rows: int, name: str) -> Path:
        """Put a run's file where the profile reads."""
        link = self._directory / "people.csv"
        link.unlink(missing_ok=True)
        link.symlink_to(self._file(rows, _FILES[name]))
        return link

    def _floor(self, rows: int) -> Measured:
        return run_worker(self._database.floor(self._directory, self._file(rows, FIRST)))


def engine(name: str, store: str, source: Path) -> Measured:
    """Run the engine in a process of its own, without Ansible."""
    command = [sys.executable, "-m", f"{_MODULE}.engine"]
    if name in _DECLARATIONS:
        run_worker([*command, _DECLARATIONS[name], store, str(source)])
    return run_worker([*command, "sync", store, str(source)])


def expected(name: str, rows: int) -> dict[str, int]:
    """Return the counts that a run must come to."""
    one_of = people.ONE_OF
    changed = len(range(0, rows, one_of))
    removed = len(range(one_of // 2, rows, one_of))
    counts = {"created": 0, "updated": 0, "removed": 0, "unchanged": 0, "rejected": 0, "conflicts": 0}
    return (
        counts
        | {
            FIRST: {"created": rows},
            AGAIN: {"unchanged": rows},
            CHANGED: {"updated": changed, "unchanged": rows - changed},
            REMOVED: {"removed": removed, "unchanged": rows - removed},
            REDEFINED: {"unchanged": rows - removed},
            EVERY: {"updated": rows - removed},
        }[name]
    )


def _check(name: str, rows: int, one: Measured) -> None:
    wrong = {what: count for what, count in expected(name, rows).items() if one.counts.get(what) != count}
    if wrong:
        raise RuntimeError(f"{name} of {rows} people came to {dict(one.counts)}, which should have had {wrong}")
