# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The extension pools: which numbers users get by themselves, and which of them are free."""

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

#: The pool of whoever names none.
DEFAULT = "default"
#: The setting of the default pool; the others' have their name behind it.
_SETTING = "extension_pool"
#: Numbers looked up at a time.
_CHUNK = 500


@dataclass(frozen=True)
class Pool:
    """Ranges ("200-299") that users get their numbers from, without the reserved ones.

    `cooldown_days`: how long a number of a removed user is not given to another one.
    """

    ranges: tuple[str, ...] = ()
    reserved: tuple[str, ...] = ()
    name: str = DEFAULT
    cooldown_days: int = 0

    @property
    def is_declared(self) -> bool:
        return bool(self.ranges)

    @property
    def title(self) -> str:
        """What sentences call it."""
        return "the extension pool" if self.name == DEFAULT else f'the extension pool "{self.name}"'

    @cached_property
    def numbers(self) -> list[range]:
        """Return what the pool may give out, as ascending ranges: a range may be far too long to be gone through."""
        left = []
        holes = self.holes
        for part in numbers.parse_ranges(self.ranges):
            start = part.start
            for hole in holes:
                if start < hole.stop and hole.start < part.stop:
                    left.append(range(start, max(start, hole.start)))
                    start = hole.stop
            left.append(range(start, max(start, part.stop)))
        return [part for part in left if part]

    @cached_property
    def holes(self) -> tuple[range, ...]:
        """Return what is never given out, as ascending ranges: reserved numbers, and those of emergency calls."""
        return numbers.parse_ranges((*self.reserved, *numbers.EMERGENCY))

    @property
    def size(self) -> int:
        """How many numbers that are."""
        return sum(part.stop - part.start for part in self.numbers)  # len() ends at 2^63

    def __contains__(self, number: str) -> bool:
        return number.isdecimal() and any(int(number) in part for part in self.numbers)

    def candidates(self) -> Iterator[str]:
        """Yield every number that the pool may give out, ascending."""
        return (str(number) for part in self.numbers for number in part)


def load(store: Store, name: str = DEFAULT) -> Pool:
    """Return a pool as it was declared, an empty one if it never was."""
    settings = store.schema.settings
    text = store.connection.scalar(sa.select(settings.c.value).where(settings.c.name == _key(name)))
    return _of(name, text)


def every(store: Store) -> tuple[Pool, ...]:
    """Return all declared pools: the default one first, the others by name."""
    settings = store.schema.settings.c
    query = sa.select(settings.name, settings.value).where(
        (settings.name == _SETTING) | settings.name.startswith(f"{_SETTING}:", autoescape=True)
    )
    pools = [_of(key.partition(":")[2] or DEFAULT, text) for key, text in store.connection.execute(query).all()]
    declared = (pool for pool in pools if pool.is_declared)
    return tuple(sorted(declared, key=lambda pool: (pool.name != DEFAULT, pool.name)))


def _key(name: str) -> str:
    return _SETTING if name == DEFAULT else f"{_SETTING}:{name}"


def _of(name: str, text: str | None) -> Pool:
    options = json.loads(text) if text else {}
    ranges, reserved = tuple(options.get("ranges", ())), tuple(options.get("reserved", ()))
    return Pool(ranges, reserved, name, options.get("cooldown_days", 0))


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
    """Declare the pool (inside a writing transaction); one without anything in it is forgotten."""
    settings = store.schema.settings
    if not (pool.ranges or pool.reserved or pool.cooldown_days):
        store.connection.execute(settings.delete().where(settings.c.name == _key(pool.name)))
        return
    options: dict[str, t.Any] = {"ranges": list(pool.ranges), "reserved": list(pool.reserved)}
    if pool.cooldown_days:
        options["cooldown_days"] = pool.cooldown_days
    store.put(settings, _key(pool.name), json.dumps(options))
