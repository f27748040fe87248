# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The cells of one row: how they are taken out of it, and those of a row that stumbled."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import FieldError
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.record_view import Row


def picker(places: list[int]) -> Callable[[Row], tuple[Any, ...]]:
    """Return what takes the cells at these places out of a row."""
    if len(places) < 2:  # for one place `itemgetter` gives the item, for none it cannot be made
        return lambda row: tuple([row[place] for place in places])
    return itemgetter(*places)


class FailingCells(list[Any]):
    """Cells of which some may be errors, which are raised when they are looked at."""

    def __getitem__(self, place: Any) -> Any:
        value = super().__getitem__(place)
        if isinstance(value, FieldError):
            raise value
        return value
