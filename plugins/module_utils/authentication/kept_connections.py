# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Connections to directories that are kept from one login to the next."""

from __future__ import annotations

import threading
from typing import Protocol

from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import (
    Connected,
    connect,
    connect_anonymously,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.errors import BindRefused
from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Servers
from ansible_collections.telephony.connector.plugins.module_utils.directory.sign_in_again import sign_in_again


class Connections(Protocol):
    """Where logins get their connections from. What `connect` raises is what directory.connection.connect does."""

    def signed_in(self, servers: Servers, user: str, password: str) -> Connected:
        """Return a connection on which the user was signed in just now."""

    def searching(self, servers: Servers, user: str, password: str, afresh: bool = False) -> Connected:
        """Return a connection on which the user ("" for nobody) is signed in; `afresh`: not one that was kept."""

    def give_back(self, connected: Connected, is_sound: bool) -> None:
        """Take a connection back that is not needed any more."""


class NewConnections:
    """A connection of its own for each purpose."""

    def signed_in(self, servers: Servers, user: str, password: str) -> Connected:
        """See Connections."""
        return connect(servers, user, password)

    def searching(self, servers: Servers, user: str, password: str, afresh: bool = False) -> Connected:
        """See Connections."""
        return connect(servers, user, password) if user else connect_anonymously(servers)

    def give_back(self, connected: Connected, is_sound: bool) -> None:
        """See Connections."""
        connected.close()


class KeptConnections:
    """One idle connection for each purpose; several threads may use it, each with a connection for itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[object, Connected] = {}
        self._purposes: dict[int, object] = {}

    def signed_in(self, servers: Servers, user: str, password: str) -> Connected:
        """See Connections: on a kept connection by another bind, which replaces the identity before (RFC 4513, 5)."""
        purpose = ("users", servers)
        connected = self._take(purpose)
        if connected is not None:
            try:
                if sign_in_again(connected, user, password):
                    return self._lend(purpose, connected)
            except BindRefused:
                self._keep(purpose, connected)
                raise
            connected.close()  # the server has closed the connection meanwhile
        return self._lend(purpose, connect(servers, user, password))

    def searching(self, servers: Servers, user: str, password: str, afresh: bool = False) -> Connected:
        """See Connections."""
        purpose = ("search", servers, user, password)
        connected = self._take(purpose)
        if connected is not None and afresh:
            connected.close()
            connected = None
        if connected is None:
            connected = connect(servers, user, password) if user else connect_anonymously(servers)
        return self._lend(purpose, connected)

    def give_back(self, connected: Connected, is_sound: bool) -> None:
        """See Connections."""
        with self._lock:
            purpose = self._purposes.pop(id(connected), None)
        if purpose is None or not is_sound:
            connected.close()
        else:
            self._keep(purpose, connected)

    def close(self) -> None:
        """Hang up on all that are idle."""
        with self._lock:
            idle, self._idle = list(self._idle.values()), {}
        for connected in idle:
            connected.close()

    def _take(self, purpose: object) -> Connected | None:
        with self._lock:
            return self._idle.pop(purpose, None)

    def _lend(self, purpose: object, connected: Connected) -> Connected:
        with self._lock:
            self._purposes[id(connected)] = purpose
        return connected

    def _keep(self, purpose: object, connected: Connected) -> None:
        with self._lock:
            other, self._idle[purpose] = self._idle.get(purpose), connected
        if other is not None:
            other.close()
