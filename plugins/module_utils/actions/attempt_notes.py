# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Notes in the store how a run has ended, so that metrics know of the ones that a guard or a fault has stopped."""

from __future__ import annotations

import contextlib
import time
import typing as t
from collections.abc import Callable

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Task
from ansible_collections.telephony.connector.plugins.module_utils.errors import (
    ConnectorError,
    RefusedError,
    ReportMissingError,
    StoreError,
)
from ansible_collections.telephony.connector.plugins.module_utils.store import attempts, clock, profiles
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

Done = t.TypeVar("Done")


def with_note(task: Task, kind: str, name: str, run: Callable[[], Done], ended: Callable[[Done], str]) -> Done:
    """Run, and note how it `ended` (changed, partial and so on); a simulation leaves no note.

    Raises what the run raises.
    """
    if task.check_mode:
        return run()
    began = time.monotonic()
    try:
        result = run()
    except StoreError:  # whoever cannot be asked cannot be told either
        raise
    except ReportMissingError as error:  # what it is a report of has ended well
        _note(task.store, kind, name, error.details["result"], time.monotonic() - began)
        raise
    except ConnectorError as error:
        if "hold" in error.details:  # nothing was tried, and no guard has tripped
            raise
        failed = attempts.REFUSED if isinstance(error, RefusedError) else attempts.FAILED
        _note(task.store, kind, name, failed, time.monotonic() - began)
        raise
    _note(task.store, kind, name, ended(result), time.monotonic() - began)
    return result


def _note(store: Store, kind: str, name: str, result: str, seconds: float) -> None:
    # the run is over, and what is noted of it must not change how it ended
    with contextlib.suppress(ConnectorError):
        if kind == attempts.PROFILE:
            with store.snapshot():
                if profiles.find(store, name) is None:  # a misspelt name
                    return
        with store.recording():
            attempts.add(store, kind, name, result, seconds, clock.stamp())


def forget_output(task: Task, name: str) -> None:
    """Forget the notes of an output that was taken away."""
    if not task.check_mode:
        with contextlib.suppress(ConnectorError), task.store.recording():
            attempts.forget(task.store, attempts.OUTPUT, name)
