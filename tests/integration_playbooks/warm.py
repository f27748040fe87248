# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts of `ansible-playbook` that do not import ansible-core anew: half a second of CPU each.

What is run is the same program, in a copy of a process that has imported what it imports (see `warm_server.py`).
ansible-core reads its settings while it is imported, so there is a process for each set of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import tempfile
import typing as t
from collections.abc import Mapping
from pathlib import Path

SERVER = Path(__file__).with_name("warm_server.py")
#: variables that count when Python or ansible-core starts
AT_START = ("ANSIBLE_", "LC_", "LANG", "PATH", "PYTHON", "HOME")


class Warm:
    """The processes that have imported ansible-core."""

    def __init__(self) -> None:
        self._servers: dict[str, subprocess.Popen[str]] = {}

    def run(
        self, words: list[str], folder: Path, environment: Mapping[str, str], seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of ansible-core as `subprocess.run` does. Raises subprocess.TimeoutExpired."""
        server = self._server(Path(words[0]).parent, environment)
        assert server.stdin
        assert server.stdout
        with tempfile.NamedTemporaryFile("r") as out, tempfile.NamedTemporaryFile("r") as err:
            request = {"words": words, "folder": str(folder), "environment": dict(environment)}
            print(json.dumps({**request, "stdout": out.name, "stderr": err.name}), file=server.stdin, flush=True)
            child = int(server.stdout.readline())
            if not select.select([server.stdout], [], [], seconds)[0]:
                os.kill(child, signal.SIGKILL)
                server.stdout.readline()
                raise subprocess.TimeoutExpired(words, seconds, out.read(), err.read())
            return subprocess.CompletedProcess(words, int(server.stdout.readline()), out.read(), err.read())

    def _server(self, programs: Path, environment: Mapping[str, str]) -> subprocess.Popen[str]:
        """Return the process for these settings, started if it is not there."""
        key = repr(sorted((name, value) for name, value in environment.items() if name.startswith(AT_START)))
        if key not in self._servers:
            self._servers[key] = subprocess.Popen(
                [str(programs / "python"), str(SERVER)], env=environment, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        return self._servers[key]

    def stop(self) -> None:
        """End the processes."""
        for server in self._servers.values():
            with contextlib.suppress(BrokenPipeError):
                t.cast(t.IO[str], server.stdin).close()
            server.wait(timeout=60)
