# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a failed request of a web server means, in words for the person who must act."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    import requests


def no_answer(url: str, error: Exception, timeout: float | None, option: str = "url", place: str = "") -> str:
    """Return why a request had no answer, and what to check; completes "it cannot be read: ...".

    `timeout`: how many seconds it waited, None where only the session knows. `option`: what the address was given as.
    `place`: what to call a place without an address, such as a service of this machine; `url` is "" then.
    """
    import requests

    place = place or f"{urlsplit(url).hostname}, port {port_of(url)}"
    if why := next(filter(None, map(_certificate_fault, causes(error))), ""):
        return (
            f"the certificate of {place} is not trusted ({why}); check ca_path, the name in {option} and the "
            "certificate of the server"
        )
    if isinstance(error, requests.exceptions.ProxyError):
        return f"the proxy does not connect to {place} ({reason(error)}); check proxy or HTTPS_PROXY"
    if isinstance(error, requests.exceptions.SSLError):
        return f"no TLS connection to {place} can be made ({reason(error)}); check {option} and ca_path"
    if isinstance(error, requests.exceptions.Timeout):
        patience = "in time" if timeout is None else f"within {timeout:g} seconds"
        return f"{place} does not answer {patience}; check {option}, proxy and the network"
    if url and any(isinstance(cause, socket.gaierror) for cause in causes(error)):
        return f'the name "{urlsplit(url).hostname}" is not found ({reason(error)}); check {option}, and DNS'
    return f"{place} cannot be reached ({reason(error)}); check {option}, proxy and the firewall"


def status_of(response: requests.Response) -> str:
    """Return the status of an answer with its words, such as "404 Not Found"."""
    return f"{response.status_code} {response.reason}".strip()


def port_of(url: str) -> int:
    """Return the port of an address, that of its scheme if it names none."""
    parts: SplitResult = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def shown(url: str) -> str:
    """Return an address for messages: without query, in which links that are shared carry their key."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "something that is no web address"
    query = "?..." if parts.query else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}{query}"


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those it wraps, wherever requests and urllib3 put them."""
    waiting, seen = [error], set[int]()
    while waiting:
        error = waiting.pop(0)
        if id(error) in seen:
            continue
        seen.add(id(error))
        yield error
        inner = [*error.args, getattr(error, "reason", None), error.__cause__, error.__context__]
        waiting += [one for one in inner if isinstance(one, BaseException)]


def reason(error: BaseException) -> str:
    """Return the innermost reason in a few words; the texts of the outer ones repeat addresses, keys included."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLError):
            return str(cause.reason or cause.strerror or "TLS").replace("_", " ").lower()
        if isinstance(cause, OSError) and cause.errno and cause.strerror:
            return cause.strerror
    if any(isinstance(cause, http.client.HTTPException) for cause in causes(error)):
        return "the connection ended too early"
    return "no connection"


def _certificate_fault(error: BaseException) -> str:
    """Return what is wrong with a certificate, "" for an error that is about something else."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message.rstrip(".")
    # the name is compared by urllib3 itself before version 2
    return f"Hostname mismatch, {error}" if type(error).__name__ == "CertificateError" else ""
