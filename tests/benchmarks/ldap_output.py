# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a first run of the format ldap takes, beside OpenLDAP's own ldapadd adding the same entries.

`python -m ansible_collections.telephony.connector.tests.benchmarks.ldap_output [ENTRIES] [TIMES]` prints seconds by the
clock (medians), as most of the work is the server's, and the CPU seconds of the client. Both go to a branch of their
own, one after the other.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.actions.publish import PUBLISH_SPEC, publish_output
from ansible_collections.telephony.connector.tests.benchmarks.outputs import entries_of, filled
from ansible_collections.telephony.connector.tests.benchmarks.watch import Watch, run
from ansible_collections.telephony.connector.tests.servers.slapd import ADMIN_PASSWORD, Slapd
from ansible_collections.telephony.connector.tests.system import System

ENTRIES, TIMES = 20_000, 1
Times = tuple[float, float]
"""By the clock, and of the CPU."""


@dataclass(frozen=True)
class Cost:
    """A first run, ldapadd with the same entries, and a run without a change; ratios are of pairs, by the clock."""

    entries: int
    first: Times
    floor: Times
    again: Times
    ratio: float
    ratio_again: float


def measure(say: Any, entries: int = ENTRIES, times: int = TIMES) -> Cost:
    """Measure against an OpenLDAP server that is started for it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        system = filled(folder, entries_of(entries))
        server = Slapd(folder, synchronises=False, database=["index sn,telephoneNumber,mobile,homePhone eq,sub"])
        server.start()
        try:
            turns = [_measure(system, server, turn, folder) for turn in range(times)]
        finally:
            server.stop()
    first, again, floor = (
        (median(one[0] for one in column), median(one[1] for one in column)) for column in zip(*turns, strict=True)
    )
    ratio = median(one[0][0] / one[2][0] for one in turns)
    say(f"{entries} entries to ldap: {first[0]:.1f} s, ldapadd {floor[0]:.1f} s, no change {again[0]:.1f} s")
    return Cost(entries, first, floor, again, ratio, median(one[1][0] / one[0][0] for one in turns))


def _measure(system: System, server: Slapd, turn: int, folder: Path) -> tuple[Times, Times, Times]:
    """Return the times of a first run, of one without a change, and of ldapadd with the same entries."""
    ours, theirs = _branch(server, f"ours{turn}"), _branch(server, f"theirs{turn}")
    first = _times(lambda: _publish(system, server, ours))
    again = _times(lambda: _publish(system, server, ours))
    ldif = folder / "entries.ldif"
    ldif.write_text(server.search("-b", ours, "-s", "one").replace(ours, theirs), "utf-8")
    command = ["ldapadd", "-x", "-H", server.uri, "-D", server.admin, "-w", ADMIN_PASSWORD, "-f", str(ldif)]
    _output, floor = run(command)
    return first, again, (floor.seconds, floor.cpu)


def _times(action: Callable[[], object]) -> Times:
    with Watch() as watch:
        action()
    return watch.seconds, watch.cpu


def _publish(system: System, server: Slapd, branch: str) -> dict[str, Any]:
    target = {"uri": [server.uri], "base_dn": branch, "username": server.admin, "password": ADMIN_PASSWORD}
    defaults = {key: option.get("default") for key, option in PUBLISH_SPEC.items()}
    options = {"name": branch, "format": "ldap", "target": target, "numbers": {"country": "DE"}}
    return system.call(publish_output, **{**defaults, **options})


def _branch(server: Slapd, name: str) -> str:
    server.modify(f"dn: ou={name},{server.suffix}\nobjectClass: organizationalUnit\nou: {name}\n")
    return f"ou={name},{server.suffix}"


def page(cost: Cost) -> Iterator[str]:
    """Yield the lines of a page."""
    yield f"| {cost.entries:,} entries to OpenLDAP | seconds | CPU s of the client | by the clock, compared |"
    yield "|---|---|---|---|"
    for name, one, ratio in (
        ("ldapadd", cost.floor, 1.0),
        ("first run", cost.first, cost.ratio),
        ("no change", cost.again, cost.again[0] / cost.floor[0]),
    ):
        yield f"| {name} | {one[0]:.1f} | {one[1]:.1f} | {ratio:.2f} |"


def main(entries: int = ENTRIES, times: int = TIMES) -> None:
    """Measure and print."""
    print("\n".join(page(measure(print, entries, times))))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
