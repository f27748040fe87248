# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The objects of many records at once, field by field: for records in which nothing needs a second look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import Rule
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import Kind
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.plain_columns import clean_column
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import SECRET_FIELDS
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.keys import USUAL, is_fit
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.outcomes import Alike
from ansible_collections.telephony.connector.plugins.module_utils.profiles.policies import LIST_FIELDS

#: Fields with values that are no plain texts.
_UNLIKE = SECRET_FIELDS | LIST_FIELDS


class SideBySide(NamedTuple):
    """One object of each record: its fields in the kind's order, each with the place of its cell; see BoundMapper."""

    slot: str
    kind: Kind
    fields: tuple[tuple[str, Rule, int], ...]
    mapped: frozenset[str]
    key: int

    def make(self, cells: Sequence[Sequence[Any]]) -> Alike | None:
        """Return what records become whose cells are given by the column; None if one is to be looked at by itself."""
        unlike = [cells[place] for name, _rule, place in self.fields if name in _UNLIKE]
        if any(value not in (None, "") for column in unlike for value in column):
            return None
        if {*map(type, cells[self.key])} != {str}:
            return None
        keys = [*map(str.strip, cells[self.key])]
        columns: dict[str, list[str]] = {}
        for name, rule, place in self.fields:
            values = clean_column(name, rule, cells[place])
            if values is None:
                return None
            if any(values):
                columns[name] = values
        if not all(keys) or not is_fit("".join(keys)) or max(map(len, keys)) > USUAL:
            return None
        if not all(name in columns and all(columns[name]) for name in self.kind.required):
            return None
        return Alike(keys, self.slot, self.kind.name, columns, self.mapped)
