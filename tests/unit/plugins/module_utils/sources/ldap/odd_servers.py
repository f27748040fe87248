# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Directory servers that answer by a script, and reads that cannot be made."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.tests.directory import read_directory as read
from ansible_collections.telephony.connector.tests.servers.search_script import Script
from ansible_collections.telephony.connector.tests.servers.slapd import READER_PASSWORD


def scripted(script: Script, **options: Any) -> dict[str, Any]:
    return {
        "uri": script.uri,
        "base_dn": "dc=x",
        "username": "cn=reader",
        "password": "secret-recognisable",
        "allow_plaintext": True,
        "timeout": 5,
        **options,
    }


def cannot_be_read(options: dict[str, Any]) -> str:
    """Return the sentence with which a read fails."""
    with pytest.raises(SourceError) as caught:
        read(options)
    assert READER_PASSWORD not in caught.value.message
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message
    return caught.value.message
