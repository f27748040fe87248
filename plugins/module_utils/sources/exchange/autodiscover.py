# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Looking for the Exchange server of an e-mail address by autodiscover, and telling Exchange Online apart."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.web.origin import origin_of

_ONLINE = ("outlook.office365.com", "outlook.office.com", "outlook.office365.us", "partner.outlook.cn")
_MICROSOFT = (*_ONLINE, "outlook.com", "onmicrosoft.com", "onmicrosoft.us", "partner.onmschina.cn")
_SETTINGS = ("external_ews_url", "internal_ews_url")  # in the order of preference

RETIRED = (
    "Exchange Online switches EWS off since 2026-10-01 tenant by tenant, and for good on 2027-04-01; use"
    " backend: graph, with shared_mailboxes or organisation_contacts in the place of public folders"
)


def is_online(url: str) -> bool:
    """Say whether an address is Exchange Online's."""
    return _is_within(urlsplit(url).hostname or "", _ONLINE)


def _is_within(host: str, domains: tuple[str, ...]) -> bool:
    return any(host.lower() == one or host.lower().endswith(f".{one}") for one in domains)


def discovered(email: str, credentials: Any, may_show_password: bool) -> str:
    """Return the address of EWS that autodiscover knows for an e-mail address. Raises SourceError.

    `may_show_password`: whether it may be sent as it is (HTTP Basic).
    """
    import dns.exception
    import requests
    from exchangelib.errors import AutoDiscoverError, ErrorNonExistentMailbox, EWSError, UnauthorizedError

    discovery = _discovery(email, credentials)
    try:
        with _cache_of_its_own(), _guarded(may_show_password):
            settings = discovery.discover().user_settings or {}
    except UnauthorizedError:
        raise SourceError(
            f"Exchange for {email} does not accept the user or password; check username, password and auth_type."
        ) from None
    except ErrorNonExistentMailbox:
        raise SourceError(f"Exchange knows no mailbox {discovery.email} (autodiscover); check email.") from None
    except (
        AutoDiscoverError,
        EWSError,
        dns.exception.DNSException,
        requests.RequestException,
        LookupError,
        ValueError,
    ):
        raise SourceError(_not_found(email, discovery.strays)) from None
    return _address(email, [settings.get(name) or "" for name in _SETTINGS])


def _not_found(email: str, strays: list[str]) -> str:
    if not strays:
        return (
            f"No Exchange server can be found for {email} by autodiscover; check email, or give url"
            " (https://mail.corp.example/EWS/Exchange.asmx)."
        )
    if _is_within(strays[-1], _MICROSOFT):
        return f"The mailbox {email} is in Exchange Online: {RETIRED}."
    return (
        f"Autodiscover for {email} leads to the other host {strays[-1]}, by DNS or http, which a man-in-the-middle can"
        " change; if that is meant, give url, the address of EWS there."
    )


def _address(email: str, urls: list[str]) -> str:
    url = next((one for one in urls if urlsplit(one).scheme.lower() == "https"), "")
    if not url:
        raise SourceError(
            f"Autodiscover names no address of EWS with https for {email}; give url"
            " (https://mail.corp.example/EWS/Exchange.asmx)."
        )
    if is_online(url):
        raise SourceError(f"The mailbox {email} is in Exchange Online: {RETIRED}.")
    return url


def _discovery(email: str, credentials: Any) -> Any:
    """Return an Autodiscovery of exchangelib that follows no stranger, and gives the settings as they come."""
    from exchangelib.autodiscover import Autodiscovery

    class Discovery(Autodiscovery):  # type: ignore[misc]  # comes without types
        """`strays`: hosts of others that were not followed.

        A redirect over https is the word of a server with a certificate for the domain. Over http and by DNS (steps 3
        and 4) anybody on the way could lead the credentials to a host of his own.
        """

        def __init__(self) -> None:
            super().__init__(email, credentials)
            self.strays: list[str] = []
            self._domain = ""  # set: only hosts within it are followed

        def discover(self) -> Any:
            self._domain = ""
            domain = self.email.rpartition("@")[2]
            if _is_within(domain, _MICROSOFT):
                raise SourceError(f"The mailbox {email} is in Exchange Online: {RETIRED}.")
            return super().discover()

        def _step_3(self, hostname: str) -> Any:
            self._domain = hostname
            return super()._step_3(hostname)

        def _redirect_url_is_valid(self, url: str) -> bool:
            host = origin_of(url).host
            if self._domain and not _is_within(host, (self._domain.lower(),)):
                self.strays.append(host)
                return False
            return bool(super()._redirect_url_is_valid(url))

        def _build_response(self, ad_response: Any) -> Any:
            # exchangelib would insist on an address for clients outside, and guess how to sign in there
            return ad_response

    return Discovery()


@contextmanager
def _cache_of_its_own() -> Iterator[None]:
    """Have exchangelib keep its findings where nobody else can put any: it unpickles what it finds below /tmp."""
    from exchangelib.autodiscover import cache

    before = cache.AUTODISCOVER_PERSISTENT_STORAGE
    with tempfile.TemporaryDirectory(prefix="telephony-connector-") as directory:
        cache.AUTODISCOVER_PERSISTENT_STORAGE = Path(directory, "autodiscover")
        try:
            yield
        finally:
            cache.autodiscover_cache.close()
            cache.AUTODISCOVER_PERSISTENT_STORAGE = before


@contextmanager
def _guarded(may_show_password: bool) -> Iterator[None]:
    """Keep exchangelib from signing in as it is asked to by any web server that autodiscover tries."""
    import requests
    from exchangelib.autodiscover.protocol import AutodiscoverProtocol

    if may_show_password:
        yield
        return
    adapter: Any = AutodiscoverProtocol.HTTP_ADAPTER_CLS

    class Guarded(adapter):  # type: ignore[misc]  # the one of the session
        """Sends no password as it is; for exchangelib, the server cannot be used then."""

        def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            if request.headers.get("Authorization", "").lower().startswith("basic"):
                raise requests.exceptions.SSLError("it wants to see the password")
            return super().send(request, *args, **kwargs)

    AutodiscoverProtocol.HTTP_ADAPTER_CLS = Guarded
    try:
        yield
    finally:
        del AutodiscoverProtocol.HTTP_ADAPTER_CLS
