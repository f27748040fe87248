# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Past runs with what they changed, and the history of one object across runs (module run_info)."""

from __future__ import annotations

import json
import re
import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import (
    Action,
    Result,
    Task,
    if_any,
    if_given,
    read_limit,
)
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import nested_change
from ansible_collections.telephony.connector.plugins.module_utils.store import profiles
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.journal import LARGEST_RUN
from ansible_collections.telephony.connector.plugins.module_utils.store.objects import possible_id
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.counts import Counts

_MOST_NAMES = 2000  # looked through for one that is like another
_RUN_COLUMNS = (
    "id", "profile", "mode", "started", "finished", "actor", "job_id", "job_user", "result", "complete", "summary",
)  # fmt: skip
#: columns of a run that say when and who; a change has them too
_WHO = ("started", "profile", "actor", "job_id", "job_user")


@dataclass(frozen=True)
class RunInfoArguments:
    """Which runs: all, those of a profile, one; or the history of the object of an id, or of a name or number."""

    profile: str | None = None
    run_id: int | None = None
    name: str | None = None
    object_id: int | None = None
    limit: int = 20

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> RunInfoArguments:
        """Read the module's options."""
        given = {name: params.get(name) for name in ("profile", "run_id", "name", "object_id")}
        return cls(**given, limit=read_limit(params))


@dataclass(frozen=True)
class RunList(Result):
    """Runs, the newest first; `changes` of one run or one object."""

    runs: Sequence[Mapping[str, t.Any]]
    changes: Sequence[Mapping[str, t.Any]] | None = if_given()
    warnings: Sequence[str] = if_any()


def find_runs(task: Task, wanted: RunInfoArguments) -> RunList:
    """Return past runs, the newest first; with `run_id` also its changes, with `name` or `object_id` changes alone.

    Raises DefinitionError for a run or a profile that there is not.
    """
    store = task.store
    limit = wanted.limit
    with store.snapshot():
        _check_known(store, wanted)
        if wanted.name is not None or wanted.object_id is not None:
            found = _changes(store, wanted, limit)
            unknown = [] if found or not limit else _unknown(store, wanted)
            return RunList(False, [], found, unknown)
        query = sa.select(store.schema.runs).where(*_of_runs(store, wanted)).order_by(store.schema.runs.c.id.desc())
        runs = [_shown_run(row) for row in store.connection.execute(query.limit(limit)).mappings()]
        return RunList(False, runs, None if wanted.run_id is None else _changes(store, wanted, limit))


run_info = Action(RunInfoArguments.from_params, find_runs)


def _unknown(store: Store, wanted: RunInfoArguments) -> list[str]:
    """Say that nothing is known of an object, and what is called alike: an empty list would read as "unchanged"."""
    changes, objects = store.schema.changes.c, store.schema.objects.c
    if wanted.name is None:
        of_object = sa.select(objects.id).where(objects.id == possible_id(wanted.object_id or 0))
        what = f"object with the id {wanted.object_id}"
        near, is_there = "", store.connection.scalar(of_object) is not None
    else:
        begins = f"{_literally(wanted.name[:1])}%"
        names: set[str] = set()
        for column in (objects.name, changes.name):
            alike = sa.select(column).where(column.ilike(begins, escape="\\")).distinct().limit(_MOST_NAMES)
            names |= set(store.connection.execute(alike).scalars())
        what = f'object called "{wanted.name}"'
        near = nearest(wanted.name, names)
        is_there = any(name.casefold() == wanted.name.casefold() for name in names)
    option = "run_id" if wanted.run_id is not None else "profile" if wanted.profile is not None else ""
    if option and _changes(store, replace(wanted, run_id=None, profile=None), 1):
        runs = f"Run {wanted.run_id} has" if option == "run_id" else f'The runs of the profile "{wanted.profile}" have'
        return [f"{runs} changed nothing of the {what}, but others have: leave {option} out to see them."]
    if is_there:
        return [f"The journal has no change of the {what}: nothing was changed in the days that it keeps."]
    return [f"There is no {what} in {store.where}, and the journal knows of none.{near}"]


def _of_runs(store: Store, wanted: RunInfoArguments) -> list[t.Any]:
    """Return the conditions on runs."""
    runs, conditions = store.schema.runs.c, []
    if wanted.profile is not None:
        conditions.append(runs.profile == wanted.profile)
    if wanted.run_id is not None:
        conditions.append(runs.id == wanted.run_id)
    return conditions


def _check_known(store: Store, wanted: RunInfoArguments) -> None:
    """Refuse a run or profile that there is not: an empty answer would read as "nothing happened"."""
    runs = store.schema.runs.c
    run_id, profile = wanted.run_id, wanted.profile
    if run_id is not None and not 0 < run_id <= LARGEST_RUN:
        raise DefinitionError(f"There is no run {run_id} in {store.where}: leave run_id out to see which there are.")
    if run_id is not None and store.connection.scalar(sa.select(runs.id).where(runs.id == run_id)) is None:
        raise DefinitionError(f"There is no run {run_id} in {store.where}: leave run_id out to see which there are.")
    if profile is not None:
        known = set(
            store.connection.execute(sa.select(runs.profile).where(runs.profile.is_not(None)).distinct()).scalars()
        )
        known |= {stored.name for stored in profiles.every(store)}
        if profile not in known:
            raise DefinitionError(f'There is no profile "{profile}" in {store.where}.{nearest(profile, known)}')


def _changes(store: Store, wanted: RunInfoArguments, limit: int) -> list[dict[str, t.Any]]:
    """Return changes with when, who and by which profile, the newest first."""
    runs, changes = store.schema.runs, store.schema.changes
    query = (
        sa.select(changes, *(runs.c[name] for name in _WHO))
        .join(runs, runs.c.id == changes.c.run_id)
        .where(*_of_runs(store, wanted))
    )
    object_id = wanted.object_id
    if object_id is not None:
        query = query.where(changes.c.object_id == possible_id(object_id))
    if wanted.name is not None:
        query = query.where(_concerns(store, wanted.name))
    query = query.order_by(changes.c.run_id.desc(), changes.c.seq).limit(limit)
    return [_shown_change(row) for row in store.connection.execute(query).mappings()]


def _concerns(store: Store, name: str) -> t.Any:
    """Match all changes of an object that is or was called so, and the changes by which a value came or went.

    An object is called by its name, its record's key, or one of its names such as last_name; a value is a number, for
    example. Letter case counts for nothing, since logins are kept in lower case, however a person or a source writes
    them.
    """
    changes, objects = store.schema.changes.c, store.schema.objects.c
    other = store.schema.changes.alias("other")
    value = _literally(json.dumps(name, ensure_ascii=False))
    was_called = sa.or_(
        _is(other.c.name, name),
        _is(other.c.key, name),
        *(column.ilike(f'%name":{value}%', escape="\\") for column in (other.c.before, other.c.after)),
    )
    return sa.or_(
        changes.object_id.in_(sa.select(other.c.object_id).where(was_called)),
        changes.object_id.in_(sa.select(objects.id).where(_is(objects.name, name))),
        *(column.ilike(f"%:{value}%", escape="\\") for column in (changes.before, changes.after)),
    )


def _is(column: t.Any, text: str) -> t.Any:
    return column.ilike(_literally(text), escape="\\")


def _literally(text: str) -> str:
    """Return a pattern for LIKE that stands for the text itself."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def _shown_run(row: t.Any) -> dict[str, t.Any]:
    findings = json.loads(row["findings"])
    shown = {name: row[name] for name in _RUN_COLUMNS}
    # the same keys in every run: an undo, or a run of an earlier version, has not all of them
    counts = {**Counts().as_dict(), **json.loads(row["counts"])}
    return {**shown, "plan_digest": row["plan_digest"], "counts": counts, **findings}


def _shown_change(row: t.Any) -> dict[str, t.Any]:
    names = ("run_id", *_WHO, "action", "kind", "object_id", "name", "key", "reason")
    shown = {name: row[name] for name in names}
    return {**shown, **nested_change(row["kind"], json.loads(row["before"] or "{}"), json.loads(row["after"] or "{}"))}
