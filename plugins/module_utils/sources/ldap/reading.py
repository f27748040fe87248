# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A read of a directory that is under way: entries, however they are got at, become records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.errors import SourceError
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import (
    Cell,
    Gone,
    Reading,
    ReadResult,
    Record,
    UnchangedReading,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.bounds import MAX_VALUE, checked
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.columns import Columns, Finish
from ansible_collections.telephony.connector.plugins.module_utils.sources.portions import (
    SIZE,
    Item,
    Part,
    Portion,
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

    def __init__(
        self, connected: Connected, request: Request, page_size: int, checkpoint: dict[str, Any] | None = None
    ) -> None:
        self._search = Search(connected, request, page_size)
        self.references = self._search.references
        self.warnings: list[str] = []
        self.checkpoint = checkpoint

    @property
    def failure(self) -> str:
        return self._search.failure

    def __iter__(self) -> Iterator[Entry | Gone]:
        return iter(self._search)


class DirectoryReading:
    """One read that is under way; see Reading. The first entry is asked for at once."""

    def __init__(self, columns: Columns, entries: Entries, finish: Finish | None, warnings: Iterable[str]) -> None:
        self.columns = columns.names
        self.result = ReadResult(full=entries.full, warnings=list(warnings))
        self._make = columns.maker(finish)
        self._entries = entries
        self._items = iter(entries)
        self._first = next(self._items, None)
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
        make, number, item = self._make, 0, self._first
        rows: list[tuple[Cell, ...]] = []
        while item is not None:
            is_usual = not isinstance(item, Gone) and item.size <= MAX_VALUE
            if is_usual:
                rows.append(make(item))  # type: ignore[arg-type]  # it is an entry
            if rows and (len(rows) == SIZE or not is_usual):
                yield _portion(number, rows)
                number, rows = number + len(rows), []
            if isinstance(item, Gone):
                yield item
            elif not is_usual:
                number += 1
                one = checked(Record(number, make(item)), self.columns, self.result, "the directory")
                yield Portion((number,), [one.row]) if isinstance(one, Record) else one
            item = next(self._items, None)
        if rows:
            yield _portion(number, rows)
        self._finish()

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


def _portion(before: int, rows: list[tuple[Cell, ...]]) -> Portion:
    """Return rows as records that are numbered on from those `before`."""
    return Portion(tuple(range(before + 1, before + 1 + len(rows))), rows)
