# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The source options with which an application reads a Microsoft 365 tenant, and the connection that they make."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.clouds import cloud_of
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.credentials import (
    Credential,
    credential_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.expiry import secret_warning
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.graph import Graph
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.session import (
    new_budget,
    new_session,
)
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.tokens import MINIMUM, MsalTokens
from ansible_collections.telephony.connector.plugins.module_utils.web.limits import Limits
from ansible_collections.telephony.connector.plugins.module_utils.web.proxy import check_proxy
from ansible_collections.telephony.connector.plugins.module_utils.web.retry import RetryBudget


@dataclass(frozen=True)
class Connection:
    """A tenant that can be read, and what is worth telling about the way there."""

    graph: Graph
    credential: Credential
    budget: RetryBudget

    def warnings(self) -> list[str]:
        """Return what a person should know, at the end of a read: what is about to expire, and waits."""
        options = self.credential.options
        ending = ""
        if "client_secret" in options:
            ending = secret_warning(self.graph, options["client_id"], options["client_secret"])
        return [*self.credential.warnings, *filter(None, [ending, self.budget.sentence("Microsoft")])]


def check(options: Mapping[str, Any]) -> None:
    """Refuse options that cannot sign in (typed, as `given` returns them); touches nothing. Raises DefinitionError."""
    credential_of(options)
    cloud_of(options)
    tenant, client = options.get("tenant_id"), options.get("client_id")
    if tenant is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,253}", tenant):
        raise DefinitionError(
            "The source option tenant_id must be the Directory (tenant) ID, or a domain of the tenant such as"
            " contoso.onmicrosoft.com."
        )
    if client is not None and not re.fullmatch(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", client):
        raise DefinitionError(
            "The source option client_id must be the Application (client) ID of the app registration, such as"
            " 11111111-2222-3333-4444-555555555555."
        )
    check_proxy(options)


def identity(options: Mapping[str, Any], asked: str) -> str:
    """Return a digest of the tenant and of what is asked for: the checkpoint of a read counts for these alone."""
    names = ("tenant_id", "client_id", "cloud", "authority", "graph_url")
    decisive = [asked, *(options.get(name) for name in names)]
    return hashlib.sha256(json.dumps(decisive).encode()).hexdigest()[:16]


@contextmanager
def connect(options: Mapping[str, Any], limits: Limits) -> Iterator[Connection]:
    """Return the tenant of checked options; nothing is asked yet. Leaving the context closes the connections."""
    require("msal", "msal", MINIMUM, "reading from Microsoft 365")
    budget = new_budget(options, limits)
    credential, cloud = credential_of(options), cloud_of(options)
    session = new_session(options, budget, limits)
    try:
        tokens = MsalTokens(credential, cloud, session)
        yield Connection(Graph(cloud, session, tokens, budget), credential, budget)
    finally:
        session.close()
