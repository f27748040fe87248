# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Where the servers of a directory are, and how to speak to them."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.web.certificates import named_authorities

PLAIN_PORT, TLS_PORT = 389, 636
_TIMEOUT = 30
_MOST_SECONDS = 86_400
_MOST_PORT = 65_534  # ldap3 takes no higher one


class Address(NamedTuple):
    """One server."""

    host: str
    port: int
    is_ldaps: bool

    @property
    def uri(self) -> str:
        """The address as people write it, always with its port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"ldap{'s' if self.is_ldaps else ''}://{host}:{self.port}"

    @property
    def can_be_looked_up(self) -> bool:
        """Whether DNS can be asked for the host: no part of its name is empty or too long, or holds a blank or NUL."""
        try:
            return re.fullmatch(rb"[!-~]+", self.host.encode("idna")) is not None
        except UnicodeError:
            return False


@dataclass(frozen=True)
class Servers:
    """The servers of one directory, tried in order. `timeout` is in seconds, for each step of a sign-in."""

    uris: tuple[str, ...]
    start_tls: bool = False
    ca_path: str | None = None
    validate_certs: bool = True
    timeout: int = _TIMEOUT
    #: the option by which a person names the servers
    named_by: str = "uri"

    @classmethod
    def from_options(
        cls,
        options: Mapping[str, Any],
        default_port: int = PLAIN_PORT,
        default_tls_port: int = TLS_PORT,
        option: str = "The source option",
        named_by: str = "uri",
    ) -> Servers:
        """Check `uri` (one, or a list), `start_tls`, `ca_path`, `validate_certs` and `timeout`; None is not given.

        `option` begins the sentence of a DefinitionError, before the option's name; `named_by` is the option that the
        addresses are made of. Nothing is opened.
        """
        given = {name: value for name, value in options.items() if value is not None}
        uris = given.get("uri", ())
        uris = (uris,) if isinstance(uris, str) else tuple(uris)
        if not uris:
            raise DefinitionError(f"{option} uri must name at least one server, such as ldaps://ldap.corp.example.")
        start_tls = bool(given.get("start_tls", False))
        timeout = int(given.get("timeout", _TIMEOUT))
        if not 1 <= timeout <= _MOST_SECONDS:
            raise DefinitionError(f"{option} timeout must be from 1 to {_MOST_SECONDS} seconds, not {timeout}.")
        addresses = [_declared(uri, default_port, default_tls_port, f"{option} {named_by}") for uri in uris]
        for address in addresses:
            if start_tls and address.is_ldaps:
                raise DefinitionError(
                    f"{option} start_tls is for ldap:// addresses; {address.uri} is encrypted from the beginning."
                )
        validate_certs = bool(given.get("validate_certs", True))
        if given.get("ca_path") and not validate_certs:
            raise DefinitionError(
                f"{option} ca_path has no effect beside validate_certs: false, as no certificate is checked: leave"
                " validate_certs out."
            )
        return cls(
            uris=tuple(address.uri for address in addresses),
            start_tls=start_tls,
            ca_path=given.get("ca_path"),
            validate_certs=validate_certs,
            timeout=timeout,
            named_by=named_by,
        )

    @property
    def addresses(self) -> tuple[Address, ...]:
        """The servers in the order in which they are tried; settings of an older version may name any host."""
        return tuple(_address(uri, PLAIN_PORT, TLS_PORT, "The option uri") for uri in self.uris)

    @property
    def encryption_options(self) -> str:
        """What a person looks at when the encryption does not come about."""
        return "scheme and port in uri" if self.named_by == "uri" else f"ssl, and the port in {self.named_by}"

    @property
    def encrypting(self) -> str:
        """What a person writes for a connection that is encrypted from the beginning."""
        return "ldaps:// in uri" if self.named_by == "uri" else "ssl: true"

    @property
    def may_be_plain(self) -> bool:
        """Whether a password could cross the network unencrypted."""
        return not self.start_tls and any(not address.is_ldaps for address in self.addresses)

    def tls_context(self) -> ssl.SSLContext:
        """Return how certificates are checked, chain and host name; DefinitionError for a file that cannot be used."""
        if not (self.ca_path or self.start_tls or any(address.is_ldaps for address in self.addresses)):
            # for nothing, and trusts nobody: to load the machine's certificates takes a while
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            context = named_authorities(self.ca_path) if self.ca_path else ssl.create_default_context()
        except ssl.SSLError as error:
            raise DefinitionError(
                f"The CA file {self.ca_path} (ca_path) holds no certificates in PEM format ({error.reason or error})."
            ) from error
        except OSError as error:
            raise DefinitionError(
                f"The CA file {self.ca_path} (ca_path) cannot be read: {error.strerror or error}."
            ) from error
        if not self.validate_certs:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _declared(uri: str, default_port: int, default_tls_port: int, option: str) -> Address:
    """Return a server that a person names; DefinitionError for what could never be reached."""
    uri = uri.strip()
    address = _address(uri, default_port, default_tls_port, option)
    # urlsplit() would drop some control characters in silence
    if not address.can_be_looked_up or re.search(r"[\x00-\x1f]", uri):
        raise DefinitionError(
            f'{option} holds "{repr(uri)[1:-1]}", whose host name cannot be looked up: each part between its dots must'
            " have 1 to 63 characters, without blanks."
        )
    if not 1 <= address.port <= _MOST_PORT:
        raise DefinitionError(f'{option} holds "{uri}", whose port must be from 1 to {_MOST_PORT}.')
    return address


def _address(uri: str, default_port: int, default_tls_port: int, option: str) -> Address:
    if "@" in uri:  # first, as the other sentences repeat what was given, which may hold a password
        raise DefinitionError(f"{option} holds a user name, which does not belong there: give the server alone.")
    try:
        parts = urlsplit(uri.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise DefinitionError(f'{option} holds "{uri}", which is not an address.') from None
    scheme = parts.scheme.lower()
    if scheme not in ("ldap", "ldaps"):
        raise DefinitionError(f'{option} must begin with ldaps:// or ldap://, which "{uri}" does not.')
    if not host:
        raise DefinitionError(f'{option} holds "{uri}", which names no host.')
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise DefinitionError(f'{option} holds "{uri}": only scheme, host and port belong there.')
    is_ldaps = scheme == "ldaps"
    if port is None:
        port = default_tls_port if is_ldaps else default_port
    return Address(host, port, is_ldaps)
