# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gives a store another key in a process of its own, which a test may kill at any moment."""

from __future__ import annotations

from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

from ansible_collections.telephony.connector.plugins.module_utils.actions import store_settings
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.system import Call
from ansible_collections.telephony.connector.tests.worker import PROCESSES


def in_child(location: str, key: str | None, new_key: str) -> ForkServerProcess:
    """Change the key as the module does (`key` None: it is in the key file); returns once it begins."""
    here, there = PROCESSES.Pipe()
    process = PROCESSES.Process(target=_work, args=(there, location, key, new_key), daemon=True)
    process.start()
    there.close()
    assert here.recv() == "begins"
    return process


def _work(pipe: Connection, location: str, key: str | None, new_key: str) -> None:
    pipe.send("begins")
    store = Store.open(location, key, False)
    store_settings.store_settings(Call({"store_key": key, "new_store_key": new_key}, store, False, False))
    store.close()
