# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long 20,000 entries take to each file format, beside writing the same bytes from rows in memory.

`python -m ansible_collections.telephony.connector.tests.benchmarks.outputs [ENTRIES] [TIMES] [FORMAT ...]` prints a
table of CPU seconds (medians) and ratios; first run, floor and a second run without a change follow each other, so that
they see the same machine. `./benchmark.sh --outputs` has the same, memory and the format ldap on its page.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.actions.publish import PUBLISH_SPEC, publish_output
from ansible_collections.telephony.connector.plugins.module_utils.publishing.staging import uid_space
from ansible_collections.telephony.connector.plugins.module_utils.store import connection
from ansible_collections.telephony.connector.plugins.module_utils.store.company_phonebook import company_phonebook
from ansible_collections.telephony.connector.tests.benchmarks.floor_outputs import Entry, same_again
from ansible_collections.telephony.connector.tests.benchmarks.watch import Watch, run_worker
from ansible_collections.telephony.connector.tests.system import System

ENTRIES, TIMES = 20_000, 3
#: Entries whose publications are compared in their memory.
FEW, MANY = 5_000, 60_000
FIELDS = ("display_name", "phone", "mobile", "organisation")
#: The phonebook formats that are files for phones and other programs; not those with the columns of one program.
FILES = ("yealink", "snom", "cisco", "grandstream", "poly", "fanvil", "gigaset", "mitel", "fritzbox", "vcard", "csv")
#: Measured part by part on 2026-11-29, each as the least of six turns that took turns with the floor.
LIMIT = """\
Of the 7.1 times the floor that a CSV file took when it was taken apart, 1.0 are the entries read from the store and
selected, 1.6 numbers, cells and lines, 0.2 the order of names, 0.7 JSON and hash of each entry for the ledger, 0.7
laying the entries into the tables of the plan, 1.7 comparing, plan digest, changes and the ledger, 0.3 what a
publication of a few entries takes, and 0.9 the draft, its hash and the steps between. The floor's own work, reading
rows and their JSON, JSON and hashes for the ledger and a publication of a few entries are 2.6 together: within 3 there
would be no room for rules of numbers, a comparison and a ledger that is written.

The store has no UIDs of vCards: they are worked out of an entry's id, with uuid.uuid5 in the floor. That is a third of
the floor; beside one that is handed all UIDs ready-made, a first publication takes 4.5 times as long.
"""
_MODULE = "ansible_collections.telephony.connector.tests.benchmarks.outputs"


@dataclass(frozen=True)
class Cost:
    """CPU seconds of a first run, of writing the same bytes, and of a run without a change; ratios are of pairs."""

    first: float
    floor: float
    again: float
    ratio: float
    ratio_again: float


@dataclass(frozen=True)
class Costs:
    """All formats, and the peak memory (MiB) of publishing so many entries."""

    entries: int
    formats: dict[str, Cost]
    memory: dict[int, float]


def entries_of(count: int) -> list[Entry]:
    """Return entries with the fields that they have: two thirds with a mobile number."""
    rows = (
        (f"Person {n % 700} Müller {n}", f"+49 991 {n:06}", f"+49 171 {n:06}" if n % 3 else "", f"Firma {n % 99} & Co")
        for n in range(count)
    )
    return [{name: value for name, value in zip(FIELDS, row, strict=True) if value} for row in rows]


def filled(folder: Path, entries: list[Entry]) -> System:
    """Return a store of the entries."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, restval="")
    writer.writerow({**dict(zip(FIELDS, FIELDS, strict=True)), "display_name": "displayname"})
    writer.writerows(entries)
    system = System(str(folder / "store.db"), folder)
    system.csv(text.getvalue())
    system.profile("book", "csv_phonebook")
    system.sync("book")
    return system


def stored(system: System, entries: list[Entry]) -> tuple[list[Entry], uuid.UUID]:
    """Return the entries with their ids, in the order of the store, and the space of their UIDs."""
    store = connection.Store.open(system.location, system.KEY, check_mode=True)
    with contextlib.closing(store), store.snapshot():
        ids = {fields["phone"]: str(key) for key, _kind, fields in company_phonebook(store)}
        space = uid_space(store)
    rows = [{"id": ids[entry["phone"]], **entry} for entry in entries]
    return sorted(rows, key=lambda row: int(row["id"])), space


def publish(system: System, name: str, path: Path) -> dict[str, Any]:
    """Publish to a path, as an output of that name."""
    defaults = {key: option.get("default") for key, option in PUBLISH_SPEC.items()}
    options = {"name": str(path), "format": name, "target": {"path": str(path)}, "progress": False}
    return system.call(publish_output, **{**defaults, **options})


def measure(say: Any, work: Path, count: int = ENTRIES, times: int = TIMES, only: tuple[str, ...] = ()) -> Costs:
    """Measure the formats in turn, and the memory of processes of their own."""
    entries, costs = entries_of(count), {}
    with tempfile.TemporaryDirectory(dir=work) as place:
        folder = Path(place)
        system = filled(folder, entries)
        rows, space = stored(system, entries)
        publish(system, "yealink", folder / "warm")
        for name in only or FILES:
            turns = [_measure(system, rows, name, folder / f"{name}{turn}", space) for turn in range(times)]
            first, floor, again = (median(column) for column in zip(*turns, strict=True))
            ratio, ratio_again = median(one[0] / one[1] for one in turns), median(one[2] / one[0] for one in turns)
            costs[name] = Cost(first, floor, again, ratio, ratio_again)
            say(f"{count} entries to {name}: {first:.2f} s, the same bytes {floor:.2f} s, no change {again:.3f} s")
    return Costs(count, costs, {} if only else {size: _memory(say, work, size) for size in (FEW, MANY)})


def _measure(system: System, rows: list[Entry], name: str, path: Path, space: uuid.UUID) -> tuple[float, float, float]:
    """Return the seconds of a first run, of the same bytes, and of a run without a change."""
    first = _seconds(lambda: publish(system, name, path))
    write = same_again(path, rows, space)
    floor = _seconds(lambda: write(path.with_name(f"{path.name}.same")))
    return first, floor, _seconds(lambda: publish(system, name, path))


def _seconds(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def _memory(say: Any, work: Path, count: int) -> float:
    with tempfile.TemporaryDirectory(dir=work) as place:
        filled(Path(place), entries_of(count))
        told = run_worker([sys.executable, "-m", _MODULE, "--publish", place])
    peak = told.counts["peak"] / 1024
    say(f"{count} entries to vcard: {peak:.0f} MiB")
    return peak


def _peak() -> int:
    """Return the most memory (KiB) of this process; what is said of a child has its parent in it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM:")))


def page(costs: Costs) -> Iterator[str]:
    """Yield the lines of a page."""
    yield f"| {costs.entries:,} entries to | first s | same bytes s | ratio | no change s | to first |"
    yield "|---|---|---|---|---|---|"
    for name, one in costs.formats.items():
        seconds = f"{one.first:.2f} | {one.floor:.2f} | {one.ratio:.1f} | {one.again:.3f}"
        yield f"| {name} | {seconds} | {one.ratio_again:.2f} |"
    if costs.memory:
        yield ""
        told = (f"{size:,} entries {peak:.0f} MiB" for size, peak in costs.memory.items())
        yield f"Peak memory of publishing vCards: {', '.join(told)}."
        yield ""
        yield LIMIT.rstrip()


def main(count: str = str(ENTRIES), times: str = str(TIMES), *only: str) -> None:
    """Measure and print; or, as a process of its own, publish what is in a folder's store."""
    if count == "--publish":
        folder = Path(times)
        with Watch() as watch:
            publish(System(str(folder / "store.db"), folder), "vcard", folder / "book.vcf")
        print(json.dumps({**watch.figures(), "counts": {"peak": _peak()}}))
        return
    with tempfile.TemporaryDirectory() as work:
        print("\n".join(page(measure(print, Path(work), int(count), int(times), only))))


if __name__ == "__main__":
    main(*sys.argv[1:])
