# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Where a request really goes, to decide whom credentials may be sent to."""

from __future__ import annotations

from typing import NamedTuple

_PORTS = {"https": 443, "http": 80}


class Origin(NamedTuple):
    """Scheme, host and port of an address, all in lower case; empty for what is no address."""

    scheme: str = ""
    host: str = ""
    port: int = 0

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"


def origin_of(url: str) -> Origin:
    """Return where requests connects for an address that somebody else names.

    It is taken apart as requests does it: where a backslash stands in it, urlsplit sees another host, which it would
    vouch for.
    """
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url

    try:
        parts = parse_url(url)
    except LocationParseError:
        return Origin()
    if not parts.scheme or not parts.host:
        return Origin()
    scheme = parts.scheme.lower()
    return Origin(scheme, parts.host.strip("[]").lower(), parts.port or _PORTS.get(scheme, 0))
