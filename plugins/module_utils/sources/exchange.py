# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Contacts of an Exchange server as a source: the options, and opening it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar
from urllib.parse import urlsplit

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.microsoft import options as microsoft
from ansible_collections.telephony.connector.plugins.module_utils.sources import ews_session
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import PhoneUser, Reading
from ansible_collections.telephony.connector.plugins.module_utils.sources.ews_reading import Book, EwsReading
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange_rows import ContactRows
from ansible_collections.telephony.connector.plugins.module_utils.sources.options import given

_OF_OAUTH2 = (
    "tenant_id",
    "client_id",
    "client_secret",
    "certificate",
    "certificate_password",
    "cloud",
    "authority",
)


class ExchangeSource:
    """The address books of an Exchange server: public folders, shared mailboxes, and those of the users.

    `phone_users`: the users of the phone system, set before the read.
    """

    family: ClassVar[str] = "exchange"
    OPTIONS: ClassVar[dict[str, dict[str, Any]]] = {
        "email": {"type": "str"},
        "username": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "url": {"type": "str"},
        "domain": {"type": "str"},
        "auth_type": {"type": "str", "choices": ["basic", "ntlm", "oauth2"]},
        "backend": {"type": "str", "choices": ["ews"]},
        "public_folders": {"type": "bool"},
        "personal_address_books": {"type": "bool"},
        "shared_mailboxes": {"type": "list", "elements": "str"},
        "ca_path": {"type": "str"},
        "validate_certs": {"type": "bool"},
        "timeout": {"type": "int"},
        "max_wait": {"type": "int"},
        **{name: microsoft.OPTIONS[name] for name in _OF_OAUTH2},
    }
    SECRETS: ClassVar[frozenset[str]] = frozenset({"password"}) | microsoft.SECRETS

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = given(options, self.OPTIONS, self.family)
        self.phone_users: Sequence[PhoneUser] = ()
        self._check_account()
        self._check_url()
        if not any((self._has_public, self._has_personal, self._shared)):
            raise DefinitionError(
                "An exchange source reads nothing without public_folders, personal_address_books or shared_mailboxes;"
                " set one of them."
            )
        for name, least in (("timeout", 1), ("max_wait", 0)):
            if self._options.get(name, least) < least:
                raise DefinitionError(f"The source option {name} must be {least} or more.")

    @property
    def _has_public(self) -> bool:
        return bool(self._options.get("public_folders", True))

    @property
    def _has_personal(self) -> bool:
        return bool(self._options.get("personal_address_books"))

    @property
    def _shared(self) -> list[str]:
        return [address.strip() for address in self._options.get("shared_mailboxes", ()) if address.strip()]

    def _check_account(self) -> None:
        options = self._options
        if "@" not in options.get("email", ""):
            raise DefinitionError(
                "An exchange source needs email, the address of the mailbox that belongs to the account that reads."
            )
        for address in self._shared:
            if "@" not in address:
                raise DefinitionError(f'The source option shared_mailboxes holds "{address}", not an e-mail address.')
        if options.get("auth_type") == "oauth2":
            if "password" in options or "username" in options:
                raise DefinitionError(
                    "With auth_type: oauth2 an application signs in; leave out username and password."
                )
            if "url" not in options:
                raise DefinitionError("With auth_type: oauth2 the source option url is needed.")
            microsoft.check(options)
            return
        if not options.get("password"):
            raise DefinitionError("An exchange source needs password, that of username (or of email).")
        if wrong := [name for name in _OF_OAUTH2 if name in options]:
            raise DefinitionError(f"The source option {wrong[0]} is for auth_type: oauth2.")

    def _check_url(self) -> None:
        url = self._options.get("url")
        if url is None:
            return
        parts = urlsplit(url.strip())
        if parts.scheme != "https" or not parts.hostname or parts.username is not None:
            raise DefinitionError(
                "The source option url must be the address of EWS, such as https://mail.corp.example/EWS/Exchange.asmx."
            )
        if ews_session.is_online(url):
            raise DefinitionError(f"The source option url is Exchange Online: {ews_session.RETIRED}.")

    @contextmanager
    def read(self, wanted: frozenset[str], checkpoint: Mapping[str, Any] | None) -> Iterator[Reading]:
        """See Source.read."""
        with ews_session.connect(self._options) as session:
            reading = EwsReading(session, self._books(), ContactRows(wanted), self._options["email"])
            if not self._options.get("validate_certs", True):
                reading.result.warnings.append(
                    f"The certificate of {session.where} is not checked, as validate_certs is false."
                )
            yield reading

    def _books(self) -> list[Book]:
        books = [Book("public/", None, ())] if self._has_public else []
        books += [Book(f"mailbox/{address.lower()}/", None, (address,)) for address in self._shared]
        if self._has_personal:
            books += [self._personal(person) for person in self.phone_users]
        return books

    def _personal(self, person: PhoneUser) -> Book:
        """Return a user's book: the mailbox of the user's e-mail address, else the one named after the login."""
        domain = self._options.get("domain") or self._options["email"].rpartition("@")[2]
        by_login = person.username if "@" in person.username else f"{person.username}@{domain}"
        addresses = dict.fromkeys(filter(None, (person.email.lower(), by_login.lower())))
        return Book(f"user/{person.username}/", person.username, tuple(addresses), impersonate=True)
