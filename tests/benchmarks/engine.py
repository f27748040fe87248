# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine in one process, without Ansible: `engine.py declare|redeclare|change|sync STORE CSV-FILE` prints JSON.

The seconds are those of the call, from opening the store to closing it, without the start of Python and the imports.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.actions import profile, sync
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.benchmarks.people import (
    CHANGING_VARIABLES,
    OTHER_VARIABLES,
    PROFILE,
)
from ansible_collections.telephony.connector.tests.benchmarks.watch import Watch

_VARIABLES = {"declare": None, "redeclare": OTHER_VARIABLES, "change": CHANGING_VARIABLES}


class Call:
    """A module call without Ansible: what the engine's functions take."""

    def __init__(self, store: Store, params: dict[str, Any]) -> None:
        self.params, self.store, self.check_mode, self.diff = params, store, False, False

    def warn(self, text: str) -> None:
        """Warn the person who runs the task."""
        print(text, file=sys.stderr)


class TimedStore(Store):
    """A store that knows for how long its writers held the lock."""

    #: seconds
    locked = 0.0

    @contextmanager
    def writing(self, expected_revision: int | None = None, moves: bool = True) -> Iterator[None]:
        """Write, as any store does."""
        with super().writing(expected_revision, moves):
            started = time.perf_counter()
            yield
        TimedStore.locked += time.perf_counter() - started


def act(action: str, location: str, source: str) -> dict[str, Any]:
    """Declare the profile or sync it, as the modules do."""
    store = TimedStore.open(location, os.environ.get("TELEPHONY_CONNECTOR_STORE_KEY"))
    try:
        if action != "sync":
            return profile.declare(Call(store, _profile(source, _VARIABLES[action])))
        return sync.synchronise(Call(store, {"profile": PROFILE, "changes_limit": 500}))
    finally:
        store.close()


def _profile(source: str, variables: dict[str, str] | None) -> dict[str, Any]:
    options = {"name": PROFILE, "template": "csv_users", "source": {"path": source}, "variables": variables}
    return {**options, "mode": "mirror", "remove_adopted": False, "configure_authentication": False}


def main(action: str, location: str, source: str) -> None:
    """Do it once."""
    with Watch() as watch:
        result = act(action, location, source)
    figures = {**watch.figures(), "locked": TimedStore.locked}
    print(json.dumps({**figures, "counts": result.get("counts", {})}))


if __name__ == "__main__":
    main(*sys.argv[1:])
