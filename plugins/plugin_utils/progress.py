# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Shows how far a module is, every few seconds, as lines of Ansible's own output.

Lines go where they cannot harm: to the standard output when a callback for people writes there, nowhere when one
writes JSON, and to the standard error when nobody knows.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
import time
import typing as t
from collections.abc import Iterator, Mapping

from ansible import constants as C  # noqa: N812  # everybody's name for it
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.utils.display import Display

from ansible_collections.telephony.connector.plugins.module_utils.progress import FILE

#: the switch: 0 shows nothing
SWITCH = "TELEPHONY_CONNECTOR_PROGRESS"
#: seconds between two lines
INTERVAL = "TELEPHONY_CONNECTOR_PROGRESS_SECONDS"
_SECONDS = 3.0
_FOR_PEOPLE = {
    "actionable", "awx_display", "debug", "default", "default_without_diff", "dense", "diy", "full_skip", "minimal",
    "oneline", "selective", "skippy", "stderr", "unixy", "yaml",
}  # fmt: skip
_SILENT = {"null"}

display = Display()


class Progress:
    """Follows one task; `environment` is what its module must find, `tick` is to be called every `seconds`."""

    def __init__(self, label: str, path: str) -> None:
        self.environment = {FILE: path}
        self.seconds = seconds_between_lines()
        self._label = label
        self._path = path
        self._began = time.monotonic()
        self._to_stderr = not _is_for_people(_callback())

    def tick(self) -> None:
        """Show a line, if the module has told anything."""
        try:
            with open(self._path, encoding="utf-8") as file:
                state = json.loads(file.read())
        except (OSError, ValueError):
            return
        line = line_of(self._label, state, time.monotonic() - self._began)
        display.display(line, stderr=self._to_stderr)

    @contextlib.contextmanager
    def in_background(self) -> Iterator[None]:
        """Show lines meanwhile, from a thread: for a module that runs in a process of its own."""
        ended = threading.Event()

        def follow() -> None:
            while not ended.wait(self.seconds):
                self.tick()

        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


@contextlib.contextmanager
def of_task(label: str, arguments: Mapping[str, t.Any], is_secret: bool) -> Iterator[Progress | None]:
    """Yield what follows a task, or None where nothing is to be shown; `is_secret`: the task has no_log."""
    switches = os.environ.get(SWITCH, "1"), arguments.get("progress", True)
    if is_secret or _is_silent(_callback()) or not all(boolean(one, strict=False) for one in switches):
        yield None
        return
    file, path = tempfile.mkstemp(prefix="telephony-connector-progress-")
    try:
        os.close(file)
        yield Progress(label, path)
    finally:
        os.unlink(path)


def line_of(label: str, state: Mapping[str, t.Any], seconds: float) -> str:
    """Return the line for people: what, phase, records of how many, rate, time since the task began."""
    done, expected, rate = state.get("done"), state.get("expected"), state.get("rate")
    parts = [f"{label}: {state.get('phase')}"]
    if done is not None:
        if expected and expected >= done:
            parts.append(f"{done:,} of about {expected:,} {_records(expected)}")
        else:
            parts.append(f"{done:,} {_records(done)}")
    elif expected:
        parts.append(f"{expected:,} {_records(expected)}")
    if rate:
        parts.append(f"{rate:,.0f}/s")
    minutes, rest = divmod(int(seconds), 60)
    return ", ".join([*parts, f"{minutes}:{rest:02} elapsed"])


def _records(count: int) -> str:
    return "record" if count == 1 else "records"


def seconds_between_lines() -> float:
    """Return how often a line is shown."""
    try:
        return max(0.1, float(os.environ.get(INTERVAL, _SECONDS)))
    except ValueError:
        return _SECONDS


def _callback() -> str:
    """Return the last part of the name of the callback that writes to the standard output."""
    return str(C.config.get_config_value("DEFAULT_STDOUT_CALLBACK")).rpartition(".")[2].lower()


def _is_silent(callback: str) -> bool:
    return "json" in callback or callback in _SILENT


def _is_for_people(callback: str) -> bool:
    return callback in _FOR_PEOPLE
