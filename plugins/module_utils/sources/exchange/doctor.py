# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Trying the address books of Exchange step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds
from ansible_collections.telephony.connector.plugins.module_utils.sources.checking import (
    CheckError,
    Column,
    Sample,
    Steps,
    examine_url,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange import ews_session
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.source import ExchangeSource
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.tenant_doctor import examine_tenant


def examine(options: Mapping[str, Any], steps: Steps, wanted: frozenset[str]) -> Sample:
    """See Doctor."""
    everything = Sample(options, frozenset({*wanted, "*"}))
    if ExchangeSource(options).by_graph:
        return everything if examine_tenant(options, steps) else Sample(options)
    if "url" in options and not examine_url(steps, options["url"], options):
        return Sample(options)
    signed_in = steps.run("sign_in", lambda: _sign_in(options))
    return everything if signed_in else Sample(options)


def suggest(template: str, options: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """See Doctor. The names of columns are Exchange's own, as the template has them."""
    return {"template": template}


def _sign_in(options: Mapping[str, Any]) -> str:
    with Bounds.from_options(options, "Exchange") as bounds, ews_session.connect(options, bounds) as session:
        try:
            _root = session.account(options["email"]).root  # asks the server
        except Exception as error:  # exchangelib has some hundred sorts; the session knows their words
            raise CheckError(session.in_words(error)) from None
        return f"Signed in at {session.where}, and the mailbox {options['email']} opens."
