# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The extension pool: which numbers users get by themselves, and which of them are free."""

from __future__ import annotations

import contextlib
import json
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.phone_system import numbers
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

_SETTING = "extension_pool"
#: Numbers looked up at a time.
_CHUNK = 500


@dataclass(frozen=True)
class Pool:
    """Ranges ("200-299") that users get their numbers from, without the reserved ones."""

    ranges: tuple[str, ...] = ()
    reserved: tuple[str, ...] = ()

    @property
    def is_declared(self) -> bool:
        return bool(self.ranges)

    @cached_property
    def numbers(self) -> list[range]:
        """Return what the pool may give out, as ascending ranges: a range may be far too long to be gone through."""
        left = []
        holes = numbers.parse_ranges((*self.reserved, *numbers.EMERGENCY))
        for part in numbers.parse_ranges(self.ranges):
            start = part.start
            for hole in holes:
                if start < hole.stop and hole.start < part.stop:
                    left.append(range(start, max(start, hole.start)))
                    start = hole.stop
            left.append(range(start, max(start, part.stop)))
        return [part for part in left if part]

    @property
    def size(self) -> int:
        """How many numbers that are."""
        return sum(part.stop - part.start for part in self.numbers)  # len() ends at 2^63

    def __contains__(self, number: str) -> bool:
        return number.isdecimal() and any(int(number) in part for part in self.numbers)

    def candidates(self) -> Iterator[str]:
        """Yield every number that the pool may give out, ascending."""
        return (str(number) for part in self.numbers for number in part)


def load(store: Store) -> Pool:
    """Return the pool as it was declared, an empty one if it never was."""
    settings = store.schema.settings
    text = store.connection.scalar(sa.select(settings.c.value).where(settings.c.name == _SETTING))
    options = json.loads(text) if text else {}
    return Pool(tuple(options.get("ranges", ())), tuple(options.get("reserved", ())))


def free_numbers(store: Store, pool: Pool, claimed: sa.Subquery | None = None) -> Iterator[str]:
    """Yield the pool's numbers that nobody has and, in a plan, nobody claims.

    A number that is given up in the same run is not free yet: its callers still expect somebody else.
    """
    identifiers = store.schema.identifiers.c
    waiting = pool.candidates()
    while chunk := list(islice(waiting, _CHUNK)):
        query: t.Any = sa.select(identifiers.value).where(identifiers.space == "number", identifiers.value.in_(chunk))
        if claimed is not None:
            query = query.union(
                sa.select(claimed.c.value).where(claimed.c.space == "number", claimed.c.value.in_(chunk))
            )
        taken = set(store.connection.execute(query).scalars())
        yield from (number for number in chunk if number not in taken)


def save(store: Store, pool: Pool) -> None:
    """Declare the pool (inside a writing transaction)."""
    options = {"ranges": list(pool.ranges), "reserved": list(pool.reserved)}
    store.put(store.schema.settings, _SETTING, json.dumps(options))
