# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Decides what becomes of each object that a run has changed: restored, or left as it is because of others."""

from __future__ import annotations

import enum
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass, field

from ansible_collections.telephony.connector.plugins.module_utils import progress
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.undoing import states
from ansible_collections.telephony.connector.plugins.module_utils.undoing.states import State, States


class Fate(enum.Enum):
    """What becomes of an object."""

    RESTORED = "restored"
    SAME = "same"  # it is already what it was before the run
    KEPT = "kept"
    CONFLICT = "conflict"


@dataclass
class Touched:
    """One object that the run has changed, in the journal's order.

    `later`: the first run after it that has changed the object, too, `latest` the last one. `blame`: the run that an
    object is left as it is for, and `why` in words; `fields`: what others have changed of it since.
    """

    object_id: int
    kind: str
    name: str
    key: str | None
    was_created: bool
    later: int | None
    latest: int | None
    fate: Fate = Fate.RESTORED
    why: str = ""
    blame: int | None = None
    about: dict[str, str] = field(default_factory=dict)
    fields: tuple[str, ...] = ()


class Pair(t.NamedTuple):
    """An object as it is (None: gone) and as it was before the run (None: not there yet)."""

    touched: Touched
    now: State | None
    before: State | None

    @property
    def action(self) -> str:
        """What taking back does."""
        return "create" if self.now is None else "remove" if self.before is None else "update"

    @property
    def either(self) -> State:
        """The state that there is."""
        found = self.before or self.now
        if found is None:
            raise AssertionError("an object that is and was nothing is not taken back")
        return found


def touched_by(store: Store, run_id: int) -> list[Touched]:
    """Return the objects that a run has changed, in the order of its journal (inside a snapshot)."""
    changes = store.schema.changes
    others = changes.alias("others")
    after = (others.c.object_id == changes.c.object_id) & (others.c.run_id > run_id)
    first = sa.select(sa.func.min(others.c.run_id)).where(after).scalar_subquery()
    last = sa.select(sa.func.max(others.c.run_id)).where(after).scalar_subquery()
    columns = (changes.c.object_id, changes.c.kind, changes.c.name, changes.c.key, changes.c.action, first, last)
    query = sa.select(*columns).where(changes.c.run_id == run_id).order_by(changes.c.seq)
    found: dict[int, Touched] = {}
    for object_id, kind, name, key, action, later, latest in store.rows(query):
        if object_id not in found:
            found[object_id] = Touched(object_id, kind, name, key, action == "create", later, latest)
    return list(found.values())


def named(store: Store, touched: t.Sequence[Touched], names: t.Sequence[str], run_id: int) -> list[Touched]:
    """Return those that are called so, or whose record is; DefinitionError for a name that is none's of the run.

    Where nobody is called so, the name that an object had before the run counts: it may be all that people know.
    """
    were = _former_names(store, run_id)
    by_name: dict[str, list[Touched]] = {}
    by_former_name: dict[str, list[Touched]] = {}
    for one in touched:
        for name in dict.fromkeys((one.name.casefold(), (one.key or one.name).casefold())):
            by_name.setdefault(name, []).append(one)
        by_former_name.setdefault(were.get(one.object_id, one.name).casefold(), []).append(one)
    found = set[int]()
    for name in names:
        those = by_name.get(name.casefold()) or by_former_name.get(name.casefold())
        if not those:
            near = nearest(name, {one.name for one in touched})
            raise DefinitionError(f'Run {run_id} has changed nothing that is called "{name}".{near}')
        found.update(one.object_id for one in those)
    return [one for one in touched if one.object_id in found]


def _former_names(store: Store, run_id: int) -> dict[int, str]:
    past = store.schema.past_objects.c
    return dict(store.rows(sa.select(past.object_id, past.name).where(past.run_id == run_id)))


def pairs(store: Store, run_id: int, touched: t.Sequence[Touched]) -> Iterator[list[Pair]]:
    """Yield the objects with what they are and what they were, some at a time (inside a snapshot)."""
    for start in range(0, len(touched), states.CHUNK):
        part = touched[start : start + states.CHUNK]
        ids = [one.object_id for one in part]
        are, were = states.now(store, ids), states.before(store, run_id, ids)
        yield [Pair(one, are.get(one.object_id), were.get(one.object_id)) for one in part]


def decide(store: Store, run_id: int, touched: t.Sequence[Touched]) -> Iterator[list[Pair]]:
    """Yield the pairs, each with its fate as far as the object alone decides it."""
    progress.phase("comparing", len(touched))
    done = 0
    for part in pairs(store, run_id, touched):
        left = _as_left(store, part)
        for pair in part:
            _decide(pair, left.get(pair.touched.object_id), run_id)
        done += len(part)
        progress.at(done)
        yield part


def _decide(pair: Pair, left: State | None, run_id: int) -> None:
    one = pair.touched
    if pair.before is None and not one.was_created:
        one.fate, one.blame = Fate.KEPT, run_id
        one.why = f"run {run_id} is of an earlier version, which kept nothing of it"
    elif _are_alike(pair.now, pair.before):
        one.fate = Fate.SAME
    elif one.later is not None and not _are_alike(pair.now, left):
        one.fate, one.blame = Fate.KEPT, one.latest
        one.why = "removed since" if pair.now is None else "changed since" if left else "made again since"
        if pair.now is not None and left is not None:
            one.fields = states.changed_fields(left, pair.now)


def _as_left(store: Store, part: t.Sequence[Pair]) -> States:
    """Return what the run has left of objects that later runs have changed: what they were before the next one."""
    by_run: dict[int, list[int]] = {}
    for pair in part:
        if pair.touched.later is not None:
            by_run.setdefault(pair.touched.later, []).append(pair.touched.object_id)
    found: States = {}
    for run_id, ids in by_run.items():
        found.update(states.before(store, run_id, ids))
    return found


def _are_alike(one: State | None, other: State | None) -> bool:
    return one is other if one is None else one.is_like(other)
