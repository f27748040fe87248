# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""TLS with a directory server by Python's own rules, and in words why a connection was not made."""

from __future__ import annotations

import ssl
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.directory.servers import Address, Servers
from ansible_collections.telephony.connector.plugins.module_utils.directory.timeouts import (
    is_broken_off,
    is_silence,
    raw_socket,
    trouble,
)

_OTHER_NAME = (62, 64)  # X509_V_ERR_HOSTNAME_MISMATCH, _IP_ADDRESS_MISMATCH
_OTHER_TIME = (9, 10)  # X509_V_ERR_CERT_NOT_YET_VALID, _CERT_HAS_EXPIRED
_REASONS = ("Connection refused", "No route to host", "Network is unreachable", "Connection reset by peer")


def tls_of(context: ssl.SSLContext, host: str) -> Any:
    """Return the TLS of one connection, as ldap3 takes it; its `failure` is the error of a handshake, or None."""
    import ldap3

    class Tls(ldap3.Tls):
        """The TLS of one connection, by Python's own rules: ldap3's check of names fails for IP addresses.

        `failure` is the error of a handshake, which ldap3 would pass on as text.
        """

        failure: Exception | None = None

        def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
            self.failure = None  # that of another address of the host
            try:
                # Python bounds a handshake altogether by the timeout of the socket
                connection.socket = context.wrap_socket(raw_socket(connection.socket), server_hostname=host)
            except Exception as error:
                self.failure = error
                raise

    return Tls(validate=context.verify_mode)


def why_not_connected(error: Exception, tls: Any, servers: Servers, address: Address) -> str:
    """Say why a connection was not made or broke off before the sign-in; it completes the sentence "URI ..."."""
    from ldap3.core.exceptions import LDAPSocketOpenError

    failure = tls.failure
    if isinstance(failure, ssl.SSLCertVerificationError):
        return _why_not_confirmed(failure, servers)
    check = servers.encryption_options
    if isinstance(failure, TimeoutError):
        return f"does not answer within {servers.timeout} seconds"
    if isinstance(failure, ssl.SSLError):
        return f"cannot agree on encryption ({failure.reason or 'the handshake failed'}); check {check}"
    if failure is not None:
        return f"closed the connection while encryption was set up; check {check}"
    if is_silence(error) or not is_broken_off(error):
        return trouble(error, servers.timeout)
    if not isinstance(error, LDAPSocketOpenError):
        hint = "" if address.is_ldaps else f"; if this is its port for TLS, use {servers.encrypting}"
        return f"closed the connection before it answered the sign-in{hint}"
    reasons = [reason for reason in _REASONS if reason in str(error)]
    return (
        f"cannot be reached ({reasons[0] if reasons else 'no connection'}); check {servers.named_by} and the firewall"
    )


def _why_not_confirmed(failure: ssl.SSLCertVerificationError, servers: Servers) -> str:
    words = failure.verify_message.rstrip(".") or str(failure)
    if failure.verify_code in _OTHER_NAME:
        return f"shows a certificate for another name ({words}); use a name that it holds in {servers.named_by}"
    if failure.verify_code in _OTHER_TIME:
        return f"shows a certificate that is not valid today ({words}); renew it there, or correct the clock here"
    judge, place = servers.ca_path or "this machine", "in that file (ca_path)" if servers.ca_path else "as ca_path"
    return (
        f"shows a certificate that is not trusted by {judge} ({words}); give the certificate of the authority that"
        f" issued it {place}"
    )
