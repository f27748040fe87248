# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Syncs in a process of its own, which a test may kill: at any moment, or at a chosen statement of its transaction."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError
from ansible_collections.telephony.connector.plugins.module_utils.store import clock
from ansible_collections.telephony.connector.plugins.module_utils.sync import run
from ansible_collections.telephony.connector.tests.system import System

# forked from a server without threads that has imported all of this once: real processes, and quick to start
PROCESSES = multiprocessing.get_context("forkserver")
DRIVERS = ["sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite"]
MODULES = [f"ansible_collections.telephony.connector.tests.{name}" for name in ("worker", "publisher")]
PROCESSES.set_forkserver_preload([*MODULES, "argon2", "jinja2", "psycopg", *DRIVERS])

#: What all runs of a test note as their time, so that stores can be compared as a whole.
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Worker:
    """One sync, or with `undo` the undo of a run, in a process of its own; `result()` waits for it."""

    def __init__(self, system: System, profile: str = "staff", **how: Any) -> None:
        self._here, there = PROCESSES.Pipe()
        arguments = (there, system.location, str(system.directory), profile, how)
        self.process = PROCESSES.Process(target=_work, args=arguments, daemon=True)
        self.process.start()
        there.close()

    def wait_until_it_begins(self) -> None:
        """Wait until everything is imported and the sync begins."""
        assert self._here.recv() == "begins"

    def kill(self) -> None:
        """End it by kill -9, wherever it is."""
        assert self.process.pid
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()

    def result(self) -> dict[str, Any] | None:
        """Return the sync's result ({"error": ...} when it failed), None when the process was killed."""
        answer = None
        try:
            while not isinstance(answer, dict):
                answer = self._here.recv()
        except EOFError:
            answer = None
        self.process.join(timeout=60)
        return answer


def _work(pipe: Any, location: str, directory: str, profile: str, how: dict[str, Any]) -> None:
    clock.now = lambda: NOON
    statements = _count_statements(how.get("kill_at"))
    if how.get("meet") is not None:
        _meet_before_writing(how["meet"])
    pipe.send("begins")
    try:
        system = System(location, Path(directory))
        undo = how.get("undo")
        result = system.sync(profile, changes_limit=0) if undo is None else system.undo(undo, changes_limit=0)
    except ConnectorError as error:
        result = {"error": error.message}
    pipe.send({**result, "statements": len(statements)})


def _count_statements(kill_at: int | None) -> list[str]:
    """Collect the statements of the writing transaction, and kill this process before the one of a number."""
    statements: list[str] = []

    def before(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statements or statement == "BEGIN IMMEDIATE" or "pg_advisory_xact_lock" in statement:
            statements.append(statement)
            if len(statements) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "before_cursor_execute", before)
    return statements


def _meet_before_writing(barrier: Any) -> None:
    """Wait for the other process when the first plan is made, so that both have planned for the same state."""
    apply: Callable[..., int] = run.apply
    met: list[bool] = []

    def wait_and_apply(*arguments: Any) -> int:
        if not met:
            met.append(True)
            barrier.wait(timeout=60)
        return apply(*arguments)

    run.apply = wait_and_apply
