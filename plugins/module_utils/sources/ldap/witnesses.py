# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Witnesses that a directory is the one that was read, and no older copy of it that was put back.

A server that was restored from a copy may count on from there, so that its numbers tell nothing. The entries that had
changed last tell it: in the copy they are older, or not there; and what went may be there again.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.tree import (
    RestoredError,
    entries_by_id,
    value_of,
)

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
    from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry

_MOST = 30
_ANY = "(objectClass=*)"


class Witnesses:
    """The entries that changed last, and the last that went: `unique` has their ids, `clock` when they changed.

    What `clock` holds must grow as text: a change sequence number (entryCSN), or a time.
    """

    def __init__(self, unique: str, clock: str, kept: Mapping[str, Any] | None = None) -> None:
        self._unique, self._clock = unique, clock
        self._id_of, self._time_of = value_of(unique), value_of(clock)
        kept = kept or {}
        self._latest: list[tuple[str, str]] = [(str(moment), str(key)) for moment, key in kept.get("latest", ())]
        heapq.heapify(self._latest)
        self._gone: list[str] = [str(key) for key in kept.get("gone", ())]

    def as_checkpoint(self) -> dict[str, Any]:
        """Return them as they are kept until the next run."""
        return {"latest": sorted(self._latest), "gone": self._gone}

    def see(self, entry: Entry) -> None:
        """Take note of an entry as it is now."""
        latest, moment = self._latest, self._time_of(entry)
        if not moment or (len(latest) >= _MOST and moment < latest[0][0]):
            return
        one = (moment, self._id_of(entry))
        (heapq.heappushpop if len(latest) >= _MOST else heapq.heappush)(latest, one)

    def update(self, entries: Iterable[Entry], gone: Iterable[str]) -> None:
        """Take note of changes: entries as they are now, and the ids of those that went."""
        went, came = list(gone), list(entries)
        again = {self._id_of(entry) for entry in came} | set(went)
        self._latest = [one for one in self._latest if one[1] not in again]
        heapq.heapify(self._latest)
        for entry in came:
            self.see(entry)
        self._gone = [key for key in self._gone if key not in again][-_MOST:] + went[-_MOST:]
        self._gone = self._gone[-_MOST:]

    def check(self, connected: Connected, context: str, told: Callable[[str], bool] | None = None) -> None:
        """Raise RestoredError unless all are as they were.

        `told` says whether the server tells of changes of an id. Where it tells nothing, only what is older than it was
        proves something: the others may have gone, or come back, as everywhere.
        """
        request = Request(context, _ANY, "subtree", (self._unique, self._clock))
        known = {key: moment for moment, key in self._latest if told is None or not told(key)}
        gone = [key for key in self._gone if not told(key)] if told is not None else []
        entries = entries_by_id(connected, request, self._unique, [*known, *gone])
        found = {self._id_of(entry): self._time_of(entry) for entry in entries}
        if told is None:
            known = {key: moment for key, moment in known.items() if key in found}
        older = [key for key, moment in known.items() if found.get(key, "") < moment]
        back = [key for key in gone if key in found]
        if older or back:
            words = f"{older[0]} is not as new as it was" if older else f"{back[0]} is back"
            raise RestoredError(
                f"is older than when it was read last ({self._unique} {words}), as after a restore from a copy"
            )
