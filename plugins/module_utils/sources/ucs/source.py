# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Univention Corporate Server as a source: its ports, its machine accounts, and users marked for the phone system."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.directory.escaping import (
    domain_to_dn,
    escape_dn_value,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Servers
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.source import (
    DISABLED,
    check_domain,
    servers_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.source import LdapSource
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import Options, secrets_of
from ansible_collections.telephony.connector.plugins.module_utils.sources.ucs.options import OPTIONS

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
    from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.base import Entries
    from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.columns import Finish

PLAIN_PORT, TLS_PORT = 7389, 7636  # 389 and 636 are those of the Active Directory that UCS can offer besides
MARKER = "mobydickActivated"
_EXPIRES, _KERBEROS, _SAMBA = "shadowexpire", "krb5kdcflags", "sambaacctflags"
_INVALID = 1 << 7  # of the KDC flags: 126 becomes 254
_DAY = 86400


class UcsSource(LdapSource):
    """The OpenLDAP of a UCS domain. Keys are univentionObjectIdentifier, or entryUUID before UCS 5.2."""

    family: ClassVar[str] = "ucs"
    OPTIONS: ClassVar[Options] = OPTIONS
    SECRETS: ClassVar[frozenset[str]] = secrets_of(OPTIONS)
    SIGN_IN_OPTIONS: ClassVar[str] = "username, password and domain"
    MADE: ClassVar[frozenset[str]] = frozenset({DISABLED})
    #: OpenLDAP names what is gone by entryUUID, which need not be the key here
    KEYS: ClassVar[tuple[str, ...]] = ()

    def entries(
        self, connected: Connected, request: Request, checkpoint: Mapping[str, Any] | None, wanted: frozenset[str]
    ) -> Entries:
        """See DirectorySource. Accounts expire at the beginning of a day, without being changed."""
        if checkpoint and DISABLED in wanted and int(checkpoint.get("full") or 0) // _DAY != int(time.time()) // _DAY:
            checkpoint = None
        return super().entries(connected, request, checkpoint, wanted)

    # ------------------------------------------------------------------------------------------------ hooks

    def check_options(self) -> None:
        """See DirectorySource."""
        if not self.options.get("base_dn"):
            self.require_option("domain", "the DNS name of the domain, such as corp.example")
        check_domain(self.options)
        self.require_option("username", "the machine account of the phone system, or the DN of an account")
        self.require_option("password", "the password of that account")
        username = self.options["username"]
        if "@" in username and "=" not in username:
            raise DefinitionError(
                f'The source option username must be the name of a machine account, such as pbx, or a DN; "{username}"'
                " is neither (UCS signs nobody in here by name@domain)."
            )
        marker = self.options.get("marker_attribute", MARKER)
        if marker and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", marker):
            raise DefinitionError(
                f'The source option marker_attribute must be the name of an attribute, not "{marker}".'
            )

    def make_servers(self) -> Servers:
        """See DirectorySource."""
        return servers_of(self.options, PLAIN_PORT, TLS_PORT)

    def make_user(self) -> str:
        """See DirectorySource."""
        username = str(self.options["username"])
        if "=" in username:
            return username
        # a machine account is called like its host; Windows writes a $ behind
        name = username.partition(".")[0].removesuffix("$")
        return f"cn={escape_dn_value(name)},cn=computers,{self._domain_dn()}"

    def make_base(self) -> str:
        """See DirectorySource."""
        return str(self.options.get("base_dn") or self._domain_dn())

    def _domain_dn(self) -> str:
        domain = self.options.get("domain")
        if domain:
            return domain_to_dn(domain).replace("DC=", "dc=")
        parts = re.split(r"(?<!\\),", self.options["base_dn"])
        return ",".join(part.strip() for part in parts if part.strip().lower().startswith("dc="))

    def make_filter(self) -> str:
        """See DirectorySource."""
        if self.options.get("search_filter"):
            return str(self.options["search_filter"])
        marker = self.options.get("marker_attribute", MARKER)
        marked = f"({marker}=TRUE)" if marker else ""
        return f"(&(univentionObjectType=users/user){marked})"

    def needed_attributes(self, wanted: frozenset[str]) -> Iterable[str]:
        """See DirectorySource."""
        return ("shadowExpire", "krb5KDCFlags", "sambaAcctFlags") if DISABLED in wanted else ()

    def finisher(self, connected: Connected, wanted: frozenset[str]) -> Finish | None:
        """See DirectorySource."""
        if DISABLED not in wanted:
            return None
        today = int(time.time()) // _DAY

        def finish(cells: dict[str, Cell]) -> None:
            cells[DISABLED] = "true" if is_disabled(cells, today) else ""

        return finish


def is_disabled(cells: dict[str, Cell], today: int) -> bool:
    """Say whether an account is disabled or has expired; `today` counts days since 1970, as shadowExpire does.

    UCS writes all three attributes when an account is disabled; where somebody wrote only one of them, that one counts.
    """
    expires, kerberos, samba = _number(cells.get(_EXPIRES)), _number(cells.get(_KERBEROS)), cells.get(_SAMBA)
    if expires is not None and 0 < expires <= today:
        return True
    if kerberos is not None and kerberos & _INVALID:
        return True
    return isinstance(samba, str) and "D" in samba


def _number(cell: Cell) -> int | None:
    return int(cell) if isinstance(cell, str) and cell.lstrip("-").isdecimal() else None
