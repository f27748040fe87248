# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A domain controller with people, and a phone system on SQLite."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.telephony.connector.tests.servers import samba_dc, samba_domain
from ansible_collections.telephony.connector.tests.servers.process import MissingProgramError

from .people import PEOPLE


@pytest.fixture(scope="module")
def dc(tmp_path_factory):
    directory, cache = tmp_path_factory.mktemp("dc") / "dc", samba_domain.cache_of(tmp_path_factory)
    try:
        with samba_dc.running(directory, cache, PEOPLE) as server:
            yield server
    except MissingProgramError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def location(tmp_path: Path) -> str:
    """Return where a store is; what is read is the same on each database: SQLite will do."""
    return str(tmp_path / "store.db")
