# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a directory server's own answers take, to `ldapsearch`: everything page by page, or what changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.telephony.connector.tests.benchmarks import people
from ansible_collections.telephony.connector.tests.benchmarks.watch import Measured, run


def ldapsearch_of(
    uri: str,
    account: tuple[str, str, str],
    search_filter: str,
    attributes: Iterable[str],
    extension: str = "pr=1000/noprompt",
) -> list[str]:
    """Return the command; `account`: name, password, and the base DN to search."""
    from ansible_collections.telephony.connector.tests.servers import process

    command = [process.program("ldapsearch", "ldap-utils"), "-LLL", "-x", "-o", "ldif-wrap=no"]
    command += ["-E", extension, "-H", uri]
    for option, value in zip(("-D", "-w", "-b"), account, strict=True):
        command += [option, value]
    return [*command, search_filter, *attributes]


def cookie_of(location: str) -> str:
    """Return with what the next incremental run will ask what changed."""
    from ansible_collections.telephony.connector.plugins.module_utils.store import profiles
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

    store = Store.open(location)
    try:
        with store.snapshot():
            stored = profiles.find(store, people.PROFILE)
        if stored is None or not stored.checkpoint:
            raise RuntimeError("there is nothing to go on from")
        return str(stored.checkpoint["source"]["cookie"])
    finally:
        store.close()


def ask_what_changed(source: Mapping[str, Any], attributes: tuple[str, ...], cookie: str) -> Measured:
    """Ask a server with ldapsearch what changed since a cookie, and count what it tells."""
    account = (source["username"], source["password"], source["base_dn"])
    command = ldapsearch_of(source["uri"], account, source["search_filter"], attributes, f"sync=ro/{cookie}")
    output, asked = run(command)
    return dataclasses.replace(asked, counts={"read": output.count("\ndn: ") + output.startswith("dn: ")})
