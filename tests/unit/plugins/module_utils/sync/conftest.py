# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone system that follows the changes of a source."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import planner

from .followed_source import SECOND, Directory, sync
from .leaving_staff import ANNA, HEAD, OTHERS, Clock


@pytest.fixture
def directory(monkeypatch):
    source = Directory()
    monkeypatch.setattr(planner, "source_class", lambda _family: source)
    return source


@pytest.fixture
def followed(system, directory):
    system.profile(
        source={"url": "https://corp.example/people.csv"},
        filter="row.status != 'left'",
        structure={"user": [{"username": "username", "display_name": "displayname"}, SECOND]},
        guards={"max_removals": 100},
    )
    for name in ("anna", "ben", "carl"):
        directory.set(name, name.title(), "", "", "1")
    sync(system, directory)
    return system


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def staffed(system, clock):
    """A phone system whose profile disables leavers for 30 days, with Anna and six others."""
    system.profile(leavers={"action": "disable"})
    system.import_csv(HEAD + ANNA + OTHERS)
    return system
