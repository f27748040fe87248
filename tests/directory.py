# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of directories share: a whole read of a source, and profiles that read a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Gone, ReadResult, Record, Unusable
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.tests.servers.ds389 import Ds389
from ansible_collections.telephony.connector.tests.servers.slapd import READER_PASSWORD, Slapd


@dataclass
class WholeRead:
    """Everything that one read gave."""

    columns: tuple[str, ...]
    items: list[Record | Unusable | Gone]
    result: ReadResult

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The records as column -> cell, in their order."""
        return [dict(zip(self.columns, item.row, strict=True)) for item in self.items if isinstance(item, Record)]

    @property
    def gone(self) -> list[str]:
        return [item.key for item in self.items if isinstance(item, Gone)]

    def column(self, name: str) -> list[Any]:
        """Return one column of all records."""
        return [row[name] for row in self.rows]


def read_directory(
    options: Mapping[str, Any], *wanted: str, checkpoint: Mapping[str, Any] | None = None, family: str = "ldap"
) -> WholeRead:
    """Read a source to its end."""
    with source_class(family)(options).read(frozenset(wanted or ("uid",)), checkpoint) as reading:
        items = list(reading)
        return WholeRead(reading.columns, items, reading.result)


def source_of(server: Slapd | Ds389, **options: Any) -> dict[str, Any]:
    """Return the options of a source that reads the people of a server, as its reader."""
    return {
        "uri": server.uri,
        "base_dn": f"ou=people,{server.suffix}",
        "username": server.reader,
        "password": READER_PASSWORD,
        "search_filter": "(objectClass=inetOrgPerson)",
        "allow_plaintext": True,
        **options,
    }
