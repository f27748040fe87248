# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""LDAP directories as a source: OpenLDAP, 389 Directory Server, and whatever else follows the standards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils import source_options
from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
from ansible_collections.telephony.connector.plugins.module_utils.sources import ldap_incremental
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap_family import (
    DirectorySource,
    Entries,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap_search import Request


class LdapSource(DirectorySource):
    """A directory with everything given by options. Keys are entryUUID (RFC 4530)."""

    family: ClassVar[str] = "ldap"
    OPTIONS: ClassVar[source_options.Options] = source_options.OPTIONS["ldap"]
    SECRETS: ClassVar[frozenset[str]] = source_options.secrets_of("ldap")
    KEY: ClassVar[str] = "entryUUID"

    def entries(
        self, connected: Connected, request: Request, checkpoint: Mapping[str, Any] | None, wanted: frozenset[str]
    ) -> Entries:
        """See DirectorySource."""
        if not self.options.get("incremental"):
            return super().entries(connected, request, checkpoint, wanted)
        if checkpoint:
            found = ldap_incremental.changes(connected, request, checkpoint, wanted)
            if found is not None and self.can_use(found):
                return found
        return ldap_incremental.Everything(connected, request, self.page_size, wanted)

    def can_use(self, changes: ldap_incremental.Changes) -> bool:
        """Say whether changes can be used; otherwise everything is read."""
        return True
