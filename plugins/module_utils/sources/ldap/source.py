# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""LDAP directories as a source: OpenLDAP, 389 Directory Server, and whatever else follows the standards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Request
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap import incremental
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.base import DirectorySource, Entries
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.options import OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import Options, secrets_of


class LdapSource(DirectorySource):
    """A directory with everything given by options. Keys are entryUUID (RFC 4530)."""

    family: ClassVar[str] = "ldap"
    OPTIONS: ClassVar[Options] = OPTIONS
    SECRETS: ClassVar[frozenset[str]] = secrets_of(OPTIONS)
    KEY: ClassVar[str] = "entryUUID"

    def entries(
        self, connected: Connected, request: Request, checkpoint: Mapping[str, Any] | None, wanted: frozenset[str]
    ) -> Entries:
        """See DirectorySource."""
        if not self.options.get("incremental"):
            return super().entries(connected, request, checkpoint, wanted)
        if checkpoint:
            found = incremental.changes(connected, request, checkpoint, wanted)
            if found is not None and self.can_use(found):
                return found
        return incremental.Everything(connected, request, self.page_size, wanted)

    def can_use(self, changes: incremental.Changes) -> bool:
        """Say whether changes can be used; otherwise everything is read."""
        return True
