# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""How full the ranges of the extension pools are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ansible_collections.telephony.connector.plugins.module_utils.phone_system import numbers
from ansible_collections.telephony.connector.plugins.module_utils.store import pools, resting_numbers
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


@dataclass(frozen=True)
class RangeUse:
    """One range of a pool. Each of its numbers counts once: `size` is the sum of all others.

    A number that is in two ranges of a pool counts for the first.

    `used`: users, fax lines and speed dials, on reserved numbers too. `resting`: nobody's, but not given to another
    yet. `reserved`: never given out, emergency numbers among them.
    """

    pool: str
    range: str
    size: int
    used: int
    resting: int
    reserved: int

    @property
    def free(self) -> int:
        """How many numbers the pool may give out now."""
        return self.size - self.used - self.resting - self.reserved


@dataclass(frozen=True)
class PoolUse:
    """A pool as a whole, without its reserved numbers; these are no sums of its ranges, which count reserved ones."""

    ranges: tuple[RangeUse, ...]
    used: int
    resting: int
    free: int


def how_full(store: Store, name: str | None = None) -> tuple[RangeUse, ...]:
    """Return how full each range of all pools is, or of the one called `name` (inside a snapshot)."""
    declared = pools.every(store) if name is None else (pools.load(store, name),)
    if not any(pool.is_declared for pool in declared):
        return ()
    taken = _sorted_numbers(_taken(store))
    return tuple(use for pool in declared for use in _of_pool(store, pool, taken).ranges)


def of_pool(store: Store, pool: pools.Pool, promised: Iterable[str] = ()) -> PoolUse:
    """Return how full a pool is, which need not be declared yet (inside a snapshot).

    `promised`: numbers that count as used, since a plan that is being made gives or claims them.
    """
    return _of_pool(store, pool, _sorted_numbers({*_taken(store), *promised}) if pool.is_declared else ())


class Forecast:
    """How full the ranges are once changes are carried out that are not in the store yet (made inside a snapshot)."""

    def __init__(self, store: Store) -> None:
        self._pools = {pool.name: pool for pool in pools.every(store)}
        self._ranges = list(how_full(store))
        self._parts = [numbers.parse_ranges([use.range])[0] for use in self._ranges]
        #: of pools whose numbers rest: those that do, and those that somebody gets
        self._resting = {name: _resting_texts(store, pool) for name, pool in self._pools.items() if pool.cooldown_days}
        self._taken: set[str] = set()

    def take(self, number: str) -> None:
        """Somebody gets a number."""
        for place, use, pool in self._with(number):
            resting, is_reserved = self._resting.get(pool.name), number not in pool
            rested = resting is not None and number in resting
            if resting is not None:
                self._taken.add(number)
                resting.discard(number)
            self._ranges[place] = replace(
                use, used=use.used + 1, reserved=use.reserved - is_reserved, resting=use.resting - rested
            )

    def give_up(self, number: str, rests: bool) -> None:
        """Somebody gives a number up; `rests`: as a user who is removed does, unless somebody else gets it."""
        for place, use, pool in self._with(number):
            resting, is_reserved = self._resting.get(pool.name), number not in pool
            will_rest = rests and resting is not None and not is_reserved and number not in self._taken
            if will_rest and resting is not None:
                resting.add(number)
            self._ranges[place] = replace(
                use, used=use.used - 1, reserved=use.reserved + is_reserved, resting=use.resting + will_rest
            )

    def ranges(self) -> tuple[RangeUse, ...]:
        """Return the ranges."""
        return tuple(self._ranges)

    def _with(self, number: str) -> list[tuple[int, RangeUse, pools.Pool]]:
        """Return the range of each pool that a number counts for, with its place: the first one that has it."""
        if not number.isdecimal():
            return []
        found: dict[str, tuple[int, RangeUse, pools.Pool]] = {}
        for place, (use, part) in enumerate(zip(self._ranges, self._parts, strict=True)):
            if int(number) in part:
                found.setdefault(use.pool, (place, use, self._pools[use.pool]))
        return list(found.values())


def why_none(store: Store, pool: pools.Pool, promised: Iterable[str] = ()) -> str:
    """Return why a pool has no number to give, as a rule that a record breaks, and what to do about it."""
    use = of_pool(store, pool, promised)
    rest = f", {use.resting} of removed users rest" if use.resting else ""
    reserved = sum(part.reserved for part in use.ranges)
    kept = f", {reserved} are reserved" if reserved else ""
    return (
        f"no number is free in {pool.title} ({', '.join(pool.ranges)}: {use.used} in use{rest}{kept}): give it more"
        " ranges with the module extension_pool"
    )


def _of_pool(store: Store, pool: pools.Pool, taken: Sequence[int]) -> PoolUse:
    rests = _resting(store, pool, taken)
    used = sum(_between(taken, part) for part in pool.numbers)
    ranges = tuple(_use(pool, label, pool.ranges[:place], taken, rests) for place, label in enumerate(pool.ranges))
    return PoolUse(ranges, used, len(rests), pool.size - used - len(rests))


def _resting(store: Store, pool: pools.Pool, taken: Sequence[int]) -> list[int]:
    """Return the numbers that the pool may give out once they have rested."""
    if not pool.cooldown_days:
        return []
    found = _sorted_numbers(_resting_texts(store, pool))
    return [number for number in found if not _between(taken, range(number, number + 1))]


def _resting_texts(store: Store, pool: pools.Pool) -> set[str]:
    found = store.connection.scalars(resting_numbers.select_resting(store, pool.cooldown_days))
    return {number for number in found if number in pool}


def _taken(store: Store) -> Iterable[str]:
    identifiers = store.schema.identifiers.c
    return (value for (value,) in store.rows(sa.select(identifiers.value).where(identifiers.space == "number")))


def _sorted_numbers(texts: Iterable[str]) -> list[int]:
    # a speed dial may begin with *
    return sorted(int(text) for text in texts if text.isdecimal())


def _use(pool: pools.Pool, label: str, before: Sequence[str], taken: Sequence[int], rests: Sequence[int]) -> RangeUse:
    """Return how full the numbers of a range are that are in none of those `before` it."""
    (whole,) = numbers.parse_ranges([label])
    parts = numbers.without(whole, numbers.parse_ranges(before))
    holes = [both for part in parts for hole in pool.holes if (both := _overlap(part, hole))]
    return RangeUse(
        pool.name,
        label,
        size=sum(part.stop - part.start for part in parts),
        used=sum(_between(taken, part) for part in parts),
        resting=sum(_between(rests, part) for part in parts),
        reserved=sum(hole.stop - hole.start - _between(taken, hole) for hole in holes),
    )


def _overlap(one: range, other: range) -> range:
    start = max(one.start, other.start)
    return range(start, max(start, min(one.stop, other.stop)))


def _between(sorted_numbers: Sequence[int], part: range) -> int:
    return bisect_left(sorted_numbers, part.stop) - bisect_left(sorted_numbers, part.start)
