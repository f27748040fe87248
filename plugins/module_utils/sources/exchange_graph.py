# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reading contacts of Exchange Online with Microsoft Graph: organisation contacts, and mailboxes folder by folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from ansible_collections.telephony.connector.plugins.module_utils.microsoft.faults import (
    GraphError,
    MicrosoftError,
    PermissionMissingError,
)
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.options import Connection
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Gone, Record, Unusable
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange_books import (
    Book,
    BooksReading,
    Place,
    below,
    short,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange_graph_rows import GraphRows

CONTACTS = ("Contacts.Read",)
ORGANISATION = ("OrgContact.Read.All",)
_PAGE = "250"
_ORGANISATION_PAGE = "999"  # the most that Graph gives at once
_DEFAULT = "default"


class GraphReading(BooksReading):
    """One read of all books; see Reading. Mailboxes are read one after the other, as Exchange Online wants it."""

    def __init__(self, connection: Connection, books: list[Book], rows: GraphRows) -> None:
        super().__init__(rows.columns, books)
        self._graph, self._connection, self._rows = connection.graph, connection, rows

    def __iter__(self) -> Iterator[Record | Unusable | Gone]:
        """See BooksReading."""
        yield from super().__iter__()
        self.result.warnings += self._connection.warnings()

    def errors(self) -> tuple[type[BaseException], ...]:
        """See BooksReading."""
        return (MicrosoftError,)

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
        return error.message if isinstance(error, MicrosoftError) else str(error)

    # ------------------------------------------------------------------------------------------------------- books

    def book(self, book: Book) -> Iterator[Record | Unusable]:
        """See BooksReading."""
        if not book.addresses:
            yield from self._organisation(book)
            return
        place, first = self._open(book)
        self.has_read = True
        yield from self._contacts(place, book.owner, first)
        address = str(place.folder).partition("/contacts")[0]
        for folder in self._folders(Place(f"{address}/contactFolders", "", book.prefix)):
            yield from self._contacts(folder, book.owner)

    def _organisation(self, book: Book) -> Iterator[Record | Unusable]:
        url = self._graph.url("contacts", {**self._rows.organisation_query(), "$top": _ORGANISATION_PAGE})
        try:
            for page in self._graph.pages(url, ORGANISATION):
                self.has_read = True
                for item in page.items:
                    yield self.record(self._rows.organisation_contact(book.prefix + short(item["id"]), item))
        except PermissionMissingError as error:
            raise GraphError(f"{error.message.rstrip('.')}; or set organisation_contacts: false.", 403) from None

    def _open(self, book: Book) -> tuple[Place, Any]:
        """Return the default folder of the first of the addresses that is a mailbox, and its first page."""
        for number, address in enumerate(book.addresses, 1):
            place = Place(f"users/{quote(address)}/contacts", "Contacts", f"{book.prefix}{_DEFAULT}/")
            pages = self._pages(place)
            try:
                return place, (next(pages), pages)
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
                found = [item for page in self._graph.pages(self._graph.url(parent.folder, query), CONTACTS)
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

    def _pages(self, place: Place) -> Iterator[Any]:
        url = self._graph.url(place.folder, {**self._rows.query(), "$top": _PAGE})
        return self._graph.pages(url, CONTACTS)

    def _contacts(self, place: Place, owner: str | None, opened: Any = None) -> Iterator[Record | Unusable]:
        count, seen = 0, set[str]()
        first, pages = opened or (None, self._pages(place))
        try:
            while first is not None or (first := next(pages, None)) is not None:
                for item in first.items:
                    if item["id"] in seen:
                        continue  # what is put in while pages are read pushes others to the next page
                    seen.add(item["id"])
                    count += 1
                    row = self._rows.contact(place.prefix + short(item["id"]), place.path, owner, item)
                    yield self.record(row)
                first = None
        except MicrosoftError as error:
            if self.is_fatal(error):
                raise
            self.refused(place, error)
            if count:
                self.break_off(f'The folder "{place.path}" broke off after {count} contacts: {self.in_words(error)}')
