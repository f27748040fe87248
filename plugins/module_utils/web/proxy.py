# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The proxy on the way to a web address: the profile's, else the environment's, and none to this very machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError


def check_proxy(options: Mapping[str, Any]) -> None:
    """Refuse an option `proxy` that is not the address of a proxy; an empty one means none. Raises DefinitionError."""
    proxy = options.get("proxy", "")
    try:
        parts = urlsplit(proxy)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        _port = parts.port
    except ValueError:
        is_one = False
    if proxy and not is_one:
        raise DefinitionError(
            "The source option proxy must have the form http://host:port, without a user name (a proxy that wants one "
            "can be given in the environment, HTTPS_PROXY)."
        )


def proxies(url: str, options: Mapping[str, Any]) -> dict[str, str]:
    """Return the proxies for an address as requests takes them.

    A proxy only passes an encrypted connection on, so that the certificate is checked all the same. This machine and
    what is on its own link are never asked through one: for a proxy, they are others.
    """
    import requests

    parts = urlsplit(url)
    if is_near(parts.hostname or ""):
        return {}
    if "proxy" in options:
        return {parts.scheme: options["proxy"]} if options["proxy"] else {}
    return dict(requests.utils.get_environ_proxies(url))


def is_near(host: str) -> bool:
    """Say whether a host is this machine, or on its own link as the service for managed identities of Azure."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_link_local
