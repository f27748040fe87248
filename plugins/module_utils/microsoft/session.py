# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The HTTP session for Entra ID and Graph: the profile's certificates, no redirects, and patience with a busy service.

Nothing of the environment is used but its proxy: REQUESTS_CA_BUNDLE would replace `verify`, and .netrc the token.
"""

from __future__ import annotations

import datetime
import email.utils
import ipaddress
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.libraries import require

if TYPE_CHECKING:
    import requests

TIMEOUT = 30
RETRIES = 10
MAX_WAIT = 600
BUSY = (429, 503, 504, 509)
_LONGEST_GUESS = 120.0  # seconds at a time
_CONNECTS = 2


class Patience:
    """Waits for a busy service, each time as long as it asks for, and remembers how long that was.

    At most `retries` times in a row and `budget` seconds altogether; a service that does not say how long is asked
    again after 1, 2, 4 seconds and so on.
    """

    def __init__(
        self, retries: int = RETRIES, budget: float = MAX_WAIT, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._retries, self._budget, self._sleep = retries, budget, sleep
        self.waits = 0
        self.seconds = 0.0

    def wait(self, attempt: int, retry_after: str | None) -> bool:
        """Wait before the next attempt (the first failed one is 0); False when there is to be none."""
        asked = parse_retry_after(retry_after or "")
        seconds = min(float(2**attempt), _LONGEST_GUESS) if asked is None else asked
        if attempt >= self._retries or self.seconds + seconds > self._budget:
            return False
        self.waits += 1
        self.seconds += seconds
        self._sleep(seconds)
        return True

    def sentence(self) -> str:
        """Return what a person should know about the waiting, "" when there was none."""
        if not self.waits:
            return ""
        times = "once" if self.waits == 1 else f"{self.waits} times"
        spent = "1 second was" if round(self.seconds) == 1 else f"{self.seconds:.0f} seconds were"
        return f"Microsoft was busy and asked to slow down {times}; {spent} spent waiting."


def parse_retry_after(text: str) -> float | None:
    """Return the seconds that Retry-After (RFC 9110, 10.2.3) asks for: a number, or until a date; None if neither."""
    if text.strip().isascii() and text.strip().isdecimal():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    return max(0.0, (moment - datetime.datetime.now(datetime.UTC)).total_seconds())


def new_session(options: Mapping[str, Any], patience: Patience) -> requests.Session:
    """Return a session for the source options ca_path, proxy and timeout; SourceError when ca_path cannot be read."""
    require("requests", "requests", "2.31", "Microsoft 365")
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    timeout = options.get("timeout", TIMEOUT)

    class Session(requests.Session):
        def request(self, method: Any, url: Any, *arguments: Any, **more: Any) -> requests.Response:
            more.setdefault("timeout", timeout)
            more["allow_redirects"] = False  # a secret must not follow one
            more["proxies"] = _proxies(url, options)
            attempt = 0
            while True:
                response = super().request(method, url, *arguments, **more)
                if response.status_code not in BUSY or not patience.wait(attempt, response.headers.get("Retry-After")):
                    return response
                response.close()
                attempt += 1

    session = Session()
    session.trust_env = False
    session.verify = _certificates(options)
    session.headers["User-Agent"] = "telephony.connector"
    # only a connection that does not come about is tried again here: what is busy is waited for above, where it is told
    again = Retry(total=_CONNECTS, connect=_CONNECTS, read=0, redirect=0, status=0, other=0, backoff_factor=0.5,
                  respect_retry_after_header=False)  # fmt: skip
    session.mount("https://", HTTPAdapter(max_retries=again))
    return session


def _certificates(options: Mapping[str, Any]) -> str | bool:
    path: str | None = options.get("ca_path")
    if path is None:
        return True
    path = os.path.abspath(os.path.expanduser(path))
    if not os.path.isfile(path) or not os.access(path, os.R_OK):
        raise SourceError(f'The CA certificates for Microsoft 365 cannot be read from "{path}"; check ca_path.')
    return path


def _proxies(url: str, options: Mapping[str, Any]) -> dict[str, str]:
    """Return the proxy on the way: the profile's, else the environment's; none to this machine or network."""
    import requests

    parts = urlsplit(url)
    if _is_near(parts.hostname or ""):
        return {}
    if "proxy" in options:
        return {parts.scheme: options["proxy"]} if options["proxy"] else {}
    return dict(requests.utils.get_environ_proxies(url))


def _is_near(host: str) -> bool:
    """Say whether a host is this machine, or on its own link as the service for managed identities of Azure."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_link_local
