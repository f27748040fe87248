# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A branch of an LDAP directory in which phones search: one inetOrgPerson for each entry, named by our own id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Servers
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    PRIVATE,
    Context,
    Entry,
    Item,
    Options,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.ldap.attributes import (
    NUMBERS,
    attributes_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.entry_format import EntryFormat, EntryTarget
from ansible_collections.telephony.connector.plugins.module_utils.outputs.server_options import (
    TIMEOUT_OPTION,
    VALIDATE_CERTS_OPTION,
)


class Ldap(EntryFormat):
    """The entries of a branch."""

    NAME = "ldap"
    IGNORES_CASE: ClassVar[bool] = True
    TITLE = "LDAP directory"
    OPTIONS: ClassVar[Options] = {
        "uri": {
            "type": "list",
            "elements": "str",
            "required": True,
            "description": "One server that takes changes, or several copies of it, tried in order: ldaps://host:port.",
        },
        "base_dn": {
            "type": "str",
            "required": True,
            "description": "The branch that holds the entries, such as ou=phonebook,dc=corp,dc=example; it must be"
            " there.",
        },
        "username": {"type": "str", "required": True, "description": "The DN of an account that may write there."},
        "password": {"type": "str", "required": True, "no_log": True, "description": "The password of username."},
        "start_tls": {"type": "bool", "default": False, "description": "Encrypts an ldap:// connection."},
        "ca_path": {
            "type": "path",
            "description": "A file or folder of CA certificates (PEM) that are trusted instead of the machine's.",
        },
        **VALIDATE_CERTS_OPTION,
        "allow_plaintext": {
            "type": "bool",
            "default": False,
            "description": "Accepts, without a warning, that the password crosses the network unencrypted.",
        },
        "page_size": {
            "type": "int",
            "default": 500,
            "description": "How many entries are read at once.",
        },
        **TIMEOUT_OPTION,
    }
    LIMITS: ClassVar[dict[str, str]] = {"characters of a number": "letters, digits and '()+,-./:=? (PrintableString)"}
    FIELDS: ClassVar[dict[str, str]] = {
        "display_name": "displayName, cn, sn",
        "surname": "sn, cn",
        "given_name": "givenName, cn",
        "organisation": "o",
        "phone": "telephoneNumber",
        "mobile": "mobile",
        "homephone": "homePhone",
        "fax": "facsimileTelephoneNumber",
        "email": "mail",
        "notes": "description",
        "id": "uid",
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        "The branch must be there already, and may hold entries of others: they stay as they are.",
        "Names without marks (Mueller, Muller) and all dial forms of a number are further values, for phones to find.",
    )
    NUMBERS: ClassVar[tuple[str, ...]] = tuple(NUMBERS)

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._servers = Servers.from_options(options, option="The option")
        self._base = _plain_dn(options["base_dn"])
        _check(options, self._base)

    @property
    def target(self) -> str:
        """The branch and the host of its server; how that is reached may change."""
        return f"{self._base} at {self._servers.addresses[0].host}"

    def items(self, entry: Entry, context: Context) -> Iterable[Item]:
        """Return one entry of the directory."""
        require("phonenumbers", "phonenumbers", "8.12.0", "the format ldap")
        values = attributes_of(entry, context)
        if not values:
            return ()
        return (Item(entry.key, entry.name, f"uid={context.uid(entry.key)},{self._base}", values),)

    def warnings(self) -> tuple[str, ...]:
        """Say that somebody on the way may read or answer."""
        told = []
        servers, uri = self._servers, self._servers.addresses[0].uri
        if servers.may_be_plain and not self.options["allow_plaintext"]:
            told.append(f"The password of {self.options['username']} is sent to {uri} in cleartext: use ldaps:// or"
                        " start_tls (or accept it with allow_plaintext: true).")  # fmt: skip
        elif not (servers.may_be_plain or servers.validate_certs):
            told.append(f"The certificate of {uri} is not checked, as validate_certs is false.")
        return tuple(told)

    def open(self, check_mode: bool) -> EntryTarget:
        """Return the branch; the server is first asked when the plan needs it."""
        from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.ldap.target import Branch

        return Branch(self._base, self._servers, self.options)


def _plain_dn(base_dn: str) -> str:
    """Return a DN without the blanks around its commas and equals signs that people write."""
    return re.sub(r"(?<!\\)\s*([,=])\s*", r"\1", base_dn.strip())


def _check(options: Mapping[str, Any], base: str) -> None:
    """Refuse options that are missing or do not fit together."""
    if not re.fullmatch(r"[A-Za-z0-9.-]+=.+", base, re.DOTALL):
        raise DefinitionError(
            f'The option base_dn must be a distinguished name, such as ou=phonebook,dc=corp,dc=example, not "{base}".'
        )
    for name in ("username", "password"):
        if not options[name]:
            raise DefinitionError(f"The option {name} is empty: give the DN and password of an account that may write.")
    if options["page_size"] < 1:
        raise DefinitionError("The option page_size must be 1 or more.")
    if options.get("book") == PRIVATE:
        raise DefinitionError("A directory takes the company's phonebook or that of one owner: give his login as book,"
                              " and publish each to a branch of its own.")  # fmt: skip
