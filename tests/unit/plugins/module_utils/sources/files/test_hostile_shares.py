# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that let the sign-in through and then answer nonsense, or without end: bounded, and one clear sentence."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.tests.servers.hostile_share import (
    CREATE,
    READ,
    SCRIPTS,
    HostileShare,
)
from ansible_collections.telephony.connector.tests.servers.smbd import PASSWORD, USER, Smbd

# a handle on a connection that is gone cannot be closed in good order
pytestmark = pytest.mark.filterwarnings("ignore:unclosed SMB handle:ResourceWarning")
SECONDS = 3


@pytest.fixture(scope="module")
def smbd():
    # below /tmp itself: the user nobody may not go into the directories that pytest makes for root
    directory = Path(tempfile.mkdtemp(prefix="smbd."))
    server = Smbd(directory)
    try:
        server.start()
        (server.share / "people.csv").write_text("a,b\n" + "1,2\n" * 1000)
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


def peak():
    """Return how much memory this process had at most, in MiB."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))


@pytest.mark.parametrize("command", [CREATE, READ])
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_hostile_server_is_left_with_one_sentence(read, smbd, script, command):
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    start, before = time.monotonic(), peak()
    with HostileShare(smbd.port, command, script) as server:
        options = {
            "share": r"\\127.0.0.1\share",
            "path": "people.csv",
            "share_username": USER,
            "share_password": PASSWORD,
            "share_port": server.port,
            "timeout": SECONDS,
        }
        try:
            whole = read(options)
        except SourceError as error:
            told = error.message
        else:
            assert not whole.result.complete
            told = whole.result.reason
        assert server.reached
    assert time.monotonic() - start < 10 * SECONDS
    assert peak() - before < 100
    assert told.startswith('CSV file "\\\\127.0.0.1\\share\\people.csv" ')
    assert told.endswith(".")
    assert PASSWORD not in told
    assert "Traceback" not in told
