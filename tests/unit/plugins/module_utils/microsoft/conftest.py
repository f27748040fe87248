# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Microsoft 365 of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.microsoft import Microsoft365


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
