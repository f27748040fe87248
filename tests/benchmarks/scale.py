# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How time, memory, store and journal grow with the number of people, as a page and a picture."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ansible_collections.telephony.connector.plugins.module_utils.store.connection import LOCK_TIMEOUT
from ansible_collections.telephony.connector.plugins.module_utils.store.retention import DEFAULT_DAYS
from ansible_collections.telephony.connector.tests.benchmarks import databases
from ansible_collections.telephony.connector.tests.benchmarks.report import machine, software
from ansible_collections.telephony.connector.tests.benchmarks.scenarios import AGAIN, CHANGED, FIRST, Bench, Say, Series

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

    @property
    def each(self) -> float:
        """Return what one person more adds, between the two largest numbers (nothing, where the larger took less)."""
        (few, low), (many, high) = sorted(self.values.items())[-2:]
        return max(high - low, 0) / (many - few)

    def at(self, rows: int) -> float:
        """Return the value for more people than were measured, on the straight line through the last two points."""
        many, high = max(self.values.items())
        return high + self.each * (rows - many)


@dataclass(frozen=True)
class Growth:
    """What grows in one database."""

    first: Curve
    again: Curve
    changed: Curve
    locked: Curve
    memory: Curve
    store: Curve
    journal: Curve

    @property
    def curves(self) -> list[Curve]:
        """Return all of them, in the order of the page."""
        return [self.first, self.again, self.changed, self.locked, self.memory, self.store, self.journal]


def growth(series: dict[int, Series]) -> Growth:
    """Return what grows, by the measurements for each number of people."""

    def curve(title: str, unit: str, value: Callable[[Series], float]) -> Curve:
        return Curve(title, unit, {rows: value(one) for rows, one in series.items()})

    return Growth(
        curve(FIRST, "s", lambda one: one.seconds(FIRST)),
        curve(AGAIN, "s", lambda one: one.seconds(AGAIN)),
        curve(CHANGED, "s", lambda one: one.seconds(CHANGED)),
        curve("others cannot write, first import", "s", lambda one: one.locked(FIRST)),
        curve("memory, the most of any run", "MiB", lambda one: max(one.peak(name) for name in _RUNS)),
        curve("store after the first import", "MiB", lambda one: one.sizes[FIRST] / _MIB),
        # what the run changes lies where it was: all that is new is the journal, with what objects were before
        curve("journal of 1 % changed", "MiB", lambda one: (one.sizes[CHANGED] - one.sizes[AGAIN]) / _MIB),
    )


#: What was measured: for each database, what grows there.
Scale = dict[str, Growth]


def write(scale: Scale, page_of_speed: Path) -> None:
    """Write the page and the picture into the folder of the page of speed."""
    (page_of_speed.parent / "pictures" / "scale.svg").write_text(picture(scale), encoding="utf-8")
    page_of_speed.with_name("scale.md").write_text(page(scale), encoding="utf-8")


def measure(say: Say, directory: Path, sizes: Sequence[int]) -> Scale:
    """Measure imports of growing numbers of people (two numbers at least) into SQLite and PostgreSQL, once each."""
    found: dict[str, dict[int, Series]] = {}
    with databases.postgresql() as server:
        benches = [(database.name, Bench(directory, say, database)) for database in (databases.Sqlite(), server)]
        for rows in sizes:
            benches[0][1].prepare(rows, _RUNS)
            for name, bench in benches:
                found.setdefault(name, {})[rows] = bench.grow(rows, _RUNS)
    return {name: growth(series) for name, series in found.items()}


_HEAD = """\
# What ten million people would take

Written by `./benchmark.sh --scale` on {date}, on {machine} with {software}. The engine runs in one process, without
Ansible; the people are made up, ten columns each, from one CSV file, and every run was measured once. {sizes} people
were measured. The last column was **not**: it goes on along the straight line through the two largest numbers.

![Time, memory, size of the store and of the journal, by the number of people](pictures/scale.svg)
"""

_REST = """
## What breaks first, and what to do then

Where a figure is for ten million people, it is that of the last column.

1. **Others that write.** A run writes in one transaction, and whoever else wants to write waits for {timeout} seconds,
   then gives up with a message that says so. The first import of ten million would hold the lock for {locked}.
   {verdict} Import in parts, one profile for each site or organisational unit, each with a `filter` or a search base of
   its own; let other jobs pause for the first import. Later runs write what has changed, no more.
2. **Patience.** The first import takes {first}. It works out every record once, in one process on one processor, so
   more processors do not help one profile; several profiles read and plan side by side, and only write in turn. A run
   without changes takes {again}, one that changes 1 % {changed}. `incremental: true` reads only what has changed where
   the source can tell (LDAP, Active Directory, Microsoft 365).
3. **Memory.** A run takes {memory} at ten million, {each} bytes for each person: the fingerprint of each record that it
   knows, so that it needs not look it up, and the mark of each change. Everything else lies in temporary tables.
   Several profiles need less at a time.
4. **Disk.** The store takes {store}. A first import holds its plan in temporary tables meanwhile, and writes all of it
   to the write-ahead log: keep twice the size of the store free, for PostgreSQL where its data lie. SQLite puts
   temporary tables where `SQLITE_TMPDIR` or `TMPDIR` says, else in `/var/tmp`.
5. **The journal.** A day that changes 1 % adds {journal}; at one run a day and with `journal_days` as it is, {days}
   days of that are {year}. Set `journal_days` (module `store_settings`) to what an undo and an audit really need.
6. **Reports and outputs.** A report of a million changes is a file that no browser opens: read `summary`, `counts` and
   the history of one object (`run_info` with `name`). Phones take some thousands of entries at most: publish to LDAP,
   or a part of the people by `filter`.

PostgreSQL is the choice for several controllers, for readers on other machines, and for backups while a run writes;
`store_copy` moves a store there and back.
"""


def page(scale: Scale) -> str:
    """Return the page as Markdown."""
    sizes = sorted(next(iter(scale.values())).first.values)
    head = _HEAD.format(
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        machine=machine(),
        software=software(),
        sizes=", ".join(f"{rows:,}" for rows in sizes[:-1]) + f" and {sizes[-1]:,}",
    )
    lines = [_wrapped(head).rstrip("\n")]
    for database, grown in scale.items():
        lines.append(f"\n## {database}\n")
        lines.append(f"| | {' | '.join(f'{rows:,}' for rows in sizes)} | {TEN_MILLION:,} (not measured) |")
        lines.append("|---" * (len(sizes) + 2) + "|")
        for curve in grown.curves:
            cells = [_shown(curve.values[rows]) for rows in sizes] + [_shown(curve.at(TEN_MILLION))]
            lines.append(f"| {curve.title}, {curve.unit} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n\n" + _wrapped(_limits(scale))


def _limits(scale: Scale) -> str:
    """Return what breaks first, with the figures of ten million people in both databases."""

    def both(curve: Callable[[Growth], Curve], form: Callable[[float], str], times: float = 1) -> str:
        told = [f"{form(curve(grown).at(TEN_MILLION) * times)} ({name})" for name, grown in scale.items()]
        return " or ".join(told)

    is_too_long = any(grown.locked.at(TEN_MILLION) > LOCK_TIMEOUT for grown in scale.values())
    return _REST.format(
        timeout=LOCK_TIMEOUT,
        locked=both(lambda grown: grown.locked, _time),
        verdict="That is what breaks first." if is_too_long else "That is within the limit.",
        first=both(lambda grown: grown.first, _time),
        again=both(lambda grown: grown.again, _time),
        changed=both(lambda grown: grown.changed, _time),
        memory=both(lambda grown: grown.memory, _size),
        each=" or ".join(f"{grown.memory.each * _MIB:.0f}" for grown in scale.values()),
        store=both(lambda grown: grown.store, _size),
        journal=both(lambda grown: grown.journal, _size),
        days=DEFAULT_DAYS,
        year=both(lambda grown: grown.journal, _size, DEFAULT_DAYS),
    )


def _wrapped(text: str) -> str:
    """Return Markdown with its lines filled anew, since figures are longer or shorter than their names."""
    filled = []
    for block in text.strip("\n").split("\n\n"):
        for item in re.split(r"\n(?=\d\. )", block):
            indent = "   " if item[:1].isdigit() else ""
            filled.append(
                textwrap.fill(
                    " ".join(item.split()),
                    120,
                    subsequent_indent=indent,
                    break_long_words=False,
                    break_on_hyphens=False,
                )
            )
        filled.append("")
    return "\n".join(filled).rstrip("\n") + "\n"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"


def _size(mib: float) -> str:
    return f"{mib:,.0f} MiB" if mib < 2048 else f"{mib / 1024:,.1f} GiB"


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"


# -- the picture ------------------------------------------------------------------------------------------------------

_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 230, 150, 46, 40, 34
COLOURS = {"SQLite": "#1f6feb", "PostgreSQL": "#c2410c"}


def picture(scale: Scale) -> str:
    """Return an SVG with one small chart for each thing that grows, all databases in it."""
    charts = list(zip(*(grown.curves for grown in scale.values()), strict=True))
    across = 3
    width = across * (_WIDTH + _LEFT) + 20
    height = (len(charts) + across - 1) // across * (_HEIGHT + _TOP + _GAP) + 30
    about = 'role="img" aria-label="Growth with the number of people"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" {about}>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/><g font-size="11">',
    ]
    for place, name in enumerate(scale):
        parts.append(f'<text x="{20 + place * 110}" y="18" fill="{COLOURS[name]}" font-weight="bold">{name}</text>')
    for place, curves in enumerate(charts):
        x = place % across * (_WIDTH + _LEFT) + _LEFT
        y = place // across * (_HEIGHT + _TOP + _GAP) + _TOP + 20
        parts += _chart(x, y, curves, [COLOURS[name] for name in scale])
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
