# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""An address book on a CardDAV server (RFC 6352): one vCard for each entry, whose name and UID are our own id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import (
    PRIVATE,
    Context,
    Entry,
    Item,
    Options,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.entry_format import EntryFormat, EntryTarget
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.vcard import VCard, card_values
from ansible_collections.telephony.connector.plugins.module_utils.outputs.server_options import (
    TIMEOUT_OPTION,
    VALIDATE_CERTS_OPTION,
)
from ansible_collections.telephony.connector.plugins.module_utils.web.failures import shown
from ansible_collections.telephony.connector.plugins.module_utils.web.proxy import check_proxy

_MOST_CONNECTIONS = 16


class CardDav(EntryFormat):
    """The cards of an address book."""

    NAME = "carddav"
    TITLE = "CardDAV address book"
    OPTIONS: ClassVar[Options] = {
        "url": {
            "type": "str",
            "required": True,
            "description": "The address of the address book; https, or http with allow_plaintext: true.",
        },
        "username": {"type": "str", "description": "Who signs in, by basic authentication."},
        "password": {"type": "str", "no_log": True, "description": "The password of username."},
        "ca_path": {
            "type": "path",
            "description": "A file or folder of CA certificates (PEM) that are trusted instead of the public ones.",
        },
        **VALIDATE_CERTS_OPTION,
        "allow_plaintext": {
            "type": "bool",
            "default": False,
            "description": "Allows an address with http, over which the password can be read on the way.",
        },
        "proxy": {
            "type": "str",
            "description": "The proxy, http://host:port; empty for none. Without it that of the environment.",
        },
        "version": {
            "type": "str",
            "choices": ["3.0", "4.0"],
            "default": "3.0",
            "description": "The version of the cards.",
        },
        "connections": {
            "type": "int",
            "default": 4,
            "description": f"How many cards are written side by side, 1 to {_MOST_CONNECTIONS}.",
        },
        **TIMEOUT_OPTION,
        "max_seconds": {
            "type": "int",
            "default": 3600,
            "description": "How many seconds the whole publication may take.",
        },
    }
    FIELDS: ClassVar[dict[str, str]] = VCard.FIELDS
    NOTES: ClassVar[tuple[str, ...]] = (
        "The address book must be there already, and may hold cards of others: they stay as they are.",
        "FRITZ!Box, Linphone, and the address books of computers and mobiles read it by the same address.",
    )
    NEEDS_NUMBER = False
    NUMBERS: ClassVar[tuple[str, ...]] = VCard.NUMBERS

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        _check(options)

    @property
    def target(self) -> str:
        """The address of the book, with a slash at its end."""
        return _book_of(str(self.options["url"]))

    def items(self, entry: Entry, context: Context) -> Iterable[Item]:
        """Return one card."""
        values = card_values(entry, context)
        if self.options["version"] != "3.0":
            values["version"] = self.options["version"]
        return (Item(entry.key, entry.name, f"{values['uid']}.vcf", values),)

    def warnings(self) -> tuple[str, ...]:
        """Say that the server may be anybody."""
        if self.options["validate_certs"] or not self.target.startswith("https:"):
            return ()
        return (f"The certificate of {shown(self.target)} is not checked, as validate_certs is false.",)

    def open(self, check_mode: bool) -> EntryTarget:
        """Return the address book; it is first asked when the plan needs it."""
        from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.carddav.target import (
            AddressBook,
        )

        return AddressBook(self.target, self.options)


def _book_of(url: str) -> str:
    parts = urlsplit(url.strip())
    return parts._replace(scheme=parts.scheme.lower(), path=f"{parts.path.rstrip('/')}/").geturl()


def _check(options: Mapping[str, Any]) -> None:
    """Refuse options that do not fit together."""
    _check_address(options)
    user, password = options.get("username"), options.get("password")
    if ":" in (user or ""):
        raise DefinitionError("The option username of an address book must not hold a colon, which basic"
                              " authentication forbids.")  # fmt: skip
    if bool(user) != bool(password):
        raise DefinitionError("Give username and password of the address book, or neither.")
    if not 1 <= options["connections"] <= _MOST_CONNECTIONS:
        raise DefinitionError(f"The option connections of an address book is 1 to {_MOST_CONNECTIONS}.")
    for name in ("timeout", "max_seconds"):
        if options[name] < 1:
            raise DefinitionError(f"The option {name} of an address book is 1 second or more.")
    if options.get("book") == PRIVATE:
        raise DefinitionError("An address book takes the company's phonebook or that of one owner: give his login as"
                              " book, and publish each to an address book of its own.")  # fmt: skip
    check_proxy({"proxy": options.get("proxy") or ""})


def _check_address(options: Mapping[str, Any]) -> None:
    try:
        parts = urlsplit(str(options["url"]).strip())
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme.lower() not in ("http", "https"):
        raise DefinitionError("The option url of an address book must be its web address, such as"
                              " https://dav.corp.example/phones/company/.")  # fmt: skip
    if parts.scheme.lower() == "http" and not options["allow_plaintext"]:
        raise DefinitionError("The url of the address book begins with http:, which a man-in-the-middle can read and"
                              " change; use https, or set allow_plaintext: true.")  # fmt: skip
    if parts.username is not None or parts.password is not None:
        raise DefinitionError("The url of the address book holds a user name; give it as username and password.")
    if parts.query or parts.fragment:
        raise DefinitionError("The url of the address book must end with its path: leave out what follows ? or #.")
