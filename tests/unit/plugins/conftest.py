# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests of plugins share: the tables are described once, not at each of the stores that they open."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _one_schema() -> Iterator[None]:
    """A process of a playbook opens one store; here, describing its tables each time was a quarter of all the work."""
    # not at the top, where the collection is not known yet
    from ansible_collections.telephony.connector.plugins.module_utils.store import connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "Schema", functools.cache(connection.Schema))
        yield
