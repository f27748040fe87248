# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an Exchange server for tests holds: mailboxes, public folders, and the contacts in them."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_ids = itertools.count(1)


def new_id(kind: str) -> str:
    """Return an id as long as those of Exchange are."""
    return base64.b64encode(f"{kind}-{next(_ids):08d}-".encode() * 4).decode()


@dataclass(eq=False)
class Contact:
    """A contact, or a list of recipients (`is_list`). Lists of labels are mappings, e.g. PhoneNumbers."""

    fields: dict[str, Any]
    is_list: bool = False
    id: str = field(default_factory=lambda: new_id("item"))


@dataclass
class Folder:
    """A folder; `items_error`, `children_error`: what Exchange answers instead of a list; `breaks_at`: from where."""

    name: str
    folder_class: str | None
    owner: str  # the address of the mailbox, "" for public folders
    children: list[Folder] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    items_error: str = ""
    children_error: str = ""
    breaks_at: int | None = None
    parent_id: str = ""
    id: str = field(default_factory=lambda: new_id("folder"))

    def folder(self, name: str, folder_class: str | None = "IPF.Contact") -> Folder:
        """Make a folder below."""
        child = Folder(name, folder_class, self.owner, parent_id=self.id)
        self.children.append(child)
        return child

    def add(self, name: str, **fields: Any) -> Contact:
        """Put a contact in: add("Max", PhoneNumbers={"BusinessPhone": "1"}, CompanyName="...")."""
        contact = Contact({"DisplayName": name, **fields})
        self.contacts.append(contact)
        return contact

    def add_list(self, name: str) -> None:
        """Put a list of recipients in."""
        self.contacts.append(Contact({"DisplayName": name}, is_list=True))

    def everything(self) -> Iterator[Folder]:
        """Yield this folder and all below."""
        yield self
        for child in self.children:
            yield from child.everything()


@dataclass
class Mailbox:
    """A mailbox; `error` is what Exchange answers to whoever opens it."""

    address: str
    root: Folder
    contacts: Folder
    error: str = ""


class Mailboxes:
    """All mailboxes and the public folders."""

    def __init__(self) -> None:
        self.public = Folder("IPM_SUBTREE", None, "")
        self.public_error = ""
        self._mailboxes: dict[str, Mailbox] = {}
        self._index: dict[str, tuple[Folder, Contact]] = {}

    def mailbox(self, address: str) -> Mailbox:
        """Return a mailbox, made on the first call."""
        key = address.lower()
        if key not in self._mailboxes:
            root = Folder("Root", None, key)
            self._mailboxes[key] = Mailbox(key, root, root.folder("Contacts"))
        return self._mailboxes[key]

    def find(self, address: str) -> Mailbox | None:
        """Return a mailbox if there is one; letter case does not count."""
        return self._mailboxes.get(address.lower())

    def remove(self, address: str) -> None:
        """Take a mailbox away."""
        del self._mailboxes[address.lower()]

    def folder(self, folder_id: str) -> Folder | None:
        """Return the folder with an id."""
        return next((one for one in self._all_folders() if one.id == folder_id), None)

    def contact(self, item_id: str) -> tuple[Folder, Contact] | None:
        """Return the contact with an id, and its folder."""
        if item_id not in self._index:
            self._index = {one.id: (folder, one) for folder in self._all_folders() for one in folder.contacts}
        found = self._index.get(item_id)
        return found if found and found[1] in found[0].contacts else None

    def _all_folders(self) -> Iterator[Folder]:
        yield from self.public.everything()
        for mailbox in self._mailboxes.values():
            yield from mailbox.root.everything()
