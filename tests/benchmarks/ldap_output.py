# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a first run of the format ldap takes, beside OpenLDAP's own ldapadd adding the same entries.

`python -m ansible_collections.telephony.connector.tests.benchmarks.ldap_output [ENTRIES] [TIMES]` prints seconds by the
clock (medians), as most of the work is the server's. Both go to a branch of their own, one after the other.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.actions.publish import PUBLISH_SPEC, publish_output
from ansible_collections.telephony.connector.tests.benchmarks.outputs import filled, rows_of
from ansible_collections.telephony.connector.tests.servers.slapd import ADMIN_PASSWORD, Slapd
from ansible_collections.telephony.connector.tests.system import System

ENTRIES, TIMES = 20_000, 3


def _seconds(action: Callable[[], object]) -> float:
    start = time.monotonic()
    action()
    return time.monotonic() - start


def _publish(system: System, server: Slapd, branch: str) -> dict[str, Any]:
    target = {"uri": [server.uri], "base_dn": branch, "username": server.admin, "password": ADMIN_PASSWORD}
    defaults = {key: option.get("default") for key, option in PUBLISH_SPEC.items()}
    options = {"name": branch, "format": "ldap", "target": target, "numbers": {"country": "DE"}}
    return system.call(publish_output, **{**defaults, **options})


def _branch(server: Slapd, name: str) -> str:
    server.modify(f"dn: ou={name},{server.suffix}\nobjectClass: organizationalUnit\nou: {name}\n")
    return f"ou={name},{server.suffix}"


def _measure(system: System, server: Slapd, turn: int, folder: Path) -> tuple[float, float, float]:
    """Return the seconds of a first run, of one without a change, and of ldapadd with the same entries."""
    ours, theirs = _branch(server, f"ours{turn}"), _branch(server, f"theirs{turn}")
    first = _seconds(lambda: _publish(system, server, ours))
    again = _seconds(lambda: _publish(system, server, ours))
    ldif = folder / "entries.ldif"
    ldif.write_text(server.search("-b", ours, "-s", "one").replace(ours, theirs), "utf-8")
    command = ["ldapadd", "-x", "-H", server.uri, "-D", server.admin, "-w", ADMIN_PASSWORD, "-f", str(ldif)]
    floor = _seconds(lambda: subprocess.run(command, check=True, capture_output=True))
    return first, again, floor


def main(entries: int = ENTRIES, times: int = TIMES) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        system = filled(folder, rows_of(entries))
        server = Slapd(folder, synchronises=False, database=["index sn,telephoneNumber,mobile,homePhone eq,sub"])
        server.start()
        try:
            measured = [_measure(system, server, turn, folder) for turn in range(times)]
        finally:
            server.stop()
    first, again, floor = (median(column) for column in zip(*measured, strict=True))
    print(f"| {entries} entries | ldapadd s | first s | ratio | no change s | ratio to first |")
    print("|---|---|---|---|---|---|")
    ratio = median(one[0] / one[2] for one in measured)
    print(f"| ldap | {floor:.1f} | {first:.1f} | {ratio:.2f} | {again:.2f} | {again / first:.2f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
