# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The speed of a directory: an OpenLDAP server on this machine, read, imported, and read for changes alone.

As a program: `directory.py read|python-ldap|floor|declare|sync ARGUMENT...` does one of these once and prints JSON.
"""

from __future__ import annotations

import base64
import csv
import functools
import importlib
import importlib.util
import itertools
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from ansible_collections.telephony.connector.tests.benchmarks import people
from ansible_collections.telephony.connector.tests.benchmarks.watch import Measured, Watch, run, run_worker

ROWS = 100_000
AD_ROWS = 20_000
REPETITIONS = 3
ATTRIBUTES = (
    *("entryUUID", "uid", "displayName", "givenName", "sn"),
    *("mail", "o", "telephoneNumber", "mobile", "homePhone"),
)
_ATTRIBUTE_OF = {"username": "uid", "displayname": "displayName", "phone": "telephoneNumber", "givenname": "givenName"}
_ATTRIBUTE_OF |= {"surname": "sn", "email": "mail", "organisation": "o", "mobile": "mobile", "homephone": "homePhone"}
_FILTER = "(objectClass=inetOrgPerson)"
_MODULE = "ansible_collections.telephony.connector.tests.benchmarks.directory"
_ENGINE = "ansible_collections.telephony.connector.tests.benchmarks.engine"
_AD_SOURCE = "ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.source"
_SOURCE = "ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.source"

LDAPSEARCH, READ, PYTHON_LDAP = "ldapsearch (C)", "read by the source", "python-ldap"
FLOOR, FIRST, AGAIN = "ldapsearch and sqlite3", "first import", "no change"
FULL, CHANGES = "1 % changed, read in full", "1 % changed, incremental"


@dataclass
class Speed:
    """What was measured, by name, and the ratios of runs measured side by side."""

    rows: int
    runs: dict[str, list[Measured]] = field(default_factory=lambda: defaultdict(list))

    def seconds(self, name: str) -> float:
        """Return the median of a run's seconds."""
        return median(one.seconds for one in self.runs[name])

    def peak(self, name: str) -> float:
        """Return the highest memory of a run, in MiB."""
        return max(one.peak for one in self.runs[name])

    def ratio(self, name: str, other: str) -> float:
        """Return the median of the ratios of two runs."""
        pairs = zip(self.runs[name], self.runs[other], strict=True)
        return median(one.seconds / beside.seconds for one, beside in pairs)


def measure(say: Any, rows: int = ROWS, repetitions: int = REPETITIONS) -> Speed:
    """Measure everything, one beside the other, several times."""
    from ansible_collections.telephony.connector.tests.servers.slapd import Slapd

    with tempfile.TemporaryDirectory(prefix="telephony-connector-ldap.") as name:
        directory = Path(name)
        server = Slapd(directory / "slapd", limits="limits users size=unlimited")
        say(f"{rows:,} people: filling the directory")
        server.load(itertools.chain([server.base_ldif()], _ldif(server.suffix, directory, rows)))
        server.start()
        try:
            speed = Speed(rows)
            for repetition in range(1, repetitions + 1):
                before = {name: len(found) for name, found in speed.runs.items()}
                _measure_reads(speed, server)
                _measure_syncs(speed, server, directory / str(repetition), repetition)
                for name, found in speed.runs.items():
                    for one in found[before.get(name, 0) :]:
                        say(f"{repetition}/{repetitions}: {name:28} {one.seconds:7.2f} s {one.peak:5.0f} MiB")
            return speed
        finally:
            server.stop()


def measure_389(say: Any, rows: int = ROWS, repetitions: int = REPETITIONS) -> Speed:
    """Measure 389 Directory Server: reads, and what 1 % of changes takes."""
    from ansible_collections.telephony.connector.tests.servers.ds389 import Ds389

    with tempfile.TemporaryDirectory(prefix="telephony-connector-389.") as name:
        directory = Path(name)
        server = Ds389(directory / "ds389", lines=["nsslapd-sizelimit: -1", "nsslapd-pagedsizelimit: -1"])
        say(f"{rows:,} people: filling 389 Directory Server")
        server.load(itertools.chain([server.base_ldif()], _ldif(server.suffix, directory, rows)))
        server.start()
        try:
            settings = "dn: cn=config,cn=ldbm database,cn=plugins,cn=config\nchangetype: modify\n"
            limits = ("nsslapd-lookthroughlimit", "nsslapd-idlistscanlimit", "nsslapd-pagedlookthroughlimit")
            server.modify(settings + "".join(f"replace: {one}\n{one}: -1\n-\n" for one in limits) + "\n")
            speed = Speed(rows)
            for repetition in range(1, repetitions + 1):
                command = _ldapsearch(server, ("nsUniqueId", *ATTRIBUTES[1:]))
                _output, searched = run(["sh", "-c", '"$@" > /dev/null', "sh", *command])
                speed.runs[LDAPSEARCH].append(searched)
                changed = functools.partial(_change, server, rows, repetition)
                _measure_changes(speed, directory / str(repetition), _source(server), "row.nsUniqueId", changed)
            return _told(speed, say)
        finally:
            server.stop()


def measure_ad(say: Any, rows: int = AD_ROWS, repetitions: int = REPETITIONS) -> Speed:
    """Measure Active Directory in a Samba domain controller: a read, and what 1 % of changes takes."""
    from ansible_collections.telephony.connector.tests.servers import samba_dc

    def named(number: int) -> str:
        return f"CN=user{number},{samba_dc.STAFF}"

    with tempfile.TemporaryDirectory(prefix="telephony-connector-ad.") as name:
        directory = Path(name)
        (directory / "cache").mkdir()
        say(f"{rows:,} people: filling a Samba domain")
        people_of = [
            (named(number), samba_dc.user(f"user{number}", displayName=f"User {number}")) for number in range(rows)
        ]
        with samba_dc.running(directory / "dc", directory / "cache", people_of) as server:
            server.delete(server.add_user("was-here"))  # a domain in which nobody was ever deleted tells no changes
            admin = {"username": f"administrator@{samba_dc.DOMAIN}", "password": samba_dc.ADMIN_PASSWORD}
            source = {"domain": samba_dc.DOMAIN, "server": [server.ip], "ca_path": server.ca.path("ca.crt"), **admin}
            source |= {"base_dn": samba_dc.STAFF, "search_filter": "(objectCategory=person)"}
            speed = Speed(rows)
            for repetition in range(1, repetitions + 1):

                def change(repetition: int = repetition) -> None:
                    for number in range(0, rows, people.ONE_OF):
                        server.modify(named(number), mobile=f"+49 170 {repetition}{number:08d}")

                _measure_changes(speed, directory / str(repetition), source, "", change, "ad_users")
            return _told(speed, say)


def _measure_changes(
    speed: Speed,
    directory: Path,
    source: Mapping[str, Any],
    key: str,
    change: Callable[[], None],
    template: str = "ldap_users",
) -> None:
    """Import twice, in full and incrementally, change 1 %, and measure both again."""
    directory.mkdir()
    stores = {incremental: str(directory / f"{incremental}.db") for incremental in (False, True)}
    for incremental, store in stores.items():
        _worker("declare", store, json.dumps({**source, "incremental": incremental}), key, template)
    speed.runs[FIRST].append(_worker("sync", stores[False]))
    speed.runs[AGAIN].append(_worker("sync", stores[False]))
    for _again in range(2):
        _worker("sync", stores[True])
    change()
    for name, incremental in ((FULL, False), (CHANGES, True)):
        one = _worker("sync", stores[incremental])
        if one.counts["updated"] != len(range(0, speed.rows, people.ONE_OF)):
            raise RuntimeError(f"{name} came to {dict(one.counts)}")
        speed.runs[name].append(one)


def _told(speed: Speed, say: Any) -> Speed:
    for name in speed.runs:
        say(f"{name:28} {speed.seconds(name):7.2f} s {speed.peak(name):5.0f} MiB")
    return speed


def _ldif(suffix: str, directory: Path, rows: int) -> Iterator[str]:
    from ansible_collections.telephony.connector.tests.servers.slapd import person

    people.write(directory / "people.csv", rows)
    with (directory / "people.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            given = {_ATTRIBUTE_OF[name]: value for name, value in row.items() if name in _ATTRIBUTE_OF and value}
            yield person(suffix, given.pop("uid"), cn=given["displayName"], **given)


def _measure_reads(speed: Speed, server: Any) -> None:
    _output, searched = run(["sh", "-c", '"$@" > /dev/null', "sh", *_ldapsearch(server)])
    speed.runs[LDAPSEARCH].append(searched)
    speed.runs[READ].append(_worker("read", json.dumps(_source(server))))
    if importlib.util.find_spec("ldap"):
        speed.runs[PYTHON_LDAP].append(_worker("python-ldap", json.dumps(_source(server))))


def _measure_syncs(speed: Speed, server: Any, directory: Path, repetition: int) -> None:
    directory.mkdir()
    speed.runs[FLOOR].append(_worker("floor", str(directory / "floor.db"), *_ldapsearch(server)))
    stores = {incremental: str(directory / f"{incremental}.db") for incremental in (False, True)}
    for incremental, store in stores.items():
        _worker("declare", store, json.dumps({**_source(server), "incremental": incremental}))
    first = {incremental: _worker("sync", store) for incremental, store in stores.items()}
    speed.runs[FIRST].append(first[False])
    speed.runs[AGAIN].append(_worker("sync", stores[False]))
    _worker("sync", stores[True])
    _change(server, speed.rows, repetition)
    for name, incremental in ((FULL, False), (CHANGES, True)):
        one = _worker("sync", stores[incremental])
        if one.counts["updated"] != len(range(0, speed.rows, people.ONE_OF)):
            raise RuntimeError(f"{name} came to {dict(one.counts)}")
        speed.runs[name].append(one)


def _change(server: Any, rows: int, repetition: int) -> None:
    """Give every 100th person another mobile number."""
    found = [line[4:] for line in server.search(_FILTER, "1.1").splitlines() if line.startswith("dn: ")]
    server.modify(
        "".join(
            f"dn: {dn}\nchangetype: modify\nreplace: mobile\nmobile: +49 170 {repetition}{place:08d}\n\n"
            for place, dn in enumerate(sorted(found)[:: people.ONE_OF])
        )
    )


def _source(server: Any) -> dict[str, Any]:
    from ansible_collections.telephony.connector.tests.directory import source_of

    return source_of(server, search_filter=_FILTER)


def _ldapsearch(server: Any, attributes: tuple[str, ...] = ATTRIBUTES) -> list[str]:
    from ansible_collections.telephony.connector.tests.servers import process

    source = _source(server)
    command = [
        process.program("ldapsearch", "ldap-utils"),
        "-LLL",
        "-x",
        "-o",
        "ldif-wrap=no",
        "-E",
        "pr=1000/noprompt",
    ]
    command += ["-H", server.uri, "-D", source["username"], "-w", source["password"], "-b", source["base_dn"]]
    return [*command, _FILTER, *attributes]


def _worker(*words: str) -> Measured:
    return run_worker([sys.executable, "-m", _MODULE, *words])


# ---------------------------------------------------------------------- in a process of its own


def _read(options: str) -> dict[str, int]:
    """Read all records once, as a sync does."""
    from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.source import LdapSource

    with LdapSource(json.loads(options)).read(frozenset(ATTRIBUTES), None) as reading:
        count = sum(1 for _record in reading)
    if not (count and reading.result.complete):
        raise SystemExit(f"the read is not complete: {reading.result.reason}")
    return {"read": count}


def _python_ldap(options: str) -> dict[str, int]:
    import ldap  # type: ignore[import-not-found, unused-ignore]
    from ldap.controls import SimplePagedResultsControl  # type: ignore[import-not-found, unused-ignore]

    source: Mapping[str, Any] = json.loads(options)
    connection = ldap.initialize(source["uri"])
    connection.simple_bind_s(source["username"], source["password"])
    control, count = SimplePagedResultsControl(True, size=1000, cookie=""), 0
    while True:
        number = connection.search_ext(
            source["base_dn"], ldap.SCOPE_SUBTREE, _FILTER, list(ATTRIBUTES), serverctrls=[control]
        )
        _kind, entries, _number, controls = connection.result3(number)
        count += sum(
            bool({name: [value.decode() for value in values] for name, values in found.items()})
            for _dn, found in entries
        )
        control.cookie = controls[0].cookie
        if not control.cookie:
            return {"read": count}


def _floor(database: str, *command: str) -> dict[str, int]:
    """Bring what ldapsearch prints into one table."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -32768"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"CREATE TABLE people ({ATTRIBUTES[0]} TEXT PRIMARY KEY, {' TEXT, '.join(ATTRIBUTES[1:])} TEXT)")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        connection.execute("BEGIN")
        marks = ", ".join("?" * len(ATTRIBUTES))
        written = connection.executemany(f"INSERT INTO people VALUES ({marks})", _rows(process.stdout)).rowcount
        connection.execute("COMMIT")
    connection.close()
    return {"created": written}


def _rows(lines: Iterable[str]) -> Iterator[tuple[str | None, ...]]:
    entry: dict[str, str] = {}
    for line in lines:
        name, _colon, value = line.rstrip("\n").partition(": ")
        if name.endswith(":"):
            entry[name[:-1]] = base64.b64decode(value).decode()
        elif value:
            entry[name] = value
        elif entry:
            yield tuple([entry.get(name) for name in ATTRIBUTES])
            entry = {}


def _engine(
    action: str, location: str, source: str = "", key: str = "", template: str = "ldap_users"
) -> dict[str, int]:
    from ansible_collections.telephony.connector.plugins.module_utils.actions import profile
    from ansible_collections.telephony.connector.plugins.module_utils.actions import sync as sync_run
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
    from ansible_collections.telephony.connector.tests.benchmarks.engine import Call

    store = Store.open(location)
    try:
        if action == "sync":
            result = sync_run.synchronise(Call(store, {"profile": people.PROFILE, "changes_limit": 500}))
            return dict(result["counts"])
        options = {"name": people.PROFILE, "template": template, "source": json.loads(source), "mode": "mirror"}
        # memberships would make every changed group a full read
        options |= {"variables": {"roles": None}, "structure": {"user": {"roles": None}}}
        options |= {"key": key} if key else {}
        profile.declare(Call(store, {**options, "remove_adopted": False, "configure_authentication": False}))
        return {}
    finally:
        store.close()


def main(action: str, *words: str) -> None:
    """Do one thing once."""
    actions = {"read": _read, "python-ldap": _python_ldap, "floor": _floor}
    if action in ("read", "declare", "sync"):
        # what is imported on first use otherwise; imports do not count
        for name in ("ldap3", _AD_SOURCE, "ldap3.operation.search", "ldap3.protocol.rfc2696", _ENGINE, _SOURCE):
            importlib.import_module(name)
    with Watch() as watch:
        counts = actions[action](*words) if action in actions else _engine(action, *words)
    print(json.dumps({**watch.figures(), "counts": counts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
