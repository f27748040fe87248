# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Declares the numbers that users get by themselves (module extension_pool)."""

from __future__ import annotations

import contextlib
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.phone_system import numbers
from ansible_collections.telephony.connector.plugins.module_utils.store import pools
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.pools import Pool

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call


@dataclass(frozen=True)
class PoolArguments:
    """The pool that is wanted; its ranges are checked."""

    pool: Pool

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> PoolArguments:
        """Read the module's options; DefinitionError for a range that cannot be."""
        return cls(Pool(_checked_ranges(params["ranges"]), _checked_reserved(params["reserved"])))


def declare_pool(call: Call) -> dict[str, t.Any]:
    """Declare the pool (module extension_pool) and return it with how much of it is used and free."""
    return set_pool(call.store, PoolArguments.from_params(call.params).pool, call.check_mode, call.diff)


def set_pool(store: Store, wanted: Pool, check_mode: bool = False, diff: bool = False) -> dict[str, t.Any]:
    """Set the pool, or tell what would be changed (check_mode)."""
    with store.snapshot():
        before = pools.load(store)
    if wanted != before and not check_mode:
        with store.writing():
            pools.save(store, wanted)
    with store.snapshot():
        identifiers = store.schema.identifiers.c
        taken = sa.select(identifiers.value).where(identifiers.space == "number")
        used = sum(1 for (number,) in store.rows(taken) if number in wanted)
    result: dict[str, t.Any] = {
        "changed": wanted != before,
        "pool": {**_shown(wanted), "used": used, "free": wanted.size - used},
    }
    if diff:
        result["diff"] = {"before": _shown(before), "after": _shown(wanted)}
    return result


def _shown(declared: Pool) -> dict[str, list[str]]:
    return {"ranges": list(declared.ranges), "reserved": list(declared.reserved)}


def _checked_ranges(ranges: list[str]) -> tuple[str, ...]:
    numbers.parse_ranges(ranges)
    return tuple(str(part) for part in ranges)


def _checked_reserved(reserved: list[str]) -> tuple[str, ...]:
    numbers.parse_ranges(reserved)
    return tuple(sorted({str(part).strip() for part in reserved}))
