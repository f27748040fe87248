# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Runs a function as if it were a program of its own, in a copy of this process that is thrown away afterwards.

A copy costs milliseconds where a new Python costs hundreds, since all is imported already. And whatever the function
sets - variables of modules, environment, folder, locale, signal handlers - ends with the copy.
"""

from __future__ import annotations

import atexit
import gc
import os
import selectors
import signal
import sys
import time
import traceback
import typing as t
from collections.abc import Callable

_PIECE = 1 << 16
_SECONDS_TO_END = 3.0
_STDIN, _STDOUT, _STDERR = range(3)


class Ended(t.NamedTuple):
    """How the function ended, as one sees it of a program: exit code (minus the signal's number), and what it wrote."""

    code: int
    stdout: bytes
    stderr: bytes


def run(function: Callable[[], object], tick: Callable[[], object], seconds: float) -> Ended:
    """Run `function` in a copy of this process, and call `tick` here every so many seconds meanwhile.

    Whatever is raised here while it runs (a task's timeout) ends the copy as well.
    """
    child = 0
    (out, child_out), (err, child_err) = os.pipe(), os.pipe()
    try:
        child = os.fork()
        if not child:
            _be_a_program(function, child_out, child_err)
        os.close(child_out)
        os.close(child_err)
        stdout, stderr = _read(out, err, tick, seconds)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        child = 0
        return Ended(code, stdout, stderr)
    finally:
        if child:
            _end(child)
        os.close(out)
        os.close(err)


def _read(out: int, err: int, tick: Callable[[], object], seconds: float) -> tuple[bytes, bytes]:
    """Return all that comes through two pipes until both are closed."""
    pieces: dict[int, list[bytes]] = {out: [], err: []}
    due = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for pipe in pieces:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            for key, _events in selector.select(max(0.0, due - time.monotonic())):
                piece = os.read(key.fd, _PIECE)
                pieces[key.fd].append(piece)
                if not piece:
                    selector.unregister(key.fd)
            if time.monotonic() >= due:
                due = time.monotonic() + seconds
                tick()
    return b"".join(pieces[out]), b"".join(pieces[err])


def _end(child: int) -> None:
    """End a process: by request, and if it does not listen, by force."""
    os.kill(child, signal.SIGTERM)
    due = time.monotonic() + _SECONDS_TO_END
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > due:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(0.01)


def end_group() -> None:
    """End all other processes of this one's group, if it leads one (as Ansible's workers do): what it has started."""
    if os.getpgrp() != os.getpid():
        return
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        os.killpg(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)


def _be_a_program(function: Callable[[], object], out: int, err: int) -> t.NoReturn:
    """Run the function with a program's streams and signals, and end this process with its exit code."""
    code = 1
    try:
        gc.freeze()  # what was there before is not looked through, and so not copied
        # Python's own handler for SIGINT would wait for a library that waits, for a lock as an example
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        atexit._clear()  # those handlers are the first process's
        nothing = os.open(os.devnull, os.O_RDONLY)
        for here, stream in ((nothing, _STDIN), (out, _STDOUT), (err, _STDERR)):
            os.dup2(here, stream)
        sys.stdin = os.fdopen(_STDIN, encoding="utf-8", closefd=False)
        sys.stdout = os.fdopen(_STDOUT, "w", encoding="utf-8", errors="surrogateescape", closefd=False)
        sys.stderr = os.fdopen(_STDERR, "w", encoding="utf-8", errors="backslashreplace", closefd=False, buffering=1)
        try:
            function()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        atexit._run_exitfuncs()  # those registered by the function
        sys.stdout.flush()
    except BaseException:  # nothing may reach the code of the first process that called us
        code = 1
        traceback.print_exc()
    finally:
        os._exit(code)
