# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A short way for what most rows of another definition become: an update of a few plain fields.

It comes to the same as the merge of fields, and leaves to that whatever is not as plain as it needs it.
"""

from __future__ import annotations

from collections.abc import Set
from itertools import compress
from operator import ne

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import IDENTIFIERS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import SECRET_FIELDS
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.merge import replaceable
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.updates import FROM_EITHER, FROM_SOURCE

#: What stands between two fields of a text that holds nothing but texts, and between a name and its value.
_BETWEEN, _IS = '","', '":"'
_NEXT = '",'


def plain_fields(context: PlanContext, mapped: frozenset[str]) -> PlainFields:
    """Return which of the `mapped` fields an update may change the short way: no identifiers, secrets or lists."""
    names = replaceable(mapped, tuple(context.definition.field_policy.items()))
    reason = FROM_SOURCE if context.is_same_profile else FROM_EITHER
    return PlainFields(names - IDENTIFIERS.keys() - SECRET_FIELDS, reason)


class PlainFields:
    """The fields of a slot that are what the source says and nothing else, and why an update changes such alone."""

    def __init__(self, names: Set[str], reason: str) -> None:
        self._names = names
        self.reason = reason
        #: what the values began with that the last update changed
        self._last: tuple[str, ...] = ()

    def changed(self, current: str, wanted: str) -> tuple[str, str] | None:
        """Return the texts of what the fields were, and are to be, that differ between two texts of fields.

        None where they are not the same few texts with other values, all of them among these fields.
        """
        # what is the same in both is as plain in the one as in the other
        if "\\" in wanted or not wanted.endswith('"}') or wanted.count('"') != 4 * (wanted.count(_BETWEEN) + 1):
            return None
        # another definition changes the same fields of all objects, and to take texts apart is half of the cost
        return self._changed_like_the_last(current, wanted) or self._changed(current, wanted)

    def _changed_like_the_last(self, current: str, wanted: str) -> tuple[str, str] | None:
        before, after = [], []
        end = wanted_end = 0
        for begin in self._last:
            place, wanted_place = current.find(begin, end), wanted.find(begin, wanted_end)
            if place < 0 or current[end:place] != wanted[wanted_end:wanted_place]:
                return None
            end = current.find('"', place + len(begin))
            wanted_end = wanted.find('"', wanted_place + len(begin))
            old, new = current[place:end], wanted[wanted_place:wanted_end]
            if old == new or "\\" in old:
                return None
            before.append(old)
            after.append(new)
        if not before or current[end:] != wanted[wanted_end:]:
            return None
        return f'{{{_NEXT.join(before)}"}}', f'{{{_NEXT.join(after)}"}}'

    def _changed(self, current: str, wanted: str) -> tuple[str, str] | None:
        had, has = current[2:-2].split(_BETWEEN), wanted[2:-2].split(_BETWEEN)
        if len(had) != len(has) or not current.endswith('"}'):
            return None
        before, after = [*compress(had, map(ne, had, has))], [*compress(has, map(ne, had, has))]
        begins = []
        for old, new in zip(before, after, strict=True):
            name = old.partition(_IS)[0]
            if name not in self._names or not new.startswith(name + _IS) or "\\" in old or old.count('"') != 2:
                return None
            begins.append(f'"{name}{_IS}')
        self._last = tuple(begins)
        return (f'{{"{_BETWEEN.join(before)}"}}', f'{{"{_BETWEEN.join(after)}"}}') if before else None
