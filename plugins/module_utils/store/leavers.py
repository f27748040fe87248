# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reads the leavers of a store: users whose record is gone, in the days before they are removed.

A leaver is a user as before, apart from one row in the table `leavers`: `writer.start_leaving` and `end_leaving` write
it. Whose leaver somebody is the link says, and until when and whether he stays in the phonebook the option `leavers` of
that profile as it is declared now.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.leaver_policy import LeaverPolicy
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

_NOBODYS = LeaverPolicy()


@dataclass(frozen=True)
class Leaver:
    """One leaver. `since`: when the record was missed first (ISO 8601, UTC).

    `until`: the first day (UTC) on which a run removes him, None where no run does: his profile is gone, or does not
    remove anybody. `profile`: whose he is, None where it is gone.
    """

    object_id: int
    username: str
    since: str
    until: date | None
    profile: str | None
    in_phonebook: bool

    def is_due(self, day: date) -> bool:
        """Say whether a run of that day removes him, unless his record comes."""
        return self.until is not None and self.until <= day

    def as_dict(self) -> dict[str, t.Any]:
        """Return what modules show of it."""
        return {
            "since": self.since,
            "until": self.until.isoformat() if self.until else None,
            "profile": self.profile,
            "phonebook": "keep" if self.in_phonebook else "drop",
        }

    def __str__(self) -> str:
        return f"leaver {self.username} until {self.until or 'a person removes that user'}"


def is_leaver(store: Store, object_id: t.Any) -> t.Any:
    """Return the condition that an object is a leaver; `object_id` is a column with ids, or an id."""
    table = store.schema.leavers
    return sa.select(table.c.object_id).where(table.c.object_id == object_id).exists()


def is_any(store: Store) -> bool:
    """Say whether there are leavers at all."""
    return store.connection.execute(sa.select(store.schema.leavers.c.object_id).limit(1)).first() is not None


def every(store: Store) -> list[Leaver]:
    """Return all leavers, those who go first at the beginning."""
    return sorted(_read(store, None), key=_order)


def of_profile(store: Store, profile_id: int, rule: LeaverPolicy, removes: bool) -> list[Leaver]:
    """Return the leavers of a profile, those who go first at the beginning.

    By a rule that may not be declared yet; `removes`: whether the profile removes anybody at all.
    """
    links = store.schema.links.c
    return sorted(_read(store, links.profile_id == profile_id, (rule, removes)), key=_order)


def among(store: Store, object_ids: Collection[int]) -> dict[int, Leaver]:
    """Return those of some objects that are leavers, by their ids."""
    table = store.schema.leavers.c
    ids = list(object_ids)
    parts = (ids[start : start + 500] for start in range(0, len(ids), 500))
    return {one.object_id: one for part in parts for one in _read(store, table.object_id.in_(part))}


def out_of_phonebook(store: Store) -> frozenset[int]:
    """Return the ids of the leavers whom the company phonebook does not show."""
    return frozenset(one.object_id for one in _read(store, None) if not one.in_phonebook)


def _order(leaver: Leaver) -> tuple[date, str]:
    return leaver.until or date.max, leaver.username


def _read(store: Store, condition: t.Any, simulated: tuple[LeaverPolicy, bool] | None = None) -> Iterator[Leaver]:
    """Yield leavers; `simulated` is a rule instead of the declared ones, and whether anybody is removed."""
    schema = store.schema
    table, objects, links, profiles = schema.leavers, schema.objects, schema.links, schema.profiles
    if store.connection.scalar(sa.select(table.c.object_id).limit(1)) is None:
        return  # as nearly always; SQLite would go through all objects to find none
    query = (
        sa.select(table.c.object_id, objects.c.name, table.c.since, profiles.c.name, profiles.c.options)
        .select_from(
            table.join(objects, objects.c.id == table.c.object_id)
            .outerjoin(links, links.c.object_id == table.c.object_id)
            .outerjoin(profiles, profiles.c.id == links.c.profile_id)
        )
        .order_by(table.c.object_id)
    )
    rules: dict[str, tuple[LeaverPolicy, bool]] = {}
    seen = 0
    rows = store.connection.execute(query if condition is None else query.where(condition)).all()
    for object_id, name, since, profile, text in rows:
        if object_id == seen:
            continue  # a user has one link; by hand there may be more
        seen = object_id
        if simulated is not None:
            rules[profile] = simulated
        elif profile is not None and profile not in rules:
            options = json.loads(text)
            rules[profile] = LeaverPolicy.of_options(options), options.get("mode") != "create_update"
        rule, removes = rules.get(profile, (_NOBODYS, False))
        until = rule.until(datetime.fromisoformat(since).date()) if removes else None
        yield Leaver(object_id, name, since, until, profile, rule.keeps_in_phonebook)
