# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Records by the portion: what is done for each of a hundred thousand costs less for many of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

from ansible_collections.telephony.connector.plugins.module_utils import progress
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell, Gone, Record, Unusable

#: Records of a portion at the most: few, so that a slow source is seen to come on.
SIZE = progress.EVERY

Item: TypeAlias = Record | Unusable | Gone


class Portion(NamedTuple):
    """Records that came one after the other, side by side: their numbers, and as many rows; see Record."""

    numbers: Sequence[int]
    rows: Sequence[tuple[Cell, ...]]

    def opened(self, places: Sequence[int]) -> list[Portion | Unusable]:
        """Return the records at some places."""
        return [Portion([self.numbers[place] for place in places], [self.rows[place] for place in places])]


Opener: TypeAlias = Callable[[Sequence[int], Sequence[bytes]], list[Portion | Unusable]]


class Sealed(NamedTuple):
    """Records as the source sent them, side by side: whoever knows them by their bytes need not look into them.

    `form` says how they become rows: the same bytes in the same form are the same row. `open_all` makes records of the
    numbers and bytes of some, those in order that can be used; should one not be what the source promises, it ends the
    read there and gives those before it.
    """

    numbers: Sequence[int]
    sent: Sequence[bytes]
    form: str
    open_all: Opener

    def opened(self, places: Sequence[int]) -> list[Portion | Unusable]:
        """Return the records at some places, or the first of them where the read ends."""
        return self.open_all([self.numbers[place] for place in places], [self.sent[place] for place in places])


Part: TypeAlias = Portion | Sealed | Unusable | Gone


@runtime_checkable
class ReadsPortions(Protocol):
    """A reading that gives its records by the portion, if it is not iterated: once, either way."""

    def portions(self) -> Iterator[Part]:
        """Yield what iterating yields, in the same order."""


def portions_of(reading: Iterable[Item]) -> Iterator[Part]:
    """Yield what any reading gives, records by the portion."""
    if isinstance(reading, ReadsPortions):
        yield from reading.portions()
        return
    left = iter(reading)
    while some := list(islice(left, SIZE)):
        for kind, items in groupby(some, type):
            if kind is Record:
                numbers, rows = zip(*items, strict=True)
                yield Portion(numbers, list(rows))
            else:
                yield from items  # type: ignore[misc]  # no record is among them


def each_of(portions: Iterable[Part]) -> Iterator[Item]:
    """Yield the records of portions one by one, and what is between them."""
    for part in portions:
        if isinstance(part, Portion):
            yield from map(Record, *part)
        elif isinstance(part, Sealed):
            yield from each_of(part.opened(range(len(part.numbers))))
        else:
            yield part
