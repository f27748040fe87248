# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reading only what changed in the contacts of Exchange Online, folder by folder (delta queries of Microsoft Graph).

Graph tells what changed in one folder, and not how the folders themselves lie: these are listed each time. It tells
that a contact changed, and leaves out numbers that are kept in extended properties: the contact is fetched again. In
every doubt a folder is read in full, with those below it. The contacts of the organisation always are.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote

from ansible_collections.telephony.connector.plugins.module_utils.microsoft import delta
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.errors import ExpiredError, GraphError
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.graph import Item
from ansible_collections.telephony.connector.plugins.module_utils.microsoft.options import Connection
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Gone, Record, Unusable, is_recent
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.address_books import (
    Book,
    Place,
    short,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.graph_reading import (
    CONTACTS,
    PAGE,
    Contents,
    GraphReading,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.exchange.graph_rows import GraphRows

#: Both change with whatever changes in a contact, its extended properties included.
_TRACKED = {"$select": "id,changeKey,lastModifiedDateTime"}
_PAGES = {"Prefer": "odata.maxpagesize=200"}
#: What Graph says to a link of another mailbox or folder, or where it does not know delta queries at all.
_NOT_TOLD = (400, 404, 405, 410, 501)
_FOLDERS = "/contactFolders/"


class Folder(NamedTuple):
    """A folder as it was read: its place in Graph, its path, the link to its changes or "", how many contacts."""

    place: str
    path: str
    link: str
    contacts: int


@dataclass
class Known:
    """What a read leaves to the next one: the folders by the beginning of their keys, and what could not be read.

    `full` is when everything was read (seconds since 1970).
    """

    full: int
    folders: dict[str, Folder] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, checkpoint: Mapping[str, Any] | None, source: str) -> Known | None:
        """Return what a checkpoint of this source says; None for any other, and for one that is too old."""
        if not checkpoint or checkpoint.get("source") != source or not is_recent(checkpoint["full"]):
            return None
        folders = {prefix: Folder(*folder) for prefix, folder in checkpoint["folders"].items()}
        return cls(checkpoint["full"], folders, checkpoint["unread"])

    def as_checkpoint(self, source: str) -> dict[str, Any]:
        """Return it as it is kept until the next run."""
        return {"source": source, "full": self.full, "folders": self.folders, "unread": self.unread}


class FollowedReading(GraphReading):
    """A read of everything after which changes can be read, or of these changes alone; see Reading."""

    def __init__(
        self,
        connection: Connection,
        books: list[Book],
        rows: GraphRows,
        source: str,
        checkpoint: Mapping[str, Any] | None,
    ) -> None:
        """`source` is the digest for which a checkpoint counts."""
        super().__init__(connection, books, rows)
        before = Known.of(checkpoint, source)
        self._source, self._full = source, before is None
        self._before = before or Known(int(time.time()))
        self._now: dict[str, Folder] = {}
        self._whole = set[str]()
        self._expired = ""
        self._untold = ""
        self.result.full = self._full
        # what could not be read then has no links that count now
        for prefix in (*(book.prefix for book in books if not book.addresses), *self._before.unread):
            self._read_whole(prefix)

    def __iter__(self) -> Iterator[Record | Unusable | Gone]:
        """See GraphReading."""
        yield from super().__iter__()
        for prefix in sorted(self._before.folders.keys() - self._now.keys()):
            self._read_whole(prefix)  # it is no longer there, or stands in `unread`
        known = Known(self._before.full, self._now, self.result.unread)
        self.result.checkpoint = known.as_checkpoint(self._source)
        if self._expired:
            self.result.warnings.append(f"Folders were read in full, as their changes are not known: {self._expired}")
        if self._untold:
            self.result.warnings.append(
                f"The option incremental has no effect, folders are read in full: {self._untold}"
            )

    # ----------------------------------------------------------------------------------------------------- contents

    def contents(self, place: Place) -> Contents:
        """Return what changed in a folder, else all contacts; see GraphReading."""
        before = self._before.folders.get(place.prefix)
        if before is None or not before.link or before[:2] != (place.folder, place.path):
            return self._everything(place)
        if self._is_whole(place.prefix):
            return self._everything(place)
        try:
            news = delta.changes(self.graph, before.link, CONTACTS, _PAGES)
        except GraphError as error:
            if not _is_not_told(error):
                raise
            everything = self._everything(place)
            self._expired = error.message
            return everything
        if news.is_dearer(1, before.contacts, PAGE) and not self._has_folders(place):
            # the link of the round just read tells what changes from now on
            return self._everything(place, news.link)
        return self._changes(place, before, news)

    def _everything(self, place: Place, link: str = "") -> Contents:
        """Return all contacts. Where changes begin is asked before, so that nothing falls between."""
        self._read_whole(place.prefix)
        if not link:
            folder = self._folder(place)
            if folder is None:
                return self._counted(place, "", iter(()))
            link = self._begin(folder)
        return self._counted(place, link, super().contents(place))

    def _counted(self, place: Place, link: str, items: Contents) -> Contents:
        count = 0
        for item in items:
            count += 1
            yield item
        self._now[place.prefix] = Folder(place.folder, place.path, link, count)

    def _changes(self, place: Place, before: Folder, news: delta.Round) -> Contents:
        for key in news.removed:
            yield Gone(place.prefix + short(key))
        for key in news.changed:
            yield self._contact(place, key) or Gone(place.prefix + short(key))
        self._now[place.prefix] = before._replace(link=news.link)

    def _contact(self, place: Place, key: str) -> Item | None:
        """Return a contact as it is now; None when it is gone since Graph told that it changed."""
        try:
            item = self.graph.get(self.graph.url(f"{place.folder}/{quote(key, safe='')}", self.rows.query()), CONTACTS)
        except GraphError as error:
            if (error.status, error.code) != (404, "ErrorItemNotFound"):
                raise
            return None
        return {**item, "id": key}

    def _begin(self, folder: str) -> str:
        """Return the link to the changes of a folder from now on, "" when there is none."""
        try:
            return delta.changes(self.graph, self.graph.url(f"{folder}/delta", _TRACKED), CONTACTS, _PAGES).link
        except GraphError as error:
            if not _is_not_told(error):
                raise
            self._untold = error.message
            return ""

    def _folder(self, place: Place) -> str | None:
        """Return the place of a folder with its id in it, as delta queries need it; None for one that is empty.

        The default folder is read without its id, which nothing tells but the contacts in it.
        """
        if _FOLDERS in place.folder:
            return str(place.folder)
        page = self.graph.page(self.graph.url(place.folder, {"$select": "id,parentFolderId", "$top": "1"}), CONTACTS)
        if not page.items and page.next_link is None:
            return None
        ids = (str(item.get("parentFolderId") or "") for item in page.items)
        return f"{place.folder.rpartition('/')[0]}{_FOLDERS}{quote(next(ids, ''), safe='')}/contacts"

    # -------------------------------------------------------------------------------------------------------- parts

    def _read_whole(self, prefix: str) -> None:
        """Note that everything is told whose keys begin so."""
        if not self._is_whole(prefix):
            self._whole.add(prefix)
            if not self._full:
                self.result.whole.append(prefix)

    def _is_whole(self, prefix: str) -> bool:
        ends = (place for place, letter in enumerate(prefix, 1) if letter == "/")
        return any(prefix[:end] in self._whole for end in ends)

    def _has_folders(self, place: Place) -> bool:
        """Say whether there are folders in a folder, which would have to be read in full with it."""
        return any(prefix != place.prefix and prefix.startswith(place.prefix) for prefix in self._before.folders)


def _is_not_told(error: GraphError) -> bool:
    return isinstance(error, ExpiredError) or error.status in _NOT_TOLD
