# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""When a client secret ends, where that can be known: to an application that may read app registrations."""

from __future__ import annotations

import datetime
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.microsoft.credentials import WARN_DAYS
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.errors import MicrosoftError
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.graph import Graph

_ANY_OF = frozenset(("Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"))
_HINT = 3  # characters of a secret that Entra ID shows


def secret_warning(graph: Graph, client_id: str, secret: str) -> str:
    """Return a warning about a secret that ends soon, "" where there is nothing to tell or it cannot be known."""
    if not (graph.tokens.roles or frozenset()) & _ANY_OF:
        return ""
    try:
        url = graph.url(f"applications(appId='{client_id}')", {"$select": "passwordCredentials"})
        ends = [_end(one) for one in graph.get(url)["passwordCredentials"] if one.get("hint") == secret[:_HINT]]
    except (MicrosoftError, KeyError, TypeError, ValueError):
        return ""  # it is no part of reading users
    if not ends:
        return ""
    end = max(ends)  # of several that begin alike, to warn of none in vain
    left = end - datetime.datetime.now(datetime.UTC)
    if left >= datetime.timedelta(days=WARN_DAYS):
        return ""
    return (
        f"The client secret of the application {client_id} expires on {end:%Y-%m-%d}, in {max(left.days, 0)} days; make"
        " a new one in time, or use a certificate."
    )


def _end(credential: dict[str, Any]) -> datetime.datetime:
    return datetime.datetime.fromisoformat(credential["endDateTime"])
