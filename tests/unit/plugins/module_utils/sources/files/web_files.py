# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file at a web address that the tests read."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError

ROWS = [("Müller", "201"), ("Meier", "202")]
BODY = "a,b\r\nMüller,201\r\nMeier,202\r\n".encode()
MANY = b"a,b\n" + b"123456789,abcdefghi\n" * 50_000
USER, PASSWORD = "anna", "recognisable-geheim"
ENVIRONMENT = ("CA_BUNDLE", "PROXY", "NETRC")


def failure(read, source):
    with pytest.raises(SourceError) as caught:
        read(source)
    return caught.value.message
