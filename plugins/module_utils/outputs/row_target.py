# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Targets whose entries are several rows each, in the tables of a database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol, runtime_checkable

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Values
from ansible_collections.telephony.connector.plugins.module_utils.outputs.entry_format import EntryTarget


class Expected(NamedTuple):
    """An account or the like that a target of rows is to look for: as the ledger knows it, or as it is wanted.

    `contents` are its values; of a known one also those that killed runs were about to write.
    """

    key: str
    place: str
    contents: tuple[Values, ...]
    secret: str = ""


class Obstacle(NamedTuple):
    """A wanted entry that cannot be written because something of somebody else is in the way; `reason` says what."""

    key: str
    place: str
    reason: str


@runtime_checkable
class RowTarget(EntryTarget, Protocol):
    """An entry target whose entries are several rows each, so that one may be foreign although no entry is."""

    def expect(self, known: Iterable[Expected], wanted: Iterable[Expected], key: bytes) -> None:
        """Take what the ledger knows and what is wanted, before `present` is asked; `key` is for hashes of secrets."""

    def obstacles(self) -> Iterable[Obstacle]:
        """Yield what is in the way of wanted entries; after `present`."""
