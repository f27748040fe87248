# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How time, memory, store and journal grow with the number of people, as a page and a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ansible_collections.telephony.connector.tests.benchmarks import databases
from ansible_collections.telephony.connector.tests.benchmarks.report import machine, software
from ansible_collections.telephony.connector.tests.benchmarks.scenarios import (
    AGAIN,
    CHANGED,
    FIRST,
    Bench,
    Say,
    Series,
    engine,
)

SIZES, FEW_SIZES = (10_000, 100_000, 1_000_000), (1_000, 10_000)
TEN_MILLION = 10_000_000
_RUNS = (FIRST, AGAIN, CHANGED)
_MIB = 1 << 20


@dataclass(frozen=True)
class Curve:
    """One thing that grows: what it is, its unit, and its value for each number of people."""

    title: str
    unit: str
    values: dict[int, float]

    def at(self, rows: int) -> float:
        """Return the value for more people than were measured, on the straight line through the last two points."""
        (few, low), (many, high) = sorted(self.values.items())[-2:]
        return high + (high - low) / (many - few) * (rows - many)


@dataclass(frozen=True)
class Scale:
    """What was measured: for each database, a series for each number of people."""

    found: dict[str, dict[int, Series]]

    def curves(self, database: str) -> Iterator[Curve]:
        """Yield what grows in one database."""
        series = self.found[database]
        for name in _RUNS:
            yield Curve(name, "s", {rows: one.seconds(name) for rows, one in series.items()})
        yield Curve(
            "memory, the most of any run",
            "MiB",
            {rows: max(one.peak(name) for name in _RUNS) for rows, one in series.items()},
        )
        yield Curve(
            "store after the first import", "MiB", {rows: one.sizes[FIRST] / _MIB for rows, one in series.items()}
        )
        grown = {rows: (one.sizes[CHANGED] - one.sizes[AGAIN]) / _MIB for rows, one in series.items()}
        yield Curve("store grows by a run that changes 1 %", "MiB", grown)

    def write(self, page_of_speed: Path) -> None:
        """Write the page and the picture into the folder of the page of speed."""
        (page_of_speed.parent / "pictures" / "scale.svg").write_text(picture(self), encoding="utf-8")
        page_of_speed.with_name("scale.md").write_text(page(self), encoding="utf-8")


def measure(say: Say, directory: Path, sizes: Sequence[int], repetitions: int) -> Scale:
    """Measure imports of growing numbers of people into SQLite and PostgreSQL."""
    with databases.postgresql() as server:
        found: dict[str, dict[int, Series]] = {}
        for database in (databases.Sqlite(), server):
            bench = Bench(directory, say, database)
            for rows in sizes:
                bench.prepare(rows)
                one = bench.measure(rows, repetitions, engine, database.name, _RUNS)
                found.setdefault(database.name, {})[rows] = one
    return Scale(found)


_HEAD = """\
# What ten million people would take

Written by `./benchmark.sh --scale` on {date}, on {machine} with {software}. The engine runs in one process, without
Ansible; the people are made up, ten columns each, from one CSV file. {sizes} people were measured. The last column was
**not**: it goes on along the straight line through the two largest numbers.

![Time, memory and size of the store, by the number of people](pictures/scale.svg)
"""

_REST = """
## What breaks first, and what to do then

1. **Patience.** A first import works out every record once. It reads the source, compares and writes in one process
   on one processor, so more processors do not help one profile. Several profiles, one for each site or organisational
   unit, can read and plan side by side; only the writing waits its turn. After the first import, runs cost what *no
   change* and *1 % changed* cost, and `incremental: true` reads only what has changed where the source can tell.
2. **Memory.** A run keeps a fingerprint of each record that it knows, about 100 bytes, so that it needs not look it up.
   Everything else lies in temporary tables on disk. Give the machine what the table says, or split the profile.
3. **One writer in SQLite.** All of a run is one transaction: while it is written, other runs wait. Beyond a million
   people, or with several controllers, use PostgreSQL (`store_copy` moves a store).
4. **Disk.** The largest plan lies twice in temporary tables, and its write-ahead log once: keep three times the size
   of the store free. The journal keeps before and after of each change for `journal_days`; a first import of everybody
   is its largest run and goes with time.
5. **Reports and outputs.** A report of millions of changes is a file that no browser opens: read `summary`, `counts`
   and the journal (`run_info` with a name). Phones take some thousands of entries at most; publish LDAP instead.
"""


def page(scale: Scale) -> str:
    """Return the page as Markdown."""
    sizes = sorted(next(iter(scale.found.values())))
    head = _HEAD.format(
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        machine=machine(),
        software=software(),
        sizes=", ".join(f"{rows:,}" for rows in sizes[:-1]) + f" and {sizes[-1]:,}",
    )
    lines = [head]
    for database in scale.found:
        lines.append(f"\n## {database}\n")
        lines.append(f"| | {' | '.join(f'{rows:,}' for rows in sizes)} | {TEN_MILLION:,} (not measured) |")
        lines.append("|---" * (len(sizes) + 2) + "|")
        for curve in scale.curves(database):
            cells = [_shown(curve.values[rows]) for rows in sizes] + [_shown(curve.at(TEN_MILLION))]
            lines.append(f"| {curve.title}, {curve.unit} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n" + _REST


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"


# -- the picture ------------------------------------------------------------------------------------------------------

_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 230, 150, 46, 40, 34
_COLOURS = {"SQLite": "#1f6feb", "PostgreSQL": "#c2410c"}


def picture(scale: Scale) -> str:
    """Return an SVG with one small chart for each thing that grows, all databases in it."""
    charts = list(zip(*(scale.curves(database) for database in scale.found), strict=True))
    across = 3
    width = across * (_WIDTH + _LEFT) + 20
    height = (len(charts) + across - 1) // across * (_HEIGHT + _TOP + _GAP) + 30
    about = 'role="img" aria-label="Growth with the number of people"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" {about}>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/><g font-size="11">',
    ]
    for place, name in enumerate(scale.found):
        parts.append(f'<text x="{20 + place * 110}" y="18" fill="{_COLOURS[name]}" font-weight="bold">{name}</text>')
    for place, curves in enumerate(charts):
        x = place % across * (_WIDTH + _LEFT) + _LEFT
        y = place // across * (_HEIGHT + _TOP + _GAP) + _TOP + 20
        parts += _chart(x, y, curves, [_COLOURS[name] for name in scale.found])
    return "\n".join([*parts, "</g></svg>"]) + "\n"


def _chart(x: int, y: int, curves: Sequence[Curve], colours: Sequence[str]) -> Iterator[str]:
    most = max(max(curve.values.values()) for curve in curves) or 1.0
    rows = sorted(curves[0].values)
    place = _placer(x, y, rows[-1], most)
    yield f'<text x="{x}" y="{y - 8}" fill="#111">{curves[0].title}, {curves[0].unit}</text>'
    yield f'<path d="M{x} {y}V{y + _HEIGHT}H{x + _WIDTH - 20}" fill="none" stroke="#777"/>'
    for share in (0.5, 1.0):
        down = place(0, most * share)[1] + 4
        yield f'<text x="{x - 4}" y="{down:.0f}" text-anchor="end" fill="#444">{_shown(most * share)}</text>'
    for count in rows[1:]:
        across = place(count, 0)[0]
        yield f'<text x="{across:.0f}" y="{y + _HEIGHT + 14}" text-anchor="middle" fill="#444">{count:,}</text>'
    for curve, colour in zip(curves, colours, strict=True):
        points = [place(count, max(curve.values[count], 0)) for count in rows]
        line = " ".join(f"{across:.1f},{down:.1f}" for across, down in points)
        yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for across, down in points:
            yield f'<circle cx="{across:.1f}" cy="{down:.1f}" r="3" fill="{colour}"/>'


def _placer(x: int, y: int, widest: int, highest: float) -> Callable[[int, float], tuple[float, float]]:
    return lambda count, value: (x + count / widest * (_WIDTH - 40), y + _HEIGHT * (1 - value / highest))
