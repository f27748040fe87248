# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reading contacts by EWS: one book after the other, folder by folder, page by page."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Gone,
    ReadResult,
    Record,
    Unusable,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.ews_session import EwsSession, soft_words
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange_rows import ContactRows

_PAGE = 500
_CHUNK = 100  # of GetItem, which phone numbers need
_MOST_NAMED = 5
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


class Book(NamedTuple):
    """One address book: the beginning of its keys, whose it is, and the addresses that its mailbox may have.

    No address: the public folders.
    """

    prefix: str
    owner: str | None
    addresses: tuple[str, ...]
    impersonate: bool = False

    @property
    def title(self) -> str:
        """What it is called in messages."""
        if not self.addresses:
            return "the public folders"
        return f'the contacts of "{self.owner or self.addresses[0]}"'


class _Place(NamedTuple):
    """A folder: exchangelib's own, its path as people write it, and the beginning of its keys."""

    folder: Any
    path: str
    prefix: str


class EwsReading:
    """One read of all books; see Reading."""

    def __init__(self, session: EwsSession, books: list[Book], rows: ContactRows, reader: str) -> None:
        """`reader`: the mailbox of the account that reads."""
        self.columns = rows.columns
        self.result = ReadResult()
        self._session, self._books, self._rows, self._reader = session, books, rows, reader
        self._number = 0
        self._unreadable: dict[str, list[Book]] = defaultdict(list)
        self._read_some = False

    def __iter__(self) -> Iterator[Record | Unusable | Gone]:
        """Yield the contacts of every book that can be read."""
        from exchangelib.errors import EWSError

        for book in self._books:
            try:
                yield from self._book(book)
            except (EWSError, OSError) as error:
                if not self._session.is_fatal(error):
                    self._unreadable[soft_words(error)].append(book)
                    self._keep(book.prefix)
                    continue
                sentence = self._session.in_words(error)
                if not self._read_some:
                    raise SourceError(sentence) from None
                self._break_off(sentence)
                break
        self._tell_unreadable()

    # ------------------------------------------------------------------------------------------------------- books

    def _book(self, book: Book) -> Iterator[Record | Unusable]:
        if not book.addresses:
            account = self._session.account(self._reader)
            root = self._public_root(account)
            self._read_some = True
            yield from self._public_folders(account, root)
            return
        account, contacts = self._mailbox(book)
        self._read_some = True
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

    def _folders_of(self, account: Any, contacts: Any, prefix: str) -> Iterator[_Place]:
        yield _Place(contacts, contacts.name or "Contacts", _below(prefix, contacts))
        for folder in _find_folders(account, contacts, "Deep"):
            kind = folder.folder_class or _CONTACTS  # some clients give their folders no class
            if kind.startswith(_CONTACTS) and not kind.startswith(_TECHNICAL):
                yield _Place(folder, folder.name or "", _below(prefix, folder))

    def _public_folders(self, account: Any, root: Any) -> Iterator[Record | Unusable]:
        """Go through all public folders, level by level in each branch: EWS lists no deeper."""
        waiting = [_Place(root, "", "public/")]
        while waiting:
            place = waiting.pop()
            children = self._children(account, place)
            for folder in children:
                child = _Place(folder, f"{place.path}/{folder.name}", _below(place.prefix, folder))
                if (folder.folder_class or "").startswith(_CONTACTS):
                    yield from self._contacts(account, child, None)
                if folder.child_folder_count != 0:
                    waiting.append(child)

    def _children(self, account: Any, place: _Place) -> list[Any]:
        from exchangelib.errors import ResponseMessageError

        try:
            return list(_find_folders(account, place.folder, "Shallow"))
        except ResponseMessageError as error:
            if self._session.is_fatal(error):
                raise
            self._refused(place, error)
            return []

    # ---------------------------------------------------------------------------------------------------- contacts

    def _contacts(self, account: Any, place: _Place, owner: str | None) -> Iterator[Record | Unusable]:
        from exchangelib.errors import ErrorAccessDenied, ResponseMessageError

        count = 0
        try:
            for contact in _items(account, place.folder, self._rows.fields):
                count += 1
                yield self._record(place, owner, contact)
        except ResponseMessageError as error:
            if self._session.is_fatal(error):
                raise
            self._refused(place, error)
            if count or not isinstance(error, ErrorAccessDenied):
                self._break_off(f'The folder "{place.path}" broke off after {count} contacts ({soft_words(error)}).')

    def _record(self, place: _Place, owner: str | None, contact: Any) -> Record | Unusable:
        self._number += 1
        row = self._rows.row(place.prefix + _short(contact.id), place.path, owner, contact)
        for name, cell in zip(self.columns, row, strict=True):
            if isinstance(cell, str) and "\0" in cell:
                return Unusable(self._number, row, name, "", f"must not hold a NUL character in {name}")
        return Record(self._number, row)

    # ----------------------------------------------------------------------------------------------------- findings

    def _keep(self, prefix: str) -> None:
        self.result.unread.append(prefix)

    def _refused(self, place: _Place, error: BaseException) -> None:
        self._keep(place.prefix)
        self.result.warnings.append(
            f'The folder "{place.path}" cannot be read ({soft_words(error)}); what came from it before is kept.'
        )

    def _break_off(self, reason: str) -> None:
        if self.result.complete:
            self.result.complete, self.result.reason = False, reason

    def _tell_unreadable(self) -> None:
        for why, books in self._unreadable.items():
            named = ", ".join(book.title for book in books[:_MOST_NAMED])
            more = f" and {len(books) - _MOST_NAMED} more" if len(books) > _MOST_NAMED else ""
            self.result.warnings.append(f"{named}{more} cannot be read ({why}); what came from there before is kept.")
        if self._unreadable and not self._read_some:
            raise SourceError(f"{self._session.where}: {self.result.warnings[-1]}")


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

    names = ("name", "folder_class", "child_folder_count")
    return [FieldPath(field=Folder.get_field_by_fieldname(name)) for name in names]


def _items(account: Any, folder: Any, fields: list[str]) -> Iterator[Any]:
    """Yield the contacts of a folder; lists of recipients, which are no contacts, are left out."""
    from exchangelib.errors import ErrorItemNotFound
    from exchangelib.fields import FieldPath
    from exchangelib.items import Contact
    from exchangelib.services import FindItem, GetItem

    found = _checked(
        FindItem(account=account, page_size=_PAGE).call(
            folders=[folder], additional_fields=None, restriction=None, order_fields=None, shape="IdOnly",
            query_string=None, depth="Shallow", calendar_view=None, max_items=None, offset=0,
        )
    )  # fmt: skip
    paths = [FieldPath(field=Contact.get_field_by_fieldname(name)) for name in fields]
    while chunk := list(islice(found, _CHUNK)):
        for item in GetItem(account=account).call(items=chunk, additional_fields=paths, shape="IdOnly"):
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


def _below(prefix: str, folder: Any) -> str:
    return f"{prefix}{_short(folder.id)}/"


def _short(text: str) -> str:
    """Return a short form of an id of Exchange, which may have hundreds of characters."""
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
