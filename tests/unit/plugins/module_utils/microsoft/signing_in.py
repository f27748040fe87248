# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signs in as an application at the stand-in for Microsoft, and says how that was refused."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.source import M365Source
from ansible_collections.telephony.connector.tests.servers.entra import SECRET, TENANT

WANTED = frozenset(("userPrincipalName",))
TOKEN = f"/{TENANT}/oauth2/v2.0/token"
DISCOVERY = f"/{TENANT}/v2.0/.well-known/openid-configuration"


def read(options, checkpoint=None):
    """Read all users to the end; returns the logins and how it ended."""
    with M365Source(options).read(WANTED, checkpoint) as reading:
        place = reading.columns.index("userPrincipalName")
        return [item.row[place] for item in reading], reading.result


def refusal(options) -> str:
    """Return why nothing can be read."""
    with pytest.raises(SourceError) as caught:
        read(options)
    assert SECRET not in caught.value.message
    return caught.value.message
