# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Profiles on hold: they are not to run until a person says so. Also how many runs in a row a guard has stopped."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from ansible_collections.telephony.connector.plugins.module_utils.store import actor, clock
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: A reason is cut here: it goes into messages.
LONGEST_REASON = 500
BY_HAND = "set by hand"


@dataclass(frozen=True)
class Hold:
    """Why a profile is not to run, who said so (user@host, and the job if it was one), and when (ISO 8601, UTC)."""

    reason: str
    who: str
    when: str

    def as_dict(self) -> dict[str, str]:
        """Return the hold as modules show it."""
        return {"reason": self.reason, "who": self.who, "when": self.when}

    def __str__(self) -> str:
        return f"{self.reason} (since {self.when}, by {self.who})"


@dataclass(frozen=True)
class State:
    """What is known of a profile: its hold, if there is one, and how many runs in a row a guard has stopped."""

    hold: Hold | None = None
    trips: int = 0


def state_of(store: Store, profile_id: int) -> State:
    """Return the state of a profile (inside a transaction)."""
    table = store.schema.holds
    row = store.connection.execute(sa.select(table).where(table.c.profile_id == profile_id)).one_or_none()
    return _state(row) if row else State()


def every(store: Store) -> dict[str, Hold]:
    """Return the holds by the names of their profiles (inside a transaction)."""
    table, profiles = store.schema.holds, store.schema.profiles
    query = sa.select(profiles.c.name, table).join(table, table.c.profile_id == profiles.c.id)
    rows = store.connection.execute(query.where(table.c.reason.is_not(None)).order_by(profiles.c.name)).all()
    return {row.name: _hold(row) for row in rows}


def set_hold(store: Store, profile_id: int, reason: str) -> Hold:
    """Put a profile on hold (inside a writing transaction) and return the hold; one that is there is replaced."""
    who, since = actor.current(), clock.stamp()
    words = " ".join(reason.split())[:LONGEST_REASON] or BY_HAND
    _put(store, profile_id, {"reason": words, **asdict(who), "since": since})
    return Hold(words, actor.told(who.actor, who.job_id, who.job_user), since)


def release(store: Store, profile_id: int) -> None:
    """Take the hold of a profile away, and forget what guards have stopped (inside a writing transaction)."""
    table = store.schema.holds
    store.connection.execute(table.delete().where(table.c.profile_id == profile_id))


def count_trip(store: Store, profile_id: int) -> int:
    """Note that a guard has stopped a run (inside a writing transaction); return how many in a row these are now."""
    trips = state_of(store, profile_id).trips + 1
    _put(store, profile_id, {"trips": trips})
    return trips


def forget_trips(store: Store, profile_id: int) -> None:
    """Note that a run has gone through (inside a writing transaction)."""
    table = store.schema.holds
    store.connection.execute(table.update().where(table.c.profile_id == profile_id, table.c.trips > 0).values(trips=0))


def _put(store: Store, profile_id: int, values: Mapping[str, t.Any]) -> None:
    table = store.schema.holds
    updated = store.connection.execute(table.update().where(table.c.profile_id == profile_id).values(values))
    if not updated.rowcount:
        store.connection.execute(table.insert().values({"profile_id": profile_id, "trips": 0, **values}))


def _state(row: t.Any) -> State:
    return State(_hold(row) if row.reason is not None else None, row.trips)


def _hold(row: t.Any) -> Hold:
    return Hold(row.reason, actor.told(row.actor, row.job_id, row.job_user), row.since)
