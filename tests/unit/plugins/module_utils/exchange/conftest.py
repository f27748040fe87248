# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An Exchange server of its own for every test, and a phone system with a profile for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.ews import EMAIL, PASSWORD, USER, Ews
from ansible_collections.telephony.connector.tests.system import System


@pytest.fixture(scope="session")
def ca(tmp_path_factory: pytest.TempPathFactory) -> TestCA:
    """Certificates of every kind."""
    return TestCA(tmp_path_factory.mktemp("ca"))


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
