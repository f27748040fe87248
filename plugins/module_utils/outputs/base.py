# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What every output format offers: its options and limits as plain data, and how an entry of the book looks in it.

A format is one file in this folder and one line in registry.py. There are two sorts of targets. Of a *file* target the
engine knows everything; the format only renders. An *entry* target (a directory, an address book, tables) reads and
writes what lies there entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, BinaryIO, ClassVar, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.errors import ConnectorError
from ansible_collections.telephony.connector.plugins.module_utils.outputs.findings import Findings

Options = dict[str, dict[str, Any]]
"""Options in Ansible's argument_spec shape, each with a `description` for format_info; `no_log` marks a secret."""
Values = dict[str, Any]
"""One entry as the target holds it: what is shown with --diff, and what is rendered. JSON-able."""

COMPANY = "company"
PRIVATE = "private"


class TargetError(ConnectorError):
    """A target cannot be read or written; it is as it was, as far as it can be."""


@dataclass(frozen=True)
class Selection:
    """What a format publishes: `what` names a reader in publishing/selection.py.

    `book`: "company", "private" (all private books) or the login of one owner. `sip_user`: the expression for the SIP
    user of accounts, "" for the extension.
    """

    what: str = "phonebook"
    book: str = COMPANY
    sip_user: str = ""


_NO_SECRETS: Mapping[str, str] = MappingProxyType({})


class Entry(NamedTuple):
    """One thing to publish: `key` is stable for its life, `fields` are flat names ("mobile", "labels.Customer").

    Numbers stand in `fields` in the dial form of the output. `secrets` are never shown, logged or kept.
    """

    key: str
    kind: str
    name: str
    fields: Mapping[str, Any]
    owner: str = ""
    secrets: Mapping[str, str] = _NO_SECRETS
    #: its SIP password is a stand-in, until the run has made one
    lacks_secret: bool = False
    #: numbers as the store has them, where their dial form is another one
    as_stored: Mapping[str, str] = _NO_SECRETS

    def __repr__(self) -> str:
        """Return what may be shown: never a secret."""
        return f"Entry({self.key!r}, {self.kind!r}, {self.name!r})"


class Item(NamedTuple):
    """One entry in the target. `place` is where: the file's path, a DN, an address below the address book.

    `order` decides about the order in a file, before the key; the engine makes it of the name when it is "".
    `secret` is what belongs to the content but is never shown or kept, such as the HA1 of a password.
    """

    key: str
    name: str
    place: str
    values: Values
    order: str = ""
    secret: str = ""


class SpeedDial(NamedTuple):
    """A number that is dialled inside, and where it leads."""

    number: str
    destination: str
    name: str


@dataclass(frozen=True)
class Context:
    """What a format may ask while it makes items; `speed_dials` gives all of the store, in the output's dial form.

    `uid` gives an entry's globally unique id (a UUID as text, the same on every run) from its key. `dial_forms` gives
    all forms in which a number may be dialled or shown.
    """

    findings: Findings
    uid: Callable[[str], str]
    dial_forms: Callable[[str], list[str]]
    speed_dials: Callable[[], tuple[SpeedDial, ...]] = tuple


class Document(NamedTuple):
    """One file to be written: its path, how many entries it holds, and its text in pieces."""

    path: str
    entries: int
    chunks: Iterable[str]


class Format:
    """Base of all formats. Making one checks its options (DefinitionError) and touches nothing.

    `VERSION` goes up whenever the same entries give something else, so that unchanged stores are rendered again.
    """

    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    #: file | folder | entries
    TARGET: ClassVar[str] = "file"
    #: what is sent: phonebook | accounts
    SENDS: ClassVar[str] = "phonebook"
    VERSION: ClassVar[int] = 1
    OPTIONS: ClassVar[Options] = {}
    #: {what: how many, with the unit}, as format_info shows it
    LIMITS: ClassVar[dict[str, str]] = {}
    #: {field of the store: where it goes in the format}
    FIELDS: ClassVar[dict[str, str]] = {}
    #: where on the phone or in the program this is entered, and what else to know; sentences
    NOTES: ClassVar[tuple[str, ...]] = ()
    #: an entry without any number is of no use there
    NEEDS_NUMBER: ClassVar[bool] = True
    #: numbers of an entry that this format writes, in its order
    NUMBERS: ClassVar[tuple[str, ...]] = ("phone", "mobile", "homephone")
    #: entries beyond which the target is known to have trouble; said in a warning, 0 for none
    ADVISED_ENTRIES: ClassVar[int] = 0
    #: whether items carry secrets
    HAS_SECRETS: ClassVar[bool] = False

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = options

    @property
    def selection(self) -> Selection:
        """What is published."""
        return Selection("phonebook", self.options.get("book") or COMPANY)

    @property
    def sends(self) -> str:
        """What is sent with these options."""
        return self.SENDS

    @property
    def target(self) -> str:
        """Where it goes, as people name it; no secret in it. The ledger remembers it."""
        raise NotImplementedError

    def items(self, entry: Entry, context: Context) -> Iterable[Item]:
        """Return what an entry becomes in the target: nothing (having told the findings why), one item or several."""
        raise NotImplementedError

    def warnings(self) -> tuple[str, ...]:
        """Return what a person should know about the options given; sentences that follow the output's name."""
        return ()

    def inputs(self) -> Any:
        """Return what beside the options decides about the result (JSON-able), such as a template's text."""
        return None


def in_path(name: str) -> str:
    """Return a login as a part of a path: one of dots alone would lead to another folder."""
    return name if name.strip(".") else name.replace(".", "%2E")


class FileFormat(Format):
    """A format that is a file, or several. `options`: path, mode, owner, group and those of the format."""

    #: the text of an entry (`one`) hangs on its values alone, and a file is head, entries and tail: rendered at once
    PER_ENTRY: ClassVar[bool] = False
    ENCODING: ClassVar[str] = "utf-8"
    NEWLINE: ClassVar[str] = "\n"

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self._path = str(options.get("path", ""))

    @property
    def target(self) -> str:
        """The path as given."""
        return self._path

    @property
    def encoding(self) -> str:
        """The encoding of the files."""
        return self.ENCODING

    def place(self, entry: Entry) -> str:
        """Return the path of the file that an entry belongs to."""
        return self._path.replace("{owner}", in_path(entry.owner)) if entry.owner else self._path

    def places(self) -> list[str]:
        """Return the files that are there even without an entry."""
        return [] if "{" in self._path else [self._path]

    def documents(self, place: str, items: Iterator[Values], count: int) -> Iterator[Document]:
        """Yield the files that the `count` items of one place become; each is consumed before the next is asked for."""
        yield Document(place, count, self.render(items, count))

    def render(self, items: Iterator[Values], count: int) -> Iterator[str]:
        """Yield the text of one file."""
        return self.framed(map(self.one, items), count)

    def framed(self, texts: Iterable[str], count: int) -> Iterator[str]:
        """Yield head, entries and tail of one file."""
        yield self.head(count)
        yield from texts
        yield self.tail()

    def head(self, count: int) -> str:
        """Return what stands before the entries."""
        return ""

    def one(self, values: Values) -> str:
        """Return one entry."""
        raise NotImplementedError

    def tail(self) -> str:
        """Return what stands after the entries."""
        return ""

    def read_back(self, file: BinaryIO) -> int | None:
        """Return how many entries an independent reader finds in a file just written, or None if there is no reader.

        Raises ValueError when it cannot be read.
        """
        return None
