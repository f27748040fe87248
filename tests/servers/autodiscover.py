# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What leads from an e-mail address to an Exchange server, for tests: names in DNS, and autodiscover over SOAP.

Clients find it by names only. `reachable()` leads connections for the names that DNS has to this machine, no others.
"""

from __future__ import annotations

import socket
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from xml.sax.saxutils import escape

from ansible_collections.telephony.connector.tests.servers.https_thread import Answer, Asked, Service
from ansible_collections.telephony.connector.tests.servers.ntlm import Ntlm

PATH = "/autodiscover/autodiscover.svc"
S, A, W = (
    "{http://schemas.xmlsoap.org/soap/envelope/}",
    "{http://schemas.microsoft.com/exchange/2010/Autodiscover}",
    "{http://www.w3.org/2005/08/addressing}",
)
_ACTION = "http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetUserSettings"


class Names:
    """A name server: `hosts` are the names with an address, `services` SRV records (name -> port, host)."""

    def __init__(self) -> None:
        self.hosts: set[str] = set()
        self.services: dict[str, tuple[int, str]] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait for the end."""
        self._socket.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, sender = self._socket.recvfrom(4096)
            if not data:
                return
            self._socket.sendto(self._answer(data), sender)

    def _answer(self, data: bytes) -> bytes:
        import dns.flags
        import dns.message
        import dns.rcode
        import dns.rrset

        query = dns.message.from_wire(data)
        (question,) = query.question
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA | dns.flags.AA
        name, kind = question.name.to_text(omit_final_dot=True).lower(), question.rdtype.name
        if kind == "A" and name in self.hosts:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", "A", "127.0.0.1"))
        elif kind == "SRV" and name in self.services:
            port, host = self.services[name]
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", "SRV", f"0 0 {port} {host}."))
        elif name not in self.hosts:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()


class Autodiscover(Service):
    """The service, under several names: `answers` is what each of them says, `ntlm` the door in front of it."""

    def __init__(self, certificate: str = "") -> None:
        super().__init__(certificate)
        self.answers: dict[str, Callable[[str], Answer]] = {}
        self.ntlm: Ntlm | None = None
        self.wants_basic: set[str] = set()  # hosts that ask for the password as it is

    def hosts_asked(self) -> list[tuple[str, str]]:
        """Return (method, host) of all requests so far."""
        return [(one.method, one.headers["host"]) for one in self.asked]

    def respond(self, asked: Asked) -> Answer:
        """See Service."""
        host = asked.headers["host"]
        if asked.path != PATH or host not in self.answers:
            return Answer(404, b"<html>Not found</html>", {"Content-Type": "text/html"})
        if host in self.wants_basic:
            return Answer(401, b"", {"WWW-Authenticate": f'Basic realm="{host}"'})
        if asked.method != "POST":
            return self.answers[host]("") if self._scheme == "http" else Answer(200, b"")
        if self.ntlm is not None and (refusal := self.ntlm.stops(asked)) is not None:
            return refusal
        return self.answers[host](_mailbox(asked, f"https://{host}{PATH}"))


def _mailbox(asked: Asked, to: str) -> str:
    """Return the address that is asked for ([MS-OXWSADISC], GetUserSettings)."""
    assert asked.headers["content-type"].startswith("text/xml")
    envelope = ET.fromstring(asked.body)
    assert envelope.findtext(f"{S}Header/{W}Action") == _ACTION
    assert envelope.findtext(f"{S}Header/{W}To") == to
    request = envelope.find(f"{S}Body/{A}GetUserSettingsRequestMessage/{A}Request")
    assert request is not None
    wanted = {one.text for one in request.iter(f"{A}Setting")}
    assert wanted >= {"ExternalEwsUrl", "InternalEwsUrl"}
    (mailbox,) = [one.text or "" for one in request.iter(f"{A}Mailbox")]
    return mailbox


def settings(**values: str) -> Callable[[str], Answer]:
    """Answer every mailbox with settings: settings(ExternalEwsUrl="https://...")."""
    inner = "".join(
        f'<UserSetting i:type="StringSetting"><Name>{name}</Name><Value>{escape(value)}</Value></UserSetting>'
        for name, value in values.items()
    )
    return lambda _mailbox: _response("NoError", f"<UserSettings>{inner}</UserSettings>")


def redirected(to: str) -> Callable[[str], Answer]:
    """Answer every mailbox with the service at another address, or with another e-mail address."""
    code = "RedirectUrl" if "://" in to else "RedirectAddress"
    return lambda _mailbox: _response(code, f"<RedirectTarget>{escape(to)}</RedirectTarget>")


def failing(code: str) -> Callable[[str], Answer]:
    """Answer every mailbox with an error."""
    return lambda _mailbox: _response(code, "")


def moved(to: str) -> Callable[[str], Answer]:
    """Answer with a redirect of HTTP."""
    return lambda _mailbox: Answer(302, b"", {"Location": to, "Content-Type": "text/html"})


def _response(code: str, inner: str) -> Answer:
    no_error = "<ErrorCode>NoError</ErrorCode><ErrorMessage/>"
    error = f"<ErrorCode>{code}</ErrorCode><ErrorMessage>In any language.</ErrorMessage>"
    user = f"<UserResponse>{error}{inner}</UserResponse>"
    text = (
        f'<s:Envelope xmlns:s="{S[1:-1]}"><s:Body><GetUserSettingsResponseMessage xmlns="{A[1:-1]}"'
        f' xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><Response>{no_error}<UserResponses>{user}</UserResponses>'
        "</Response></GetUserSettingsResponseMessage></s:Body></s:Envelope>"
    )
    return Answer(200, text.encode(), {"Content-Type": "text/xml; charset=utf-8"})


@contextmanager
def reachable(names: Names, places: dict[str, dict[int, int]]) -> Iterator[None]:
    """Ask `names` in DNS, and connect (host, port) with the port of this machine in places[host]; never elsewhere."""
    from exchangelib.autodiscover import Autodiscovery
    from urllib3.util import connection

    connect = connection.create_connection

    def elsewhere(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
        host, port = address
        if host not in names.hosts or port not in places.get(host, {}):
            raise ConnectionRefusedError(f"{host}:{port}")
        return connect(("127.0.0.1", places[host][port]), *args, **kwargs)

    resolver = {"nameservers": ["127.0.0.1"], "port": names.port, "timeout": 2}
    with (
        mock.patch.object(connection, "create_connection", elsewhere),
        mock.patch.object(Autodiscovery, "DNS_RESOLVER_KWARGS", {"configure": False}),
        mock.patch.object(Autodiscovery, "DNS_RESOLVER_ATTRS", resolver),
    ):
        yield
