# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the servers of the tests have in common: free ports, being ready, and stopping by pid."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


class MissingProgramError(RuntimeError):
    """A server cannot be started, as its program is not there."""


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(process: subprocess.Popen[bytes], ready: Callable[[], bool], seconds: float = 90) -> bool:
    """Wait until a server that we started answers; False when it ended or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        if ready():
            return True
        time.sleep(0.05)
    return False


def is_pid_of(path: Path, process: subprocess.Popen[bytes]) -> bool:
    """Say whether a server's own pid file names the process that we started, and not somebody else's."""
    try:
        return int(path.read_text().split()[0]) == process.pid
    except (OSError, ValueError, IndexError):
        return False


def stop(process: subprocess.Popen[bytes] | None) -> None:
    """End a server and wait for its end, so that nothing is left of it."""
    if process is not None:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def program(name: str, package: str) -> str:
    """Return the path of a program; raises MissingProgramError."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        raise MissingProgramError(f"{name} is not installed: apt-get install {package}")
    return found
