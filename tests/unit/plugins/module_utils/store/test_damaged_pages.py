# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A damaged page of the database file: a run says that the store is damaged, or does not notice, and never crashes."""

from __future__ import annotations

import os
import random
import sqlite3

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError
from ansible_collections.telephony.connector.tests.system import System

HEADER = "username,displayname,phone,email\n"
PAGE = 4096
DAMAGES = 12


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A store of 200 people, and its file as bytes."""
    directory = tmp_path_factory.mktemp("damaged")
    system = System(str(directory / "store.db"), directory)
    system.profile()
    system.import_csv(HEADER + "".join(f"user{n},User {n},{n},user{n}@corp.example\n" for n in range(1000, 1200)))
    connection = sqlite3.connect(system.location)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    system.csv(HEADER + "".join(f"user{n},Dr. {n},{n},user{n}@corp.example\n" for n in range(1010, 1210)))
    return system, (directory / "store.db").read_bytes()


@pytest.mark.parametrize("how", ["zeroes", "noise", "another page"])
def test_a_damaged_page_is_told_in_words(whole, how):
    system, content = whole
    path = system.directory / "store.db"
    pages = len(content) // PAGE
    chosen = random.Random(os.environ.get("TELEPHONY_CONNECTOR_TEST_SEED", how))
    messages = []
    for _attempt in range(DAMAGES):
        place, other = (chosen.randrange(pages) * PAGE for _page in range(2))
        kinds = {"zeroes": bytes(PAGE), "noise": chosen.randbytes(PAGE), "another page": content[other : other + PAGE]}
        for beside in system.directory.glob("store.db-*"):
            beside.unlink()
        path.write_bytes(content[:place] + kinds[how] + content[place + PAGE :])
        try:
            system.sync(check=True)
            system.sync()
        except ConnectorError as error:
            messages.append(error.message)
    assert messages, "no damage was noticed at all"
    assert [message for message in messages if "\n" in message] == []
