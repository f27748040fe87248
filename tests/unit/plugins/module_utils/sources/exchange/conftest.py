# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An Exchange server of its own for every test, and a phone system with a profile for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.tests.mailboxes import SALES, SHARED
from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID
from ansible_collections.telephony.connector.tests.servers.ews import EMAIL, PASSWORD, USER, Ews
from ansible_collections.telephony.connector.tests.servers.graph_contacts import Contacts
from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365
from ansible_collections.telephony.connector.tests.system import System


@pytest.fixture
def exchange(ca: TestCA) -> Iterator[Ews]:
    """An Exchange server with nothing but the mailbox of the account that reads."""
    server = Ews(ca.path("server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def pbx(tmp_path: Path) -> System:
    """A phone system."""
    return System(str(tmp_path / "store.db"), tmp_path)


@pytest.fixture
def source(exchange: Ews, ca: TestCA) -> Any:
    """Return source options: source(public_folders=False, ...); None takes one out."""

    def options(**more: Any) -> dict[str, Any]:
        given = {
            "email": EMAIL,
            "username": USER,
            "password": PASSWORD,
            "auth_type": "basic",
            "url": exchange.address,
            "ca_path": ca.path("ca.crt"),
            "timeout": 5,
            "max_wait": 2,
            **more,
        }
        return {name: value for name, value in given.items() if value is not None}

    return options


@pytest.fixture
def book(pbx: System, source: Any) -> Any:
    """A phone system with the profile "book": book(personal_address_books=True, ...) declares it."""

    def declare(structure: dict[str, Any] | None = None, key: str | None = None, **options: Any) -> System:
        pbx.profile("book", "exchange_phonebook", source=source(**options), structure=structure, key=key)
        return pbx

    return declare


@pytest.fixture
def cloud(ca: TestCA) -> Iterator[Microsoft365]:
    """A tenant of Microsoft 365 with an application that may read contacts."""
    with Microsoft365(ca) as both:
        both.entra.apps[CLIENT_ID].roles = ("Contacts.Read", "OrgContact.Read.All")
        yield both


@pytest.fixture
def contacts(cloud: Microsoft365) -> Contacts:
    """The contacts of the tenant."""
    return cloud.graph.contacts


@pytest.fixture
def online(pbx: System, cloud: Microsoft365) -> Any:
    """A phone system with the profile "book": online(shared_mailboxes=[...], ...) declares it."""

    def declare(profile: dict[str, Any] | None = None, **options: Any) -> System:
        source = cloud.source(domain="contoso.example", **options)
        pbx.profile("book", "exchange_phonebook", source=source, **(profile or {}))
        return pbx

    return declare


@pytest.fixture
def following(online: Any) -> Any:
    """The same for a profile that reads only what changed, and may remove everything."""

    def declare(profile: dict[str, Any] | None = None, **options: Any) -> System:
        pbx: System = online({"guards": {"max_removals": "100%"}, **(profile or {})}, incremental=True, **options)
        return pbx

    return declare


@pytest.fixture
def mailbox(following: Any, contacts: Contacts, cloud: Microsoft365) -> System:
    """A phone system with the contacts of a shared mailbox of two folders; the requests for them are forgotten."""
    top = contacts.mailbox(SALES)
    for number in range(3):
        top.add(f"Top {number}", fax=f"+49 30 {number}", businessPhones=[f"+49 89 {number}"])
    below = top.folder("North")
    for number in range(3):
        below.add(f"North {number}", fax=f"+49 40 {number}")
    pbx: System = following(**SHARED)
    assert pbx.sync("book")["counts"]["created"] == 6
    cloud.graph.asked.clear()
    return pbx
