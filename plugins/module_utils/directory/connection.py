# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Signing in to a directory: the first server that can be reached, with its certificate really checked."""

from __future__ import annotations

import socket
import ssl
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, Any

from ansible_collections.telephony.connector.plugins.module_utils.directory.errors import (
    BindRefused,
    DirectoryError,
    TlsFault,
    Unreachable,
)
from ansible_collections.telephony.connector.plugins.module_utils.directory.handshake import tls_of, why_not_connected
from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Address, Servers
from ansible_collections.telephony.connector.plugins.module_utils.directory.timeouts import (
    answered_within,
    raw_socket,
    trouble,
)
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.web.limits import Limits

if TYPE_CHECKING:
    import ldap3

BUSY = (51, 52)  # busy, unavailable (RFC 4511): another server may have time


class Connected:
    """A connection on which somebody is signed in; a context manager that closes it.

    `uri` is the server it is to, `passed_over` holds a sentence for each server that was tried before in vain.
    """

    def __init__(
        self, connection: ldap3.Connection, address: Address, servers: Servers, passed_over: list[str]
    ) -> None:
        self.connection = connection
        self.address = address
        self.uri = address.uri
        #: that the server said who is signed in, and it was so
        self.is_proven = False
        self.is_encrypted = address.is_ldaps or servers.start_tls
        self.passed_over = passed_over
        #: the bounds of the read that goes on over this connection
        self.limits: Limits | None = None
        self._timeout = servers.timeout

    def __enter__(self) -> Connected:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def bounded(self, limits: Limits) -> None:
        """Have everything that is received count towards bounds; the connection is cut when their time is over."""
        self.limits = limits
        limits.watch(raw_socket(self.connection.socket))

    def answered_in_time(self) -> AbstractContextManager[None]:
        """Bound the operation in the block: its whole answer must come within the timeout, however it trickles in."""
        return answered_within(self.connection, self._timeout)

    def trouble(self, error: Exception) -> str:
        """Say why an operation has failed; it completes the sentence "URI ..."."""
        return trouble(error, self._timeout)

    def close(self) -> None:
        """Sign off and hang up; a connection that broke off is fine, too."""
        _hang_up(self.connection)


class _PassedOverError(Exception):
    """A server cannot be used; the message completes the sentence "URI ..."."""

    def __init__(self, message: str, is_tls: bool = False) -> None:
        super().__init__(message)
        self.is_tls = is_tls


def connect(servers: Servers, user: str, password: str) -> Connected:
    """Sign in at the first server that answers.

    Raises BindRefused (final: no other server is asked), TlsFault or Unreachable when no server can be used,
    DirectoryError for an empty user or password, DefinitionError for a CA file that cannot be used.
    """
    require("ldap3", "ldap3", "2.9", "a directory")
    if not user or not password:
        # a directory answers either with an anonymous success
        raise DirectoryError("A sign-in at a directory needs a user and a password; one of them is empty.")
    return _first_that_answers(servers, user, password)


def connect_anonymously(servers: Servers) -> Connected:
    """Connect without signing in, for directories that anybody may search; raises what `connect` does."""
    require("ldap3", "ldap3", "2.9", "a directory")
    return _first_that_answers(servers, "", "")


def _first_that_answers(servers: Servers, user: str, password: str) -> Connected:
    context = servers.tls_context()
    passed_over: list[str] = []
    only_tls = True
    for address in servers.addresses:
        try:
            connection = _sign_in(servers, address, context, user, password)
        except _PassedOverError as error:
            only_tls = only_tls and error.is_tls
            passed_over.append(f"{address.uri} {error}")
        else:
            return Connected(connection, address, servers, passed_over)
    fault = TlsFault if only_tls else Unreachable
    if len(passed_over) == 1:
        raise fault(f"The directory server {passed_over[0]}.")
    raise fault(f"None of the {len(passed_over)} directory servers can be used: {'; '.join(passed_over)}.")


def _sign_in(servers: Servers, address: Address, context: ssl.SSLContext, user: str, password: str) -> ldap3.Connection:
    from ldap3.core.exceptions import LDAPExceptionError

    _look_up(servers, address)
    tls = tls_of(context, address.host)
    connection = _connection(servers, address, tls, user, password)
    try:
        _open(connection, servers, tls)
        with answered_within(connection, servers.timeout):
            bound = connection.bind()
    except LDAPExceptionError as error:
        _hang_up(connection)
        # a server that is silent has shown no certificate that could be refused
        is_tls = tls.failure is not None and not isinstance(tls.failure, TimeoutError)
        raise _PassedOverError(why_not_connected(error, tls, servers, address), is_tls) from error
    except _PassedOverError:
        raise
    except Exception as error:
        # ldap3 trips over what it does not expect, such as a referral as the answer to a bind
        _hang_up(connection)
        raise _PassedOverError(trouble(error, servers.timeout)) from error
    except BaseException:
        _hang_up(connection)
        raise
    if not bound:
        _hang_up(connection)
        _refuse(connection.result, address, user)
    return connection


def _look_up(servers: Servers, address: Address) -> None:
    """Raise _PassedOverError for a host that is not found; ldap3 would only say that the address is invalid."""
    if not address.can_be_looked_up:
        raise _PassedOverError(f"cannot be found (it is no host name); check {servers.named_by}")
    try:
        socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise _PassedOverError(
            f"cannot be found (its name: {error.strerror or error}); check {servers.named_by} and DNS"
        ) from error


def _connection(servers: Servers, address: Address, tls: Any, user: str, password: str) -> ldap3.Connection:
    """Return a connection that is not open yet."""
    import ldap3
    from ldap3.core.exceptions import LDAPExceptionError

    try:
        server = ldap3.Server(
            address.host,
            port=address.port,
            use_ssl=address.is_ldaps,
            tls=tls,
            get_info=ldap3.NONE,
            connect_timeout=servers.timeout,
        )
    except LDAPExceptionError as error:  # such as port 65535
        raise _PassedOverError(f"has an address that cannot be used; check {servers.named_by}") from error
    return ldap3.Connection(
        server,
        user=user or None,
        # bytes: ldap3 would drop characters from a text (RFC 4013), up to an empty one, which is an anonymous success
        password=password.encode("utf-8", "surrogatepass") or None,  # type: ignore[arg-type, unused-ignore]
        authentication=ldap3.SIMPLE if user else ldap3.ANONYMOUS,
        client_strategy=ldap3.SYNC,
        auto_referrals=False,
        check_names=False,
        receive_timeout=servers.timeout,
        return_empty_attributes=False,
        auto_range=False,
    )


def _open(connection: ldap3.Connection, servers: Servers, tls: Any) -> None:
    from ldap3.core.exceptions import LDAPStartTLSError

    connection.open(read_server_info=False)  # type: ignore[no-untyped-call, unused-ignore]
    if not servers.start_tls:
        return
    try:
        with answered_within(connection, servers.timeout):
            started = connection.start_tls(read_server_info=False)  # type: ignore[no-untyped-call, unused-ignore]
    except LDAPStartTLSError as error:
        if tls.failure is not None:
            raise
        _hang_up(connection)
        answer = (connection.result or {}).get("description") or "no answer"
        raise _PassedOverError(
            f"does not start TLS ({answer}); use {servers.encrypting}, or set it up there", True
        ) from error
    if not started:
        _hang_up(connection)
        raise _PassedOverError(f"does not start TLS; use {servers.encrypting}, or set it up there", True)


def _refuse(result: dict[str, Any] | None, address: Address, user: str) -> None:
    """Raise what a bind that was answered, but not with success, means."""
    result = result or {}
    number, description = int(result.get("result") or 0), str(result.get("description") or "nothing")
    if number in BUSY:
        raise _PassedOverError(f"is {description} now")
    raise BindRefused(address.uri, user, number, description, str(result.get("message") or ""))


def _hang_up(connection: ldap3.Connection) -> None:
    with suppress(Exception):
        connection.unbind()  # type: ignore[no-untyped-call, unused-ignore]
