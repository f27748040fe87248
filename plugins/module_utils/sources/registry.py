# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The registry of source families: a new source is one file beside this one, its options, and one line here."""

from __future__ import annotations

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Source
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_specs import OPTIONS

FAMILIES: tuple[str, ...] = tuple(OPTIONS)


def source_class(family: str) -> type[Source]:
    """Return the class of a family. Imports only what this family needs; DefinitionError for an unknown one."""
    if family == "csv":
        from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.source import CsvSource

        return CsvSource
    if family == "ldap":
        from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.source import LdapSource

        return LdapSource
    if family == "ad":
        from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.source import (
            ActiveDirectorySource,
        )

        return ActiveDirectorySource
    if family == "ucs":
        from ansible_collections.telephony.connector.plugins.module_utils.sources.ucs.source import UcsSource

        return UcsSource
    if family == "m365":
        from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.source import M365Source

        return M365Source
    if family == "exchange":
        from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.source import ExchangeSource

        return ExchangeSource
    if family == "pbx":
        from ansible_collections.telephony.connector.plugins.module_utils.sources.pbx.source import PbxSource

        return PbxSource
    raise DefinitionError(
        f'There is no source family "{family}"; there are: {", ".join(FAMILIES)}.{nearest(family, FAMILIES)}'
    )
