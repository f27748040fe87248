# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Looks up runs in the journal: the one that is taken back, and who had changed what when."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.store import actor, journal, retention
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

_CHUNK = 500
#: The field of what is said of a record that an object is linked to.
RECORD = "key"


@dataclass(frozen=True)
class UndoneRun:
    """A run that is to be taken back. `profile_id` is None where it is no profile's, or its profile is gone."""

    id: int
    profile: str | None
    profile_id: int | None
    mode: str

    def __str__(self) -> str:
        return f"run {self.id}" + (f' (profile "{self.profile}")' if self.profile else "")


def find(store: Store, run_id: int) -> UndoneRun:
    """Return the run of that id (inside a snapshot); DefinitionError when it cannot be taken back."""
    runs, profiles = store.schema.runs.c, store.schema.profiles.c
    row = None
    if 0 < run_id <= journal.LARGEST_RUN:
        query = sa.select(runs.profile, runs.mode).where(runs.id == run_id)
        row = store.connection.execute(query).one_or_none()
    if row is None:
        raise DefinitionError(
            f"There is no run {run_id} in {store.where}: the module run_info shows which there are. Old runs are"
            " forgotten after the days that store_settings names (journal_days)."
        )
    if run_id < retention.forgotten_up_to(store):
        raise DefinitionError(
            f"Run {run_id} is not taken back: later runs are no longer in the journal (journal_days), so nobody can"
            " tell any more what was changed since."
        )
    profile_id = None
    if row.profile is not None:
        profile_id = store.connection.scalar(sa.select(profiles.id).where(profiles.name == row.profile))
    return UndoneRun(run_id, row.profile, profile_id, row.mode)


class Held(t.NamedTuple):
    """An object with the value of one of its fields, None where no single value is meant."""

    object_id: int
    field: str = ""
    value: str | None = None

    def is_given_by(self, key: str | None, before: str | None, after: str | None) -> bool:
        """Say whether a change has given the object this value; before and after are JSON texts."""
        if self.value is None:
            return True
        if self.field == RECORD:
            return key == self.value
        had, has = (json.loads(text).get(self.field) if text else None for text in (before, after))
        return str(has) == self.value != str(had)


@dataclass(frozen=True)
class Known:
    """Who has carried out which run when, and which run some objects have a value by, or were changed in last."""

    runs: Mapping[int, Mapping[str, t.Any]]
    latest: Mapping[Held, int]

    def of(self, run_id: int | None) -> dict[str, t.Any]:
        """Return who and when, by which profile."""
        return dict(self.runs.get(run_id or 0, {"profile": None, "who": None, "when": None}))


def who_and_when(store: Store, run_ids: Collection[int], held: Collection[Held]) -> Known:
    """Return the runs with these ids, and those by which objects have values, else the last that has changed them."""
    by_object: dict[int, list[Held]] = {}
    for one in held:
        by_object.setdefault(one.object_id, []).append(one)
    latest: dict[Held, int] = {}
    given: set[Held] = set()
    changes = store.schema.changes.c
    query = sa.select(changes.object_id, changes.run_id, changes.key, changes.before, changes.after)
    for part in _parts(by_object):
        newest_first = query.where(changes.object_id.in_(part)).order_by(changes.run_id.desc(), changes.seq.desc())
        for object_id, run_id, key, before, after in store.rows(newest_first):
            for one in by_object[object_id]:
                latest.setdefault(one, run_id)
                if one not in given and one.is_given_by(key, before, after):
                    given.add(one)
                    latest[one] = run_id
    runs, found = store.schema.runs.c, dict[int, dict[str, t.Any]]()
    for part in _parts({*run_ids, *latest.values()}):
        query = sa.select(runs.id, runs.profile, runs.actor, runs.job_id, runs.job_user, runs.finished)
        for run_id, profile, *who, finished in store.rows(query.where(runs.id.in_(part))):
            found[run_id] = {"profile": profile, "who": actor.told(*who) or None, "when": finished}
    return Known(found, latest)


def _parts(ids: Collection[int]) -> t.Iterator[list[int]]:
    every = sorted(set(ids))
    return (every[start : start + _CHUNK] for start in range(0, len(every), _CHUNK))
