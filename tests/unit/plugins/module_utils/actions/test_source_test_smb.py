# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trying a file on a share, at a real Samba server: every step, and every way to break it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.telephony.connector.tests.servers.smbd import PASSWORD, USER, Smbd
from ansible_collections.telephony.connector.tests.trying import Tried

pytestmark = pytest.mark.filterwarnings("ignore:unclosed SMB handle:ResourceWarning")


@pytest.fixture(scope="module")
def smbd() -> Iterator[Smbd]:
    directory = Path(tempfile.mkdtemp(prefix="smbd."))  # the user nobody may not go into pytest's directories
    server = Smbd(directory)
    try:
        server.start()
        (server.share / "staff").mkdir()
        (server.share / "staff/a.csv").write_text("displayname,username\nMax,max\n", encoding="utf-8")
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.mark.parametrize(
    ("options", "step"),
    [
        ({}, ""),
        ({"share": r"\\nowhere.invalid\share"}, "name"),
        ({"share_port": 1}, "port"),
        ({"share_password": "not-the-password"}, "sign_in"),
        ({"share": r"\\127.0.0.1\other"}, "share"),
        ({"path": r"none\a.csv"}, "folder"),
        ({"path": r"staff\none.csv"}, "file"),
    ],
)
def test_each_fault_of_a_share_is_found_at_its_step(smbd: Smbd, options: dict[str, Any], step: str) -> None:
    source = {
        "share": r"\\127.0.0.1\share", "path": r"staff\a.csv", "share_username": USER, "share_password": PASSWORD,
        "share_port": smbd.port, "timeout": 5, **options,
    }  # fmt: skip
    tried = Tried("csv_users", source)
    assert list(tried.failed) == ([step] if step else [])
    steps = [
        "options",
        "name",
        "port",
        "sign_in",
        "share",
        "folder",
        "file",
        "encoding",
        "delimiter",
        "records",
        "mapping",
    ]
    assert tried.worked == steps[: steps.index(step) if step else None]
