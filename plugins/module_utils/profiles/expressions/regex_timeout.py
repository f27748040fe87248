# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Limits the time that a regular expression of a profile may take for one text.

Some patterns, such as `(a+)+$`, take longer than a life for a text that anybody may have written into a directory.
Python's engine looks for signals while it searches. So a timer ticks while records are read, and a call that is the
same at two ticks is stopped. The timer counts the process's own computing time: while it waits, nothing ticks.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

#: Seconds between two ticks: a text may take one to two of them.
TICK = 1.0
#: Records that may be rejected for it, before the pattern is taken to be unfit for this source.
MAX_SLOW = 10

Call = tuple[str, str]
"""A pattern and the text it is tried on."""


class SlowPatternError(Exception):
    """A pattern took too long for one text; the words name the pattern, not the text."""


class UnfitPatternError(BaseException):
    """A pattern took too long for many texts. Not an Exception, so that it is no fault of one record."""


class _Watch:
    def __init__(self) -> None:
        self.call: Call | None = None  # being worked out
        self.slow: set[Call] = set()
        self._last: Call | None = None  # at the last tick

    def reset(self) -> None:
        self.call, self._last = None, None
        self.slow.clear()

    def tick(self, _signal: int, _frame: Any) -> None:
        call, last, self._last = self.call, self._last, self.call
        if call is None or call is not last:
            return
        self.slow.add(call)  # a record is worked out again, to say what is wrong with it
        if len(self.slow) > MAX_SLOW:
            raise UnfitPatternError(call[0])
        raise SlowPatternError(_words(call[0]))


_watch = _Watch()


def _words(pattern: str) -> str:
    return f"the regular expression {pattern!r} takes too long for this text"


def begin(pattern: str, text: str) -> None:
    """Note that a pattern is tried on a text, until `end`; SlowPatternError if it took too long for it before.

    Not a context manager, which would take longer than most patterns.
    """
    call = pattern, text
    if _watch.slow and call in _watch.slow:
        raise SlowPatternError(_words(pattern))
    _watch.call = call


def end() -> None:
    """Note that it is done."""
    _watch.call = None


@contextlib.contextmanager
def limited() -> Iterator[None]:
    """Limit regular expressions meanwhile; UnfitPatternError when one is too slow for more than MAX_SLOW texts.

    Signals reach the main thread alone: in another one there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _watch.reset()
    before = signal.signal(signal.SIGVTALRM, _watch.tick)
    signal.siginterrupt(signal.SIGVTALRM, False)  # system calls of libraries go on
    signal.setitimer(signal.ITIMER_VIRTUAL, TICK, TICK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        _watch.reset()
