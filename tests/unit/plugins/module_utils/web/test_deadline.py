# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections end with the time of what they belong to."""

from __future__ import annotations

import socket
import time

from ansible_collections.telephony.connector.plugins.module_utils.web.deadline import Deadline


def test_a_connection_that_comes_about_too_late_is_cut_at_once() -> None:
    deadline = Deadline(0.1)
    early, late = socket.socketpair(), socket.socketpair()
    deadline.watch(early[0])
    assert early[1].recv(1) == b""  # when the time is over
    time.sleep(0.05)
    late[1].settimeout(5)
    deadline.watch(late[0])
    assert late[1].recv(1) == b""
    deadline.__exit__()
    for one in (*early, *late):
        one.close()
