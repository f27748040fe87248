# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Up to where the changes of a domain controller are known, and whether it is still the server that it was."""

from __future__ import annotations

import heapq
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ansible_collections.telephony.connector.plugins.module_utils.directory.answer import Request
from ansible_collections.telephony.connector.plugins.module_utils.directory.search import Search
from ansible_collections.telephony.connector.plugins.module_utils.sources.active_directory.account import file_time
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import is_recent
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.values import guid

if TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.directory.connection import Connected
    from ansible_collections.telephony.connector.plugins.module_utils.directory.messages import Entry

SHOW_DELETED = ("1.2.840.113556.1.4.417", True, None)
_MOST_WITNESSES = 30
_LOOKED_BACK = 500  # numbers of changes in which witnesses are looked for at first
_LONGEST = 24 * 3600  # seconds by the server's own clock; deleted objects are kept for two days at least

Witnesses = list[tuple[int, str]]
"""Numbers of changes and keys of the objects that had changed last, deleted ones included."""


@dataclass(frozen=True)
class Position:
    """Up to where the changes of one server are known: its database, the number, and the time (ISO 8601) of that.

    `full` is when everything was read (seconds since 1970), `full_there` the same by the server's clock (0: it does not
    say). `witnesses` are objects by which a server is noticed that was put back to an older state. `expires` is when
    the next account expires, as accountExpires counts time (0: not known).
    """

    invocation: str
    last_change: int
    moment: str
    full: int
    full_there: int = 0
    witnesses: tuple[tuple[int, str], ...] = ()
    expires: int = 0

    @classmethod
    def of(cls, checkpoint: Mapping[str, Any] | None) -> Position | None:
        """Return what a checkpoint says, None for one that is not ours."""
        try:
            found = cls(**dict(checkpoint or {}))
            file_time(found.moment)
            found = replace(found, witnesses=tuple((int(number), str(key)) for number, key in found.witnesses))
            is_sound = isinstance(found.invocation, str) and found.last_change > 0 and found.full > 0
            is_sound = is_sound and isinstance(found.expires, int)
        except (TypeError, ValueError):
            return None
        return found if is_sound else None

    def as_checkpoint(self) -> dict[str, Any]:
        """Return it as it is kept until the next run."""
        return dict(vars(self))

    def goes_on(self, here: Position) -> bool:
        """Say whether a position of now is of the same server, and everything was read not too long ago.

        What only permissions show or hide is seen then; and deleted objects are kept for longer. Clocks that went
        backwards, here or there, prove nothing.
        """
        is_same = self.invocation == here.invocation and self.last_change <= here.last_change
        is_timely = is_recent(self.full) and self.moment <= here.moment
        return is_same and is_timely and (not self.full_there or 0 <= here.full_there - self.full_there < _LONGEST)

    def is_ahead_of(self, here: Position) -> bool:
        """Say whether the same server has not come as far as it was: it was put back to an older state."""
        return self.invocation == here.invocation and self.last_change > here.last_change


def latest_changes(connected: Connected, domain: str, last_change: int) -> tuple[tuple[int, str], ...]:
    """Return the witnesses of a server that has made so many changes; few or none where nothing changed lately."""
    request = Request(
        domain, f"(uSNChanged>={max(1, last_change - _LOOKED_BACK)})", "subtree", ("objectGUID", "uSNChanged")
    )
    return newest(numbered(entry) for entry in Search(connected, request, _LOOKED_BACK, [SHOW_DELETED]))


def newest(found: Iterable[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    """Return the latest of some objects as witnesses; those without a number or key are left out."""
    return tuple(sorted(heapq.nlargest(_MOST_WITNESSES, (one for one in found if all(one)))))


def numbered(entry: Entry) -> tuple[int, str]:
    """Return the number of an object's last change (0: not visible), and its key ("": not visible)."""
    number, key = 0, ""
    for name, values in entry.attributes.items():
        if name.lower() == b"usnchanged" and values and values[0].isdigit():
            number = int(values[0])
        elif name.lower() == b"objectguid" and values:
            key = guid(values[0]) or ""
    return number, key


def is_put_back(connected: Connected, domain: str, before: Position, changed: Iterable[str]) -> bool:
    """Say whether an object is older than it was, or gone without a trace, of which the server tells no change."""
    told = frozenset(changed)
    known = {key: number for number, key in before.witnesses if key not in told}
    if not known:
        return False
    request = Request(domain, either_of(known), "subtree", ("objectGUID", "uSNChanged"))
    search = Search(connected, request, len(known), [SHOW_DELETED])
    now = {key: number for number, key in map(numbered, search)}
    return not search.failure and any(now.get(key, 0) < number for key, number in known.items())


def either_of(keys: Iterable[str]) -> str:
    """Return the condition that an object has one of these keys."""
    return f"(|{''.join(f'(objectGUID={_escaped(key)})' for key in keys)})"


def _escaped(key: str) -> str:
    return "".join(f"\\{octet:02x}" for octet in uuid.UUID(key).bytes_le)
