# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The journal: every run with its counts and findings, and every change with the values before and after."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from ansible_collections.telephony.connector.plugins.module_utils.store import actor, clock, past_objects, retention
from ansible_collections.telephony.connector.plugins.module_utils.store.bulk import Row
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.run_summary import summary_line

#: The mode of a run that a person's change by hand is kept as.
MANUAL_MODE = "manual"
#: The largest id of a run that there can be: PostgreSQL refuses to look for another one.
LARGEST_RUN = 2**31 - 1


@dataclass(frozen=True)
class Run:
    """The head of one run. `profile` is None for a change by hand; `summary` is one line, made from counts if empty."""

    profile: str | None
    mode: str
    started: str
    result: str
    complete: bool = True
    plan_digest: str = ""
    summary: str = ""


def start(
    store: Store,
    run: Run,
    counts: Mapping[str, int],
    warnings: Sequence[str] = (),
    rejected: Sequence[Mapping[str, t.Any]] = (),
    conflicts: Sequence[Mapping[str, t.Any]] = (),
    prunes: bool = True,
) -> int:
    """Write a run (inside a writing transaction) and return its id. `prunes`: old runs may go now."""
    told = {"warnings": list(warnings), "rejected": list(rejected), "conflicts": list(conflicts)}
    values = {
        **asdict(run),
        **asdict(actor.current()),
        "summary": run.summary or summary_line(counts),
        "finished": clock.stamp(),
        "counts": json.dumps(dict(counts)),
        "findings": json.dumps(told, ensure_ascii=False),
    }
    if prunes:
        retention.prune(store)
    inserted = store.connection.execute(store.schema.runs.insert().values(values))
    key: t.Any = inserted.inserted_primary_key
    return int(key[0])


_COLUMNS = ("run_id", "seq", "action", "kind", "object_id", "name", "key", "reason", "before", "after")


def add_changes(store: Store, changes: Sequence[Row]) -> None:
    """Write changes, each (run, place, action, kind, object id, name, key, reason, before, after).

    To be called before the objects are changed: what they are now is kept with them, so that the run can be undone.
    """
    by_run: dict[int, list[int]] = {}
    for run_id, _place, action, _kind, object_id, *_rest in changes:
        if action != "create":
            by_run.setdefault(run_id, []).append(object_id)
    for run_id, object_ids in by_run.items():
        past_objects.keep(store, run_id, list(dict.fromkeys(object_ids)))
    store.insert_rows(store.schema.changes, _COLUMNS, changes)


def add_changes_of(store: Store, run_id: int, query: t.Any, only_creates: bool) -> None:
    """Do the same with those of a select, which are all changes of the run; `only_creates`: all make new objects."""
    store.connection.execute(store.schema.changes.insert().from_select(list(_COLUMNS), query))
    if not only_creates:
        past_objects.keep_changed(store, run_id)
