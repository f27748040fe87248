# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Tells of numbers: whose they are, who had them, and how full the ranges of the pools are (module number_info)."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import (
    Action,
    Result,
    Task,
    if_given,
    read_limit,
)
from ansible_collections.telephony.connector.plugins.module_utils.actions.extension_pool import shown_use
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system import numbers
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.outside_numbers import OutsideNumbers
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.refused import Refused
from ansible_collections.telephony.connector.plugins.module_utils.store import number_use
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.number_states import Numbers
from ansible_collections.telephony.connector.plugins.module_utils.store.settings import read_setting


@dataclass(frozen=True)
class NumberArguments:
    """One number, a range of them, or neither: then only the ranges of the pools are told of."""

    number: str | None
    asked: range | None
    limit: int

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> NumberArguments:
        """Read the module's options; DefinitionError for a range that cannot be."""
        number, text, limit = params.get("number"), params.get("range"), read_limit(params)
        if number is not None and not number.strip():
            raise DefinitionError("The option number is empty: give one, such as 201, or leave it out.")
        (asked,) = numbers.parse_ranges([text]) if text is not None else (None,)
        return cls(number.strip() if number is not None else None, asked, limit)


@dataclass(frozen=True)
class NumberResult(Result):
    """The state of numbers and how full each range is; of a single number also the history, and its state on top."""

    numbers: Sequence[Mapping[str, t.Any]]
    truncated: bool
    ranges: Sequence[Mapping[str, t.Any]]
    history: Sequence[Mapping[str, t.Any]] | None = if_given()
    single: Mapping[str, t.Any] | None = if_given()

    def as_dict(self) -> dict[str, t.Any]:
        """Return the module's result."""
        result = super().as_dict()
        one = result.pop("single", None)
        return (
            result if one is None else {**result, **{name: one[name] for name in ("state", "holder", "until", "why")}}
        )


def tell(task: Task, wanted: NumberArguments) -> NumberResult:
    """Return what is wanted to know."""
    store = task.store
    with store.snapshot():
        known = Numbers(store)
        asked = wanted.asked or range(0)
        chosen = [str(one) for one in islice(asked, wanted.limit)]
        if wanted.number is not None:
            chosen = [_inner(store, wanted.number)]
        told = known.told(chosen)
        is_single = wanted.number is not None
        return NumberResult(
            changed=False,
            numbers=told,
            truncated=asked.stop - asked.start > len(chosen),
            ranges=[shown_use(use) for use in number_use.how_full(store)],
            history=known.history(chosen[0]) if is_single else None,
            single=told[0] if is_single else None,
        )


number_info = Action(NumberArguments.from_params, tell)


def _inner(store: Store, number: str) -> str:
    """Return the number inside: an outside one that is on a line stands for the extension behind it."""
    found = OutsideNumbers.of_stored(read_setting(store, "numbers")).to_extension(number)
    return number if isinstance(found, Refused) else found
