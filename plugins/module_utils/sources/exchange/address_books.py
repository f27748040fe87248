# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reading address books one after the other, whatever they are read with: what cannot be read costs nobody anything."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError, capital
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Gone,
    ReadResult,
    Record,
    Unusable,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import checked
from ansible_collections.telephony.connector.plugins.module_utils.sources.unfit import unusable

_MOST_NAMED = 5


class Book(NamedTuple):
    """One address book: the beginning of its keys, whose it is, and the addresses that its mailbox may have.

    No address: the company's own (public folders, organisation contacts).
    """

    prefix: str
    owner: str | None
    addresses: tuple[str, ...]
    impersonate: bool = False

    @property
    def title(self) -> str:
        """What it is called in messages."""
        if not self.addresses:
            return "the company's contacts"
        return f'the contacts of "{self.owner or self.addresses[0]}"'


class Place(NamedTuple):
    """A folder: as the backend holds it, its path as people write it, and the beginning of its keys."""

    folder: Any
    path: str
    prefix: str


class BooksReading:
    """One read of all books; see Reading. A backend fills in the methods that stand under "hooks"."""

    columns: tuple[str, ...]

    def __init__(self, columns: tuple[str, ...], books: list[Book]) -> None:
        self.columns = columns
        self.result = ReadResult()
        self.has_read = False  # at least one book could be opened
        self._books = books
        self._number = 0
        self._unreadable: dict[str, list[Book]] = defaultdict(list)

    def __iter__(self) -> Iterator[Record | Unusable | Gone]:
        """Yield the contacts of every book that can be read."""
        for book in self._books:
            try:
                yield from self.book(book)
            except self.errors() as error:
                if not self.is_fatal(error):
                    self._unreadable[self.soft_words(error)].append(book)
                    self.result.unread.append(book.prefix)
                    continue
                if not self.has_read:
                    raise SourceError(self.in_words(error)) from None
                self.break_off(self.in_words(error))
                break
        self._tell_unreadable()

    # ------------------------------------------------------------------------------------------------------- hooks

    def book(self, book: Book) -> Iterator[Record | Unusable | Gone]:
        """Yield the contacts of a book; set `has_read` as soon as it is open."""
        raise NotImplementedError

    def errors(self) -> tuple[type[BaseException], ...]:
        """Return what may be raised where something cannot be read."""
        raise NotImplementedError

    def is_fatal(self, error: BaseException) -> bool:
        """Say whether an error is about the server as a whole, not about one mailbox or folder."""
        raise NotImplementedError

    def soft_words(self, error: BaseException) -> str:
        """Complete "... cannot be read": why, for an error about one mailbox or folder."""
        raise NotImplementedError

    def in_words(self, error: BaseException) -> str:
        """Return one sentence for an error of the server as a whole."""
        raise NotImplementedError

    # ----------------------------------------------------------------------------------------------------- findings

    def record(self, row: tuple[Any, ...]) -> Record | Unusable:
        """Return the next record."""
        self._number += 1
        record = Record(self._number, row)
        return unusable(record, self.columns) or checked(record, self.columns, self.result, "the contacts")

    def refused(self, place: Place, error: BaseException) -> None:
        """Keep what came before from a folder that is there and cannot be read."""
        self.result.unread.append(place.prefix)
        self.result.warnings.append(
            f'The folder "{place.path}" cannot be read ({self.soft_words(error)}); what came from it before is kept.'
        )

    def break_off(self, reason: str) -> None:
        """Make the read incomplete; the first reason counts."""
        if self.result.complete:
            self.result.complete, self.result.reason = False, reason

    def _tell_unreadable(self) -> None:
        for why, books in self._unreadable.items():
            named = ", ".join(book.title for book in books[:_MOST_NAMED])
            more = f" and {len(books) - _MOST_NAMED} more" if len(books) > _MOST_NAMED else ""
            self.result.warnings.append(
                f"{capital(named)}{more} cannot be read ({why}); what came from there before is kept."
            )
        if self._unreadable and not self.has_read:
            raise SourceError(f"Nothing can be read from Exchange: {self.result.warnings[-1]}")


def below(prefix: str, folder_id: str) -> str:
    """Return the beginning of the keys of a folder that lies in another."""
    return f"{prefix}{short(folder_id)}/"


def short(text: str) -> str:
    """Return a short form of an id of Exchange, which may have hundreds of characters."""
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
