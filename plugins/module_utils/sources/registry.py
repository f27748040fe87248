# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The registry of source families: a new source is one folder beside this file, and one line here.

The code of a family is imported when a profile of it is used, by a literal import: Ansible packs what it can see.
"""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Source


def _csv() -> type[Source]:
    from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.source import CsvSource

    return CsvSource


def _ldap() -> type[Source]:
    from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.source import LdapSource

    return LdapSource


def _active_directory() -> type[Source]:
    from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.source import (
        ActiveDirectorySource,
    )

    return ActiveDirectorySource


def _ucs() -> type[Source]:
    from ansible_collections.telephony.connector.plugins.module_utils.sources.ucs.source import UcsSource

    return UcsSource


def _m365() -> type[Source]:
    from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.source import M365Source

    return M365Source


def _exchange() -> type[Source]:
    from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.source import ExchangeSource

    return ExchangeSource


def _pbx() -> type[Source]:
    from ansible_collections.telephony.connector.plugins.module_utils.sources.pbx.source import PbxSource

    return PbxSource


#: family -> what imports its class
FAMILIES: dict[str, Callable[[], type[Source]]] = {
    "csv": _csv,
    "ldap": _ldap,
    "ad": _active_directory,
    "ucs": _ucs,
    "m365": _m365,
    "exchange": _exchange,
    "pbx": _pbx,
}


def source_class(family: str) -> type[Source]:
    """Return the class of a family. Imports only what this family needs; DefinitionError for an unknown one."""
    if family not in FAMILIES:
        raise DefinitionError(
            f'There is no source family "{family}"; there are: {", ".join(FAMILIES)}.{nearest(family, FAMILIES)}'
        )
    return FAMILIES[family]()
