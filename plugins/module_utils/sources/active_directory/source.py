# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Active Directory as a source: everything that the name of a domain already says, disabled accounts, and groups."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.directory.escaping import domain_to_dn
from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import (
    PLAIN_PORT,
    TLS_PORT,
    Servers,
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory import account, groups
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.incremental import (
    entries_since,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.options import OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.root_dse import Root
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.base import (
    DirectorySource,
    Entries,
    FullRead,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import Options, secrets_of

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
    from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.columns import Finish

DISABLED = "disabled"
#: people and contacts, without computers, and without what Windows needs for itself (Administrator, Guest, krbtgt)
PEOPLE = "(objectCategory=person)(!(isCriticalSystemObject=TRUE))"
_DOMAIN = re.compile(r"(?!-)[\w-]+(?:\.(?!-)[\w-]+)*", re.ASCII)


def check_domain(options: Mapping[str, Any]) -> None:
    """Refuse options of a domain that do not fit together (DefinitionError)."""
    if options.get("domain") and not _DOMAIN.fullmatch(options["domain"]):
        raise DefinitionError(
            f'The source option domain must be the DNS name of the domain, such as corp.example, not "'
            f'{options["domain"]}".'
        )
    if options.get("uri") and (options.get("server") or "ssl" in options):
        raise DefinitionError("The source option uri says it all; leave out server and ssl beside it.")
    if not options.get("uri") and not options.get("server"):
        raise DefinitionError("The source needs the option server: a domain controller, such as dc1.corp.example.")
    for server in options.get("server", ()):
        if "/" in server or not server.strip():
            raise DefinitionError(
                f'The source option server must be a host name, not "{server}"; an address with ldap:// or ldaps://'
                " is for the option uri."
            )


def servers_of(options: Mapping[str, Any], plain_port: int = PLAIN_PORT, tls_port: int = TLS_PORT) -> Servers:
    """Return the servers of a domain. `ssl: false` is for StartTLS; only `start_tls: false` beside it is for no TLS."""
    if options.get("uri"):
        return Servers.from_options(options, plain_port, tls_port)
    is_ldaps = options.get("ssl", True)
    scheme = "ldaps" if is_ldaps else "ldap"
    # an IPv6 address has colons, and no port behind them unless it stands in brackets
    hosts = [f"[{host}]" if host.count(":") > 1 and "[" not in host else host for host in options["server"]]
    made = {**options, "uri": [f"{scheme}://{host.strip()}" for host in hosts]}
    made.setdefault("start_tls", not is_ldaps)
    return Servers.from_options(made, plain_port, tls_port, named_by="server")


class ActiveDirectorySource(DirectorySource):
    """A domain of Active Directory (or Samba). Keys are objectGUID, which a rename or a move leaves as it is."""

    family: ClassVar[str] = "ad"
    OPTIONS: ClassVar[Options] = OPTIONS
    SECRETS: ClassVar[frozenset[str]] = secrets_of(OPTIONS)
    EMPTY_HINT: ClassVar[str] = (
        "check base_dn (by default the whole domain) and search_filter, and that the account may read people there"
    )
    KEY: ClassVar[str] = "objectGUID"
    USERNAME_FIELD: ClassVar[str] = "sAMAccountName"
    SIGN_IN_OPTIONS: ClassVar[str] = "username, password and domain"
    MADE: ClassVar[frozenset[str]] = frozenset({DISABLED})

    # ------------------------------------------------------------------------------------------------ hooks

    def check_options(self) -> None:
        """See DirectorySource."""
        self.require_option("domain", "the DNS name of the domain, such as corp.example")
        check_domain(self.options)
        self.require_option("username", "an account that may read, such as svc-pbx")
        self.require_option("password", "the password of that account")

    def make_servers(self) -> Servers:
        """See DirectorySource."""
        return servers_of(self.options)

    def make_user(self) -> str:
        """See DirectorySource."""
        return account.sign_in_name(self.options["username"], self.options["domain"])

    def make_base(self) -> str:
        """See DirectorySource."""
        return str(self.options.get("base_dn") or domain_to_dn(self.options["domain"]))

    def make_filter(self) -> str:
        """See DirectorySource."""
        own = account.own_account_filter(self.options["username"], self.options["domain"])
        return str(self.options.get("search_filter") or f"(&{PEOPLE}(!{own}))")

    def needed_attributes(self, wanted: frozenset[str]) -> Iterable[str]:
        """See DirectorySource."""
        needed = ["userAccountControl", "accountExpires"] if DISABLED in wanted else []
        if groups.MEMBER_OF in wanted:
            needed += ["objectSid", "primaryGroupID"]
        return needed

    def finisher(self, connected: Connected, wanted: frozenset[str]) -> Finish | None:
        """See DirectorySource."""
        steps: list[Callable[[dict[str, Cell]], None]] = []
        if DISABLED in wanted:
            steps.append(_note_disabled(account.iso_now()))
        if groups.MEMBER_OF in wanted:
            is_nested = self.options.get("groups") == "nested"
            root = Root.read(connected).domain or domain_to_dn(self.options["domain"])
            steps.append(groups.Groups.read(connected, root, is_nested, self.page_size).fill)
        if not steps:
            return None

        def finish(cells: dict[str, Cell]) -> None:
            for step in steps:
                step(cells)

        return finish

    def entries(
        self, connected: Connected, request: Request, checkpoint: Mapping[str, Any] | None, wanted: frozenset[str]
    ) -> Entries:
        """See DirectorySource."""
        if not self.options.get("incremental"):
            return FullRead(connected, request, self.page_size)
        return entries_since(connected, request, checkpoint, wanted, self.page_size)


def _note_disabled(now: str) -> Callable[[dict[str, Cell]], None]:
    def note(cells: dict[str, Cell]) -> None:
        cells[DISABLED] = "true" if account.is_disabled(cells, now) else ""

    return note
