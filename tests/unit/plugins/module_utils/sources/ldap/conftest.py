# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the source ldap share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap import incremental
from ansible_collections.telephony.connector.tests.directory_life import tree
from ansible_collections.telephony.connector.tests.servers.slapd import Slapd


@pytest.fixture
def location(tmp_path: Path) -> str:
    """Return where a store is; sources know nothing of databases: SQLite will do."""
    return str(tmp_path / "store.db")


@pytest.fixture
def slapd(tmp_path: Path) -> Iterator[Slapd]:
    """Start a server with the units and people that `Life` moves."""
    server = Slapd(tmp_path / "slapd")
    server.load(server.base_ldif() + tree())
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note for each read that was given a checkpoint whether it brought changes alone."""
    noted: list[str] = []
    real = incremental.changes

    def noting(*arguments: Any) -> Any:
        found = real(*arguments)
        noted.append("full" if isinstance(found, str) else "changes")
        return found

    monkeypatch.setattr(incremental, "changes", noting)
    return noted
