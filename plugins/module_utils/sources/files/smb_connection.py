# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Connections of smbprotocol whose messages are bounded.

The library believes any length that a server, or somebody between, puts before a message, and makes room for it: up to
4 GiB, before anything is signed or checked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_LONGEST_MESSAGE = 0xFFFFFF  # bytes, [MS-SMB2] 2.1


def bounded_connection(server: str, port: int, timeout: float) -> dict[str, Any]:
    """Connect to a server; return the connection by its name in the library's cache of connections."""
    from smbclient import ClientConfig  # type: ignore[import-untyped, unused-ignore]
    from smbprotocol.connection import Connection  # type: ignore[import-untyped, unused-ignore]

    class Bounded(Connection):  # type: ignore[misc, unused-ignore]
        """Bounds what its transport receives, which comes into being when it connects."""

        @property
        def transport(self) -> Any:
            return self._transport

        @transport.setter
        def transport(self, transport: Any) -> None:
            self._transport = transport
            if transport is not None:
                transport._recv = _bounded(transport._recv)

    connection = Bounded(ClientConfig().client_guid, server, port, require_signing=True)
    connection.connect(timeout=timeout)
    return {f"{server.lower()}:{port}": connection}


def _bounded(receive: Callable[[int, float], Any]) -> Callable[[int, float], Any]:
    """Return what receives so many bytes, unless these are more than a message may have."""
    from smbprotocol.exceptions import SMBException  # type: ignore[import-untyped, unused-ignore]

    def bounded(length: int, timeout: float) -> Any:
        if length > _LONGEST_MESSAGE:
            raise SMBException(f"it tells a message of {length} bytes")
        return receive(length, timeout)

    return bounded
