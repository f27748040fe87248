# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a server that does not answer, and of a key file that cannot be read."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import requests

from ansible_collections.telephony.connector.plugins.module_utils.errors import StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import vault
from ansible_collections.telephony.connector.plugins.module_utils.web.failures import no_answer


def test_a_name_that_is_not_found_is_no_matter_of_the_firewall() -> None:
    error = requests.exceptions.ConnectionError("Max retries")
    error.__cause__ = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    told = no_answer("https://nix.invalid/people.csv", error, 5)
    assert told == 'the name "nix.invalid" is not found (Name or service not known); check url, and DNS'


def test_a_key_file_that_cannot_be_read_is_named_once(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as failed:
        vault.read_key_file(tmp_path)
    assert failed.value.message == (
        f"The key file {tmp_path} cannot be read (Is a directory): check its owner and its content."
    )
