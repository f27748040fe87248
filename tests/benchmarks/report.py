# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as a page: tables, and for each target whether it is met."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ansible_collections.telephony.connector.tests.benchmarks import directory, journal, ldap_output, outputs, tasks
from ansible_collections.telephony.connector.tests.benchmarks.directory import Speed as DirectorySpeed
from ansible_collections.telephony.connector.tests.benchmarks.graph import Cost
from ansible_collections.telephony.connector.tests.benchmarks.journal import Year
from ansible_collections.telephony.connector.tests.benchmarks.logins import Logins
from ansible_collections.telephony.connector.tests.benchmarks.scenarios import FLOOR, RUNS, Series
from ansible_collections.telephony.connector.tests.benchmarks.share import Speed
from ansible_collections.telephony.connector.tests.benchmarks.targets import Results, targets

_HEAD = """\
# How fast it is

Written by `{command}` on {date}. The benchmark is a command of its own and no part of the tests.

* Machine: {machine}
* Software: {software}
* People: {rows}, ten columns each: {columns}

The **floor** is what nobody can beat in Python: the standard library's `csv` and `sqlite3.executemany` bring the same
rows into one table with the login as its key, in one transaction, with the store's own pragmas. It checks nothing,
finds nothing again and keeps no journal. Every run is measured beside a floor of its own, {repetitions};
seconds are medians, ratios the medians of such pairs, memory is the highest of all. Compare ratios rather than seconds:
machines differ, and may be busy.
"""


def page(results: Results, columns: str) -> str:
    """Return the page as Markdown."""
    rows = " and ".join(f"{rows:,}" for rows in results.engine)
    head = _HEAD.format(
        command=results.command,
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        machine=machine(),
        software=software(),
        rows=rows,
        columns=columns,
        repetitions=results.repetitions,
    )
    parts = [head, "## Targets\n", *_targets_table(results)]
    for rows_of, series in results.engine.items():
        parts += [f"\n## The engine in one process, {rows_of:,} people\n", *_table(series)]
    for rows_of, series in results.playbook.items():
        parts += [f"\n## The whole command `ansible-playbook`, {rows_of:,} people\n", *_table(series)]
        parts += ["\nTwo tasks, the profile and its sync; CPU of all processes, memory of the largest."]
    for rows_of, series in results.postgresql.items():
        parts += [f"\n## PostgreSQL as the store, {rows_of:,} people\n", *_table(series)]
        parts += ["\nThe engine in one process; the floor is COPY into a staging table and one MERGE of the same rows."]
    parts += _tasks(results.tasks)
    parts += _speed(results.speed)
    parts += _directory(results.directory)
    parts += _more_directories(results)
    parts += _logins(results.logins)
    parts += _graph(results.graph)
    parts += _journal(results.journal)
    parts += _outputs(results)
    parts += [_LIMIT, "## What the runs are\n", *_RUNS]
    return "\n".join(parts) + "\n"


#: Words and shares are from a profile (CPU of each phase), which is taken anew when the engine changes.
_LIMIT = """
## What the limit is

CPU of each phase by a profile of 50,000 people, compared to that of the floor:

| phase | first import | profile changed | profile changes all |
|---|---|---|---|
| read, fingerprint, work out, clean, encode (Python) | 1.6 | 1.4 | 1.8 |
| stage the rows, index them | 0.6 | 0.7 | 0.8 |
| compare with the objects and their links | 0.0 | 0.8 | 1.6 |
| digest, counts, clashes, and all else | 0.5 | 0.3 | 0.3 |
| what was before, for an undo | 0.0 | 0.3 | 0.6 |
| journal, objects, numbers, links (SQL) | 1.2 | 0.3 | 1.1 |
| commit and write-ahead log | 0.5 | 0.1 | 0.5 |

* Records in which nothing needs a second look go through the rules many at a time, field by field. The larger part of a
  first import is the database: objects, links, identifiers and the journal are seven trees, and hold every text twice.
  The floor is one table with its key, and looks at nothing.
* Another definition with the same outcome is the same work on each record; the link and the object of each are looked
  up while its row is staged, and nothing but the links is written.
* A definition that changes every object compares each with its record in Python and writes it three times: as it was
  (for an undo), as it is, and the difference (for the journal).
* Without a change, reading and fingerprinting is nearly all there is. Lines of a CSV file that are one record each, and
  entries of a directory, are known by what they were, and not taken apart: such a run takes less than a read, which
  makes records.
* So incremental runs are a larger share of full ones than they were, though no slower. With OpenLDAP, one that finds no
  change takes twice the 0.05 already; of one with changes, a third are two answers of the server (who changed, and what
  else, as somebody may have been moved), and a third is writing, as each person is on another page of the store. With
  389 Directory Server, two thirds are the server's: it names who changed, in 0.04, and looks each up by the id.
* With PostgreSQL, Python works while the server waits, and the server while Python waits: the rows are copied to it as
  they are made, but nothing of the store is written before the whole plan is known. The server then writes four tables
  and seven indexes. A session that does only this, from rows that it has already, takes 2.7 times the floor, and 1.8
  times with the indexes of empty tables built at the end, as a first import does; Python's work takes twice the floor.
  As neither can begin before the other ends, 3 is out of reach without a lock on the store while the source is read.

What grows with more people, and what breaks first, is on a page of its own:
[what ten million people would take](scale.md).
"""

_RUNS = (
    "* *first import*: into an empty store.",
    "* *no change*: the same file again.",
    "* *1 % changed*: every 100th person has another mobile number or another extension.",
    "* *1 % removed*: every 100th person is gone from the file.",
    "* *profile changed*: another definition with the same outcome, as after an upgrade: all is worked out anew.",
    "* *profile changes all*: a definition by which every object gets another value.",
)


def _targets_table(results: Results) -> Iterator[str]:
    yield "| target | measured | |"
    yield "|---|---|---|"
    for one in targets(results):
        yield f"| {one.text} | {one.measured} | {'' if one.met is None else 'met' if one.met else '**not met**'} |"


def _table(series: Series) -> Iterator[str]:
    yield "| run | seconds | CPU s | peak MiB | ratio to the floor | µs per person |"
    yield "|---|---|---|---|---|---|"
    for name in (FLOOR, *RUNS):
        if name in series.runs:
            ratio = "1" if name == FLOOR else f"{series.ratio(name):.1f}"
            seconds = series.seconds(name)
            cells = (f"{seconds:.2f}", f"{series.cpu(name):.2f}", f"{series.peak(name):.0f}", ratio)
            yield f"| {name} | {' | '.join(cells)} | {seconds / series.rows * 1e6:.1f} |"


def _tasks(speed: tasks.Speed | None) -> list[str]:
    if speed is None:
        return ["\n## What a task costs\n", "Not measured this time (option `--tasks`)."]
    rows = [f"| {name} | {speed.seconds(name):.2f} | {speed.cpu(name):.2f} |" for name in speed.runs]
    return [
        "\n## What a task costs\n",
        "Whole commands `ansible-playbook`, a profile of one person that has not changed; see [direct](direct.md).",
        "Medians. The first task and the pings are compared in pairs of plays that run one after the other, by CPU",
        "seconds: the processes of a play wait for one another, so that on a machine that does nothing else the clock",
        "shows the same.\n",
        "| play | seconds | CPU s |",
        "|---|---|---|",
        *rows,
    ]


def _speed(speed: Speed | None) -> list[str]:
    if speed is None:
        return ["\n## A CSV file on a share\n", "Not measured this time (option `--smb`)."]
    return [
        f"\n## A CSV file of {speed.megabytes:.0f} MB on a share\n",
        "Read record by record as a sync does, from this machine's disk and from a Samba server on the same machine.\n",
        "| place | MB/s | time, compared to the disk |",
        "|---|---|---|",
        f"| disk | {speed.disk:.0f} | 1 |",
        f"| share, signed | {speed.share:.0f} | {speed.ratio:.2f} |",
        f"| share, encrypted | {speed.encrypted:.0f} | {speed.ratio_encrypted:.2f} |",
    ]


def _directory(speed: DirectorySpeed | None) -> list[str]:
    if speed is None:
        return ["\n## A directory\n", "Not measured this time (option `--ldap`)."]
    rows = [
        f"| {name} | {speed.seconds(name):.2f} | {speed.peak(name):.0f} |" for name in speed.runs if speed.runs[name]
    ]
    return [
        f"\n## A directory of {speed.rows:,} people\n",
        "OpenLDAP on the same machine, ten attributes, pages of 1,000. Imports are into SQLite, without Ansible.\n",
        "| run | seconds | peak MiB |",
        "|---|---|---|",
        *rows,
        *_answer_alone(speed),
    ]


def _more_directories(results: Results) -> Iterator[str]:
    for called, speed in (
        ("389 Directory Server", results.ds389),
        ("Active Directory (a Samba domain controller)", results.active_directory),
    ):
        if speed is not None:
            yield f"\n## {called}, {speed.rows:,} people\n"
            yield "| run | seconds | peak MiB |"
            yield "|---|---|---|"
            for name in speed.runs:
                yield f"| {name} | {speed.seconds(name):.2f} | {speed.peak(name):.0f} |"
            yield from _answer_alone(speed)


def _answer_alone(speed: DirectorySpeed) -> Iterator[str]:
    """Say what the limit of an incremental run is, where that was measured."""
    if speed.runs.get(directory.ASKED):
        nothing, asked = (speed.ratio(name, directory.FULL) for name in (directory.NOTHING, directory.ASKED))
        yield f"\nOf the run that reads in full, an incremental run without changes takes {nothing:.2f}, and the"
        yield f"server's own answer to which entries changed, to `ldapsearch`, {asked:.2f}."


def _logins(found: Logins | None) -> list[str]:
    if found is None:
        return ["\n## Logins\n", "Not measured this time (option `--logins`)."]
    how = (
        "The decision as a library call, one beside the other in turn; the directory is OpenLDAP on the same machine,"
        " over a connection that is kept, without `hides_users`.\n"
    )
    return [
        "\n## Logins\n",
        how,
        "| | milliseconds | compared |",
        "|---|---|---|",
        f"| argon2 alone | {found.argon2:.2f} | 1 |",
        f"| login by a password here | {found.internal:.2f} | {found.internal_ratio:.2f} |",
        f"| one bind (ldap3) | {found.bind:.2f} | 1 |",
        f"| login by the directory | {found.ldap:.2f} | {found.ldap_ratio:.2f} |",
    ]


def _graph(cost: Cost | None) -> list[str]:
    if cost is None:
        return ["\n## Users of Microsoft 365\n", "Not measured this time (option `--graph`)."]
    how = (
        f"Read from a stand-in for Microsoft Graph on the same machine, in {cost.requests} requests. The source signs"
        " in, checks every page and makes records; `requests` and `json` fetch and parse the same pages.\n"
    )
    return [
        f"\n## {cost.rows:,} users of Microsoft 365\n",
        how,
        "| | seconds | peak MiB | time, compared |",
        "|---|---|---|---|",
        f"| `requests` and `json` | {cost.floor:.2f} | {cost.floor_memory:.0f} | 1 |",
        f"| source | {cost.source:.2f} | {cost.memory:.0f} | {cost.ratio:.2f} (CPU {cost.ratio_cpu:.2f}) |",
    ]


def _journal(year: Year | None) -> list[str]:
    if year is None:
        return ["\n## A year of daily runs\n", "Not measured this time (option `--journal 365`)."]
    return [
        "\n## A year of daily runs\n",
        "Every day another 1 % of the people changes, and the journal keeps all.\n",
        *journal.page(year),
    ]


def _outputs(results: Results) -> list[str]:
    if results.outputs is None or results.ldap_output is None:
        return ["\n## Phonebooks for phones\n", "Not measured this time (option `--outputs`)."]
    how = (
        "CPU seconds of one process, without Ansible. The same bytes are written from rows in memory: XML with"
        " xml.etree, columns with csv, vCards with methods of text and their UIDs, which the store has not, with"
        " uuid.uuid5. Not in that: the store, the ledger, the comparison, the reading back.\n"
    )
    return [
        "\n## Phonebooks for phones\n",
        how,
        *outputs.page(results.outputs),
        "",
        *ldap_output.page(results.ldap_output),
    ]


def machine() -> str:
    """Return the machine as far as it matters."""
    model = _value(Path("/proc/cpuinfo"), "model name") or platform.machine()
    memory = int((_value(Path("/proc/meminfo"), "MemTotal") or "0").split()[0]) / 2**20
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} x {model}, {memory:.0f} GiB memory, load {load:.1f} at the end"


def software() -> str:
    """Return the versions that matter."""
    names = {"ansible-core": "ansible-core", "SQLAlchemy": "sqlalchemy"}
    found = [f"{shown} {_version(name)}" for shown, name in names.items()]
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return ", ".join([f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}", *found, system])


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(none)"


def _value(path: Path, name: str) -> str:
    """Return the first value of a name in a file of lines such as `name : value`."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.partition(":")[0].strip() == name), "")
