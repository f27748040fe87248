# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The extension pools: which numbers users get by themselves, and which of them are free."""

from __future__ import annotations

import json
import typing as t
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.errors import capital
from ansible_collections.telephony.connector.plugins.module_utils.phone_system import numbers
from ansible_collections.telephony.connector.plugins.module_utils.store import resting_numbers
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

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
        """Whether somebody has given it numbers."""
        return bool(self.ranges)

    @property
    def title(self) -> str:
        """What sentences call it."""
        return "the extension pool" if self.name == DEFAULT else f'the extension pool "{self.name}"'

    @cached_property
    def numbers(self) -> list[range]:
        """Return what the pool may give out, as ascending ranges: a range may be far too long to be gone through."""
        return [left for part in self.whole_ranges for left in numbers.without(part, self.holes)]

    @cached_property
    def whole_ranges(self) -> tuple[range, ...]:
        """Return the ranges with their reserved numbers, ascending."""
        return numbers.parse_ranges(self.ranges)

    @cached_property
    def holes(self) -> tuple[range, ...]:
        """Return what is never given out, as ascending ranges: reserved numbers, and those of emergency calls."""
        return numbers.parse_ranges((*self.reserved, *numbers.EMERGENCY))

    @property
    def size(self) -> int:
        """How many numbers that are."""
        return sum(part.stop - part.start for part in self.numbers)  # len() ends at 2^63

    @property
    def few(self) -> int:
        """How many free numbers are so few that a person should add a range: a tenth of them, at least five.

        At most a thousand, and never more than half of the pool.
        """
        return int(min(max(5, self.size // 10), 1000, self.size // 2))

    def doubts(self) -> list[str]:
        """Return what a person may have written otherwise than meant, a sentence each."""
        said = []
        counted: list[str] = []
        for label in self.ranges:
            (part,) = numbers.parse_ranges([label])
            if numbers.without(part, numbers.parse_ranges(counted)) != [part]:
                said.append(
                    f"The range {label} of {self.title} overlaps with one before it ({', '.join(counted)}): each number"
                    " counts for the first range that has it; write ranges that do not overlap."
                )
            counted.append(label)
        outside = [label for label in self.reserved if self._is_outside(label)]
        if outside and self.ranges:
            what = "number lies" if len(outside) == 1 else "numbers lie"
            said.append(
                f"The reserved {what} in none of the ranges of {self.title} ({', '.join(self.ranges)}), so that nothing"
                f" is kept free: {', '.join(outside)}. Correct reserved or ranges."
            )
        if self.ranges and not self.size:
            said.append(
                f"All numbers of {self.title} ({', '.join(self.ranges)}) are reserved, so that nobody gets one: give it"
                " more ranges, or reserve less."
            )
        return said

    def _is_outside(self, label: str) -> bool:
        (part,) = numbers.parse_ranges([label])
        return numbers.without(part, self.whole_ranges) == [part]

    def words_if_few(self, left: int) -> str:
        """Return what to say of so many free numbers, "" where they are enough."""
        if left >= self.few:
            return ""
        are = "is 1 number" if left == 1 else f"are {left or 'no'} numbers"
        return (
            f"{capital(self.title)} {'will soon be' if left else 'is'} full: there {are} left of {self.size}"
            f" ({', '.join(self.ranges)}); give it more ranges with the module extension_pool"
        )

    def __contains__(self, number: str) -> bool:
        return number.isdecimal() and any(int(number) in part for part in self.numbers)

    def candidates(self) -> Iterator[str]:
        """Yield every number that the pool may give out, ascending."""
        return (str(number) for part in self.numbers for number in part)


class Before(t.NamedTuple):
    """A number that rests, with whose it was: the login, the e-mail address, and the profile's record."""

    number: str
    username: str
    email: str | None
    profile: str | None
    key: str | None


class FormerHolders:
    """Finds the numbers that rest by whose they were: the same record, the same login, or the same e-mail address."""

    def __init__(self, resting: Iterable[Before]) -> None:
        self._by_record: dict[tuple[str, str | None], dict[int, Before]] = defaultdict(dict)
        self._by_username: dict[str, dict[int, Before]] = defaultdict(dict)
        self._by_email: dict[str, dict[int, Before]] = defaultdict(dict)
        for place, before in enumerate(resting):
            self._by_username[before.username][place] = before
            if before.profile is not None:
                self._by_record[before.profile, before.key][place] = before
            if before.email:
                self._by_email[before.email.lower()][place] = before

    def numbers_of(self, profile: str | None, key: str | None, username: str, email: str) -> Iterator[str]:
        """Yield the numbers that were a person's, in their order, but those of the same record before all others.

        The record says more than a login, which another person may have now. `profile` None: there is no record.
        """
        of_record = {} if profile is None else self._by_record.get((profile, key), {})
        others = {**self._by_username.get(username, {}), **self._by_email.get(email.lower(), {})}
        yield from (before.number for before in of_record.values())
        yield from (others[place].number for place in sorted(others.keys() - of_record.keys()))


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
    """Yield the pool's numbers that nobody has and, in a plan, nobody claims, and that do not rest.

    A number that is given up in the same run is not free yet: its callers still expect somebody else.
    """
    waiting = pool.candidates()
    while chunk := list(islice(waiting, _CHUNK)):
        taken = taken_of(store, chunk, claimed)
        if pool.cooldown_days:
            table = store.schema.resting_numbers.c
            query = resting_numbers.select_resting(store, pool.cooldown_days).where(table.number.in_(chunk))
            taken.update(store.connection.execute(query).scalars())
        yield from (number for number in chunk if number not in taken)


def taken_of(store: Store, numbers: t.Sequence[str], claimed: sa.Subquery | None = None) -> set[str]:
    """Return those of some numbers (a few hundred) that somebody has or, in a plan, claims."""
    identifiers = store.schema.identifiers.c
    query: t.Any = sa.select(identifiers.value).where(identifiers.space == "number", identifiers.value.in_(numbers))
    if claimed is not None:
        query = query.union(sa.select(claimed.c.value).where(claimed.c.space == "number", claimed.c.value.in_(numbers)))
    return set(store.connection.execute(query).scalars())


def number_for(store: Store, pool: Pool, username: str, email: str) -> str | None:
    """Return the number that a user whom a person makes gets: the one that was theirs and rests, else the lowest."""
    for number in FormerHolders(numbers_of_before(store, pool)).numbers_of(None, None, username, email):
        if not taken_of(store, [number]):
            return number
    return next(free_numbers(store, pool), None)


def numbers_of_before(store: Store, pool: Pool) -> list[Before]:
    """Return the extensions of the pool that rest, with whose they were, the last ones first."""
    if not pool.cooldown_days:
        return []
    table = store.schema.resting_numbers.c
    query = resting_numbers.select_resting(store, pool.cooldown_days, Before._fields).where(table.field == "extension")
    rows = store.connection.execute(query.order_by(table.since.desc(), table.number)).all()
    return [Before(*row) for row in rows if row.number in pool]


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
