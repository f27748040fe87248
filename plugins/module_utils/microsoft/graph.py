# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reading from Microsoft Graph v1.0: one answer, or all pages of one, never with the token sent to another host."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from ansible_collections.telephony.connector.plugins.module_utils.microsoft.clouds import Cloud
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.errors import (
    ExpiredError,
    GraphError,
    PermissionMissingError,
)
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.session import BUSY
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.tokens import Tokens
from ansible_collections.telephony.connector.plugins.module_utils.web.failures import no_answer
from ansible_collections.telephony.connector.plugins.module_utils.web.origin import Origin, origin_of
from ansible_collections.telephony.connector.plugins.module_utils.web.retry import RetryBudget

if TYPE_CHECKING:
    import requests

#: Codes of answers to links that are too old; also with other statuses than 410, and in any case of letters.
_EXPIRED = frozenset(
    ("syncstatenotfound", "resyncrequired", "resyncapplydifferences", "resyncuploaddifferences",
     "directory_expiredpagetoken")
)  # fmt: skip
#: A sync in the background waits rather than other work of the tenant.
_HEADERS: Mapping[str, str] = {"Accept": "application/json", "x-ms-throttle-priority": "low"}
#: What a query needs that Graph answers from an index (advanced queries); to be sent with every page.
ADVANCED: Mapping[str, str] = {"ConsistencyLevel": "eventual"}
#: NUL, or a part of a surrogate pair, as JSON escapes it; and the latter in UTF-8, which must not be there.
_UNFIT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_HALF = re.compile(rb"\xed[\xa0-\xbf]")
_SHOWN = 300
_MOST_PAGES = 50_000  # of one list, each of up to 999 things
_id_of = itemgetter("id")

Item = dict[str, Any]


class Page:
    """One answer that lists things: `items`, and the link to the next page or (delta) to the next round, if any."""

    def __init__(self, answer: Mapping[str, Any], text: bytes) -> None:
        self.items: list[Item] = answer["value"]
        self.next_link: str | None = answer.get("@odata.nextLink")
        self.delta_link: str | None = answer.get("@odata.deltaLink")
        self.size = len(text)
        self._text = text

    def take(self) -> list[Item]:
        """Return the items, and let go of them: the next page finds room where they were."""
        items, self.items, self._text = self.items, [], b""
        return items

    def may_hold_unfit(self) -> bool:
        """Say whether a text may hold the character NUL, or half of a character. To be asked before `take`."""
        text = self._text
        # a plain text is found far sooner
        return (b"\\u" in text and bool(_UNFIT.search(text))) or (b"\xed" in text and bool(_HALF.search(text)))

    def may_hold_longer(self, size: int) -> bool:
        """Say whether a text may have more than so many characters: quick, and always right if not. Before `take`."""
        text = self._text
        if b"\\" in text and b'\\"' in text:
            return True
        # all quotation marks begin or end a text, so there is one among as many bytes and one more
        place = 0
        while place + size < len(text):
            place = text.rfind(b'"', place + 1, place + size + 2)
            if place < 0:
                return True
        return False


class Graph:
    """One tenant, read by one application."""

    def __init__(self, cloud: Cloud, session: requests.Session, tokens: Tokens, budget: RetryBudget) -> None:
        from requests.auth import AuthBase

        class Bearer(AuthBase):
            # not a header of the session: that would go to any host, and could be replaced
            def __call__(self, request: Any) -> Any:
                request.headers["Authorization"] = f"Bearer {tokens.token()}"
                return request

        self.cloud, self.tokens, self.budget = cloud, tokens, budget
        self._session, self._bearer = session, Bearer()
        self.requests = 0

    def url(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """Return the address of a path of v1.0 (without a leading slash) with query options."""
        options = urlencode(query or {}, quote_via=quote, safe="$,()=/'")
        return f"{self.cloud.graph_url}/v1.0/{path}" + (f"?{options}" if options else "")

    def get(self, url: str, needs: tuple[str, ...] = (), headers: Mapping[str, str] | None = None) -> Item:
        """Return one answer. `needs` are the permissions for it, named when it is refused.

        Raises PermissionMissingError, ExpiredError, GraphError for all else, and SignInError.
        """
        return self._get(url, needs, headers)[0]

    def page(self, url: str, needs: tuple[str, ...] = (), headers: Mapping[str, str] | None = None) -> Page:
        """Return one page; see get."""
        answer, text = self._get(url, needs, headers)
        items = answer.get("value")
        if not isinstance(items, list) or not _have_ids(items):
            raise GraphError(f"{self._where(url)} answers without a list of things with ids; check graph_url.", 200)
        return Page(answer, text)

    def pages(self, url: str, needs: tuple[str, ...] = (), headers: Mapping[str, str] | None = None) -> Iterator[Page]:
        """Yield all pages; an empty one may be followed by others. Raises as get does, in the middle as well."""
        seen = {url}
        while True:
            page = self.page(url, needs, headers)
            yield page
            if page.next_link is None:
                return
            if len(seen) >= _MOST_PAGES:
                raise GraphError(f"{self._where(url)} gives more than {_MOST_PAGES} pages, and no end.", 200)
            if page.next_link in seen:
                raise GraphError(f"{self._where(url)} names a page as the next one that was read already.", 200)
            url = page.next_link
            seen.add(url)

    # ----------------------------------------------------------------------------------------------------- requests

    def _get(self, url: str, needs: tuple[str, ...], headers: Mapping[str, str] | None) -> tuple[Item, bytes]:
        self._check_host(url)
        response = self._ask(url, headers)
        if response.status_code == 401:  # the token ended, or was withdrawn, before its time
            self.tokens.renew()
            response = self._ask(url, headers)
        body = response.content
        if response.status_code != 200:
            raise self._refusal(url, response, body, needs)
        try:
            answer = json.loads(body)
        except ValueError:
            raise GraphError(f"The answer of {self._where(url)} broke off or is no JSON.", 200) from None
        if not isinstance(answer, dict):
            raise GraphError(f"{self._where(url)} does not answer as Microsoft Graph does; check graph_url.", 200)
        return answer, body

    def _check_host(self, url: str) -> None:
        origin = origin_of(url) if isinstance(url, str) else Origin()
        if origin != origin_of(self.cloud.graph_url):
            shown = origin if origin.host else "something else"
            raise GraphError(
                f"Microsoft Graph names a next page at {shown} instead of {self.cloud.graph_url}; nothing was sent"
                " there. If a gateway stands between, graph_url must be the address it gives."
            )

    def _ask(self, url: str, headers: Mapping[str, str] | None) -> requests.Response:
        import requests

        self.requests += 1
        try:
            return self._session.get(url, headers={**_HEADERS, **(headers or {})}, auth=self._bearer)
        except requests.RequestException as error:
            raise GraphError(f"{self._where(url)} {self._no_answer(url, error)}.") from None

    def _no_answer(self, url: str, error: Exception) -> str:
        import requests

        if isinstance(error, (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)):
            return "broke off in the middle of its answer"
        return f"cannot be read: {no_answer(url, error, None, 'graph_url')}"

    # ------------------------------------------------------------------------------------------------------- errors

    def _refusal(self, url: str, response: requests.Response, body: bytes, needs: tuple[str, ...]) -> Exception:
        status = response.status_code
        codes, message, numbers = _error_of(body)
        code = codes[0] if codes else ""
        said = f"{status} {code or response.reason}".strip() + (f": {message}" if message else "") + numbers
        where = self._where(url)
        if status == 410 or (400 <= status < 500 and any(one.casefold() in _EXPIRED for one in codes)):
            return ExpiredError(f"{where} no longer knows how far it was read ({said}).", status, code)
        if status == 403:
            return PermissionMissingError(f"{where} refuses: {self.missing(needs)} ({said}).")
        advice = {
            400: "this is a fault of the request: please report it",
            401: "it does not accept the token, not even a new one: check cloud, graph_url and tenant_id",
            404: "there is no such thing: check its name or id",
        }.get(status, "check graph_url" if status < 500 and status not in BUSY else "run again later")
        waited = f" after {self.budget.waits} waits" if status in BUSY and self.budget.waits else ""
        return GraphError(f"{where} answers {said}{waited}; {advice}.", status, code)

    def missing(self, needs: tuple[str, ...]) -> str:
        """Return words for the permissions that an application lacks, as far as its token tells."""
        roles = self.tokens.roles
        lacking = [need for need in needs if roles is None or need not in roles]
        if needs and not lacking:
            return f"although the app registration has {' and '.join(needs)}, it may not read this"
        plural = "s" if len(lacking) > 1 else ""
        named = f"the application permission{plural} {' and '.join(lacking)}" if lacking else "a permission"
        return (
            f"the app registration lacks {named}; add it under API permissions (Microsoft Graph, application"
            " permissions), and let an administrator grant consent"
        )

    def _where(self, url: str) -> str:
        return f"Microsoft Graph ({urlsplit(url).path})"


def _have_ids(items: list[Any]) -> bool:
    try:
        return all(map(_id_of, items))
    except (KeyError, TypeError):  # one has none, or is no object
        return False


def _error_of(body: bytes) -> tuple[list[str], str, str]:
    """Return (codes, the outer one first; message; the numbers Microsoft's support asks for) of an error's body."""
    try:
        error = json.loads(body)["error"]
        message = " ".join(str(error.get("message") or "").split())[:_SHOWN]
    except (ValueError, KeyError, TypeError, AttributeError):
        return [], "", ""
    codes: list[str] = []
    numbers: dict[str, str] = {}
    inner: Any = error
    while isinstance(inner, dict) and len(codes) < 10:
        codes += [str(inner["code"])] if inner.get("code") else []
        numbers |= {name: str(inner[name])[:100] for name in ("request-id", "date") if inner.get(name)}
        inner = inner.get("innerError") or inner.get("innererror")
    return codes, message, "".join(f", {name} {value}" for name, value in numbers.items())
