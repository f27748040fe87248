# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a domain controller says of itself in its rootDSE ([MS-ADTS] 3.1.1.3.2), always asked anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Request, Search
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.values import guid

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected


class Root(NamedTuple):
    """DNs of the domain and of the schema, of the server's own settings, and the last change it made (0: unknown)."""

    domain: str
    schema: str
    service: str
    last_change: int

    @classmethod
    def read(cls, connected: Connected) -> Root:
        """Ask the server; what it does not say is empty. Raises SourceError."""
        names = ("defaultNamingContext", "schemaNamingContext", "dsServiceName", "highestCommittedUSN")
        found = base_entry(connected, "", names)
        domain, schema, service, last = (found.get(name.lower(), b"").decode("utf-8", "replace") for name in names)
        return cls(domain, schema, service, int(last) if last.isdecimal() else 0)

    def invocation(self, connected: Connected) -> str:
        """Return the identity of the server's database, "" if it may not be read: numbers of changes are its own."""
        if not self.service:
            return ""
        found = base_entry(connected, self.service, ("invocationId",), may_be_missing=True)
        return guid(found.get("invocationid", b"")) or ""


def base_entry(connected: Connected, dn: str, names: tuple[str, ...], may_be_missing: bool = False) -> dict[str, bytes]:
    """Return the first values of one entry by folded names; SourceError unless it is there or may be missing."""
    search = Search(connected, Request(dn, "(objectClass=*)", "base", names), 1)
    found: dict[str, bytes] = {}
    for entry in search:
        found = {name.decode().lower(): values[0] for name, values in entry.attributes.items() if values}
    if search.failure and not may_be_missing:
        raise SourceError(search.failure)
    return found
