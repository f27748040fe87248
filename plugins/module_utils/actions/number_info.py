# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Tells of numbers: whose they are, who had them, and how full the ranges of the pools are (module number_info)."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.actions.extension_pool import shown_use
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system import numbers
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.outside_numbers import OutsideNumbers
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.refused import Refused
from ansible_collections.telephony.connector.plugins.module_utils.store import number_use
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.number_states import Numbers
from ansible_collections.telephony.connector.plugins.module_utils.store.settings import read_setting

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call


@dataclass(frozen=True)
class NumberArguments:
    """One number, a range of them, or neither: then only the ranges of the pools are told of."""

    number: str | None
    asked: range | None
    limit: int

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> NumberArguments:
        """Read the module's options; DefinitionError for a range that cannot be."""
        number, text, limit = params.get("number"), params.get("range"), params["limit"]
        if limit < 0:
            raise DefinitionError("limit must be 0 or more.")
        if number is not None and not number.strip():
            raise DefinitionError("number is empty: give one, such as 201, or leave it out.")
        (asked,) = numbers.parse_ranges([text]) if text is not None else (None,)
        return cls(number.strip() if number is not None else None, asked, limit)


def number_info(call: Call) -> dict[str, t.Any]:
    """Return the state of numbers, the history of a single one, and how full each range is."""
    return tell(call.store, NumberArguments.from_params(call.params))


def tell(store: Store, wanted: NumberArguments) -> dict[str, t.Any]:
    """Return what is wanted to know."""
    with store.snapshot():
        known = Numbers(store)
        asked = wanted.asked or range(0)
        chosen = [str(one) for one in islice(asked, wanted.limit)]
        if wanted.number is not None:
            chosen = [_inner(store, wanted.number)]
        told = known.told(chosen)
        result: dict[str, t.Any] = {
            "changed": False,
            "numbers": told,
            "truncated": asked.stop - asked.start > len(chosen),
            "ranges": [shown_use(use) for use in number_use.how_full(store)],
        }
        if wanted.number is not None:
            result["history"] = known.history(chosen[0])
            result |= {name: told[0][name] for name in ("state", "holder", "until", "why")}
    return result


def _inner(store: Store, number: str) -> str:
    """Return the number inside: an outside one that is on a line stands for the extension behind it."""
    found = OutsideNumbers.of_stored(read_setting(store, "numbers")).to_extension(number)
    return number if isinstance(found, Refused) else found
