# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""How far a long run is, for whoever follows it: `phase("reading", 1000)`, and `at(done)` as often as one likes.

The action of a module names a file by the environment and looks into it every few seconds. Without one, and between
two looks, nothing is done here.
"""

from __future__ import annotations

import contextlib
import json
import os
import time

#: the variable that names the file; it exists, and nothing but the last state stands in it
FILE = "TELEPHONY_CONNECTOR_PROGRESS_FILE"
#: ask the time after so many records at the most
EVERY = 256
_SECONDS = 0.1
_SIZE = 256


class _State:
    """The one run of this process."""

    def __init__(self) -> None:
        self.file: int | None = None
        self.asked = False
        self.name = ""
        self.expected: int | None = None
        self.began = 0.0
        self.due = 0.0

    def is_followed(self) -> bool:
        """Say whether anybody looks; opens the file the first time."""
        if not self.asked:
            self.asked = True
            with contextlib.suppress(OSError):  # a run is worth more than the sight of it
                self.file = os.open(os.environ[FILE], os.O_WRONLY) if os.environ.get(FILE) else None
        return self.file is not None

    def write(self, done: int | None, now: float) -> None:
        """Tell the state of this moment."""
        self.due = now + _SECONDS
        seconds = now - self.began
        rate = done / seconds if done and seconds > _SECONDS else None
        line = json.dumps({"phase": self.name, "done": done, "expected": self.expected, "rate": rate})
        if self.file is not None:
            with contextlib.suppress(OSError):
                os.pwrite(self.file, line.ljust(_SIZE).encode(), 0)


_state = _State()


def phase(name: str, expected: int | None = None) -> None:
    """Begin a phase: a word for people such as "reading"; `expected`: how many records it will handle, where known."""
    if _state.is_followed():
        _state.name, _state.expected, _state.began = name[:80], expected, time.monotonic()
        _state.write(None, _state.began)


def at(done: int) -> None:
    """Tell how many records of the phase are done; to be called every `EVERY` records or more rarely."""
    if _state.file is not None:
        now = time.monotonic()
        if now >= _state.due:
            _state.write(done, now)
