# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reading contacts of Exchange Online with Microsoft Graph: organisation contacts, and mailboxes folder by folder."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from urllib.parse import quote

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.errors import (
    GraphError,
    MicrosoftError,
    PermissionMissingError,
)
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.graph import Item, Page
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.options import Connection
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Gone, Record, Unusable
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import LimitReachedError
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.address_books import (
    Book,
    BooksReading,
    Place,
    below,
    short,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.graph_rows import GraphRows

CONTACTS = ("Contacts.Read",)
ORGANISATION = ("OrgContact.Read.All",)
PAGE = 250
_ORGANISATION_PAGE = "999"  # the most that Graph gives at once
_DEFAULT = "default"

Contents = Iterator[Item | Gone]
"""What is to be told of a folder: contacts as Graph gives them; and what is gone, where only changes are told."""


class GraphReading(BooksReading):
    """One read of all books; see Reading. Mailboxes are read one after the other, as Exchange Online wants it."""

    def __init__(self, connection: Connection, books: list[Book], rows: GraphRows) -> None:
        super().__init__(rows.columns, books)
        self.graph, self._connection, self.rows = connection.graph, connection, rows

    def __iter__(self) -> Iterator[Record | Unusable | Gone]:
        """See BooksReading."""
        yield from super().__iter__()
        self.result.warnings += self._connection.warnings()

    def errors(self) -> tuple[type[BaseException], ...]:
        """See BooksReading."""
        return (MicrosoftError, LimitReachedError)

    def is_fatal(self, error: BaseException) -> bool:
        """See BooksReading."""
        if isinstance(error, PermissionMissingError):
            # the code of Exchange itself, about one mailbox; the permission may be given there and not be in the token
            return "ErrorAccessDenied" not in error.message
        return not (isinstance(error, GraphError) and error.status == 404)

    def soft_words(self, error: BaseException) -> str:
        """See BooksReading."""
        if isinstance(error, PermissionMissingError):
            return "access is denied; give the application Contacts.Read, with a scope that this mailbox is in"
        return "there is no such mailbox, or it is not in Exchange Online"

    def in_words(self, error: BaseException) -> str:
        """See BooksReading."""
        return error.message if isinstance(error, SourceError) else str(error)

    # ------------------------------------------------------------------------------------------------------- books

    def book(self, book: Book) -> Iterator[Record | Unusable | Gone]:
        """See BooksReading."""
        if not book.addresses:
            yield from self._organisation(book)
            return
        place, opened = self._open(book)
        self.has_read = True
        yield from self._contacts(place, book.owner, opened)
        address = str(place.folder).partition("/contacts")[0]
        for folder in self._folders(Place(f"{address}/contactFolders", "", book.prefix)):
            yield from self._contacts(folder, book.owner)

    def _organisation(self, book: Book) -> Iterator[Record | Unusable]:
        url = self.graph.url("contacts", {**self.rows.organisation_query(), "$top": _ORGANISATION_PAGE})
        try:
            for page in self.graph.pages(url, ORGANISATION):
                self.has_read = True
                for item in page.items:
                    yield self.record(self.rows.organisation_contact(book.prefix + short(item["id"]), item))
        except PermissionMissingError as error:
            raise GraphError(f"{error.message.rstrip('.')}; or set organisation_contacts: false.", 403) from None

    def _open(self, book: Book) -> tuple[Place, Contents]:
        """Return the default folder of the first of the addresses that is a mailbox, and what is in it."""
        for number, address in enumerate(book.addresses, 1):
            place = Place(f"users/{quote(address, safe='')}/contacts", "Contacts", f"{book.prefix}{_DEFAULT}/")
            try:
                return place, self.contents(place)
            except GraphError as error:
                if error.status != 404 or number == len(book.addresses):
                    raise
        raise AssertionError("a book has an address")

    # ----------------------------------------------------------------------------------------------------- folders

    def _folders(self, top: Place) -> Iterator[Place]:
        """Yield all folders below, each before those in it."""
        query = {"$select": "id,displayName", "$top": "100"}
        waiting = [top]
        while waiting:
            parent = waiting.pop()
            try:
                found = [item for page in self.graph.pages(self.graph.url(parent.folder, query), CONTACTS)
                         for item in page.items]  # fmt: skip
            except MicrosoftError as error:
                if self.is_fatal(error):
                    raise
                self.refused(parent, error)
                continue
            for item in found:
                path = "/".join(filter(None, (parent.path, str(item.get("displayName") or ""))))
                address = str(top.folder)
                folder = Place(f"{address}/{quote(item['id'], safe='')}", path, below(parent.prefix, item["id"]))
                yield folder._replace(folder=f"{folder.folder}/contacts")
                waiting.append(folder._replace(folder=f"{folder.folder}/childFolders"))

    def contents(self, place: Place) -> Contents:
        """Return the contacts of a folder, each once. The first page is fetched at once, and may raise as all do."""
        pages = self.graph.pages(self.graph.url(place.folder, {**self.rows.query(), "$top": str(PAGE)}), CONTACTS)
        return _each_once(chain([next(pages)], pages))

    def _contacts(
        self, place: Place, owner: str | None, opened: Contents | None = None
    ) -> Iterator[Record | Unusable | Gone]:
        count = 0
        try:
            for item in self.contents(place) if opened is None else opened:
                if isinstance(item, Gone):
                    yield item
                    continue
                count += 1
                yield self.record(self.rows.contact(place.prefix + short(item["id"]), place.path, owner, item))
        except MicrosoftError as error:
            if self.is_fatal(error):
                raise
            self.refused(place, error)
            if count:
                self.break_off(f'The folder "{place.path}" broke off after {count} contacts: {self.in_words(error)}')


def _each_once(pages: Iterator[Page]) -> Iterator[Item]:
    seen = set[str]()
    for page in pages:
        for item in page.items:
            if item["id"] not in seen:  # what is put in while pages are read pushes others to the next page
                seen.add(item["id"])
                yield item
