# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file on an SMB share beside the same file on disk: both read as the engine reads them, and the records let go.

`share.py [MIB]` starts a Samba server of its own, reads a file of that size (100) in both ways, several times by turns,
and prints the medians as JSON; `compare` is for a benchmark that does more.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.sources import source_class
from ansible_collections.telephony.connector.tests.benchmarks import people
from ansible_collections.telephony.connector.tests.benchmarks.watch import Watch
from ansible_collections.telephony.connector.tests.servers.smbd import PASSWORD, USER, Smbd

REPETITIONS = 5
#: A share is fast enough when reading from it takes at most so many times what reading from disk takes.
LIMIT = 2.0
_BYTES_A_PERSON = 145


def compare(mib: int = 100, repetitions: int = REPETITIONS) -> dict[str, float]:
    """Return MiB, rows, the median seconds from disk and from the share, and the median of their ratios."""
    # below /tmp itself: the server's user may not go into directories that belong to root alone
    directory = Path(tempfile.mkdtemp(prefix="smbd."))
    server = Smbd(directory)
    try:
        server.start()
        file = server.share / "people.csv"
        people.write(file, mib * 1024 * 1024 // _BYTES_A_PERSON)
        share = {"share": r"\\127.0.0.1\share", "path": file.name, "share_port": server.port}
        share |= {"share_username": USER, "share_password": PASSWORD}
        pairs = [(read({"path": str(file)}), read(share)) for _number in range(repetitions)]
        return {
            "mib": file.stat().st_size / 1024 / 1024,
            "rows": pairs[0][0]["rows"],
            "disk": median(disk["seconds"] for disk, _share in pairs),
            "share": median(share["seconds"] for _disk, share in pairs),
            "ratio": median(share["seconds"] / disk["seconds"] for disk, share in pairs),
        }
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


def read(options: Mapping[str, Any]) -> dict[str, float]:
    """Read a file once; raises RuntimeError when it did not come whole."""
    rows = 0
    with Watch() as watch, source_class("csv")(options).read(frozenset({"username"}), None) as reading:
        for _item in reading:
            rows += 1
    if not reading.result.complete:
        raise RuntimeError(reading.result.reason)
    return {"seconds": watch.seconds, "rows": rows}


def main(mib: str = "100") -> None:
    """Compare once, and fail when the share is too slow."""
    figures = compare(int(mib))
    print(json.dumps(figures))
    if figures["ratio"] > LIMIT:
        sys.exit(f"reading from the share took {figures['ratio']:.2f} times what reading from disk takes")


if __name__ == "__main__":
    main(*sys.argv[1:])
