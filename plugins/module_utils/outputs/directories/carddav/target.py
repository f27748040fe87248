# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reads and writes the cards of an address book: by their ETags, so that nobody's change is overwritten unseen."""

from __future__ import annotations

import collections
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, unquote, urljoin, urlsplit

from ansible_collections.telephony.connector.plugins.module_utils import progress
from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Item, TargetError, Values
from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.carddav.likeness import likeness
from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.carddav.multistatus import (
    NotMultistatusError,
    Resource,
    resources,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.directories.carddav.requests_to_book import (
    BookRequests,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.entry_format import (
    Operation,
    Present,
    Written,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.imports.vcard import card
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import within_xml, xml_text
from ansible_collections.telephony.connector.plugins.module_utils.web.failures import shown, status_of

if TYPE_CHECKING:
    import requests

_In = TypeVar("_In")
_Out = TypeVar("_Out")

_LIST = (
    b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/><getetag/></prop></propfind>'
)
_MULTIGET = (
    '<?xml version="1.0" encoding="utf-8"?><C:addressbook-multiget xmlns="DAV:"'
    ' xmlns:C="urn:ietf:params:xml:ns:carddav"><prop><getetag/><C:address-data/></prop>'
    "{hrefs}</C:addressbook-multiget>"
)
_XML = {"Content-Type": "application/xml; charset=utf-8"}
_CARD = {"Content-Type": "text/vcard; charset=utf-8"}
_AT_ONCE = 100  # cards in one answer
_MOST_REFUSED = 20  # cards in a row; then it is not about the cards
#: names as we give them (UUID version 5), so that a book whose ledger was lost is looked through at once
_OURS = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}[.]vcf")
#: what concerns one card only
_REFUSED = {
    400: "the server does not take the card",
    409: "the server does not take the card, or holds one with the same UID under another address",
    413: "the card is too large for the server",
    415: "the server does not take the card",
    422: "the server does not take the card",
}


class AddressBook:
    """The address book; see EntryTarget. Places are names of cards below its address."""

    def __init__(self, book: str, options: Mapping[str, Any]) -> None:
        self._book, self._options = book, options
        self._requests = BookRequests(book, options)
        self._path = unquote(urlsplit(book).path)
        self._changed: list[str] = []
        self._unknown: list[str] = []
        self._likenesses: dict[str, str] = {}

    def close(self) -> None:
        """Close all connections."""
        self._requests.close()

    # ---------------------------------------------------------------------------------------------------- what is there

    def present(self, known: Mapping[str, str]) -> Iterator[Present]:
        """Yield all cards with their ETags, which one request asks for."""
        where = self._requests.where
        is_book = False
        others: list[Resource] = []
        for one in self._resources("PROPFIND", _LIST):
            place = self._place_of(one.href)
            if place == "":
                self._check_book(one)
                is_book = one.is_book
            elif place is None or one.is_collection:
                others = [*others[:10], one]
            elif one.status < 400:
                if not one.etag:
                    raise TargetError(f"{where}: the server tells no ETag for {place}, as CardDAV has it; check url.")
                etag = strong(one.etag)
                self._note_doubt(place, etag, known)
                yield Present(place, etag)
        if not is_book:
            raise self._no_book(others)

    def _note_doubt(self, place: str, etag: str, known: Mapping[str, str]) -> None:
        """Remember what is not as it was written, and what may be ours though the ledger does not know it."""
        if place in known:
            if known[place] != etag:
                self._changed.append(place)
        elif _OURS.fullmatch(place):
            self._unknown.append(place)

    def _check_book(self, one: Resource) -> None:
        where = self._requests.where
        if one.status in (404, 410):
            raise TargetError(f"{where} is not there; create it on the server, or check url.")
        if one.status == 507:  # RFC 6578, 3.6
            raise TargetError(
                f"{where} is larger than the server lists at once; raise its limit, or use a smaller book."
            )

    def _no_book(self, others: list[Resource]) -> TargetError:
        where = self._requests.where
        if any(one.status in (404, 410) for one in others):
            return TargetError(f"{where} is not there; create it on the server, or check url.")
        books = [shown(self._joined(one.href)) for one in others if one.is_book]
        advice = f"there is one at {books[0]}" if books else "check url"
        return TargetError(f"{where} is no address book, says the server; {advice}.")

    def _resources(self, method: str, body: bytes) -> Iterator[Resource]:
        requests = self._requests
        response = requests.ask(method, self._book, {**_XML, "Depth": "1"}, body)
        if response.status_code in (404, 410):
            response.close()
            raise TargetError(f"{requests.where} is not there; create it on the server, or check url.")
        if response.status_code != 207:
            response.close()
            raise requests.refused(response, "it does not speak CardDAV: check url")
        try:
            yield from resources(requests.pieces(response))
        except NotMultistatusError as error:
            raise TargetError(f"{requests.where}: the server's answer {error}; check url.") from None

    def _place_of(self, href: str) -> str | None:
        """Return the name of a card, "" for the book itself, None for what is elsewhere."""
        path = unquote(urlsplit(self._joined(href)).path)
        if f"{path}/" == self._path:
            return ""
        if not path.startswith(self._path):
            return None
        place = path.removeprefix(self._path)
        return None if "/" in place else place

    def _joined(self, href: str) -> str:
        """Return the whole address that a server names, "" for what is none."""
        try:
            return urljoin(self._book, href)
        except ValueError:
            return ""

    def holds(self, item: Item, present: Present) -> bool:
        """Say whether the card that lies there says the same as ours."""
        for some in (self._changed, self._unknown):
            if present.place in some:
                self._look_at(some)
                some.clear()
        if present.place not in self._likenesses:
            self._look_at([present.place])
        return self._likenesses.get(present.place) == likeness(self._card(item.values))

    def _look_at(self, places: list[str]) -> None:
        batches = [places[start : start + _AT_ONCE] for start in range(0, len(places), _AT_ONCE)]
        for found in self._side_by_side(self._fetch, batches):
            self._likenesses |= found

    def _fetch(self, places: list[str]) -> dict[str, str]:
        """Return the likenesses of cards."""
        hrefs = "".join(f"<href>{xml_text(urlsplit(self._address(place)).path)}</href>" for place in places)
        found = {}
        for one in self._resources("REPORT", _MULTIGET.format(hrefs=hrefs).encode()):
            place = self._place_of(one.href)
            if place and one.card:
                found[place] = likeness(one.card)
        return found

    # ---------------------------------------------------------------------------------------------------------- writing

    def write(self, operations: Iterator[Operation]) -> Iterator[Written]:
        """Do them, several at a time; what cannot be done for one card is told, what ends all is a TargetError."""
        refused = 0
        for done, one in enumerate(self._side_by_side(self._do, operations), 1):
            progress.at(done)
            refused = refused + 1 if one.error else 0
            if refused >= _MOST_REFUSED:
                raise TargetError(f"{self._requests.where} refuses card after card; the last: {one.error}.")
            yield one

    def _do(self, one: Operation) -> Written:
        if one.old_place and one.old_place != one.place and one.token:
            error = self._refusal(self._ask("DELETE", one.old_place, {"If-Match": one.token}), is_gone_fine=True)
            if error:
                return Written(one.key, "", error)
        if one.action == "remove":
            response = self._ask("DELETE", one.place, {"If-Match": one.token} if one.token else {})
            return Written(one.key, "", self._refusal(response, is_gone_fine=True))
        is_new = not one.token or one.old_place != one.place
        condition = {"If-None-Match": "*"} if is_new else {"If-Match": one.token}
        response = self._ask("PUT", one.place, {**_CARD, **condition}, self._card(one.values).encode())
        error = self._refusal(response, is_gone_fine=False)
        return Written(one.key, "" if error else strong(response.headers.get("ETag", "")), error)

    def _ask(self, method: str, place: str, headers: Mapping[str, str], body: bytes | None = None) -> requests.Response:
        response = self._requests.ask(method, self._address(place), headers, body)
        for _piece in self._requests.pieces(response):
            pass
        return response

    def _refusal(self, response: requests.Response, is_gone_fine: bool) -> str:
        """Return why one card could not be written, "" when it was; TargetError when the book is gone."""
        status = response.status_code
        if 200 <= status < 300 or (is_gone_fine and status in (404, 410)):
            return ""
        if status in (404, 410):
            raise TargetError(f"{self._requests.where} is no longer there; create it on the server and run again.")
        if status == 412:
            return "somebody changed the card while this run was going on: run again"
        if status not in _REFUSED:
            raise self._requests.refused(response, "look into the server's log and run again")
        return f"{_REFUSED[status]} ({status_of(response)})"

    def _address(self, place: str) -> str:
        return self._book + quote(place)

    def _card(self, values: Values) -> str:
        return within_xml(card(values, values.get("version", "3.0")))

    def _side_by_side(self, work: Callable[[_In], _Out], inputs: Iterable[_In]) -> Iterator[_Out]:
        """Yield what a function returns for each input, in their order, some of them at a time."""
        count: int = self._options["connections"]
        pool = ThreadPoolExecutor(count)
        running: collections.deque[Future[_Out]] = collections.deque()
        waiting = iter(inputs)
        try:
            running.extend(pool.submit(work, one) for one in itertools.islice(waiting, 2 * count))
            while running:
                yield running.popleft().result()
                running.extend(pool.submit(work, one) for one in itertools.islice(waiting, 1))
        finally:
            pool.shutdown(cancel_futures=True)


def strong(etag: str) -> str:
    """Return an ETag without the mark that compression on the way puts before it: the server knows it without."""
    return etag.removeprefix("W/")
