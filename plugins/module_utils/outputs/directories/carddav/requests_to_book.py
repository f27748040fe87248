# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Requests to the server of an address book: signed in, bounded in time and size, patient, and without redirects."""

from __future__ import annotations

import base64
import contextlib
import threading
import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import TargetError
from ansible_collections.telephony.connector.plugins.module_utils.web.certificates import trust_of
from ansible_collections.telephony.connector.plugins.module_utils.web.deadline import Deadline
from ansible_collections.telephony.connector.plugins.module_utils.web.failures import (
    no_answer,
    reason,
    shown,
    status_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.web.retry import RetryBudget
from ansible_collections.telephony.connector.plugins.module_utils.web.session import USER_AGENT, need_library, set_up

if TYPE_CHECKING:
    import requests

MAX_ANSWER = 256 << 20  # bytes; the list of a million cards
_MAX_BYTES = 4 << 30  # of all answers
_RETRIES = 3
_LONGEST_WAIT = 60  # seconds that a busy server may ask for at a time
_PIECE = 1 << 16
_BUSY = (429, 503)
_REDIRECTS = (301, 302, 303, 307, 308)


class BookLimits(Deadline):
    """What one publication may take of time and bytes; see web.limits."""

    def __init__(self, where: str, seconds: float) -> None:
        super().__init__(seconds)
        self._where, self._seconds, self._received = where, seconds, 0

    def check(self) -> None:
        """Raise TargetError when the time is over."""
        if self.is_over:
            raise TargetError(
                f"{self._where} could not be brought in step within {self._seconds:g} seconds; run again, and look why"
                " the server is slow, or raise max_seconds."
            )

    def received(self, count: int) -> None:
        """Count bytes that came."""
        self._received += count
        if self._received > _MAX_BYTES:
            raise self._too_much()
        self.check()

    def check_answer(self, size: int) -> None:
        """Raise TargetError for an answer that does not end."""
        if size > MAX_ANSWER:
            raise self._too_much()

    def _too_much(self) -> TargetError:
        return TargetError(
            f"{self._where} answers with more than {MAX_ANSWER >> 20} MiB, which is not read; check url."
        )


class BookRequests:
    """Asks the server; each thread has connections of its own. `close` when done."""

    def __init__(self, book: str, options: Mapping[str, Any]) -> None:
        need_library("an address book (CardDAV)")
        self.book, self._options = book, options
        self.where = f"The address book {shown(book)}"
        self._trust = trust_of(options, self.where.replace("The", "the", 1))
        self._limits = BookLimits(self.where, options["max_seconds"])
        self._own = threading.local()
        self._sessions: list[requests.Session] = []
        self._stack = contextlib.ExitStack()
        self._stack.enter_context(warnings.catch_warnings())
        with contextlib.suppress(ImportError):
            from urllib3.exceptions import InsecureRequestWarning

            warnings.simplefilter("ignore", InsecureRequestWarning)  # told in our own words, once

    def close(self) -> None:
        """Close all connections."""
        for session in self._sessions:
            session.close()
        self._limits.__exit__()
        self._stack.close()

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> requests.Response:
        """Return the answer, its body yet to be read; TargetError when there is none, or for an answer to all."""
        budget = RetryBudget(_RETRIES, self._limits, longest=_LONGEST_WAIT)
        attempt = 0
        while True:
            response = self._send(method, url, headers, body)
            if response.status_code not in _BUSY:
                break
            response.close()
            if not budget.wait(attempt, response.headers.get("Retry-After")):
                raise self.refused(response, f"was busy {attempt + 1} times in a row: run again later")
            attempt += 1
        self._check(response, url)
        return response

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> requests.Response:
        import requests
        import urllib3

        try:
            return self._session().request(
                method,
                url,
                data=body,
                headers=dict(headers),
                stream=True,
                allow_redirects=False,
                timeout=self._options["timeout"],
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            why = no_answer(self.book, error, self._options["timeout"])
            raise TargetError(f"{self.where} cannot be brought in step: {why}.") from None

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = self._new_session()
            self._sessions.append(session)
        return session

    def _new_session(self) -> requests.Session:
        import requests

        session = requests.Session()
        # only what was given: an empty proxy means none
        options = {"proxy": self._options["proxy"]} if self._options.get("proxy") is not None else {}
        set_up(session, options, self._trust, self._limits, connects=2)
        session.headers.clear()
        session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", "Accept": "*/*"})
        if user := self._options.get("username"):
            text = f"{user}:{self._options['password']}"
            session.headers["Authorization"] = f"Basic {base64.b64encode(text.encode()).decode()}"
        return session

    def _check(self, response: requests.Response, url: str) -> None:
        """Raise TargetError for an answer that each further request would get as well."""
        status = response.status_code
        user = self._options.get("username")
        words = {
            401: f"check username and password (user {user})" if user else "give username and password",
            403: f"give user {user} the right to read and write it" if user else "it may need username and password",
            405: "it does not speak CardDAV: check url",
            407: "give the proxy with its credentials in the environment (HTTPS_PROXY)",
            501: "it does not speak CardDAV: check url",
            507: "there is no room left for it: make room there and run again",
        }
        if status in words or status >= 500:
            response.close()
            raise self.refused(response, words.get(status, "look into the server's log and run again"))
        if status in _REDIRECTS:
            target = urljoin(url, response.headers.get("Location", ""))
            response.close()
            raise TargetError(
                f"{self.where} is redirected to {shown(target)}: if that is the address book, give its address as url."
            )

    def refused(self, response: requests.Response, advice: str) -> TargetError:
        """Return the error for an answer."""
        return TargetError(f"{self.where}: the server answers {status_of(response)}; {advice}.")

    def pieces(self, response: requests.Response) -> Iterator[bytes]:
        """Yield the bytes of an answer; TargetError when they break off."""
        import requests
        import urllib3

        with contextlib.closing(response):
            try:
                yield from response.iter_content(_PIECE)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                self._limits.check()
                raise TargetError(f"{self.where}: the answer of the server broke off ({reason(error)}); run again."
                                  ) from None  # fmt: skip
