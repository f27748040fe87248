# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""LDAP directories as a source: OpenLDAP, 389 Directory Server, and whatever else follows the standards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap import incremental
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.base import DirectorySource, Entries
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.options import OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import Options, secrets_of


class LdapSource(DirectorySource):
    """A directory with everything given by options. Keys are entryUUID (RFC 4530), or another of KEYS."""

    family: ClassVar[str] = "ldap"
    OPTIONS: ClassVar[Options] = OPTIONS
    SECRETS: ClassVar[frozenset[str]] = secrets_of(OPTIONS)
    KEY: ClassVar[str] = "entryUUID"
    #: attributes that may be the key of a profile with `incremental`: those of 389 Directory Server and FreeIPA besides
    KEYS: ClassVar[tuple[str, ...]] = ("entryUUID", "nsUniqueId", "ipaUniqueID")
    #: the expression by which the profile makes its keys; set before a read
    profile_key: str = "row.entryUUID"

    def entries(
        self, connected: Connected, request: Request, checkpoint: Mapping[str, Any] | None, wanted: frozenset[str]
    ) -> Entries:
        """See DirectorySource."""
        if not self.options.get("incremental"):
            return super().entries(connected, request, checkpoint, wanted)
        reason = ""
        if checkpoint:
            found = incremental.changes(connected, request, checkpoint, wanted, self._key())
            if not isinstance(found, str):
                return found
            reason = found
        everything = incremental.Everything(connected, request, self.page_size, wanted)
        everything.warnings += [reason] if reason else []
        return everything

    def _key(self) -> str:
        """Return the attribute with the profile's keys (folded), "" where they are made of something else."""
        name = self.profile_key.strip().removeprefix("row.").casefold()
        return name if name in {known.casefold() for known in self.KEYS} else ""
