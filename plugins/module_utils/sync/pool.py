# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The extension pool: which numbers users get by themselves, and which of them are free."""

from __future__ import annotations

import contextlib
import json
import typing as t
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.phone_system import numbers
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call

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

    def candidates(self) -> Iterator[str]:
        """Yield every number that the pool may give out, ascending."""
        return numbers.candidates(numbers.parse_ranges(self.ranges), _Ranges(self.reserved))


class _Ranges:
    """The numbers in some ranges, without a list of them."""

    def __init__(self, ranges: Iterable[str]) -> None:
        self._ranges = numbers.parse_ranges(ranges)

    def __contains__(self, number: object) -> bool:
        return any(int(str(number)) in part for part in self._ranges)


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


def declare_pool(call: Call) -> dict[str, t.Any]:
    """Declare the pool (module extension_pool) and return it with how much of it is used and free."""
    wanted = Pool(_checked_ranges(call.params["ranges"]), _checked_reserved(call.params["reserved"]))
    store = call.store
    with store.snapshot():
        before = load(store)
    if wanted != before and not call.check_mode:
        with store.writing():
            store.put(store.schema.settings, _SETTING, json.dumps(_shown(wanted)))
    with store.snapshot():
        free = sum(1 for _number in free_numbers(store, wanted))
    total = sum(1 for _number in wanted.candidates())
    result: dict[str, t.Any] = {
        "changed": wanted != before,
        "pool": {**_shown(wanted), "used": total - free, "free": free},
    }
    if call.diff:
        result["diff"] = {"before": _shown(before), "after": _shown(wanted)}
    return result


def _shown(pool: Pool) -> dict[str, list[str]]:
    return {"ranges": list(pool.ranges), "reserved": list(pool.reserved)}


def _checked_ranges(ranges: list[str]) -> tuple[str, ...]:
    numbers.parse_ranges(ranges)
    return tuple(str(part) for part in ranges)


def _checked_reserved(reserved: list[str]) -> tuple[str, ...]:
    numbers.parse_ranges(reserved)
    return tuple(sorted({str(part).strip() for part in reserved}))
