# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nobody can beat in Python: the bytes of a phonebook file from rows in memory.

The rows are the entries as the store has them, in its order, with a field for each value. They are sorted by name, put
into the form of the file (escaped, quoted, folded), written, synced and renamed. XML is built with xml.etree from
elements that are sorted already, columns with csv, vCards with methods of text, and their UIDs with uuid.uuid5: the
store has none, they are worked out of an entry's id. Nothing is checked, compared or kept.
"""

from __future__ import annotations

import csv
import io
import os
import re
import unicodedata
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

Entry = dict[str, str]
Element = tuple[str, dict[str, str], str | None, list[Any]]
_OTHERS = ("surname", "organisation", "email", "mobile", "homephone", "fax", "notes")
_COLUMNS = ("displayname", "phone", "givenname", *_OTHERS)
_FIELDS = ("display_name", "phone", "given_name", *_OTHERS)
_MARKS = re.compile("[\u0300-\u036f]")
_MAX_LINE = 75


def same_again(published: Path, entries: list[Entry], space: uuid.UUID) -> Callable[[Path], None]:
    """Return what writes to a path what was published, from rows in memory.

    `entries` are what is in the store, each with its id; `space` is that of the UIDs.
    """
    if published.is_dir():
        pages = [(one.name, same_again(one, entries, space)) for one in sorted(published.iterdir())]

        def folder(path: Path) -> None:
            path.mkdir(exist_ok=True)
            for name, write in pages:
                write(path / name)

        return folder
    data = published.read_bytes()
    if data.startswith(b"<"):
        tree = _rows_of_element(ET.fromstring(data))
        return lambda path: _put(path, ET.tostring(_element(tree), encoding="utf-8", xml_declaration=True))
    is_cards = data.startswith(b"BEGIN:VCARD")

    def make() -> bytes:
        return _cards(entries, space) if is_cards else _lines(entries)

    if make() != data:
        raise AssertionError(f"{published.name} is not what the floor writes")
    return lambda path: _put(path, make())


def _name(entry: Entry) -> str:
    """Return what a phonebook is sorted by."""
    name = entry["display_name"].casefold()
    return name if name.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", name))


def _lines(entries: list[Entry]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    writer.writerows([[entry.get(field, "") for field in _FIELDS] for entry in sorted(entries, key=_name)])
    return text.getvalue().encode()


def _cards(entries: list[Entry], space: uuid.UUID) -> bytes:
    return "".join([_card(entry, uuid.uuid5(space, entry["id"])) for entry in sorted(entries, key=_name)]).encode()


def _card(entry: Entry, uid: uuid.UUID) -> str:
    name = _escaped(entry["display_name"])
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"UID:{uid}", f"FN:{name}", f"N:{name};;;;"]
    if "organisation" in entry:
        lines.append(f"ORG:{_escaped(entry['organisation'])}")
    lines.append(f"TEL;TYPE=WORK,VOICE:{_escaped(entry['phone'])}")
    if "mobile" in entry:
        lines.append(f"TEL;TYPE=CELL:{_escaped(entry['mobile'])}")
    lines.append("END:VCARD")
    return "".join([f"{_folded(line)}\r\n" for line in lines])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;").replace("\n", "\\n")


def _folded(line: str) -> str:
    data, pieces = line.encode(), []
    while len(data) > _MAX_LINE:
        end = _MAX_LINE
        while data[end] & 0xC0 == 0x80:  # within a character
            end -= 1
        pieces.append(data[:end])
        data = b" " + data[end:]
    return b"\r\n".join([*pieces, data]).decode()


def _rows_of_element(element: ET.Element) -> Element:
    return element.tag, dict(element.attrib), element.text, [_rows_of_element(one) for one in element]


def _element(row: Element, parent: ET.Element | None = None) -> ET.Element:
    tag, attributes, text, children = row
    element = ET.Element(tag, attributes) if parent is None else ET.SubElement(parent, tag, attributes)
    element.text = text
    for child in children:
        _element(child, element)
    return element


def _put(path: Path, data: bytes) -> None:
    draft = path.with_name(f"{path.name}.new")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
