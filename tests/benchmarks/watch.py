# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stop watch for wall clock and CPU, and running a command with its peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any


class Watch:
    """Measures what happens inside `with`: seconds and CPU seconds of this process, all threads."""

    def __enter__(self) -> Watch:
        self._started, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds, self.cpu = time.perf_counter() - self._started, time.process_time() - self._cpu

    def figures(self) -> dict[str, float]:
        """Return what was measured."""
        return {"seconds": self.seconds, "cpu": self.cpu}


@dataclass(frozen=True)
class Measured:
    """One measurement: seconds, CPU seconds, peak memory (MiB, of the largest process) and what was counted.

    `locked`: seconds for which other runs could not write.
    """

    seconds: float
    cpu: float
    peak: float
    counts: Mapping[str, int] = field(default_factory=dict)
    locked: float = 0.0


#: This would have every play compile the collection anew, which Python does once where people install it.
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[str, Measured]:
    """Run a command to its end; return what it printed and what it took with everything that it started.

    Raises RuntimeError with its last lines when it fails.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        env={name: value for name, value in {**os.environ, **(environment or {})}.items() if name != _NO_BYTECODE},
        text=True,
    ) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{output[-2000:]}")
    return output, Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def run_worker(command: Sequence[str]) -> Measured:
    """Run a process that measures itself and prints JSON: its own seconds, without the start of Python, count."""
    output, whole = run(command)
    told: dict[str, Any] = json.loads(output.splitlines()[-1])
    return Measured(told["seconds"], told["cpu"], whole.peak, told.get("counts", {}), told.get("locked", 0.0))
