# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What bounds a read in time and size, as the web kit needs it."""

from __future__ import annotations

import socket
from typing import Protocol


class Limits(Protocol):
    """The bounds of one read; what goes beyond is said by an exception of theirs."""

    @property
    def seconds_left(self) -> float:
        """How many seconds remain."""

    def check(self) -> None:
        """Raise when the time is over."""

    def received(self, count: int) -> None:
        """Count bytes that came; raise when these are too many, or the time is over."""

    def check_answer(self, size: int) -> None:
        """Raise for an answer of so many bytes that nothing may be that large."""

    def watch(self, connection: socket.socket) -> None:
        """Cut a connection when the time is over."""
