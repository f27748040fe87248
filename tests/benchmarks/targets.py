# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which figures have a target, and whether it is met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ansible_collections.telephony.connector.tests.benchmarks import directory, ldap_output, outputs, tasks
from ansible_collections.telephony.connector.tests.benchmarks.directory import Speed as DirectorySpeed
from ansible_collections.telephony.connector.tests.benchmarks.graph import Cost
from ansible_collections.telephony.connector.tests.benchmarks.journal import Year
from ansible_collections.telephony.connector.tests.benchmarks.logins import Logins
from ansible_collections.telephony.connector.tests.benchmarks.scenarios import (
    AGAIN,
    CHANGED,
    EVERY,
    FIRST,
    REDEFINED,
    RUNS,
    Series,
)
from ansible_collections.telephony.connector.tests.benchmarks.share import Speed

SMALL, LARGE = 100_000, 1_000_000


@dataclass
class Results:
    """All that was measured in one run of the command."""

    command: str
    repetitions: str
    engine: dict[int, Series] = field(default_factory=dict)
    playbook: dict[int, Series] = field(default_factory=dict)
    postgresql: dict[int, Series] = field(default_factory=dict)
    speed: Speed | None = None
    directory: DirectorySpeed | None = None
    ds389: DirectorySpeed | None = None
    active_directory: DirectorySpeed | None = None
    logins: Logins | None = None
    graph: Cost | None = None
    journal: Year | None = None
    tasks: tasks.Speed | None = None
    outputs: outputs.Costs | None = None
    ldap_output: ldap_output.Cost | None = None


@dataclass(frozen=True)
class Target:
    """One target: what was asked, what came out, and whether that will do (None: not measured)."""

    text: str
    measured: str
    met: bool | None


def targets(results: Results) -> Iterator[Target]:
    """Yield the targets."""
    small, large = results.engine.get(SMALL), results.engine.get(LARGE)
    for name, limit in ((FIRST, 4), (AGAIN, 1.0), (CHANGED, 1.2), (REDEFINED, 4), (EVERY, 6)):
        ratio = small.ratio(name) if small and name in small.runs else None
        yield _at_most(f"{SMALL:,} people, {name}: at most {limit}x the floor", ratio, limit, "{:.2f}x")
    peak = max(large.peak(name) for name in RUNS if name in large.runs) if large else None
    yield _at_most(f"{LARGE:,} people, any run: less than 250 MiB", peak, 250, "{:.0f} MiB")
    for name in (FIRST, AGAIN):
        growth = _growth(small, large, name) if small and large else None
        text = f"{name}: cost per person at {LARGE:,} not above that at {SMALL:,}"
        yield _at_most(text, growth, 1.0, "{:.2f}x")
    other = results.postgresql.get(SMALL)
    ratio = other.ratio(FIRST) if other else None
    yield _at_most(f"PostgreSQL, {SMALL:,} people, first import: at most 3x COPY and MERGE", ratio, 3, "{:.2f}x")
    yield from _task_targets(results.tasks)
    slower = results.speed.ratio if results.speed else None
    yield _at_most(
        "a CSV file of 100 MB on a share: at most twice the time of the same file on disk", slower, 2, "{:.1f}x"
    )
    dearer = results.graph.ratio if results.graph else None
    yield _at_most(
        "users of Microsoft 365: at most 1.3x the time that requests and json need for the same pages",
        dearer,
        1.3,
        "{:.2f}x",
    )

    year = results.journal
    yield _at_most(
        "a daily run at the end of a year: at most 1.1x one at the start", year and year.ratio, 1.1, "{:.2f}x"
    )
    yield from _directory_targets(results)
    found = results.logins
    yield _at_most(
        "a login by a password here: at most 1.05x argon2 alone", found and found.internal_ratio, 1.05, "{:.2f}x"
    )
    yield _at_most("a login by the directory: at most 1.1x one bind", found and found.ldap_ratio, 1.1, "{:.2f}x")
    yield from _output_targets(results)


def _output_targets(results: Results) -> Iterator[Target]:
    files, ldap = results.outputs, results.ldap_output
    for name in outputs.FILES:
        cost = files and files.formats[name]
        text = f"{outputs.ENTRIES:,} entries to {name}: at most 3x writing the same bytes from memory"
        yield _at_most(text, cost and cost.ratio, 3, "{:.1f}x")
    again = max(one.ratio_again for one in files.formats.values()) if files else None
    yield _at_most("a second publication to any file: at most 0.3x the first", again, 0.3, "{:.2f}x")
    growth = files.memory[outputs.MANY] - files.memory[outputs.FEW] if files else None
    text = f"{outputs.MANY:,} entries to a file: at most 10 MiB more than {outputs.FEW:,}"
    yield _at_most(text, growth, 10, "{:.0f} MiB")
    yield _at_most("a first publication to LDAP: at most 2x ldapadd", ldap and ldap.ratio, 2, "{:.2f}x")
    yield _at_most("a second publication to LDAP: at most 0.3x the first", ldap and ldap.ratio_again, 0.3, "{:.2f}x")


def _task_targets(speed: tasks.Speed | None) -> Iterator[Target]:
    ratio = speed.compared_to_pings if speed else None
    yield _at_most("ten syncs without change: less time than ten of ansible.builtin.ping", ratio, 1, "{:.2f}x")
    first = speed.first_task if speed else None
    yield _at_most("the first task: adds at most 0.6 s to an empty play", first, 0.6, "{:.2f} s")


def _directory_targets(results: Results) -> Iterator[Target]:
    openldap, ds389, domain = results.directory, results.ds389, results.active_directory
    for speed, text, name, other, limit in (
        (openldap, "reading a directory: at most 2x ldapsearch", directory.READ, directory.LDAPSEARCH, 2),
        (
            openldap,
            "first import from a directory: at most 3.5x ldapsearch and sqlite3",
            directory.FIRST,
            directory.FLOOR,
            3.5,
        ),
        (openldap, "a directory without changes: at most 1.15x the read alone", directory.AGAIN, directory.READ, 1.15),
        (openldap, "OpenLDAP, 1 % changed: incremental at most 0.05x full", directory.CHANGES, directory.FULL, 0.05),
        (ds389, "389, 1 % changed: incremental at most 0.05x full", directory.CHANGES, directory.FULL, 0.05),
        (
            domain,
            "Active Directory, 1 % changed: incremental at most 0.15x full",
            directory.CHANGES,
            directory.FULL,
            0.15,
        ),
    ):
        yield _at_most(text, speed.ratio(name, other) if speed else None, limit, "{:.2f}x")


def _at_most(text: str, value: float | None, limit: float, form: str) -> Target:
    return Target(text, "not measured", None) if value is None else Target(text, form.format(value), value <= limit)


def _growth(small: Series, large: Series, name: str) -> float:
    return (large.seconds(name) / large.rows) / (small.seconds(name) / small.rows)
