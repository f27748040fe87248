# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Writes what monitoring wants to know of the store (module metrics): runs, outputs, and how full the pools are."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, Result, Task
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.profiles.modes import MODES
from ansible_collections.telephony.connector.plugins.module_utils.publishing import ledger
from ansible_collections.telephony.connector.plugins.module_utils.reporting.prometheus import Family, render, write
from ansible_collections.telephony.connector.plugins.module_utils.store import attempts, holds, number_use, profiles
from ansible_collections.telephony.connector.plugins.module_utils.store.attempts import Attempts
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


@dataclass(frozen=True)
class MetricsArguments:
    """Where the metrics are to stand."""

    path: str

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> MetricsArguments:
        """Read the module's options."""
        path = params["path"]
        if not path.endswith(".prom"):
            raise DefinitionError(f'The metrics "{path}" must end in .prom: the collector reads no other files.')
        return cls(path)


@dataclass(frozen=True)
class MetricsResult(Result):
    """The file, and how many samples it has."""

    path: str
    samples: int


def put_metrics(task: Task, wanted: MetricsArguments) -> MetricsResult:
    """Write the metrics of the store as a Prometheus text file."""
    store = task.store
    with store.snapshot():
        families = [*_of_profiles(store), *_of_outputs(store), *_of_pools(store), _of_objects(store)]
    samples = sum(len(family.samples) for family in families)
    return MetricsResult(write(wanted.path, render(families), task.check_mode), wanted.path, samples)


write_metrics = Action(MetricsArguments.from_params, put_metrics)


class _Ends:
    """How the runs of profiles, or of outputs, ended."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.succeeded = Family(
            f"{kind}_last_success_timestamp_seconds",
            f"When a run of the {kind} last ended without failure, in seconds since 1970.",
        )
        self.ended = Family(
            f"{kind}_last_run_timestamp_seconds",
            f"When the last run of the {kind} ended, failed or not, in seconds since 1970.",
        )
        self.seconds = Family(f"{kind}_last_run_duration_seconds", f"How many seconds the last run of the {kind} took.")
        self.result = Family(
            f"{kind}_last_run_result",
            f"How the last run of the {kind} ended: 1 for its result, 0 for the others (refused: a guard stopped it).",
        )
        self.total = Family(f"{kind}_runs_total", f"How many runs of the {kind} ended with this result.", "counter")
        self.trips = Family(
            f"{kind}_guard_trips_total",
            f"How many runs of the {kind} were stopped by a guard, or because the plan was not the one reviewed.",
            "counter",
        )

    def add(self, name: str, ends: Attempts) -> None:
        label = {self._kind: name}
        if ends.succeeded:
            self.succeeded.add(_seconds_of(ends.succeeded), **label)
        self.ended.add(_seconds_of(ends.at), **label)
        self.seconds.add(ends.seconds, **label)
        for result in attempts.RESULTS:
            self.result.add(ends.result == result, **label, result=result)
            self.total.add(ends.totals.get(result, 0), **label, result=result)
        self.trips.add(ends.totals.get(attempts.REFUSED, 0), **label)

    def families(self) -> list[Family]:
        return [self.succeeded, self.ended, self.seconds, self.result, self.total, self.trips]


def _of_profiles(store: Store) -> list[Family]:
    known, ends = attempts.every(store, attempts.PROFILE), _Ends("profile")
    counts = Family(
        "profile_last_run_records",
        "How many records the last completed run of the profile read, filtered, rejected, created, updated and so on.",
    )
    complete = Family(
        "profile_last_read_complete", "Whether the last completed run read all of the source: 1 for yes, 0 for no."
    )
    hold = Family(
        "profile_hold",
        "Whether the profile is on hold, so that it does not run until a person releases it: 1 for yes, 0 for no.",
    )
    held = holds.every(store)
    objects = Family("profile_objects", "How many users, phonebook entries and speed dials belong to the profile.")
    for profile in profiles.every(store):
        hold.add(profile.name in held, profile=profile.name)
        objects.add(profile.count_links(store), profile=profile.name)
        run = _last_run(store, profile.name)
        if run is not None:
            complete.add(bool(run.complete), profile=profile.name)
            for name, count in json.loads(run.counts).items():
                counts.add(count, profile=profile.name, count=name)
        last = known.get(profile.name) or (_by_journal(run) if run is not None else None)
        if last is not None:
            ends.add(profile.name, last)
    return [*ends.families(), counts, complete, hold, objects]


def _last_run(store: Store, name: str) -> t.Any:
    """Return the last sync; what a person did to the profile, or took back, is kept under its name, too."""
    runs = store.schema.runs
    columns = (runs.c.started, runs.c.finished, runs.c.result, runs.c.complete, runs.c.counts)
    query = sa.select(*columns).where(runs.c.profile == name, runs.c.mode.in_(MODES))
    query = query.order_by(runs.c.id.desc()).limit(1)
    return store.connection.execute(query).one_or_none()


def _by_journal(run: t.Any) -> Attempts:
    """Return what is known of a profile whose last run is older than the notes of how runs ended."""
    seconds = _seconds_of(run.finished) - _seconds_of(run.started)
    return Attempts(run.finished, run.result, max(seconds, 0), run.finished)


def _of_outputs(store: Store) -> list[Family]:
    known, ends = attempts.every(store, attempts.OUTPUT), _Ends("output")
    written = Family(
        "output_last_change_timestamp_seconds", "When the output last wrote something new, in seconds since 1970."
    )
    entries = Family(
        "output_entries", "How many entries the output has written, left out, cut, or found to be another's."
    )
    for output in ledger.every(store):
        labels = {"output": output.name, "format": output.format}
        if published := output.state.get("published"):
            written.add(_seconds_of(published), **labels)
        counts = output.state.get("counts") or {}
        for name, count in {**counts, "entries": output.entries}.items():
            entries.add(count, **labels, count=name)
    for name, last in known.items():
        ends.add(name, last)
    return [*ends.families(), written, entries]


def _of_pools(store: Store) -> list[Family]:
    size = Family("pool_numbers", "How many numbers there are in the range of an extension pool.")
    use = Family(
        "pool_numbers_by_state", "How many numbers of the range are used, resting (of removed users), reserved or free."
    )
    for part in number_use.how_full(store):
        labels = {"pool": part.pool, "range": part.range}
        size.add(part.size, **labels)
        for state in ("used", "resting", "reserved", "free"):
            use.add(getattr(part, state), **labels, state=state)
    return [size, use]


def _of_objects(store: Store) -> Family:
    family = Family("objects", "How many users, phonebook entries and speed dials there are in the store.")
    objects = store.schema.objects.c
    query = sa.select(objects.kind, sa.func.count()).group_by(objects.kind).order_by(objects.kind)
    for kind, count in store.connection.execute(query).all():
        family.add(count, kind=kind)
    return family


def _seconds_of(when: str) -> float:
    return datetime.fromisoformat(when).timestamp()
