# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The speed of a directory: an OpenLDAP server on this machine, read, imported, and read for changes alone."""

from __future__ import annotations

import csv
import functools
import importlib
import importlib.util
import itertools
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from ansible_collections.telephony.connector.tests.benchmarks import people
from ansible_collections.telephony.connector.tests.benchmarks.directory_question import (
    ask_what_changed,
    cookie_of,
    ldapsearch_of,
)
from ansible_collections.telephony.connector.tests.benchmarks.directory_worker import ATTRIBUTES, FILTER
from ansible_collections.telephony.connector.tests.benchmarks.watch import Measured, run, run_worker

ROWS = 100_000
AD_ROWS = 20_000
REPETITIONS = 3
_ATTRIBUTE_OF = {"username": "uid", "displayname": "displayName", "phone": "telephoneNumber", "givenname": "givenName"}


_ATTRIBUTE_OF |= {"surname": "sn", "email": "mail", "organisation": "o", "mobile": "mobile", "homephone": "homePhone"}


_AD_ATTRIBUTES = (
    *("objectGUID", "sAMAccountName", "displayName", "givenName", "sn", "mail"),
    *("company", "telephoneNumber", "mobile", "homePhone"),
)
_MODULE = "ansible_collections.telephony.connector.tests.benchmarks.directory_worker"
LDAPSEARCH, READ, PYTHON_LDAP = "ldapsearch (C)", "read by the source", "python-ldap"
FLOOR, FIRST, AGAIN = "ldapsearch and sqlite3", "first import", "no change"
NOTHING = "no change, incremental"
FULL, CHANGES = "1 % changed, read in full", "1 % changed, incremental"
#: The server's answer alone, to the question with which the incremental run begins.
ASKED = "1 % changed, ldapsearch by the cookie"


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
                where = {"base_dn": server.suffix, "search_filter": "(objectClass=*)"}
                _measure_changes(
                    speed,
                    directory / str(repetition),
                    _source(server),
                    "row.nsUniqueId",
                    changed,
                    ask=functools.partial(ask_what_changed, {**_source(server), **where}, ("1.1",)),
                )
            return _told(speed, say)
        finally:
            server.stop()


def measure_ad(say: Any, rows: int = AD_ROWS, repetitions: int = REPETITIONS) -> Speed:
    """Measure Active Directory in a Samba domain controller: a read, and what 1 % of changes takes."""
    from ansible_collections.telephony.connector.tests.servers import samba_dc, samba_domain

    def named(number: int) -> str:
        return f"CN=user{number},{samba_domain.STAFF}"

    with tempfile.TemporaryDirectory(prefix="telephony-connector-ad.") as name:
        directory = Path(name)
        (directory / "cache").mkdir()
        say(f"{rows:,} people: filling a Samba domain")
        people_of = [
            (named(number), samba_domain.user(f"user{number}", displayName=f"User {number}")) for number in range(rows)
        ]
        with samba_dc.running(directory / "dc", directory / "cache", people_of) as server:
            server.delete(server.add_user("was-here"))  # a domain in which nobody was ever deleted tells no changes
            admin = {"username": f"administrator@{samba_domain.DOMAIN}", "password": samba_domain.ADMIN_PASSWORD}
            source = {
                "domain": samba_domain.DOMAIN,
                "server": [server.ip],
                "ca_path": server.ca.path("ca.crt"),
                **admin,
            }
            source |= {"base_dn": samba_domain.STAFF, "search_filter": "(objectCategory=person)"}
            speed = Speed(rows)
            account = (admin["username"], admin["password"], source["base_dn"])
            command = ldapsearch_of(server.uri, account, source["search_filter"], _AD_ATTRIBUTES)
            for repetition in range(1, repetitions + 1):
                trust = {"LDAPTLS_CACERT": source["ca_path"]}
                _output, searched = run(["sh", "-c", '"$@" > /dev/null', "sh", *command], trust)
                speed.runs[LDAPSEARCH].append(searched)

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
    ask: Callable[[str], Measured] | None = None,
) -> None:
    """Import twice, in full and incrementally, change 1 %, and measure both again."""
    directory.mkdir()
    stores = {incremental: str(directory / f"{incremental}.db") for incremental in (False, True)}
    for incremental, store in stores.items():
        _worker("declare", store, json.dumps({**source, "incremental": incremental}), key, template)
    speed.runs[FIRST].append(_worker("sync", stores[False]))
    speed.runs[AGAIN].append(_worker("sync", stores[False]))
    _worker("sync", stores[True])
    speed.runs[NOTHING].append(_worker("sync", stores[True]))
    change()
    _measure_both(speed, stores, ask)


def _measure_both(speed: Speed, stores: Mapping[bool, str], ask: Callable[[str], Measured] | None) -> None:
    """Measure what 1 % of changes takes, read in full and incrementally, and what the server's answer takes alone."""
    cookie = cookie_of(stores[True]) if ask else ""
    for name, incremental in ((FULL, False), (CHANGES, True)):
        one = _worker("sync", stores[incremental])
        _check_count(name, speed, one.counts["updated"])
        speed.runs[name].append(one)
    if ask:
        speed.runs[ASKED].append(asked := ask(cookie))
        _check_count(ASKED, speed, asked.counts["read"])


def _check_count(name: str, speed: Speed, count: int) -> None:
    if count != len(range(0, speed.rows, people.ONE_OF)):
        raise RuntimeError(f"{name} came to {count}")


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
    speed.runs[NOTHING].append(_worker("sync", stores[True]))
    _change(server, speed.rows, repetition)
    _measure_both(speed, stores, functools.partial(ask_what_changed, _source(server), ATTRIBUTES))


def _change(server: Any, rows: int, repetition: int) -> None:
    """Give every 100th person another mobile number."""
    found = [line[4:] for line in server.search(FILTER, "1.1").splitlines() if line.startswith("dn: ")]
    server.modify(
        "".join(
            f"dn: {dn}\nchangetype: modify\nreplace: mobile\nmobile: +49 170 {repetition}{place:08d}\n\n"
            for place, dn in enumerate(sorted(found)[:: people.ONE_OF])
        )
    )


def _source(server: Any) -> dict[str, Any]:
    from ansible_collections.telephony.connector.tests.directory import source_of

    return source_of(server, search_filter=FILTER)


def _ldapsearch(server: Any, attributes: tuple[str, ...] = ATTRIBUTES) -> list[str]:
    source = _source(server)
    account = (source["username"], source["password"], source["base_dn"])
    return ldapsearch_of(server.uri, account, FILTER, attributes)


def _worker(*words: str) -> Measured:
    return run_worker([sys.executable, "-m", _MODULE, *words])
