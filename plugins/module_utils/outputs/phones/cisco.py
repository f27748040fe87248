# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Cisco's directory: pages of 32 entries in a folder, and a menu that leads to them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import BinaryIO, ClassVar

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Document, Options, Values
from ansible_collections.telephony.connector.plugins.module_utils.outputs.file_options import (
    FILE_OPTIONS,
    TITLE_OPTION,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.one_number import OneNumberPhonebook
from ansible_collections.telephony.connector.plugins.module_utils.outputs.text import cut_characters, xml_text
from ansible_collections.telephony.connector.plugins.module_utils.outputs.xml_file import (
    DECLARATION,
    count_elements,
)

PAGE = 32
MENU_ITEMS = 100
MENU = "menu.xml"
_MENU_NAME = 28  # characters that fit a line of the menu


class Cisco(OneNumberPhonebook):
    """The XML directory of Cisco 79xx and 88xx phones."""

    NAME = "cisco"
    PER_ENTRY = False
    TITLE = "Cisco XML directory"
    TARGET = "folder"
    ENTRY = "DirectoryEntry"
    MAX_NAME = 64
    OPTIONS: ClassVar[Options] = {
        **FILE_OPTIONS,
        **TITLE_OPTION,
        "path": {
            "type": "str",
            "required": True,
            "description": "The folder of the pages. It is a link to a folder beside it, and changes by one rename.",
        },
        "url": {
            "type": "str",
            "description": "The address under which phones reach the folder, for links from page to page.",
        },
    }
    LIMITS: ClassVar[dict[str, str]] = {
        "entries of a page": str(PAGE),
        "items of the menu": str(MENU_ITEMS),
        "display_name": "64 characters",
    }
    FIELDS: ClassVar[dict[str, str]] = {
        "display_name": "Name",
        "phone": "Telephone",
        "mobile": "Telephone of an entry of its own",
        "homephone": "Telephone of an entry of its own",
    }
    NOTES: ClassVar[tuple[str, ...]] = (
        "menu.xml is the address for directoryURL; pages are page0001.xml and so on.",
        "The next page may also be told by an HTTP header (Refresh), which the web server sends.",
        "Phones append ?locale=...&name=SEP... to the address, which a web server for files ignores.",
    )

    def documents(self, place: str, items: Iterator[Values], count: int) -> Iterator[Document]:
        """Yield the pages, then the menu."""
        pages = max(1, -(-count // PAGE))
        starts: list[tuple[str, str]] = []
        for number in range(1, pages + 1):
            page = list(itertools.islice(items, PAGE))
            starts.append((page[0]["name"], page[-1]["name"]) if page else ("", ""))
            yield Document(self.page_name(number), len(page), self._page(page, number, pages, count))
        yield Document(MENU, 0, self._menu(starts))

    def page_name(self, number: int) -> str:
        """Return the file name of a page, from 1."""
        return f"page{number:04}.xml"

    def _page(self, page: list[Values], number: int, pages: int, count: int) -> Iterator[str]:
        first = (number - 1) * PAGE + 1 if page else 0
        yield (
            f"{DECLARATION}<CiscoIPPhoneDirectory>\n  <Title>{xml_text(self.options['title'])}</Title>"
            f"<Prompt>Records {first} to {(number - 1) * PAGE + len(page)} of {count}</Prompt>\n"
        )
        for values in page:
            name, telephone = xml_text(values["name"]), xml_text(values["number"])
            yield f"  <DirectoryEntry><Name>{name}</Name><Telephone>{telephone}</Telephone></DirectoryEntry>\n"
        yield from self._keys(number, pages)
        yield "</CiscoIPPhoneDirectory>\n"

    def _keys(self, number: int, pages: int) -> Iterator[str]:
        yield _key("Dial", "SoftKey:Dial", 1)
        yield _key("EditDial", "SoftKey:EditDial", 2)
        yield _key("Exit", "SoftKey:Exit", 3)
        if number < pages and self.options.get("url"):
            yield _key("Next", self._address(number + 1), 4)

    def _address(self, number: int) -> str:
        base = (self.options.get("url") or "").rstrip("/")
        return f"{base}/{self.page_name(number)}" if base else self.page_name(number)

    def _menu(self, starts: list[tuple[str, str]]) -> Iterator[str]:
        """Yield the menu: an item for each page, or for each few pages where there are more than it can hold."""
        step = -(-len(starts) // MENU_ITEMS)
        yield f"{DECLARATION}<CiscoIPPhoneMenu>\n  <Title>{xml_text(self.options['title'])}</Title>\n"
        for number in range(0, len(starts), step):
            first, last = starts[number][0], starts[min(number + step, len(starts)) - 1][1]
            both = (cut_characters(name, _MENU_NAME) for name in (first, last))
            name = " - ".join(xml_text(one) for one in both) if first else xml_text(self.options["title"])
            yield f"  <MenuItem><Name>{name}</Name><URL>{xml_text(self._address(number + 1))}</URL></MenuItem>\n"
        yield "</CiscoIPPhoneMenu>\n"

    def read_back(self, file: BinaryIO) -> int | None:
        """Return how many entries expat finds."""
        return count_elements(file, self.ENTRY)


def _key(name: str, url: str, position: int) -> str:
    return (
        f"  <SoftKeyItem><Name>{name}</Name><URL>{xml_text(url)}</URL><Position>{position}</Position></SoftKeyItem>\n"
    )
