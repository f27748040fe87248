# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task costs before it has work to do: a play with one sync beside an empty one, ten syncs beside ten pings.

The two plays of a pair run one after the other, many times over, and the median of what the pairs say counts: a machine
that is busy for a while slows both. What counts is CPU seconds, of all processes. The processes of a play wait for one
another: where nothing else runs, the clock shows the same; where something does, the clock counts that, too.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from ansible_collections.telephony.connector.tests.benchmarks.watch import Measured, run

EMPTY, ONE, SYNCS, PINGS, PACKED = (
    "no task", "one sync", "ten syncs", "ten ansible.builtin.ping", "ten syncs, TELEPHONY_CONNECTOR_DIRECT=0",
)  # fmt: skip
#: plays that are compared, or one that is not, and how often they run
_TURNS = (((EMPTY, ONE), 15), ((PINGS, SYNCS), 5), ((PACKED,), 2))
_SYNC = {"telephony.connector.sync": {"profile": "one"}}
_PLAYS: dict[str, list[dict[str, Any]]] = {
    EMPTY: [], ONE: [_SYNC], SYNCS: [_SYNC] * 10, PINGS: [{"ansible.builtin.ping": {}}] * 10, PACKED: [_SYNC] * 10,
}  # fmt: skip


@dataclass
class Speed:
    """The measurements, by play."""

    runs: dict[str, list[Measured]] = field(default_factory=lambda: defaultdict(list))

    def seconds(self, name: str) -> float:
        """Return the median of a play's seconds."""
        return median(one.seconds for one in self.runs[name])

    def cpu(self, name: str) -> float:
        """Return the median of a play's CPU seconds, all processes."""
        return median(one.cpu for one in self.runs[name])

    @property
    def first_task(self) -> float:
        """Return the CPU seconds that one sync adds to an empty play, the median of all pairs."""
        return median(one.cpu - empty.cpu for empty, one in zip(self.runs[EMPTY], self.runs[ONE], strict=True))

    @property
    def compared_to_pings(self) -> float:
        """Return the CPU seconds of ten syncs, compared to those of ten pings, the median of all pairs."""
        return median(syncs.cpu / pings.cpu for pings, syncs in zip(self.runs[PINGS], self.runs[SYNCS], strict=True))


def measure(say: Callable[[str], None], directory: Path, collections: Path) -> Speed:
    """Run the pairs, then the rest."""
    directory.mkdir(parents=True, exist_ok=True)
    source = directory / "one.csv"
    source.write_text("username,displayname\nmmuster,Max Muster\n", encoding="utf-8")
    declare = {"telephony.connector.profile": {"name": "one", "template": "csv_users", "source": {"path": str(source)}}}
    environment = {
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_HOME": str(directory / "ansible-home"),
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "TELEPHONY_CONNECTOR_STORE": str(directory / "tasks.db"),
    }

    def play(name: str, tasks: list[dict[str, Any]]) -> Measured:
        path = directory / "tasks.json"
        path.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
        switch = {"TELEPHONY_CONNECTOR_DIRECT": "0" if name == PACKED else "1"}
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        return run([program, str(path)], {**os.environ, **environment, **switch})[1]

    play(EMPTY, [declare, _SYNC])
    speed = Speed()
    for names, times in _TURNS:
        for repetition in range(1, times + 1):
            for name in names:
                one = play(name, _PLAYS[name])
                speed.runs[name].append(one)
                say(f"tasks, {repetition}/{times}: {name:40} {one.seconds:6.2f} s  {one.cpu:6.2f} CPU s")
    return speed
