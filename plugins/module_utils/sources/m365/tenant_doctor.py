# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Trying a tenant of Microsoft 365 step by step: where tokens come from, the sign-in, and Microsoft Graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.microsoft.clouds import cloud_of
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.credentials import credential_of
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.session import new_budget, new_session
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.tokens import MsalTokens
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds
from ansible_collections.telephony.connector.plugins.module_utils.sources.checking import Steps, examine_url


def examine_tenant(options: Mapping[str, Any], steps: Steps) -> bool:
    """Record the steps to a token and to Microsoft Graph; say whether something can be read."""
    cloud = cloud_of(options)
    if not options.get("managed_identity") and not examine_url(steps, cloud.authority, options, "authority"):
        return False
    return steps.run("sign_in", lambda: _sign_in(options)) and examine_url(steps, cloud.graph_url, options, "graph_url")


def _sign_in(options: Mapping[str, Any]) -> str:
    with Bounds.from_options(options, "Microsoft 365") as bounds:
        session = new_session(options, new_budget(options, bounds), bounds)
        try:
            tokens = MsalTokens(credential_of(options), cloud_of(options), session)
            tokens.token()
            roles = tokens.roles
        finally:
            session.close()
    if roles is None:
        return "The tenant gives a token."
    named = ", ".join(sorted(roles)) or "none: give the application permissions and have an admin consent to them"
    return f"The tenant gives a token. Its application permissions: {named}."
