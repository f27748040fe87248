# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Declares the numbers that users get by themselves (module extension_pool)."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import (
    Action,
    Result,
    Task,
    if_any,
    if_given,
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system import numbers
from ansible_collections.telephony.connector.plugins.module_utils.store import number_use, pools
from ansible_collections.telephony.connector.plugins.module_utils.store.number_use import RangeUse
from ansible_collections.telephony.connector.plugins.module_utils.store.pools import Pool

#: A hundred years.
_MOST_DAYS = 36_500


@dataclass(frozen=True)
class PoolArguments:
    """The pool that is wanted; its ranges are checked."""

    pool: Pool

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> PoolArguments:
        """Read the module's options; DefinitionError for a range, a name or a time that cannot be."""
        name, days = params.get("name") or pools.DEFAULT, params.get("cooldown_days") or 0
        if not numbers.is_pool_name(name):
            raise DefinitionError(
                f'The name "{name[:100]}" of an extension pool must be a word of letters, digits, - and _, as berlin.'
            )
        if not 0 <= days <= _MOST_DAYS:
            raise DefinitionError(f"The option cooldown_days must be 0 (numbers do not rest) to {_MOST_DAYS} days.")
        ranges, reserved = _checked_ranges(params["ranges"]), _checked_reserved(params["reserved"])
        return cls(Pool(ranges, reserved, name, days if ranges or reserved else 0))


@dataclass(frozen=True)
class PoolResult(Result):
    """The pool as it is, or would be, with how much of it is used and free."""

    pool: Mapping[str, t.Any]
    warnings: Sequence[str] = if_any()
    diff: Mapping[str, t.Any] | None = if_given()


def set_pool(task: Task, arguments: PoolArguments) -> PoolResult:
    """Set a pool, or tell what would be changed."""
    store, wanted = task.store, arguments.pool
    with store.snapshot():
        before = pools.load(store, wanted.name)
    if wanted != before and not task.check_mode:
        with store.writing():
            pools.save(store, wanted)
    with store.snapshot():
        use = number_use.of_pool(store, wanted)
    counts = {"used": use.used, "resting": use.resting, "free": use.free}
    warnings = wanted.doubts()
    if words := wanted.words_if_few(use.free):
        warnings.append(f"{words}.")
    return PoolResult(
        changed=wanted != before,
        pool={**_shown(wanted), **counts, "fill": [shown_use(part) for part in use.ranges]},
        warnings=warnings,
        diff={"before": _shown(before), "after": _shown(wanted)} if task.diff else None,
    )


declare_pool = Action(PoolArguments.from_params, set_pool)


def shown_use(use: RangeUse) -> dict[str, t.Any]:
    """Return how full a range is, as results show it."""
    return {
        "pool": use.pool,
        "range": use.range,
        "size": use.size,
        "used": use.used,
        "resting": use.resting,
        "reserved": use.reserved,
        "free": use.free,
    }


def _shown(declared: Pool) -> dict[str, t.Any]:
    return {
        "name": declared.name,
        "ranges": list(declared.ranges),
        "reserved": list(declared.reserved),
        "cooldown_days": declared.cooldown_days,
    }


def _checked_ranges(ranges: list[str]) -> tuple[str, ...]:
    for text in ranges:
        (part,) = numbers.parse_ranges([text])
        if not numbers.without(part, numbers.parse_ranges(numbers.EMERGENCY)):
            raise DefinitionError(
                f'Range "{text}" is an emergency number ({", ".join(sorted(numbers.EMERGENCY))}), which nobody gets:'
                " leave it out of ranges."
            )
    return tuple(str(part) for part in ranges)


def _checked_reserved(reserved: list[str]) -> tuple[str, ...]:
    numbers.parse_ranges(reserved)
    return tuple(sorted({str(part).strip() for part in reserved}))
