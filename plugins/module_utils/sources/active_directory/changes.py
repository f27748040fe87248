# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The objects that changed, as they are now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.account import (
    NextExpiry,
    file_time,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.position import (
    Position,
    either_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Gone
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.values import guid

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.incremental import (
        Follower,
    )

#: Objects that are asked for by their keys, and how many at a time. For more, the server looks for all that changed,
#: which takes Samba as long as to look at all people.
_MOST_BY_KEY, _AT_ONCE = 2000, 50


class Changes:
    """The entries that changed and fit, and Gone for those that changed and fit no more; see Entries.

    What changed at all was asked before: an object that changes in between then comes once more in the next run.
    """

    full = False

    def __init__(self, follower: Follower, before: Position, here: Position, changed: set[str]) -> None:
        self.checkpoint: dict[str, Any] | None = replace(
            here, full=before.full, full_there=before.full_there
        ).as_checkpoint()
        self.warnings: list[str] = []
        self._changed = changed
        first, last = file_time(before.moment), file_time(here.moment)
        may_expire = before.expires <= last
        self._expiry = None if may_expire else NextExpiry(here.moment, before.expires)
        conditions = [since(before)]
        if follower.uses_disabled and may_expire:
            # an account expires without being changed; servers look at all accounts for that
            conditions = [f"(|{since(before)}(&(accountExpires>={first})(accountExpires<={last})))"]
        elif "" not in changed and len(changed) <= _MOST_BY_KEY:
            keys = sorted(changed)
            conditions = [either_of(keys[place : place + _AT_ONCE]) for place in range(0, len(keys), _AT_ONCE)]
        request = follower.request
        wanted = request.attributes if "objectguid" in {name.lower() for name in request.attributes} else None
        request = replace(request, attributes=wanted or (*request.attributes, "objectGUID"))
        # the condition first, as it leaves few objects
        asked = [replace(request, filter=f"(&{condition}{request.filter})") for condition in conditions]
        self._searches = [Search(follower.connected, one, follower.page_size) for one in asked]
        self.references: list[str] = []

    @property
    def failure(self) -> str:
        return next((search.failure for search in self._searches if search.failure), "")

    def __iter__(self) -> Iterator[Entry | Gone]:
        for search in self._searches:
            for entry in search:
                self._changed.discard(guid_of(entry))
                if self._expiry:
                    self._expiry.see(entry)
                yield entry
            self.references += [uri for uri in search.references if uri not in self.references]
            if search.failure:
                return
        yield from map(Gone, sorted(self._changed - {""}))
        if self.checkpoint:  # who is next after those who have expired, the next full read shows
            self.checkpoint["expires"] = self._expiry.time if self._expiry else 0


def since(before: Position) -> str:
    """Return the condition that an object changed after a position."""
    return f"(uSNChanged>={before.last_change + 1})"


def guid_of(entry: Entry) -> str:
    """Return the key of an object, "" where it is not visible."""
    for name, values in entry.attributes.items():
        if name.lower() == b"objectguid" and values:
            return guid(values[0]) or ""
    return ""
