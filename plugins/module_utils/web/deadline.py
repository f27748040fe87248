# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The end of the time that something may take: connections are cut then, whatever they are waiting for."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import time

_MANY = 64  # connections


class Deadline:
    """So many seconds from now on; a context manager.

    Connections that are given to `watch` are cut when the time is over, whatever they are waiting for just then: a
    handshake, headers that come a byte at a time, or the rest of a body.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._watched: list[socket.socket] = []
        self._timer: threading.Timer | None = None
        self._looked_through_at = _MANY

    def __exit__(self, *_error: object) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._let_go()

    @property
    def seconds_left(self) -> float:
        """How many seconds remain, never less than 0: the longest that anything may wait."""
        return max(0.0, self._end - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() >= self._end

    def watch(self, connection: socket.socket) -> None:
        """Cut a connection when the time is over; encrypting it afterwards makes no difference."""
        with self._lock:
            if self.is_over:  # it was made while the others were cut
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
                return
            if len(self._watched) >= self._looked_through_at:
                self._let_go_of_ended()
            # not by its own dup(), which an encrypted one does not have
            self._watched.append(socket.socket(fileno=os.dup(connection.fileno())))
            if self._timer is None:
                self._timer = threading.Timer(self.seconds_left, self._cut)
                self._timer.daemon = True
                self._timer.start()

    def _cut(self) -> None:
        with self._lock:
            for one in self._watched:
                with contextlib.suppress(OSError):  # closed by the other end
                    one.shutdown(socket.SHUT_RDWR)
            self._let_go()

    def _let_go_of_ended(self) -> None:
        """Forget connections that the other end has closed: servers without keep-alive leave one for each request."""
        poll, by_number = select.poll(), {one.fileno(): one for one in self._watched}
        for number in by_number:
            poll.register(number, select.POLLRDHUP)
        ended = {by_number[number] for number, _event in poll.poll(0)}
        for one in ended:
            one.close()
        self._watched = [one for one in self._watched if one not in ended]
        self._looked_through_at = max(_MANY, 2 * len(self._watched))

    def _let_go(self) -> None:
        while self._watched:
            self._watched.pop().close()
