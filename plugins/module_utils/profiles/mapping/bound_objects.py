# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The objects of a structure for known columns: each expression is the place of its cell; see CellLayout."""

from __future__ import annotations

from typing import Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import Rule, is_true
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import Kind
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.cells import Places

DEVICES = -1  # the place of an object's devices: behind all other cells


class BoundDevice(NamedTuple):
    """A device of an object, if all of `when` hold."""

    when: tuple[int, ...]
    fields: Places
    timeouts: tuple[tuple[str, Places], ...]


class BoundObject(NamedTuple):
    """An object of a record, if all of `when` hold."""

    slot: str
    kind: Kind
    when: tuple[int, ...]
    fields: tuple[tuple[str, Rule, int], ...]  # in the kind's order, with the place of the cell
    devices: tuple[BoundDevice, ...]
    mapped: frozenset[str]


def all_true(when: tuple[int, ...], cells: list[Any]) -> bool:
    """Say whether the conditions at these places hold."""
    return all(is_true(cells[place]) for place in when)


def device_of(device: BoundDevice, cells: list[Any]) -> dict[str, Any]:
    """Return a device with the fields that a record gives it."""
    made: dict[str, Any] = {name: cells[place] for name, place in device.fields}
    if device.timeouts:
        made["timeouts"] = {call: {time: cells[place] for time, place in times} for call, times in device.timeouts}
    return made
