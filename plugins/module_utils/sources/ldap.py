# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""LDAP directories as a source: OpenLDAP, 389 Directory Server, and whatever else follows the standards."""

from __future__ import annotations

from typing import ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap_family import DirectorySource


class LdapSource(DirectorySource):
    """A directory with everything given by options. Keys are entryUUID (RFC 4530)."""

    family: ClassVar[str] = "ldap"
    KEY: ClassVar[str] = "entryUUID"
