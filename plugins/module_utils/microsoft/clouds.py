# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The national clouds of Microsoft, and where a tenant of each signs in and is read.

Hosts: Microsoft's "National cloud deployments" for Microsoft Graph and for the identity platform.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError

DEFAULT = "global"


class Cloud(NamedTuple):
    """Where tokens come from and what they are for. `is_known`: Microsoft itself knows this cloud as its own."""

    authority: str  # without the tenant, unless it was given with one
    graph_url: str
    is_known: bool = True

    @property
    def scope(self) -> str:
        """The scope that stands for all application permissions of an app registration."""
        return f"{self.graph_url}/.default"

    def tenant_authority(self, tenant_id: str) -> str:
        """Return the authority of a tenant, as msal wants it: one segment of a path."""
        return self.authority if urlsplit(self.authority).path else f"{self.authority}/{tenant_id}"


CLOUDS: dict[str, Cloud] = {
    DEFAULT: Cloud("https://login.microsoftonline.com", "https://graph.microsoft.com"),
    "us_government": Cloud("https://login.microsoftonline.us", "https://graph.microsoft.us"),
    "us_government_dod": Cloud("https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
    "china": Cloud("https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn"),
}


def cloud_of(options: Mapping[str, Any]) -> Cloud:
    """Return the cloud that the options name; DefinitionError for an address that is none."""
    named = CLOUDS[options.get("cloud", DEFAULT)]
    authority, graph_url = options.get("authority"), options.get("graph_url")
    return Cloud(
        named.authority if authority is None else _address("authority", authority, segments=1),
        named.graph_url if graph_url is None else _address("graph_url", _without_version(graph_url), segments=0),
        authority is None,
    )


def _without_version(graph_url: str) -> str:
    """Return the address of Graph without the version, with which Microsoft's own pages write it."""
    return re.sub(r"/+v1\.0/*\s*$", "", graph_url, flags=re.IGNORECASE)


def _address(option: str, text: str, segments: int) -> str:
    """Return an address without a slash at its end; DefinitionError unless it is https, its path short enough."""
    address = text.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme != "https" or parts.username is not None or parts.query or parts.fragment:
        raise DefinitionError(f"The source option {option} must have the form https://host or https://host:port.")
    if not re.fullmatch(rf"(/[^/]+){{0,{segments}}}", parts.path):
        more = ", or https://host/tenant" if segments else ", without a path"
        raise DefinitionError(f"The source option {option} must have the form https://host{more}.")
    return address
