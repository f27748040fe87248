# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two phone systems, each with a real store, and a REST service in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import ReadResult, Record, Unusable
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests.servers.web import Web
from ansible_collections.telephony.connector.tests.system import System

COLUMNS = ("id", "kind", "display_name", "phone", "organisation")


@dataclass
class Whole:
    """Everything that one read gave; rows as mappings without what is empty."""

    columns: tuple[str, ...]
    items: list[Any]
    result: ReadResult

    @property
    def rows(self) -> list[dict[str, Any]]:
        found = [dict(zip(self.columns, one.row, strict=True)) for one in self.items if isinstance(one, Record)]
        return [{name: cell for name, cell in row.items() if cell} for row in found]

    @property
    def unusable(self) -> list[Unusable]:
        return [item for item in self.items if isinstance(item, Unusable)]


def read(options: dict[str, Any], wanted: tuple[str, ...] = COLUMNS) -> Whole:
    """Read a pbx source to its end."""
    with source_class("pbx")(options).read(frozenset(wanted), None) as reading:
        items = list(reading)
        return Whole(reading.columns, items, reading.result)


@pytest.fixture(name="read")
def read_fixture() -> Any:
    """Return `read`."""
    return read


@pytest.fixture
def here(location: str, tmp_path: Path) -> System:
    """A phone system, on each database in turn."""
    return System(location, tmp_path)


@pytest.fixture
def there(here: System, tmp_path: Path, request: pytest.FixtureRequest) -> System:
    """Another phone system, on the other database."""
    if "://" in here.location:
        return System(str(tmp_path / "there.db"), tmp_path)
    return System(request.getfixturevalue("postgres").new_database(), tmp_path)


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A web server with TLS."""
    server = Web(tmp_path_factory.mktemp("rest"))
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def service(web: Web) -> Any:
    """Let the service answer a list and return the options of its source: service([...], option=...)."""

    def answer(*bodies: Any, path: str = "/services/phonebook/", raw: dict[str, Any] | None = None, **more: Any) -> Any:
        texts = [body if isinstance(body, bytes) else json.dumps(body).encode() for body in bodies]
        given = [{"body": text, "headers": {"Content-Type": "application/json"}, **(raw or {})} for text in texts]
        web.answer(path, *given)
        return {"url": web.url(path), "ca_path": web.ca.path("ca.crt"), "timeout": 10, **more}

    return answer
