# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A share of a real Samba server, with whatever settings a test asks for."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.tests.servers import process
from ansible_collections.telephony.connector.tests.servers.smbd import PASSWORD, USER, Smbd

ROWS = [("Müller", "201"), ("Meier", "202")]
TEXT = "a,b\r\nMüller,201\r\nMeier,202\r\n"


def serving(*settings, writable=False):
    # below /tmp itself: the user nobody may not go into the directories that pytest makes for root
    directory = Path(tempfile.mkdtemp(prefix="smbd."))
    server = Smbd(directory, *settings, writable=writable)
    try:
        start(server)
        folder = server.share / "test"
        folder.mkdir()
        (folder / "address.csv").write_text(TEXT, encoding="utf-8", newline="")
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


def start(server):
    """Start it, or skip the test where it is not installed; with CI=true that fails the run."""
    try:
        server.start()
    except process.MissingProgramError as missing:
        pytest.skip(str(missing))


def options_for(port, **more):
    return {
        "share": r"\\127.0.0.1\share",
        "path": r"test\address.csv",
        "share_username": USER,
        "share_password": PASSWORD,
        "share_port": port,
        "timeout": 10,
        **more,
    }


def failure(read, options, **more):
    with pytest.raises(SourceError) as caught:
        read({**options, **more})
    assert PASSWORD not in caught.value.message
    return caught.value.message


def read_or_fail(read, options):
    """Return what was read, or the message of the failure."""
    try:
        return read(options)
    except SourceError as error:
        return error.message
