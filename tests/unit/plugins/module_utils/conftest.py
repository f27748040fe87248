# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the engine share: stores on both databases, and a phone system to sync into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365
from ansible_collections.telephony.connector.tests.servers.postgres import Postgres
from ansible_collections.telephony.connector.tests.servers.reused_stores import ReusedStores


@pytest.fixture(scope="session")
def reused_stores(postgres: Postgres) -> Iterator[ReusedStores]:
    """Empty stores in PostgreSQL, lent to one test after the other."""
    from ansible_collections.telephony.connector.plugins.module_utils.store import connection
    from ansible_collections.telephony.connector.tests.system import System

    stores = ReusedStores(postgres, lambda url: connection.Store.open(url, System.KEY).close())
    yield stores
    stores.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store may be made, on each database in turn; with the fixture `system` it may be there already."""
    if request.param == "sqlite":
        return str(tmp_path / "store.db")
    if "system" in request.fixturenames:
        return str(request.getfixturevalue("reused_stores").lend())
    return str(request.getfixturevalue("postgres").new_database())


@pytest.fixture
def system(location: str, tmp_path: Path) -> Any:
    """A phone system with an empty store, on each database in turn."""
    from ansible_collections.telephony.connector.tests.system import (
        System,  # imports the collection, which Ansible's loader must have seen first
    )

    return System(location, tmp_path)


@pytest.fixture
def cloud(ca: TestCA) -> Iterator[Microsoft365]:
    """Sign-in and Graph of an empty tenant."""
    with Microsoft365(ca) as both:
        yield both


@pytest.fixture
def staff(system: Any, cloud: Microsoft365) -> Any:
    """A phone system with the profile "staff" for the tenant: staff(group=...) declares it."""

    def declare(template: str = "m365_users", source: dict[str, Any] | None = None, **options: Any) -> Any:
        system.profile(template=template, source=cloud.source(**(source or {})), **options)
        return system

    return declare
