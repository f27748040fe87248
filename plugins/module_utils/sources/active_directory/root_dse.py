# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a domain controller says of itself in its rootDSE ([MS-ADTS] 3.1.1.3.2), always asked anew."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.values import date, guid

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected


class Root(NamedTuple):
    """DNs of the domain and of the schema, of the server's own settings, the last change it made, and its time.

    The time is in seconds since 1970; both numbers are 0 where they are not known.
    """

    domain: str
    schema: str
    service: str
    last_change: int
    time: int = 0

    @classmethod
    def read(cls, connected: Connected) -> Root:
        """Ask the server; what it does not say is empty. Raises SourceError."""
        names = ("defaultNamingContext", "schemaNamingContext", "dsServiceName", "highestCommittedUSN", "currentTime")
        found = base_entry(connected, "", names)
        domain, schema, service, last, now = (found.get(name.lower(), b"").decode("utf-8", "replace") for name in names)
        return cls(domain, schema, service, int(last) if last.isdecimal() else 0, _seconds(now))

    def invocation(self, connected: Connected) -> str:
        """Return the identity of the server's database, "" if it may not be read: numbers of changes are its own."""
        if not self.service:
            return ""
        found = base_entry(connected, self.service, ("invocationId",), may_be_missing=True)
        return guid(found.get("invocationid", b"")) or ""


def _seconds(text: str) -> int:
    """Return a generalized time in seconds since 1970, 0 for what is none."""
    iso = date(text)
    return int(datetime.datetime.fromisoformat(iso).timestamp()) if iso else 0


def base_entry(connected: Connected, dn: str, names: tuple[str, ...], may_be_missing: bool = False) -> dict[str, bytes]:
    """Return the first values of one entry by folded names; SourceError unless it is there or may be missing."""
    search = Search(connected, Request(dn, "(objectClass=*)", "base", names), 1)
    found: dict[str, bytes] = {}
    for entry in search:
        found = {name.decode().lower(): values[0] for name, values in entry.attributes.items() if values}
    if search.failure and not may_be_missing:
        raise SourceError(search.failure)
    return found
