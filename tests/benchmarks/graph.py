# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cost of reading Microsoft 365: the users of a stand-in, beside `requests` and `json` for the same pages.

As a program: `graph.py floor|source OPTIONS` (JSON) reads all users once and prints JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.tests.benchmarks.watch import Measured, Watch, run

ROWS = 100_000
REPETITIONS = 5
_MODULE = "ansible_collections.telephony.connector.tests.benchmarks.graph"
_SOURCE = "ansible_collections.telephony.connector.plugins.module_utils.sources.m365.source"
#: What the template uses.
COLUMNS = (
    "id", "userPrincipalName", "displayName", "givenName", "surname", "mail", "businessPhones", "companyName",
    "mobilePhone", "faxNumber", "jobTitle", "accountEnabled", "userType",
)  # fmt: skip


class Cost(NamedTuple):
    """What it takes: requests, seconds and memory (MiB) of both ways, and the ratios of times measured side by side."""

    rows: int
    requests: int
    floor: float
    source: float
    floor_memory: float
    memory: float
    ratio: float
    ratio_cpu: float


def measure(say: Any, rows: int = ROWS, repetitions: int = REPETITIONS) -> Cost:
    """Measure both, one beside the other, several times."""
    from ansible_collections.telephony.connector.tests.servers.ca import TestCA
    from ansible_collections.telephony.connector.tests.servers.entra import READ_ALL
    from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365

    with (
        tempfile.TemporaryDirectory(prefix="telephony-connector-graph.") as name,
        Microsoft365(TestCA(Path(name))) as cloud,
    ):
        say(f"{rows:,} users of Microsoft 365: making them")
        _populate(cloud.tenant, rows)
        _remember_answers(cloud.graph)
        source = cloud.source()
        floor = {"url": cloud.graph.url, "ca_path": source["ca_path"], "token": cloud.entra.token(READ_ALL)}
        _run("floor", floor)  # the pages are made once
        cloud.graph.asked.clear()
        times = []
        for repetition in range(1, repetitions + 1):
            pair = _run("floor", floor), _run("source", source)
            times.append(pair)
            say(
                f"{rows:,} users, {repetition}/{repetitions}: requests and json {pair[0].seconds:.2f} s"
                f" ({pair[0].cpu:.2f} CPU), source {pair[1].seconds:.2f} s ({pair[1].cpu:.2f} CPU)"
            )
        return _cost(rows, len(cloud.graph.asked) // (2 * repetitions), times)


def _cost(rows: int, requests: int, times: list[tuple[Measured, Measured]]) -> Cost:
    floors, sources = zip(*times, strict=True)
    return Cost(
        rows,
        requests,
        median(one.seconds for one in floors),
        median(one.seconds for one in sources),
        max(one.peak for one in floors),
        max(one.peak for one in sources),
        median(source.seconds / floor.seconds for floor, source in times),
        median(source.cpu / floor.cpu for floor, source in times),
    )


def _populate(tenant: Any, rows: int) -> None:
    for number in range(rows):
        tenant.add(
            f"user{number}@contoso.onmicrosoft.com", displayName=f"Givenname Surname{number}", givenName="Givenname",
            surname=f"Surname{number}", mail=f"user{number}@contoso.example", mobilePhone=f"+49 151 {number:08d}",
            businessPhones=[f"+49 30 {number:07d}"], companyName="Contoso", jobTitle="Buyer",
        )  # fmt: skip


def _remember_answers(graph: Any) -> None:
    """Let the stand-in make each page once: its own work is not what is measured."""
    made: dict[tuple[str, str], Any] = {}
    respond = graph.respond

    def remembered(asked: Any) -> Any:
        key = (asked.path, json.dumps(asked.query, sort_keys=True))
        if key not in made:
            made[key] = respond(asked)
            made[key].body = made[key].data()
        return made[key]

    graph.respond = remembered


def _run(way: str, options: Mapping[str, Any]) -> Measured:
    output, _whole = run([sys.executable, "-m", _MODULE, way, json.dumps(options)])
    told = json.loads(output.splitlines()[-1])
    return Measured(told["seconds"], told["cpu"], told["peak"])


def _peak() -> float:
    """Return the highest memory of this process in MiB (what the kernel tells its parent begins with the parent's)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def read_plainly(options: Mapping[str, Any]) -> int:
    """Fetch and parse all pages, and do nothing with them; return the number of users."""
    import requests

    count = 0
    url = f"{options['url']}/v1.0/users?$select={','.join(sorted(COLUMNS))}&$top=999"
    with requests.Session() as session:
        session.trust_env = False  # which may name other certificates
        session.verify = options["ca_path"]
        session.headers["Authorization"] = f"Bearer {options['token']}"
        while url:
            page = json.loads(session.get(url, timeout=30).content)
            count += len(page["value"])
            url = page.get("@odata.nextLink")
    return count


def read_as_source(options: Mapping[str, Any]) -> int:
    """Read all records, by the portion as a sync does, the sign-in included; return their number."""
    from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.source import M365Source
    from ansible_collections.telephony.connector.plugins.module_utils.sources.portions import Portion, portions_of

    with M365Source(options).read(frozenset(COLUMNS), None) as reading:
        count = sum(len(part.numbers) for part in portions_of(reading) if isinstance(part, Portion))
    if not reading.result.complete:
        raise SystemExit(f"the read is not complete: {reading.result.reason}")
    return count


def main(way: str, options: str) -> None:
    """Read all users once."""
    for module in ("requests", "msal", _SOURCE):  # imports are no part of reading
        import_module(module)
    with Watch() as watch:
        count = {"floor": read_plainly, "source": read_as_source}[way](json.loads(options))
    if not count:
        raise SystemExit("there are no users")
    print(json.dumps({**watch.figures(), "peak": _peak()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
