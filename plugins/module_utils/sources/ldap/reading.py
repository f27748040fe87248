# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A read of a directory that is under way: entries, however they are got at, become records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from typing import Any, Protocol

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry, MalformedError
from ansible_collections.telephony.connector.plugins.module_utils.directory.sealed import opened
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Cell,
    Gone,
    Reading,
    ReadResult,
    Record,
    UnchangedReading,
    Unusable,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import MAX_VALUE, checked
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.columns import Columns, Finish
from ansible_collections.telephony.connector.plugins.module_utils.sources.portions import (
    SIZE,
    Item,
    Part,
    Portion,
    Sealed,
    each_of,
)

_MOST_SHOWN = 3


class Entries(Protocol):
    """One way to get at the entries; iterate it once. Everything but `full` is final only afterwards.

    `failure` is "" when nothing is missing. `full` False: only what changed is given, and Gone for what went.
    """

    full: bool
    references: list[str]
    warnings: list[str]
    checkpoint: dict[str, Any] | None

    @property
    def failure(self) -> str: ...

    def __iter__(self) -> Iterator[Entry | Gone]: ...


class FullRead:
    """Every entry of a search; `checkpoint` is what an incremental read may later go on from."""

    full = True
    #: Whether an entry may be handed on unopened: who looks at each entry that comes must say no.
    may_be_sealed = True

    def __init__(
        self, connected: Connected, request: Request, page_size: int, checkpoint: dict[str, Any] | None = None
    ) -> None:
        self.search = Search(connected, request, page_size)
        self.references = self.search.references
        self.warnings: list[str] = []
        self.checkpoint = checkpoint

    @property
    def failure(self) -> str:
        return self.search.failure

    def __iter__(self) -> Iterator[Entry | Gone]:
        return iter(self.search)


class DirectoryReading:
    """One read that is under way; see Reading. The first entry is asked for at once."""

    def __init__(self, columns: Columns, entries: Entries, finish: Finish | None, warnings: Iterable[str]) -> None:
        self.columns = columns.names
        self.result = ReadResult(full=entries.full, warnings=list(warnings))
        self._make = columns.maker(finish)
        self._form = columns.form
        self._entries = entries
        # entries that only their own bytes decide about are opened by whoever does not know them
        self._search = entries.search if isinstance(entries, FullRead) and entries.may_be_sealed else None
        if finish is not None:
            self._search = None
        self._items: Iterator[Entry | Gone | bytes] = self._search.sealed(MAX_VALUE) if self._search else iter(entries)
        self._before = self._last = 0  # numbers of records: before the latest part, and with it
        self._is_broken = False
        self._first = next(self._items, None)
        if isinstance(self._first, bytes):
            try:
                opened(self._first)
            except MalformedError as error:
                self._break_off(error, 0)
                self._first = None
        if self._first is None and entries.failure:
            raise SourceError(entries.failure)

    @property
    def has_items(self) -> bool:
        """Whether anything came."""
        return self._first is not None

    def as_unchanged(self) -> Reading:
        """Return the reading of changes of which there are none."""
        self._finish()
        unchanged = UnchangedReading(self.result.checkpoint or {})
        unchanged.result.full = False
        unchanged.result.warnings = self.result.warnings
        return unchanged

    def __iter__(self) -> Iterator[Item]:
        return each_of(self.portions())

    def portions(self) -> Iterator[Part]:
        """See ReadsPortions: side by side, records go through fewer hands."""
        for part in self._parts():
            yield part
            if self._is_broken:  # by an entry of this part
                break
        self._finish()

    def _parts(self) -> Iterator[Part]:
        for kind, items in groupby(chain(() if self._first is None else (self._first,), self._items), type):
            some: Iterator[Any] = items
            if kind is bytes:
                yield from self._sealed(some)
            elif kind is Entry:
                yield from self._rows(some)
            else:
                yield from some

    def _sealed(self, entries: Iterator[bytes]) -> Iterator[Part]:
        while sent := list(islice(entries, SIZE)):
            yield Sealed(self._numbers(len(sent)), sent, self._form, self._open_all)

    def _open_all(self, numbers: Sequence[int], sent: Sequence[bytes]) -> list[Portion | Unusable]:
        """See Sealed."""
        rows: list[tuple[Cell, ...]] = []
        try:
            rows.extend(map(self._make, map(opened, sent)))
        except MalformedError as error:  # those before it are among the rows
            self._break_off(error, self._before + len(rows))
        return [Portion(numbers[: len(rows)], rows)] if rows else []

    def _break_off(self, error: MalformedError, count: int) -> None:
        self._is_broken = True
        if self._search is not None:
            self._search.fail(error, count)

    def _rows(self, entries: Iterator[Entry]) -> Iterator[Part]:
        for is_usual, some in groupby(entries, _is_usual):
            if is_usual:
                yield from self._usual(some)
            else:
                yield from map(self._unusual, some)

    def _usual(self, entries: Iterator[Entry]) -> Iterator[Part]:
        while rows := list(map(self._make, islice(entries, SIZE))):
            yield Portion(self._numbers(len(rows)), rows)

    def _unusual(self, entry: Entry) -> Part:
        (number,) = self._numbers(1)
        one = checked(Record(number, self._make(entry)), self.columns, self.result, "the directory")
        return Portion((number,), [one.row]) if isinstance(one, Record) else one

    def _numbers(self, count: int) -> tuple[int, ...]:
        """Return the numbers of the next records."""
        self._before = self._last
        self._last += count
        return tuple(range(self._before + 1, self._last + 1))

    def _finish(self) -> None:
        entries, result = self._entries, self.result
        if entries.failure:
            result.complete, result.reason = False, entries.failure
        result.warnings += entries.warnings
        if entries.references:
            named = ", ".join(entries.references[:_MOST_SHOWN])
            more = f" and {len(entries.references) - _MOST_SHOWN} more" if len(entries.references) > _MOST_SHOWN else ""
            result.warnings.append(
                f"The directory refers to other servers for other parts of its tree, which are not read: {named}{more}"
            )
        if result.complete:
            result.checkpoint = entries.checkpoint


def _is_usual(entry: Entry) -> bool:
    """Say whether no value of an entry can be too long."""
    return entry.size <= MAX_VALUE
