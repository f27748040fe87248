# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Microsoft 365 for tests: sign-in and Graph together, and the source options that lead there."""

from __future__ import annotations

from typing import Any

from ansible_collections.telephony.connector.tests.servers.ca import TestCA
from ansible_collections.telephony.connector.tests.servers.entra import CLIENT_ID, SECRET, TENANT, Entra
from ansible_collections.telephony.connector.tests.servers.graph import Graph
from ansible_collections.telephony.connector.tests.servers.graph_tenant import Tenant


class Microsoft365:
    """Both services, started with `start()` and stopped with `stop()`; or as a context."""

    def __init__(self, ca: TestCA, certificate: str = "server") -> None:
        self.ca = ca
        self.graph = Graph(ca.path(certificate))
        self.entra = Entra(ca.path(certificate), self.graph.url)
        self.graph.verifiers.append(self.entra.accepts)

    @property
    def tenant(self) -> Tenant:
        """The users and groups."""
        return self.graph.tenant

    def start(self) -> Microsoft365:
        """Start both."""
        self.entra.start()
        self.graph.start()
        return self

    def stop(self) -> None:
        """Stop both."""
        self.entra.stop()
        self.graph.stop()

    def __enter__(self) -> Microsoft365:
        return self.start()

    def __exit__(self, *_reason: object) -> None:
        self.stop()

    def source(self, **more: Any) -> dict[str, Any]:
        """Return the source options of a profile; None takes one out."""
        options = {
            "tenant_id": TENANT,
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
            "authority": self.entra.url,
            "graph_url": self.graph.url,
            "ca_path": self.ca.path("ca.crt"),
            **more,
        }
        return {name: value for name, value in options.items() if value is not None}
