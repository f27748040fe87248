# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark from its options to the page: see `benchmark.sh`."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from ansible_collections.telephony.connector.tests.benchmarks import (
    databases,
    directory,
    graph,
    journal,
    ldap_output,
    logins,
    outputs,
    people,
    report,
    scale,
    share,
    targets,
    tasks,
)
from ansible_collections.telephony.connector.tests.benchmarks.playbook import Playbook
from ansible_collections.telephony.connector.tests.benchmarks.scenarios import Bench, Runner, Series, engine

#: With more people a single run takes longer, and varies less.
_MANY, _FEW = 3, 1
_QUICK = 10_000


def main(arguments: list[str]) -> int:
    """Measure, print the page, and write it where wanted; 1 when a target is not met.

    The page is written after each measurement, so that one which is stopped leaves what was measured before.
    """
    options = _options(arguments)
    if options.scale:
        return _scale(options)
    results = targets.Results(shlex.join(["./benchmark.sh", *options.shown]), _how_often(options))
    page = ""
    for measure in (_imports, _postgresql, _sources, _logins_and_tasks, _outputs, _ldap_output):
        measure(options, results)
        page = report.page(results, ", ".join(people.COLUMNS))
        if options.output:
            options.output.write_text(page, encoding="utf-8")
    print("\n" + page)
    if options.output:
        _say(f"written to {options.output.name}")
    return int(any(target.met is False for target in targets.targets(results)))


def _imports(options: argparse.Namespace, results: targets.Results) -> None:
    """Measure imports from CSV files, of the engine alone and of the whole command."""
    bench = Bench(options.work / "data", _say)
    ways: list[tuple[str, Runner, list[int], dict[int, Series]]] = [("engine", engine, options.rows, results.engine)]
    if options.playbook:
        runner = Playbook(options.work, options.collections)
        ways.append(("ansible-playbook", runner, options.playbook, results.playbook))
    for rows in options.rows:
        bench.prepare(rows)
        for what, run, sizes, found in ways:
            if rows in sizes:
                found[rows] = bench.measure(rows, options.repetitions or _repetitions(rows), run, what)


def _postgresql(options: argparse.Namespace, results: targets.Results) -> None:
    """Measure imports into PostgreSQL."""
    if options.postgresql:
        with databases.postgresql() as database:
            bench = Bench(options.work / "data", _say, database)
            rows = options.rows[0]
            found = bench.measure(rows, options.repetitions or _repetitions(rows), engine, database.name)
            results.postgresql[rows] = found


def _sources(options: argparse.Namespace, results: targets.Results) -> None:
    """Measure other sources than a file on the disk."""
    repetitions = options.repetitions or directory.REPETITIONS
    if options.smb:
        results.speed = share.measure(_say)
    if options.ldap:
        results.directory = directory.measure(_say, options.rows[0], repetitions)
        results.ds389 = directory.measure_389(_say, options.rows[0], repetitions)
    if options.ad:
        results.active_directory = directory.measure_ad(_say, min(directory.AD_ROWS, options.rows[0]), repetitions)
    if options.graph:
        results.graph = graph.measure(_say, min(graph.ROWS, max(options.rows)))


def _logins_and_tasks(options: argparse.Namespace, results: targets.Results) -> None:
    """Measure logins, tasks without work, and a journal of many days."""
    if options.logins:
        results.logins = logins.measure(_say)
    if options.tasks:
        results.tasks = tasks.measure(_say, options.work / "tasks", options.collections)
    if options.journal:
        results.journal = journal.measure(_say, options.work / "journal", options.journal_people, options.journal)


def _outputs(options: argparse.Namespace, results: targets.Results) -> None:
    """Measure publishing to files."""
    if options.outputs:
        results.outputs = outputs.measure(_say, options.work)


def _ldap_output(options: argparse.Namespace, results: targets.Results) -> None:
    """Measure publishing to a directory."""
    if options.outputs:
        results.ldap_output = ldap_output.measure(_say, times=options.repetitions or ldap_output.TIMES)


def _scale(options: argparse.Namespace) -> int:
    """Measure how all grows, and nothing else: that has a page of its own."""
    sizes = scale.FEW_SIZES if options.quick else options.rows if options.rows_given else scale.SIZES
    grown = scale.measure(_say, options.work / "scale", sorted(sizes))
    print("\n" + scale.page(grown))
    if not options.quick:
        scale.write(grown, options.page)
        _say("written to scale.md and pictures/scale.svg")
    return 0


def _repetitions(rows: int) -> int:
    return _FEW if rows > targets.SMALL else _MANY


def _how_often(options: argparse.Namespace) -> str:
    if options.repetitions:
        return f"{options.repetitions} times over"
    return f"{_MANY} times over ({'once' if _FEW == 1 else f'{_FEW} times'} with a million people)"


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./benchmark.sh",
        description="Measures imports of generated people against the floor (csv and sqlite3 of the standard library)"
        " and writes docs/performance.md. Takes some 20 minutes, and some gigabytes meanwhile.",
    )
    add = parser.add_argument
    add("--rows", type=int, nargs="+", metavar="N", help="how many people (default: 100000 1000000)")
    add("--repetitions", type=int, metavar="N", help="how often each is measured (default: 3, of a million 1)")
    add("--quick", action="store_true", help="a look whether it works: few people, measured once, no page")
    add("--no-playbook", action="store_true", help="leave ansible-playbook out")
    add("--playbook-all", action="store_true", help="ansible-playbook with the larger number of people, too")
    add("--postgresql", action="store_true", help="also import into PostgreSQL, beside COPY and MERGE")
    add("--scale", action="store_true", help="measure how all grows instead, for docs/scale.md and its picture")
    add("--smb", action="store_true", help="also read a CSV file of 100 MB from a Samba server")
    add("--ldap", action="store_true", help="also read people from OpenLDAP and 389 Directory Server")
    add("--ad", action="store_true", help="also read people from a Samba domain, which takes a while to fill")
    add("--logins", action="store_true", help="also decide logins, by a password here and by a directory")
    add("--graph", action="store_true", help="also read users of Microsoft 365 from a stand-in for Graph")
    add("--journal", type=int, metavar="DAYS", help="also run daily imports with 1 %% change for so many days, as 365")
    add("--journal-people", type=int, default=targets.SMALL, metavar="N", help="of so many people (default: 100000)")
    add("--tasks", action="store_true", help="also compare tasks without work to ansible.builtin.ping")
    add("--outputs", action="store_true", help="also publish 20,000 entries to each file format and to OpenLDAP")
    add("--output", type=Path, help="the page to write (default: docs/performance.md, with the default rows only)")
    for name in ("--work", "--collections", "--page"):  # given by benchmark.sh
        add(name, type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.shown = arguments[6:]
    if options.output is None and not (options.rows or options.quick):
        options.output = options.page
    if options.quick:
        options.repetitions = options.repetitions or 1
    options.rows_given = bool(options.rows)
    options.rows = options.rows or ([_QUICK] if options.quick else [targets.SMALL, targets.LARGE])
    sizes = options.rows if options.playbook_all else [min(options.rows)]
    options.playbook = [] if options.no_playbook else sizes
    return options


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
