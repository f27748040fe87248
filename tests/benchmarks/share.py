# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The speed of a CSV file on a share: read from a real Samba server on this machine, and from its disk.

As a program: `share.py OPTIONS` (the source options of a profile, as JSON) reads the records once and prints JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.tests.benchmarks import people
from ansible_collections.telephony.connector.tests.benchmarks.watch import Watch, run_worker

ROWS = 710_000  # make 100 MB
REPETITIONS = 5
_MODULE = "ansible_collections.telephony.connector.tests.benchmarks.share"


class Speed(NamedTuple):
    """How fast the same file is read from two places, in MB/s, and the ratio of times measured side by side."""

    megabytes: float
    disk: float
    share: float
    encrypted: float
    ratio: float
    ratio_encrypted: float


def measure(say: Any, rows: int = ROWS) -> Speed:
    """Measure both, one beside the other, several times."""
    from ansible_collections.telephony.connector.tests.servers.smbd import PASSWORD, USER, Smbd

    # smbd serves as another user where root starts it, so the files must lie where that user can go
    with tempfile.TemporaryDirectory(prefix="telephony-connector-share.") as name:
        server = Smbd(Path(name))
        server.start()
        try:
            file = server.share / "people.csv"
            people.write(file, rows)
            file.chmod(0o644)
            size = file.stat().st_size / 1e6
            place = {"path": "people.csv", "share": r"\\127.0.0.1\share", "share_port": server.port}
            place |= {"share_username": USER, "share_password": PASSWORD}
            return _compare(say, size, {"path": str(file)}, place)
        finally:
            server.stop()


def _compare(say: Any, size: float, disk: Mapping[str, Any], share: Mapping[str, Any]) -> Speed:
    times: list[tuple[float, float, float]] = []
    for repetition in range(1, REPETITIONS + 1):
        one = [_seconds(options) for options in (disk, share, {**share, "share_encrypt": True})]
        times.append((one[0], one[1], one[2]))
        say(
            f"{size:.0f} MB, {repetition}/{REPETITIONS}: disk {one[0]:.2f} s, share {one[1]:.2f} s,"
            f" encrypted share {one[2]:.2f} s"
        )
    middle = [size / median(column) for column in zip(*times, strict=True)]
    ratios = [median(one[place] / one[0] for one in times) for place in (1, 2)]
    return Speed(size, middle[0], middle[1], middle[2], ratios[0], ratios[1])


def _seconds(options: Mapping[str, Any]) -> float:
    return run_worker([sys.executable, "-m", _MODULE, json.dumps(options)]).seconds


def main(options: str) -> None:
    """Read all records once, as a sync does."""
    from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.source import CsvSource

    with Watch() as watch, CsvSource(json.loads(options)).read(frozenset(people.COLUMNS), None) as reading:
        count = sum(1 for _record in reading)
    if not (count and reading.result.complete):
        raise SystemExit(f"the read is not complete: {reading.result.reason}")
    print(json.dumps(watch.figures()))


if __name__ == "__main__":
    main(sys.argv[1])
