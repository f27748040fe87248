# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that roles bring to a host, started as the roles start them."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

ROLES = Path(__file__).parents[3] / "roles"
SETTINGS = {
    "name": "sync", "mail_to": "", "mail_from": "", "sendmail": "/bin/true", "smtp_host": "", "smtp_port": 25,
    "smtp_encryption": "none", "smtp_username": "", "smtp_password": "", "webhook_url": "", "attach": True,
    "report_folders": [], "report_url": "",
}  # fmt: skip


def start(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROLES / program), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def told(folder: Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    (folder / "message.json").write_text(json.dumps({**SETTINGS, **settings}))
    return start("schedule/files/message.py", folder, 0)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/its-secret x", "http://127.0.0.1:port/its-secret"])
def test_a_webhook_whose_address_is_none_is_not_shown(tmp_path: Path, address: str) -> None:
    done = told(tmp_path, webhook_url=address)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "The webhook could not be called: its address is not one of http or https\n"


def test_a_mail_that_cannot_be_made_keeps_no_chat_from_being_told(tmp_path: Path) -> None:
    done = told(tmp_path, mail_to="a@corp.example\nb@corp.example", webhook_url="http://127.0.0.1:9/its-secret")
    assert (done.returncode, done.stderr) == (1, "")
    mail, webhook = done.stdout.splitlines()
    assert "could not be sent" in mail
    assert "Connection refused" in webhook
    assert "its-secret" not in webhook


@pytest.mark.parametrize("folder", ["a%20b", "a?b#c"])
def test_a_store_is_copied_from_a_folder_of_any_name(tmp_path: Path, folder: str) -> None:
    place = tmp_path / folder / "store.db"
    place.parent.mkdir()
    with closing(sqlite3.connect(place)) as store:
        store.executescript("CREATE TABLE objects (id); CREATE TABLE links (id)")
    done = start("store/files/copy_sqlite.py", place, tmp_path / "copy.db")
    assert (done.returncode, done.stdout) == (0, "0 objects and 0 links\n"), done.stderr
