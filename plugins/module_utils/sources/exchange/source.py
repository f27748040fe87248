# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Contacts of Exchange, on-premises or Exchange Online, as a source: the options, and opening it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar
from urllib.parse import urlsplit

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.microsoft import options as microsoft
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.credentials import WAYS
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import PhoneUser, Reading
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange import autodiscover, ews_session
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.address_books import Book
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.ews_reading import EwsReading
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.ews_rows import ContactRows
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.graph_incremental import (
    FollowedReading,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.graph_reading import GraphReading
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.graph_rows import GraphRows
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.options import OPTIONS
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_checks import given
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import Options, secrets_of
from ansible_collections.telephony.connector.plugins.module_utils.web.proxy import check_proxy

_OF_OAUTH2 = (
    "tenant_id",
    "client_id",
    "client_secret",
    "certificate",
    "certificate_password",
    "cloud",
    "authority",
)
_OF_GRAPH = (
    "organisation_contacts",
    "incremental",
    "assertion_file",
    "managed_identity",
    "graph_url",
    "retries",
)
_OF_EWS = ("username", "password", "url", "auth_type", "validate_certs")


class ExchangeSource:
    """The address books of an Exchange server: the company's, shared mailboxes, and those of the users.

    `phone_users`: the users of the phone system, set before the read.
    """

    family: ClassVar[str] = "exchange"
    OPTIONS: ClassVar[Options] = OPTIONS
    SECRETS: ClassVar[frozenset[str]] = secrets_of(OPTIONS)
    HAS_RECORD_IDS: ClassVar[bool] = True
    EMPTY_HINT: ClassVar[str] = (
        "check that the folders named in the source hold contacts and that the account may read them"
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = given(options, self.OPTIONS, self.family)
        self.phone_users: Sequence[PhoneUser] = ()
        self.by_graph = self._backend() == "graph"
        if self.by_graph:
            self._check_graph()
        else:
            self._check_ews()
        self._check_books()

    def _backend(self) -> str:
        """Return what is asked for, else graph where an application signs in and no server is named."""
        options = self._options
        online = any(name in options for name in WAYS) and not any(name in options for name in _OF_EWS)
        return str(options.get("backend") or ("graph" if online else "ews"))

    def _has(self, option: str, default: bool = False) -> bool:
        return bool(self._options.get(option, default))

    @property
    def _shared(self) -> list[str]:
        return [address.strip() for address in self._options.get("shared_mailboxes", ()) if address.strip()]

    # ------------------------------------------------------------------------------------------------------ checks

    def _check_books(self) -> None:
        for address in self._shared:
            if "@" not in address:
                raise DefinitionError(f'The source option shared_mailboxes holds "{address}", not an e-mail address.')
        if not self._has_company_book and not self._has("personal_address_books") and not self._shared:
            company = "organisation_contacts" if self.by_graph else "public_folders"
            raise DefinitionError(
                f"An exchange source reads nothing without {company}, personal_address_books or shared_mailboxes; set"
                " one of them."
            )

    @property
    def _has_company_book(self) -> bool:
        return self._has("organisation_contacts" if self.by_graph else "public_folders", default=True)

    def _check_graph(self) -> None:
        if wrong := [name for name in _OF_EWS if name in self._options]:
            raise DefinitionError(f"The source option {wrong[0]} is for backend: ews.")
        if self._has("public_folders"):
            raise DefinitionError(
                "Exchange Online has no interface for public folders; use shared_mailboxes or organisation_contacts."
            )
        microsoft.check(self._options)

    def _check_ews(self) -> None:
        options = self._options
        check_proxy(options)
        if wrong := [name for name in _OF_GRAPH if name in options]:
            raise DefinitionError(f"The source option {wrong[0]} is for backend: graph.")
        self._check_url()
        if "email" not in options and ("tenant_id" in options or "client_id" in options) and "backend" not in options:
            raise DefinitionError(
                "An exchange source in Exchange Online needs a way to sign in beside tenant_id and client_id, one of"
                f" {', '.join(WAYS)}; one on an on-premises server needs email."
            )
        if "@" not in options.get("email", ""):
            raise DefinitionError(
                "An exchange source needs email, the address of the mailbox that belongs to the account that reads"
                " (or tenant_id, client_id and a way to sign in, for Exchange Online)."
            )
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
            raise DefinitionError(f"The source option {wrong[0]} is for auth_type: oauth2, or for backend: graph.")

    def _check_url(self) -> None:
        url = self._options.get("url")
        if url is None:
            return
        try:
            parts = urlsplit(url.strip())
            is_address = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
            _port = parts.port
        except ValueError:
            is_address = False
        if not is_address:
            raise DefinitionError(
                "The source option url must be the address of EWS, such as https://mail.corp.example/EWS/Exchange.asmx."
            )
        if autodiscover.is_online(url):
            raise DefinitionError(f"The source option url is Exchange Online: {autodiscover.RETIRED}.")

    # -------------------------------------------------------------------------------------------------------- read

    @contextmanager
    def read(self, wanted: frozenset[str], checkpoint: Mapping[str, Any] | None) -> Iterator[Reading]:
        """See Source.read."""
        if self.by_graph:
            with (
                Bounds.from_options(self._options, "Exchange Online") as bounds,
                microsoft.connect(self._options, bounds) as connection,
            ):
                yield self._graph_reading(connection, GraphRows(wanted), checkpoint)
            return
        with (
            Bounds.from_options(self._options, "Exchange") as bounds,
            ews_session.connect(self._options, bounds) as session,
        ):
            reading = EwsReading(session, self._books(), ContactRows(wanted), self._options["email"])
            if not self._has("validate_certs", default=True):
                reading.result.warnings.append(
                    f"The certificate of {session.where} is not checked, as validate_certs is false."
                )
            yield reading

    def _graph_reading(
        self, connection: microsoft.Connection, rows: GraphRows, checkpoint: Mapping[str, Any] | None
    ) -> GraphReading:
        if not self._has("incremental"):
            return GraphReading(connection, self._books(), rows)
        source = microsoft.identity(self._options, str(rows.query()))
        return FollowedReading(connection, self._books(), rows, source, checkpoint)

    def _books(self) -> list[Book]:
        company = "organisation/" if self.by_graph else "public/"
        books = [Book(company, None, ())] if self._has_company_book else []
        books += [Book(f"mailbox/{address.lower()}/", None, (address,)) for address in self._shared]
        if self._has("personal_address_books"):
            books += [self._personal(user) for user in self.phone_users]
        return books

    def _personal(self, user: PhoneUser) -> Book:
        """Return a user's book: the mailbox of the user's e-mail address, else the one named after the login."""
        domain = self._options.get("domain") or self._options.get("email", "").rpartition("@")[2]
        by_login = user.username if "@" in user.username or not domain else f"{user.username}@{domain}"
        addresses = dict.fromkeys(filter(None, (user.email.lower(), by_login.lower())))
        return Book(f"user/{user.username}/", user.username, tuple(addresses), impersonate=True)
