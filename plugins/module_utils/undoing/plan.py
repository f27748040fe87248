# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The plan that takes a run back: what is restored, what stays as it is and because of whom, and a digest of it."""

from __future__ import annotations

import hashlib
import typing as t
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import (
    Fields,
    differing,
    encode,
    nested_change,
    ordered,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import mask
from ansible_collections.telephony.connector.plugins.module_utils.store import past_objects
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.digest import operation_hash
from ansible_collections.telephony.connector.plugins.module_utils.undoing import deciding
from ansible_collections.telephony.connector.plugins.module_utils.undoing.deciding import Fate, Pair, Touched
from ansible_collections.telephony.connector.plugins.module_utils.undoing.journal_runs import (
    Held,
    UndoneRun,
    who_and_when,
)
from ansible_collections.telephony.connector.plugins.module_utils.undoing.obstacles import Obstacles
from ansible_collections.telephony.connector.plugins.module_utils.undoing.states import State

Entry = dict[str, t.Any]
_IDENTIFIERS = ("username", "extension", "number")


@dataclass(frozen=True)
class Counts:
    """How many objects are restored, kept because somebody has changed them since, and in conflict."""

    restored: int = 0
    kept: int = 0
    conflicts: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return {"restored": self.restored, "kept": self.kept, "conflicts": self.conflicts}


class Operation(t.NamedTuple):
    """What becomes of one object; before and after hold flat fields as they may be shown."""

    pair: Pair
    name: str
    reason: str
    before: Fields
    after: Fields

    def as_change(self) -> Entry:
        """Return it as the journal and --diff have it."""
        return {
            "action": self.pair.action,
            "kind": self.pair.touched.kind,
            "name": self.name,
            "key": self.pair.either.key,
            "reason": self.reason,
            "before": self.before,
            "after": self.after,
        }


class Operations:
    """A cursor over the objects that are restored, read from the store in the order of the run's journal."""

    def __init__(self, store: Store, run: UndoneRun, restored: tuple[Touched, ...]) -> None:
        self.store = store
        self.restored = restored
        self._run = run

    def first(self, limit: int) -> list[Entry]:
        """Return the first changes, with flat fields."""
        with self.store.snapshot():
            return [one.as_change() for part in self.parts(self.restored[:limit]) for one in part]

    def every(self) -> Iterator[Entry]:
        """Yield all changes with nested fields, for a report; to be gone through inside a snapshot."""
        for part in self.parts():
            for one in part:
                change = one.as_change()
                yield {**change, **nested_change(change["kind"], change["before"], change["after"])}

    def parts(self, touched: tuple[Touched, ...] | None = None) -> Iterator[list[Operation]]:
        """Yield all operations, some at a time, before any of them is carried out."""
        for part in deciding.pairs(self.store, self._run.id, self.restored if touched is None else touched):
            yield [operation(pair, self._run.id) for pair in part]


@dataclass(frozen=True)
class Plan:
    """What taking a run back would do. `revision`: the state of the store that it is for.

    `total`: the objects of the profile, or all where there is none, which the guards compare with. `actions`: how many
    objects are created, updated and removed, `renumbered` those whose login or number changes, `disabled` users who are
    leavers again. `kept` and `conflicts` tell each object with the reason, who and when. `touches`: links are renewed
    that the run had renewed; not where single objects are meant.
    """

    run: UndoneRun
    revision: int
    digest: str
    counts: Counts
    total: int
    actions: Counter[str]
    renumbered: int
    disabled: int
    kept: tuple[Entry, ...]
    conflicts: tuple[Entry, ...]
    touches: bool
    operations: Operations

    @property
    def changes_something(self) -> bool:
        """Whether anything of the run would be taken back."""
        return bool(self.counts.restored)


def make(store: Store, run: UndoneRun, only: tuple[str, ...] = ()) -> Plan:
    """Plan in one snapshot. `only` as in `UndoRequest`; DefinitionError for a name that is not in the run."""
    with store.snapshot():
        touched = deciding.touched_by(store, run.id)
        if only:
            touched = deciding.named(store, touched, only, run.id)
        obstacles, marks = Obstacles(store, run.id), dict[int, _Mark]()
        for part in deciding.decide(store, run.id, touched):
            obstacles.look_at(part)
            for pair in part:
                if pair.touched.fate is Fate.RESTORED:
                    marks[pair.touched.object_id] = _mark_of(pair, run.id)
        obstacles.settle(touched)
        restored = tuple(one for one in touched if one.fate is Fate.RESTORED)
        found = [marks[one.object_id] for one in restored]
        left = {fate: [one for one in touched if one.fate is fate] for fate in (Fate.KEPT, Fate.CONFLICT)}
        return Plan(
            run=run,
            revision=store.revision(),
            digest=_digest(run, [mark.digest for mark in found]),
            counts=Counts(len(restored), len(left[Fate.KEPT]), len(left[Fate.CONFLICT])),
            total=_total(store, run),
            actions=Counter(mark.action for mark in found),
            renumbered=sum(mark.is_renumbered for mark in found),
            disabled=sum(mark.is_disabled for mark in found),
            kept=tuple(_told(store, left[Fate.KEPT])),
            conflicts=tuple(_told(store, left[Fate.CONFLICT])),
            touches=not only and past_objects.touched_since(store, run.id),
            operations=Operations(store, run, restored),
        )


def operation(pair: Pair, run_id: int) -> Operation:
    """Return what becomes of an object that is restored."""
    kind, now, before = KINDS[pair.touched.kind], pair.now, pair.before
    if now is not None and before is not None:
        shown = differing(kind, now.fields, before.fields)
    else:
        shown = ordered(kind, now.fields if now else {}), ordered(kind, before.fields if before else {})
    return Operation(pair, pair.either.name, _reason(pair, run_id), mask(shown[0]), mask(shown[1]))


def _reason(pair: Pair, run_id: int) -> str:
    # what happens now, not what the run had done: read alone, in a history, it would say the opposite
    if pair.now is None:
        return f"undo of run {run_id}: is back"
    if pair.before is None:
        return f"undo of run {run_id}: is removed again"
    if _leaves(pair.now) != _leaves(pair.before):
        return f"undo of run {run_id}: {'signs in again' if _leaves(pair.now) else 'is a leaver again'}"
    if pair.now.text == pair.before.text and pair.now.links != pair.before.links:
        return f"belongs to its profile as before run {run_id}"
    return f"undo of run {run_id}: is as before it"


def _leaves(state: State | None) -> bool:
    return state is not None and state.is_leaver


class _Mark(t.NamedTuple):
    """What the plan keeps of an operation while it is made."""

    action: str
    is_renumbered: bool
    is_disabled: bool
    digest: bytes


def _mark_of(pair: Pair, run_id: int) -> _Mark:
    one = operation(pair, run_id)
    changed = {name for name in _IDENTIFIERS if one.before.get(name) != one.after.get(name)}
    were, are = (state.hanging if state else frozenset() for state in (pair.before, pair.now))
    # other secrets are another plan: by their fingerprints, or hashes
    secrets = "".join(sorted(repr(row) for row in were - are))
    return _Mark(
        pair.action,
        pair.action == "update" and bool(changed),
        _leaves(pair.before) and not _leaves(pair.now) and pair.now is not None,
        operation_hash(
            pair.either.key or "", "", pair.touched.kind, pair.action, one.name, encode(one.before),
            encode(one.after) + secrets,
        ),
    )  # fmt: skip


def _digest(run: UndoneRun, marks: list[bytes]) -> str:
    """Return the digest of the operations, in whatever order the run had written them."""
    digest = hashlib.sha256(encode(["undo", run.profile]).encode())
    for mark in sorted(marks):
        digest.update(mark)
    return f"sha256:{digest.hexdigest()}"


def _total(store: Store, run: UndoneRun) -> int:
    links, objects = store.schema.links, store.schema.objects
    query = sa.select(sa.func.count())
    if run.profile_id is None:
        return int(store.connection.scalar(query.select_from(objects)) or 0)
    return int(store.connection.scalar(query.select_from(links).where(links.c.profile_id == run.profile_id)) or 0)


def _told(store: Store, left: list[Touched]) -> Iterator[Entry]:
    """Yield what is told of the objects that stay as they are: why, and who has done that when."""
    in_the_way = {one.object_id: _in_the_way(one) for one in left if one.blame is None}
    held = [one for one in in_the_way.values() if one is not None]
    known = who_and_when(store, [one.blame for one in left if one.blame is not None], held)
    for one in left:
        other = in_the_way.get(one.object_id)
        run_id = one.blame if other is None else known.latest.get(other)
        about = {name: value for name, value in one.about.items() if name not in ("of", "entry")}
        yield {
            "kind": one.kind,
            "name": one.name,
            "reason": one.why,
            **({"fields": list(one.fields)} if one.fields else {}),
            **about,
            "run_id": run_id,
            **known.of(run_id),
        }


def _in_the_way(one: Touched) -> Held | None:
    """Return the other object that one stays as it is for, with the value that it has taken."""
    about = one.about
    if "entry" in about:
        return Held(int(about["entry"]))
    if int(about.get("of", -1)) < 0:
        return None
    return Held(int(about["of"]), about["field"], about["value"]) if "holder" in about else Held(int(about["of"]))
