# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""One session with an Exchange server by EWS: how exchangelib is set up, and what its errors mean."""

from __future__ import annotations

import logging
import re
import struct
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require
from ansible_collections.telephony.connector.plugins.module_utils.microsoft import tokens
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.clouds import cloud_of
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.credentials import credential_of
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.session import new_session
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.autodiscover import discovered
from ansible_collections.telephony.connector.plugins.module_utils.web.certificates import trust_of
from ansible_collections.telephony.connector.plugins.module_utils.web.retry import RetryBudget
from ansible_collections.telephony.connector.plugins.module_utils.web.session import adapter_class

MAX_WAIT = 300  # seconds that a run waits altogether while the server is busy
_TIMEOUT = 60


class EwsSession:
    """Accounts at one server. `where` names it in messages."""

    def __init__(self, options: Mapping[str, Any], config: Any) -> None:
        self._options, self._config = options, config
        self.where = f"Exchange at {urlsplit(config.service_endpoint).hostname}"
        self.waited = config.retry_policy

    def account(self, mailbox: str, impersonate: bool = False) -> Any:
        """Return the account for a mailbox; nothing is asked yet."""
        from exchangelib import DELEGATE, IMPERSONATION, Account

        # the token of an application is nobody's: without impersonation Exchange would not know whose rights count
        access = IMPERSONATION if impersonate or self._options.get("auth_type") == "oauth2" else DELEGATE
        return Account(mailbox, config=self._config, autodiscover=False, access_type=access)

    def is_fatal(self, error: BaseException) -> bool:
        """Say whether an error is about the server as a whole, not about one mailbox or folder."""
        from exchangelib import errors

        general = (errors.ErrorServerBusy, errors.ErrorTimeoutExpired, errors.ErrorInternalServerTransientError)
        return not isinstance(error, errors.ResponseMessageError) or isinstance(error, general)

    def in_words(self, error: BaseException) -> str:
        """Return one sentence for an error of the server as a whole."""
        if isinstance(error, SourceError):
            return error.message
        return f"{self.where} {_fatal_words(error, self._options)}"


def soft_words(error: BaseException) -> str:
    """Complete "... cannot be read": why, and what to do, for an error about one mailbox or folder."""
    from exchangelib import errors

    name = type(error).__name__
    if isinstance(error, errors.ErrorNonExistentMailbox):
        return "there is no such mailbox"
    if name in ("ErrorImpersonateUserDenied", "ErrorImpersonationDenied"):
        return "it may not be impersonated; give the account the role ApplicationImpersonation for this mailbox"
    if isinstance(error, errors.ErrorAccessDenied):
        return "access is denied; give the account the right to read it, or take it out of its view"
    if isinstance(error, (errors.ErrorFolderNotFound, errors.ErrorItemNotFound)):
        return "it is not there"
    return f"Exchange says {name}"


def _fatal_words(error: BaseException, options: Mapping[str, Any]) -> str:
    from exchangelib import errors

    said = str(error)
    user = options.get("username") or options["email"]
    if isinstance(error, errors.UnauthorizedError):
        return f"does not accept the user or password ({user}); check username, password and auth_type."
    if isinstance(error, (errors.ErrorTimeoutExpired, ConnectionError)):
        return f"cannot be reached or does not answer within {options.get('timeout', _TIMEOUT)} seconds; check url."
    if isinstance(error, errors.RateLimitError) or "Busy" in type(error).__name__:
        return f"is busy, also after {options.get('max_wait', MAX_WAIT)} seconds of waiting; run again later."
    if isinstance(error, errors.RedirectError):
        return "answers with a redirect; check url, which ends in /EWS/Exchange.asmx as a rule."
    if said == _NO_HANDSHAKE:
        return (
            "breaks signing in by NTLM off; check url and auth_type, and whether what stands in front of the server"
            " passes NTLM on."
        )
    status = _STATUS.search(said)
    if status is not None:
        return (
            f"answers with status {status[1]} instead of EWS; check url, which ends in /EWS/Exchange.asmx as a rule,"
            " and whether the server, or what stands in front of it, lets this account use EWS."
        )
    if isinstance(error, errors.TransportError) and ("SSL" in said or "certificate" in said):
        return "has a certificate that is not trusted; check ca_path, and the name in url."
    if isinstance(error, (errors.MalformedResponseError, errors.TransportError)):
        return "answers with something that is not EWS; check url, which ends in /EWS/Exchange.asmx as a rule."
    return f"fails ({type(error).__name__}); run again later."


@contextmanager
def connect(options: Mapping[str, Any], bounds: Bounds) -> Iterator[EwsSession]:
    """Set exchangelib up for one server; nothing is asked yet, except by autodiscover. Leaving closes connections.

    exchangelib keeps certificates, time limits and ways to sign in for the whole process, so they are put back
    afterwards.
    """
    require("exchangelib", "exchangelib", "5.4", "reading contacts from Exchange")
    import exchangelib
    import urllib3
    from exchangelib.protocol import BaseProtocol
    from exchangelib.transport import AUTH_TYPE_MAP

    names = ("HTTP_ADAPTER_CLS", "TIMEOUT", "USERAGENT")
    before = {name: getattr(BaseProtocol, name) for name in names}
    ways = dict(AUTH_TYPE_MAP)
    logger = logging.getLogger("exchangelib")
    propagates = logger.propagate
    try:
        # it would write requests to stderr
        logger.propagate = False
        logger.addHandler(_QUIET)
        BaseProtocol.HTTP_ADAPTER_CLS = adapter_class(options, trust_of(options, "Exchange"), bounds)
        BaseProtocol.TIMEOUT = options.get("timeout", _TIMEOUT)
        BaseProtocol.USERAGENT = "telephony.connector"
        AUTH_TYPE_MAP[exchangelib.NTLM] = _ntlm()
        with warnings.catch_warnings():
            # told in our own words, once
            warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
            yield EwsSession(options, _configuration(options, bounds))
    finally:
        exchangelib.close_connections()
        logger.removeHandler(_QUIET)
        logger.propagate = propagates
        for name, value in before.items():
            setattr(BaseProtocol, name, value)
        AUTH_TYPE_MAP.update(ways)


_QUIET = logging.NullHandler()
#: What exchangelib says of an answer that it cannot use.
_STATUS = re.compile(r"Unknown failure in response. Code: (\d{3})\b")
_NO_HANDSHAKE = "no NTLM handshake"


def _ntlm() -> Any:
    """Return the class that signs in by NTLM, and says of an answer that is no challenge that it is none."""
    import requests_ntlm
    from exchangelib.errors import TransportError
    from spnego.exceptions import SpnegoError

    class Ntlm(requests_ntlm.HttpNtlmAuth):
        """Raises TransportError."""

        def response_hook(self, r: Any, **kwargs: Any) -> Any:
            try:
                return super().response_hook(r, **kwargs)
            except (ValueError, KeyError, IndexError, struct.error, PermissionError, SpnegoError) as error:
                raise TransportError(_NO_HANDSHAKE) from error

    return Ntlm


def _configuration(options: Mapping[str, Any], bounds: Bounds) -> Any:
    from exchangelib import BASIC, NTLM, OAUTH2, Configuration, Version
    from exchangelib.version import EXCHANGE_2013_SP1

    auth_type = {"basic": BASIC, "ntlm": NTLM, "oauth2": OAUTH2}[options.get("auth_type", "ntlm")]
    url = options.get("url") or discovered(options["email"], _credentials(options, "", bounds), auth_type == BASIC)
    return Configuration(
        service_endpoint=url,
        auth_type=auth_type,
        # said, so that exchangelib need not guess it by asking; newer servers speak it too
        version=Version(build=EXCHANGE_2013_SP1),
        credentials=_credentials(options, url, bounds),
        retry_policy=_policy(options, bounds),
        max_connections=1,
    )


def _policy(options: Mapping[str, Any], bounds: Bounds) -> Any:
    from exchangelib import FaultTolerance
    from exchangelib.errors import RateLimitError, UnauthorizedError

    class Patient(FaultTolerance):  # type: ignore[misc]  # exchangelib comes without types
        """Waits while the server is busy, but no longer than max_wait altogether."""

        total = 0.0

        def back_off(self, seconds: Any) -> None:
            bounds.check()  # the connection may have been cut for that
            seconds = self.DEFAULT_BACKOFF if seconds is None else seconds
            self.total += seconds
            if self.total > self.max_wait or seconds > bounds.seconds_left:
                raise RateLimitError("Max timeout reached", wait=seconds)
            super().back_off(seconds)

        def raise_response_errors(self, response: Any) -> Any:
            # exchangelib would take this for a busy server, too, and repeat a wrong password until it locks the account
            if response.status_code == 401:
                raise UnauthorizedError("401")
            return super().raise_response_errors(response)

    return Patient(max_wait=options.get("max_wait", MAX_WAIT))


def _credentials(options: Mapping[str, Any], url: str, bounds: Bounds) -> Any:
    from exchangelib import Credentials, OAuth2AuthorizationCodeCredentials

    if options.get("auth_type") != "oauth2":
        return Credentials(options.get("username") or options["email"], options["password"])
    parts = urlsplit(url)
    budget = RetryBudget(3, bounds, budget=options.get("max_wait", MAX_WAIT))
    with new_session(options, budget, bounds) as session:
        cloud = cloud_of(options)._replace(graph_url=f"https://{parts.hostname}")
        token = tokens.MsalTokens(credential_of(options), cloud, session).token()
    return OAuth2AuthorizationCodeCredentials(
        access_token={"access_token": token, "token_type": "Bearer"}, client_id=options.get("client_id")
    )
