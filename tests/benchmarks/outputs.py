# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long 20,000 entries take to each file format, beside writing the same bytes from rows in memory.

The floor is xml.etree for XML, csv.writer for columns and joined lines for vCards; a second one, the same for all, is a
phonebook written with xml.etree. `python -m ansible_collections.telephony.connector.tests.benchmarks.outputs [ENTRIES]
[TIMES] [FORMAT ...]` prints a table of CPU seconds (medians) and ratios; first run, floors and a second run without a
change follow each other, so that they see the same machine.
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


Element = tuple[str, dict[str, str], str | None, list[Any]]


def write_phonebook(rows: list[Row], path: Path) -> None:
    """Write a phonebook of the rows as anybody would: a tree, then a file, synced and renamed."""
    root = ET.Element("YealinkIPPhoneDirectory")
    for name, phone, mobile, _organisation in sorted(rows):
        entry = ET.SubElement(root, "DirectoryEntry")
        ET.SubElement(entry, "Name").text = name
        ET.SubElement(entry, "Telephone", label="Office").text = phone
        if mobile:
            ET.SubElement(entry, "Telephone", label="Mobile").text = mobile
    _put(path, ET.tostring(root, encoding="utf-8", xml_declaration=True))


def same_again(published: Path) -> Callable[[Path], None]:
    """Return what writes the same as was published, from rows in memory, to a path."""
    if published.is_dir():
        pages = [(one.name, same_again(one)) for one in sorted(published.iterdir())]

        def folder(path: Path) -> None:
            path.mkdir(exist_ok=True)
            for name, write in pages:
                write(path / name)

        return folder
    data = published.read_bytes()
    if data.startswith(b"<"):
        tree = _rows_of_element(ET.fromstring(data))
        return lambda path: _put(path, ET.tostring(_element(tree), encoding="utf-8", xml_declaration=True))
    if data.startswith(b"BEGIN:VCARD"):
        cards = [[line.partition(":")[::2] for line in one.split("\r\n")] for one in data.decode().split("\r\n\r\n")]
        return lambda path: _put(path, "".join(f"{n}:{v}\r\n" for card in cards for n, v in card).encode())
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return lambda path: _put(path, _csv(table))


def _csv(table: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    return text.getvalue().encode()


def _rows_of_element(element: ET.Element) -> Element:
    return element.tag, dict(element.attrib), element.text, [_rows_of_element(one) for one in element]


def _element(row: Element, parent: ET.Element | None = None) -> ET.Element:
    tag, attributes, text, children = row
    element = ET.Element(tag, attributes) if parent is None else ET.SubElement(parent, tag, attributes)
    element.text = text
    for child in children:
        _element(child, element)
    return element


def _put(path: Path, data: bytes) -> None:
    draft = path.with_name(f"{path.name}.new")
    with draft.open("wb") as file:
        file.write(data)
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


def _measure(system: System, rows: list[Row], name: str, path: Path) -> tuple[float, float, float, float]:
    """Return the seconds of a first run, of the same bytes, of a phonebook, and of a run without a change."""
    first = seconds(lambda: publish(system, name, path))
    write = same_again(path)
    same = seconds(lambda: write(path.with_name(f"{path.name}.same")))
    book = seconds(lambda: write_phonebook(rows, path.with_name("floor.xml")))
    return first, same, book, seconds(lambda: publish(system, name, path))


def main(entries: int = ENTRIES, times: int = TIMES, *only: str) -> None:
    """Measure and print."""
    rows = rows_of(entries)
    formats = [name for name, one in FORMATS.items() if one.SENDS == "phonebook" and name != "template"]
    formats = [name for name in formats if FORMATS[name].TARGET != "entries"]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        system = filled(folder, rows)
        publish(system, "yealink", folder / "warm")
        print(
            f"| {entries} entries to | first s | same bytes s | ratio | ratio to a phonebook | no change s | to first |"
        )
        print("|---|---|---|---|---|---|---|")
        for name in only or formats:
            measured = [_measure(system, rows, name, folder / f"{name}{turn}") for turn in range(times)]
            first, same, _book, again = (median(column) for column in zip(*measured, strict=True))
            ratio, other = (median(one[0] / one[place] for one in measured) for place in (1, 2))
            print(
                f"| {name} | {first:.2f} | {same:.2f} | {ratio:.1f} | {other:.1f} | {again:.3f} | {again / first:.2f} |"
            )
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
