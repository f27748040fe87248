# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long 20,000 entries take to each file format, beside xml.etree writing the same entries from rows in memory.

`python -m ansible_collections.telephony.connector.tests.benchmarks.outputs [ENTRIES] [TIMES]` prints a table of CPU
seconds (medians) and ratios; floor, first run and a second run without a change follow each other, so that they see the
same machine.
"""

from __future__ import annotations

import csv
import io
import os
import resource
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.actions.publish import PUBLISH_SPEC, publish_output
from ansible_collections.telephony.connector.plugins.module_utils.outputs.registry import FORMATS
from ansible_collections.telephony.connector.tests.system import System

ENTRIES, TIMES = 20_000, 5
Row = tuple[str, str, str, str]


def rows_of(count: int) -> list[Row]:
    """Return entries: name, phone, mobile, organisation."""
    return [
        (f"Person {n % 700} Müller {n}", f"+49 991 {n:06}", f"+49 171 {n:06}" if n % 3 else "", f"Firma {n % 99} & Co")
        for n in range(count)
    ]


def write_with_etree(rows: list[Row], path: Path) -> None:
    """Write a phonebook of the rows as anybody would: a tree, then a file, synced and renamed."""
    root = ET.Element("YealinkIPPhoneDirectory")
    for name, phone, mobile, _organisation in sorted(rows):
        entry = ET.SubElement(root, "DirectoryEntry")
        ET.SubElement(entry, "Name").text = name
        ET.SubElement(entry, "Telephone", label="Office").text = phone
        if mobile:
            ET.SubElement(entry, "Telephone", label="Mobile").text = mobile
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        ET.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def filled(folder: Path, rows: list[Row]) -> System:
    """Return a store of the rows."""
    text = io.StringIO()
    csv.writer(text).writerows([("displayname", "phone", "mobile", "organisation"), *rows])
    system = System(str(folder / "store.db"), folder)
    system.csv(text.getvalue())
    system.profile("book", "csv_phonebook")
    system.sync("book")
    return system


def publish(system: System, name: str, path: Path) -> dict[str, Any]:
    """Publish to a path, as an output of that name."""
    defaults = {key: option.get("default") for key, option in PUBLISH_SPEC.items()}
    options = {"name": str(path), "format": name, "target": {"path": str(path)}, "progress": False}
    return system.call(publish_output, **{**defaults, **options})


def seconds(action: Callable[[], object]) -> float:
    """Return the CPU time of this process for an action."""
    start = time.process_time()
    action()
    return time.process_time() - start


def _measure(system: System, rows: list[Row], name: str, path: Path) -> tuple[float, float, float]:
    """Return the seconds of the floor, of a first run and of one without a change."""
    floor = seconds(lambda: write_with_etree(rows, path.with_name("floor.xml")))
    first = seconds(lambda: publish(system, name, path))
    return floor, first, seconds(lambda: publish(system, name, path))


def main(entries: int = ENTRIES, times: int = TIMES) -> None:
    """Measure and print."""
    rows = rows_of(entries)
    formats = [name for name, one in FORMATS.items() if one.SENDS == "phonebook" and name != "template"]
    formats = [name for name in formats if FORMATS[name].TARGET != "entries"]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        system = filled(folder, rows)
        publish(system, "yealink", folder / "warm")
        print(f"| {entries} entries to | floor s | first s | ratio | no change s | ratio to first |")
        print("|---|---|---|---|---|---|")
        for name in formats:
            measured = [_measure(system, rows, name, folder / f"{name}{turn}") for turn in range(times)]
            floor, first, again = (median(column) for column in zip(*measured, strict=True))
            ratio = median(one[1] / one[0] for one in measured)
            print(f"| {name} | {floor:.2f} | {first:.2f} | {ratio:.1f} | {again:.3f} | {again / first:.2f} |")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
