# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Trying a source step by step: how a step is recorded, and the steps that all sources on a network have in common."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError

_TIMEOUT = 10
_SOON = 30  # days before a certificate expires in which that is said
_NAME, _ADDRESS, _EARLY, _EXPIRED = 62, 64, 9, 10  # X509_V_ERR_...


class Step(NamedTuple):
    """One step: what was tried, whether it worked, what there was to see or what to do, and how long it took."""

    step: str
    ok: bool
    message: str
    seconds: float


class Steps:
    """The steps of one examination, in order."""

    def __init__(self) -> None:
        self.done: list[Step] = []

    def add(self, step: str, ok: bool, message: str, seconds: float = 0.0) -> None:
        """Record a step that needed no time of its own."""
        self.done.append(Step(step, ok, message[:1].upper() + message[1:], round(seconds, 3)))

    def run(self, step: str, attempt: Callable[[], str]) -> bool:
        """Record a step: `attempt` returns its message, or raises ConnectorError with what is wrong."""
        started = time.monotonic()
        try:
            message, ok = attempt(), True
        except ConnectorError as error:
            message, ok = error.message, False
        self.add(step, ok, message, time.monotonic() - started)
        return ok

    def failed(self, step: str) -> bool:
        """Say whether a step was tried and did not work."""
        return any(one.step == step and not one.ok for one in self.done)


@dataclass(frozen=True)
class Sample:
    """How the first records can be read: the source options (corrected where that is needed), and which columns.

    `wanted` None: nothing can be read.
    """

    options: Mapping[str, Any]
    wanted: frozenset[str] | None = None


@dataclass(frozen=True)
class Column:
    """One column of the first records. `values` are its values as texts, one or more for each record that has any."""

    name: str
    filled: int = 0
    values: tuple[str, ...] = field(default=(), repr=False)


class Doctor(Protocol):
    """What a family of sources knows about trying itself; a module `doctor` in its folder has these functions."""

    def examine(self, options: Mapping[str, Any], steps: Steps, wanted: frozenset[str]) -> Sample:
        """Record the steps up to the first record. `wanted` are the columns that the profile uses."""

    def suggest(self, template: str, options: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
        """Return the options of `profile` that fit these columns, without name and source."""


class CheckError(ConnectorError):
    """A step that does not work; the message says what to do."""


# ------------------------------------------------------------------------------------------------------ network


def examine_server(steps: Steps, host: str, port: int, tls: TlsCheck | None, option: str) -> bool:
    """Record name, port and (for `tls`) certificate of a server; say whether one may go on to sign in there.

    `option` is the source option that names the server.
    """
    if not steps.run("name", lambda: look_up(host, option)):
        return False
    reached = steps.run("port", lambda: connect(host, port, option))
    return reached and (tls is None or steps.run("tls", lambda: tls.check(host, port)))


def look_up(host: str, option: str) -> str:
    """Say which addresses a host has."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "it is no host name"
        raise CheckError(f'The name "{host}" is not found ({why}): check {option}, and DNS.') from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    return f'The name "{host}" has the address{"es" if len(addresses) > 1 else ""} {", ".join(addresses)}.'


def connect(host: str, port: int, option: str) -> str:
    """Say that a port is open."""
    why = f"no answer within {_TIMEOUT} seconds"
    try:
        with socket.create_connection((host, port), timeout=_TIMEOUT):
            return f"Port {port} of {host} is open."
    except TimeoutError:
        pass
    except OSError as error:
        why = error.strerror or type(error).__name__
    raise CheckError(f"Port {port} of {host} cannot be reached ({why}): check {option}, the service and the firewall.")


@dataclass(frozen=True)
class TlsCheck:
    """How the certificate of a server is checked."""

    ca_path: str | None = None
    validate_certs: bool = True

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> TlsCheck:
        """Make it from the source options ca_path and validate_certs."""
        return cls(options.get("ca_path"), options.get("validate_certs", True))

    def check(self, host: str, port: int) -> str:
        """Say whom the certificate is for and until when it holds; raise CheckError with all that is wrong with it."""
        try:
            context = ssl.create_default_context(cafile=self.ca_path)
        except (OSError, ssl.SSLError) as error:
            words = getattr(error, "strerror", None) or "it holds no certificate"
            raise CheckError(f'The CA file "{self.ca_path}" cannot be used ({words}): check ca_path.') from None
        try:
            seen = _handshake(host, port, context)
        except ssl.SSLCertVerificationError as error:
            return self._refused(host, port, error)
        except (OSError, ssl.SSLError) as error:
            raise _no_tls(host, port, error) from None
        return f"The certificate {_described(seen)}"

    def _refused(self, host: str, port: int, error: ssl.SSLCertVerificationError) -> str:
        """Say everything that is wrong with a certificate, of which Python tells the first thing only."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # to look at it, nothing is sent
        try:
            seen: dict[str, Any] = _handshake(host, port, context)
        except (OSError, ssl.SSLError):
            seen = {}
        wrong = []
        now = datetime.now(UTC)
        if seen and not seen["begins"] <= now <= seen["ends"]:
            day = seen["ends"] if now > seen["ends"] else seen["begins"]
            words = "expired on" if now > seen["ends"] else "is valid only from"
            wrong.append(f"it {words} {day:%Y-%m-%d}: renew it, or correct the clock here")
        if error.verify_code in (_NAME, _ADDRESS) or (seen and not _is_for(host, seen["names"])):
            wrong.append(f'it is not for "{host}": use a name that it holds')
        if error.verify_code not in (_NAME, _ADDRESS, _EARLY, _EXPIRED):
            judge = f'by "{self.ca_path}"' if self.ca_path else "by this machine"
            wrong.append(
                f"it is not trusted {judge} ({error.verify_message}): give its authority's certificate as ca_path"
            )
        described = f"The certificate {_described(seen)} " if seen else "The certificate cannot be used: "
        text = f"{described}But {'; '.join(wrong) or error.verify_message}."
        if self.validate_certs:
            raise CheckError(text)
        return f"{text} It is not checked, because of validate_certs: false."


def _handshake(host: str, port: int, context: ssl.SSLContext) -> dict[str, Any]:
    with (
        socket.create_connection((host, port), timeout=_TIMEOUT) as plain,
        context.wrap_socket(plain, server_hostname=host) as encrypted,
    ):
        return _read(encrypted.getpeercert(binary_form=True) or b"")


def _read(der: bytes) -> dict[str, Any]:
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(der)
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = [*extension.get_values_for_type(x509.DNSName), *map(str, extension.get_values_for_type(x509.IPAddress))]
    except x509.ExtensionNotFound:
        names = []
    return {
        "names": names,
        "issuer": certificate.issuer.rfc4514_string(),
        "begins": certificate.not_valid_before_utc,
        "ends": certificate.not_valid_after_utc,
    }


def _described(seen: Mapping[str, Any]) -> str:
    days = (seen["ends"] - datetime.now(UTC)).days
    soon = f" (only {days} more day{'s' if days != 1 else ''}: renew it)" if 0 <= days < _SOON else ""
    names = ", ".join(seen["names"][:5]) or "no host name"
    return f"is for {names}, issued by {seen['issuer']}, valid until {seen['ends']:%Y-%m-%d}{soon}."


def _is_for(host: str, names: Sequence[str]) -> bool:
    host = host.lower().rstrip(".")
    parent = host.partition(".")[2]
    return any(name.lower() == host or (name.startswith("*.") and name[2:].lower() == parent) for name in names)


def _no_tls(host: str, port: int, error: Exception) -> CheckError:
    why = getattr(error, "reason", None) or getattr(error, "strerror", None) or "the server closed the connection"
    return CheckError(f"The server {host} does not speak TLS at port {port} ({why}): check scheme and port.")


# ---------------------------------------------------------------------------------------------------- web addresses


def examine_url(steps: Steps, url: str, options: Mapping[str, Any], option: str = "url") -> bool:
    """Record name, port and certificate of a web address, or name and port of the proxy on the way there."""
    parts = urlsplit(url.strip())
    host, is_https = parts.hostname or "", parts.scheme.lower() == "https"
    if proxy := _proxy_of(url.strip(), options):
        way = urlsplit(proxy)
        return examine_server(steps, way.hostname or "", way.port or 3128, None, "proxy")
    port = parts.port or (443 if is_https else 80)
    return examine_server(steps, host, port, TlsCheck.of(options) if is_https else None, option)


def _proxy_of(url: str, options: Mapping[str, Any]) -> str:
    """Return the proxy that is used: the profile's, else the environment's; none to this very machine."""
    from ansible_collections.telephony.connector.plugins.module_utils.web.proxy import proxies

    return proxies(url, options).get(urlsplit(url).scheme.lower(), "")


def told_by(message: str, marks: Sequence[tuple[str, str]], default: str) -> str:
    """Return the step that an error is about: that of the first of `marks` (part of the message, step) in it."""
    return next((step for part, step in marks if part in message), default)


def access(column: str) -> str:
    """Return the expression of a column: row.name, or row['its name']."""
    if column.isascii() and column.isidentifier():
        return f"row.{column}"
    quoted = column.replace("\\", "\\\\").replace("'", "\\'")
    return f"row['{quoted}']"
