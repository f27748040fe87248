# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reading contacts by EWS: one book after the other, folder by folder, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record, Unusable
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import LimitReachedError
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.address_books import (
    Book,
    BooksReading,
    Place,
    below,
    short,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.ews_rows import ContactRows
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.ews_session import (
    EwsSession,
    soft_words,
)

_PAGE = 500
_CHUNK = 100  # of GetItem, which phone numbers need
_CONTACTS = "IPF.Contact"
#: Below the contacts of a mailbox Outlook and Exchange keep lists of their own, which nobody takes for contacts.
_TECHNICAL = (
    "IPF.Contact.RecipientCache",
    "IPF.Contact.GalContacts",
    "IPF.Contact.OrganizationalContacts",
    "IPF.Contact.PeopleCentricConversationBuddies",
    "IPF.Contact.MOC.",
    "IPF.Contact.Company",
)


class EwsReading(BooksReading):
    """One read of all books; see Reading."""

    def __init__(self, session: EwsSession, books: list[Book], rows: ContactRows, reader: str) -> None:
        """`reader`: the mailbox of the account that reads."""
        super().__init__(rows.columns, books)
        self._session, self._rows, self._reader = session, rows, reader

    def errors(self) -> tuple[type[BaseException], ...]:
        """See BooksReading."""
        from exchangelib.errors import EWSError

        return (EWSError, OSError, LimitReachedError)

    def is_fatal(self, error: BaseException) -> bool:
        """See BooksReading."""
        return self._session.is_fatal(error)

    def soft_words(self, error: BaseException) -> str:
        """See BooksReading."""
        return soft_words(error)

    def in_words(self, error: BaseException) -> str:
        """See BooksReading."""
        return self._session.in_words(error)

    # ------------------------------------------------------------------------------------------------------- books

    def book(self, book: Book) -> Iterator[Record | Unusable]:
        """See BooksReading."""
        if not book.addresses:
            account = self._session.account(self._reader)
            root = self._public_root(account)
            self.has_read = True
            yield from self._public_folders(account, root)
            return
        account, contacts = self._mailbox(book)
        self.has_read = True
        for place in self._folders_of(account, contacts, book.prefix):
            yield from self._contacts(account, place, book.owner)

    def _public_root(self, account: Any) -> Any:
        from exchangelib.folders import PublicFoldersRoot
        from exchangelib.properties import DistinguishedFolderId

        wanted = PublicFoldersRoot(
            account=account, _distinguished_id=DistinguishedFolderId(id=PublicFoldersRoot.DISTINGUISHED_FOLDER_ID)
        )
        return _get_folder(account, wanted)

    def _mailbox(self, book: Book) -> tuple[Any, Any]:
        """Return (account, its contacts folder) under the first of the addresses that is a mailbox."""
        from exchangelib.errors import ErrorNonExistentMailbox
        from exchangelib.folders import Contacts, Root
        from exchangelib.properties import DistinguishedFolderId, Mailbox

        for place, address in enumerate(book.addresses, 1):
            account = self._session.account(address, book.impersonate)
            named = DistinguishedFolderId(id="contacts", mailbox=Mailbox(email_address=address))
            try:
                return account, _get_folder(account, Contacts(root=Root(account=account), _distinguished_id=named))
            except ErrorNonExistentMailbox:
                if place == len(book.addresses):
                    raise
        raise AssertionError("a book has an address")

    # ----------------------------------------------------------------------------------------------------- folders

    def _folders_of(self, account: Any, contacts: Any, prefix: str) -> Iterator[Place]:
        yield Place(contacts, contacts.name or "Contacts", below(prefix, contacts.id))
        for folder in _find_folders(account, contacts, "Deep"):
            kind = folder.folder_class or _CONTACTS  # some clients give their folders no class
            if kind.startswith(_CONTACTS) and not kind.startswith(_TECHNICAL):
                yield Place(folder, folder.name or "", below(prefix, folder.id))

    def _public_folders(self, account: Any, root: Any) -> Iterator[Record | Unusable]:
        """Go through all public folders, level by level in each branch: EWS lists no deeper."""
        waiting = [Place(root, "", "public/")]
        while waiting:
            place = waiting.pop()
            children = self._children(account, place)
            for folder in children:
                child = Place(folder, f"{place.path}/{folder.name}", below(place.prefix, folder.id))
                if (folder.folder_class or "").startswith(_CONTACTS):
                    yield from self._contacts(account, child, None)
                if folder.child_folder_count != 0:
                    waiting.append(child)

    def _children(self, account: Any, place: Place) -> list[Any]:
        from exchangelib.errors import ResponseMessageError

        try:
            return list(_find_folders(account, place.folder, "Shallow"))
        except ResponseMessageError as error:
            if self.is_fatal(error):
                raise
            self.refused(place, error)
            return []

    # ---------------------------------------------------------------------------------------------------- contacts

    def _contacts(self, account: Any, place: Place, owner: str | None) -> Iterator[Record | Unusable]:
        from exchangelib.errors import ErrorAccessDenied, ResponseMessageError

        count, listing = 0, _Listing(account, place.folder)
        try:
            for contact in _items(listing, self._rows.fields):
                count += 1
                row = self._rows.row(place.prefix + short(contact.id), place.path, owner, contact)
                yield self.record(row)
            if not listing.is_whole():
                self.break_off(f'The folder "{place.path}" changed while it was read.')
        except ResponseMessageError as error:
            if self.is_fatal(error):
                raise
            self.refused(place, error)
            if count or not isinstance(error, ErrorAccessDenied):
                self.break_off(f'The folder "{place.path}" broke off after {count} contacts ({soft_words(error)}).')


def _get_folder(account: Any, wanted: Any) -> Any:
    from exchangelib.services import GetFolder

    (found,) = GetFolder(account=account).call(folders=[wanted], additional_fields=_folder_fields(), shape="IdOnly")
    if isinstance(found, Exception):
        raise found
    return found


def _find_folders(account: Any, folder: Any, depth: str) -> Iterator[Any]:
    from exchangelib.services import FindFolder

    service = FindFolder(account=account, page_size=_PAGE)
    yield from _checked(
        service.call(
            folders=[folder], additional_fields=_folder_fields(), restriction=None, shape="IdOnly", depth=depth,
            max_items=None, offset=0,
        )
    )  # fmt: skip


def _folder_fields() -> list[Any]:
    from exchangelib.fields import FieldPath
    from exchangelib.folders import Folder

    names = ("name", "folder_class", "child_folder_count", "total_count")
    return [FieldPath(field=Folder.get_field_by_fieldname(name)) for name in names]


class _Listing:
    """The ids of everything in a folder, each once, in one pass. `count` is how many there were so far."""

    def __init__(self, account: Any, folder: Any) -> None:
        self.account, self._folder = account, folder
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        from exchangelib.services import FindItem

        found = FindItem(account=self.account, page_size=_PAGE).call(
            folders=[self._folder], additional_fields=None, restriction=None, order_fields=None, shape="IdOnly",
            query_string=None, depth="Shallow", calendar_view=None, max_items=None, offset=0,
        )  # fmt: skip
        # what is put in while pages are read pushes others to the next page, where they come again
        before: set[str] = set()
        page: set[str] = set()
        for item_id, change_key in _checked(found):
            if item_id in page or item_id in before:
                continue
            if len(page) == _PAGE:
                before, page = page, set()
            page.add(item_id)
            self.count += 1
            yield item_id, change_key

    def is_whole(self) -> bool:
        """Say whether nothing can have slipped to a page that was read already, as far as numbers tell."""
        if self.count <= _PAGE:
            return True
        # not compared with what was listed: who may see only some of the items is told the number of all
        return bool(_get_folder(self.account, self._folder).total_count == self._folder.total_count)


def _items(listing: _Listing, fields: list[str]) -> Iterator[Any]:
    """Yield the contacts of a folder; lists of recipients, which are no contacts, are left out."""
    from exchangelib.errors import ErrorItemNotFound
    from exchangelib.fields import FieldPath
    from exchangelib.items import Contact
    from exchangelib.services import GetItem

    ids = iter(listing)
    paths = [FieldPath(field=Contact.get_field_by_fieldname(name)) for name in fields]
    while chunk := list(islice(ids, _CHUNK)):
        for item in GetItem(account=listing.account).call(items=chunk, additional_fields=paths, shape="IdOnly"):
            if isinstance(item, ErrorItemNotFound):
                continue  # removed since it was listed
            if isinstance(item, Exception):
                raise item
            if isinstance(item, Contact):
                yield item


def _checked(answers: Any) -> Iterator[Any]:
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
        yield answer
