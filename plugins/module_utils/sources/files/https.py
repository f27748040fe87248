# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Files at a web address: HTTPS with a verified certificate, and redirects and retries under control."""

from __future__ import annotations

import base64
import datetime
import email.utils
import fnmatch
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import Bounds, LimitReachedError
from ansible_collections.telephony.connector.plugins.module_utils.sources.csv.excel_signs import kind_at
from ansible_collections.telephony.connector.plugins.module_utils.sources.files.http_body import Body
from ansible_collections.telephony.connector.plugins.module_utils.web.certificates import trust_of
from ansible_collections.telephony.connector.plugins.module_utils.web.failures import (
    no_answer,
    shown,
    status_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.web.origin import origin_of
from ansible_collections.telephony.connector.plugins.module_utils.web.retry import RetryBudget
from ansible_collections.telephony.connector.plugins.module_utils.web.session import (
    USER_AGENT,
    need_library,
    set_up,
)

if TYPE_CHECKING:
    import requests

_TIMEOUT = 30
_RETRIES = 3
_LONGEST_WAIT = 60  # seconds; a server that asks for more is asked again by the next run
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5


class WebFile:
    """A file at a web address.

    The class attributes are what differs for what is neither a CSV file nor a workbook.
    """

    WHAT = ""  # what messages call it; "": by its name
    ACCEPT = "text/csv, */*"
    NEEDED_FOR = "a file at a web address"
    USER, PASSWORD = "url_username", "url_password"  # the options with these

    def __init__(self, options: Mapping[str, Any], known: Mapping[str, Any], bounds: Bounds) -> None:
        self._options = options
        self._timeout = options.get("timeout", _TIMEOUT)
        self._url = options["url"].strip()
        called = f"{self.WHAT or kind_at(self._url)} {shown(self._url)}"
        self.where = called[0].upper() + called[1:]  # as sentences begin with it
        self._trust = trust_of(options, called)
        self.warnings: list[str] = []
        self.validators: dict[str, Any] = {}
        self._bounds = bounds
        if not options.get("validate_certs", True):
            self.warnings.append(f"The certificate of {called} is not checked, as validate_certs is false.")
        self._budget = RetryBudget(options.get("retries", _RETRIES), bounds, longest=_LONGEST_WAIT)
        self._session = self._new_session()
        try:
            self._response = self._fetch(known)
            self.unchanged = self._response.status_code == 304
            if not self.unchanged:
                self._keep_validators(self._response.headers)
                self._body = Body(self._response, self.where, bounds)
        except BaseException:
            self.close()
            raise

    # ------------------------------------------------------------------------------------------------- connection

    def _new_session(self) -> requests.Session:
        need_library(self.NEEDED_FOR)
        import requests

        session = requests.Session()
        set_up(session, self._options, self._trust, self._bounds)
        # exactly these: nothing may be packed in a way that was not asked for
        session.headers.clear()
        session.headers.update({"Accept": self.ACCEPT, "Accept-Encoding": "gzip", "User-Agent": USER_AGENT})
        return session

    def _fetch(self, known: Mapping[str, Any]) -> requests.Response:
        """Return the answer that has the file (200), or says that it is the known one (304), after all redirects."""
        url = self._url
        for _redirect in range(_MOST_REDIRECTS + 1):
            response = self._patiently(url, self._headers(url, known))
            if response.status_code not in _REDIRECTS:
                self._check_status(response, bool(known), url)
                return response
            response.close()
            url = self._redirected(url, response.headers.get("Location", ""))
        raise SourceError(f"{self.where} is redirected more than {_MOST_REDIRECTS} times; check url.")

    def _headers(self, url: str, known: Mapping[str, Any]) -> dict[str, str]:
        headers = {"Cache-Control": "no-cache"}  # a cache on the way shall ask the server
        user = self._options.get(self.USER)
        if user is not None and origin_of(url) == origin_of(self._url):
            text = f"{user}:{self._options.get(self.PASSWORD, '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(text.encode()).decode()}"
        if known.get("etag"):
            headers["If-None-Match"] = known["etag"]
        elif known.get("last_modified"):
            headers["If-Modified-Since"] = known["last_modified"]
        return headers

    def _patiently(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        """Ask, and ask again where the server is busy or broken, when it says or after 1, 2, 4 ... seconds."""
        attempt = 0
        while True:
            response = self._ask(url, headers)
            if response.status_code != 429 and response.status_code < 500:
                return response
            response.close()
            if not self._budget.wait(attempt, response.headers.get("Retry-After")):
                break
            attempt += 1
        later = f" and asks to come back in {self._budget.asked:.0f} seconds" if self._budget.asks_too_much else ""
        times = f", {attempt + 1} times in a row" if attempt else ""
        raise SourceError(
            f"{self.where} cannot be read: {self._server(url)} answers {status_of(response)}{times}{later}; run "
            "again later."
        )

    def _ask(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        import warnings

        import requests
        import urllib3

        try:
            with warnings.catch_warnings():
                # told in our own words, once
                warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
                return self._session.get(
                    url,
                    headers=dict(headers),
                    stream=True,
                    allow_redirects=False,
                    timeout=self._timeout,
                )
        except LimitReachedError:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise SourceError(f"{self.where} cannot be read: {no_answer(url, error, self._timeout)}.") from error

    # -------------------------------------------------------------------------------------------------- judgement

    def _server(self, url: str) -> str:
        return "the server" if url == self._url else shown(url)

    def _redirected(self, url: str, location: str) -> str:
        """Return the address that an answer leads to; SourceError where it may not lead."""
        target = urljoin(url, location)
        old, new = origin_of(url), origin_of(target)
        plain = new.scheme == "http" and old.scheme == "http" and self._options.get("allow_plaintext")
        if new.scheme != "https" and not plain:
            raise SourceError(
                f"{self.where} is redirected to {new if new.host else 'something else'}, which is not https; check url,"
                " and the server's configuration."
            )
        allowed = self._options.get("allow_redirects_to", [])
        is_own = new.host == origin_of(self._url).host
        if not is_own and not any(fnmatch.fnmatchcase(new.host, pattern.lower()) for pattern in allowed):
            raise SourceError(
                f"{self.where} is redirected to the other host {new.host}; if that is meant, put it into "
                "allow_redirects_to."
            )
        return target

    def _check_status(self, response: requests.Response, asked: bool, url: str) -> None:
        status = response.status_code
        if status == 200 or (status == 304 and asked):
            return
        user, both = self._options.get(self.USER), f"{self.USER} and {self.PASSWORD}"
        checks = {
            401: f"check {both} (user {user})" if user else f"give {both}",
            403: f"give user {user} permission to read it" if user else f"it may need {both}",
            404: "check url",
            407: "give the proxy with its credentials in the environment (HTTPS_PROXY)",
            410: "check url",
        }
        response.close()
        raise SourceError(
            f"{self.where} cannot be read: {self._server(url)} answers {status_of(response)}; "
            f"{checks.get(status, 'check url')}."
        )

    # ---------------------------------------------------------------------------------------------------- reading

    def _keep_validators(self, headers: Mapping[str, str]) -> None:
        if etag := headers.get("ETag"):
            self.validators["etag"] = etag
            return
        changed, now = _date(headers.get("Last-Modified", "")), _date(headers.get("Date", ""))
        # a file changed in the second of the answer may change in that second once more (RFC 9110, 8.8.2.2)
        if changed and (now is None or (now - changed).total_seconds() >= 1):
            self.validators["last_modified"] = headers["Last-Modified"]

    def read(self, size: int) -> bytes:
        """See ByteStream."""
        return self._body.read(size)

    def check_end(self) -> None:
        """See ByteStream."""
        self._body.check_end()

    def close(self) -> None:
        """See ByteStream."""
        if response := getattr(self, "_response", None):
            response.close()
        self._session.close()


def _date(text: str) -> datetime.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
