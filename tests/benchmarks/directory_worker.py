# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One read or import of a directory in a process of its own, whose memory and time are measured.

As a program, `directory_worker.py read|python-ldap|floor|declare|sync ARGUMENT...` does one of these once and prints
JSON.
"""

from __future__ import annotations

import base64
import importlib
import importlib.util
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.telephony.connector.tests.benchmarks import people
from ansible_collections.telephony.connector.tests.benchmarks.watch import Watch

ATTRIBUTES = (
    *("entryUUID", "uid", "displayName", "givenName", "sn"),
    *("mail", "o", "telephoneNumber", "mobile", "homePhone"),
)
FILTER = "(objectClass=inetOrgPerson)"
_ENGINE = "ansible_collections.telephony.connector.tests.benchmarks.engine"
_AD_SOURCE = "ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.source"
_SOURCE = "ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.source"


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
            source["base_dn"], ldap.SCOPE_SUBTREE, FILTER, list(ATTRIBUTES), serverctrls=[control]
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
    for pragma in ("page_size = 8192", "journal_mode = WAL", "synchronous = NORMAL", "cache_size = -32768"):
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
        late = ("ldap3", "ldap3.operation.search", "ldap3.protocol.rfc2696", "sqlalchemy.dialects.sqlite")
        for name in (*late, "cryptography.fernet", "encodings.idna", _AD_SOURCE, _ENGINE, _SOURCE):
            importlib.import_module(name)
    with Watch() as watch:
        counts = actions[action](*words) if action in actions else _engine(action, *words)
    print(json.dumps({**watch.figures(), "counts": counts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
