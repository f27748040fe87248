# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Entry targets: compares what lies there with the ledger and with what is wanted, and writes the difference."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Item
from ansible_collections.telephony.connector.plugins.module_utils.outputs.entry_format import (
    EntryFormat,
    EntryTarget,
    Operation,
    Present,
    Written,
)
from ansible_collections.telephony.connector.plugins.module_utils.outputs.row_target import Expected, RowTarget
from ansible_collections.telephony.connector.plugins.module_utils.publishing import ledger, ownership
from ansible_collections.telephony.connector.plugins.module_utils.publishing.comparing import (
    compare_with_ledger,
    counts_of,
    reasons,
)
from ansible_collections.telephony.connector.plugins.module_utils.publishing.plan import (
    CREATE,
    RECORD,
    REMOVE,
    UPDATE,
    Plan,
    Staged,
    digest_of,
    operations,
)
from ansible_collections.telephony.connector.plugins.module_utils.publishing.scratch import Scratch
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

_SET_BACK = "changed by hand in the target; it is set back"
_MISSING = "missing in the target"
_NAMED = 3  # names that a warning repeats


class Entries:
    """The entries of one output in their target."""

    def __init__(self, format_: EntryFormat, simulate: bool, adopt: bool) -> None:
        self._adopt = adopt
        self._target: EntryTarget = format_.open(simulate)

    def plan(self, staged: Staged) -> Plan:
        """Compare with what lies in the target."""
        scratch = staged.scratch
        compare_with_ledger(staged)
        known = dict(scratch.rows("SELECT place, token FROM known"))
        if isinstance(self._target, RowTarget):
            self._target.expect(_known(scratch), _wanted(scratch), staged.key)
        scratch.add("present", self._target.present(known), 2)
        self._look_for_what_is_missing(staged)
        set_back = self._look_for_changes_by_hand(staged)
        conflicts = self._look_for_foreign(staged) + self._look_for_obstacles(staged) + _leave_to_others(staged)
        warnings = [_set_back_words(set_back)] if set_back else []
        return Plan(
            staged,
            counts_of(staged, len(conflicts)),
            digest_of(staged, ()),
            conflicts=tuple(conflicts),
            warnings=tuple(warnings),
        )

    def _look_for_what_is_missing(self, staged: Staged) -> None:
        """Have entries created again that somebody removed, and removals forgotten of what is gone already."""
        scratch = staged.scratch
        lost = "SELECT key FROM known WHERE mark != '' AND place NOT IN (SELECT place FROM present)"
        scratch.execute(
            f"INSERT OR REPLACE INTO operations SELECT key, ?, ?, '' FROM wanted WHERE key IN ({lost})",  # noqa: S608
            CREATE,
            _MISSING,
        )
        scratch.execute(
            "UPDATE operations SET action = ? WHERE action = ? AND key IN"
            " (SELECT key FROM known WHERE place NOT IN (SELECT place FROM present))",
            RECORD,
            REMOVE,
        )

    def _look_for_changes_by_hand(self, staged: Staged) -> list[str]:
        """Set back our entries that do not lie there as they were written; return their names."""
        query = (
            "SELECT k.key, k.name, p.place, p.token, w.place, w.name, w.content, w.secret, k.mark, k.pending, w.mark"
            " FROM known k JOIN present p USING (place) LEFT JOIN wanted w USING (key) WHERE k.token != p.token"
        )
        names = []
        for key, name, place, token, wanted, *item, mark, pending, wanted_mark in list(staged.scratch.rows(query)):
            if place in staged.taken:
                continue
            if wanted is None:  # to be removed, whatever lies there
                self._set(staged, key, REMOVE, reasons(staged)[1], token)
            elif wanted == place and self._target.holds(_item(key, wanted, *item), Present(place, token)):
                self._set(staged, key, RECORD, "", token)
            elif pending or not mark:  # a killed run's own hand
                self._set(staged, key, UPDATE, "left unfinished by the run before", token)
            else:
                reason = _SET_BACK if mark == wanted_mark else "changed, also by hand in the target"
                self._set(staged, key, UPDATE, reason, token)
                names.append(name)
        return names

    def _look_for_foreign(self, staged: Staged) -> list[dict[str, Any]]:
        """Find entries that lie where ours should be and that the ledger does not know; return the conflicts."""
        query = (
            "SELECT w.key, w.place, w.name, w.content, w.secret, p.token FROM wanted w JOIN present p USING (place)"
            " WHERE p.place NOT IN (SELECT place FROM known)"
        )
        conflicts = []
        for key, place, name, content, secret, token in list(staged.scratch.rows(query)):
            if place in staged.taken:
                continue
            if self._target.holds(_item(key, place, name, content, secret), Present(place, token)):
                self._set(staged, key, RECORD, "", token)
            elif self._adopt:
                self._set(staged, key, UPDATE, "adopted", token)
            else:
                staged.scratch.execute("DELETE FROM operations WHERE key = ?", key)
                reason = "is there already and was not written by this output"
                conflicts.append({"name": name, "place": place, "entries": 1, "reason": reason})
        return conflicts

    def _look_for_obstacles(self, staged: Staged) -> list[dict[str, Any]]:
        """Find wanted entries that a part of somebody else's keeps from being written; return the conflicts."""
        if not isinstance(self._target, RowTarget):
            return []
        conflicts = []
        names = dict(staged.scratch.rows("SELECT key, name FROM wanted"))
        for one in list(self._target.obstacles()):
            if one.place in staged.taken:
                continue
            if self._adopt:
                self._set(staged, one.key, UPDATE, "adopted", "")
            else:
                staged.scratch.execute("DELETE FROM operations WHERE key = ?", one.key)
                conflicts.append({"name": names[one.key], "place": one.place, "entries": 1, "reason": one.reason})
        return conflicts

    def _set(self, staged: Staged, key: str, action: str, reason: str, token: str) -> None:
        staged.scratch.execute("INSERT OR REPLACE INTO operations VALUES (?, ?, ?, ?)", key, action, reason, token)

    def intend(self, store: Store, output_id: int, plan: Plan) -> None:
        """Note in the ledger what is about to be written (inside a transaction)."""
        scratch = plan.staged.scratch
        old = scratch.rows("SELECT key FROM operations JOIN known USING (key) WHERE action IN ('create', 'update')")
        ledger.drop_entries(store, output_id, [key for (key,) in old])
        # of rows, what is to be written itself: after a kill and another change nobody else knows that they are ours
        all_of_them = "trim(coalesce(k.pending, '') || char(10) || w.content, char(10))"
        pending = all_of_them if isinstance(self._target, RowTarget) else "w.mark"
        planned = (
            "?, key, coalesce(k.place, w.place), coalesce(k.name, w.name), coalesce(k.mark, ''),"
            f" coalesce(k.token, ''), {pending}, coalesce(k.content, '{{}}') FROM operations JOIN wanted w USING (key)"
            " LEFT JOIN known k USING (key) WHERE action IN ('create', 'update')"
        )
        ledger.put_entries(store, scratch, output_id, planned)

    def write(self, plan: Plan) -> None:
        """Do the operations; what the target says of each is kept for the ledger."""
        # the tables may not be read and written at once
        todo = iter(list(_operations(plan)))
        plan.staged.scratch.add("written", self._target.write(todo), len(Written._fields))

    def record(self, store: Store, output_id: int, plan: Plan) -> None:
        """Note in the ledger what lies there now (inside a transaction)."""
        scratch = plan.staged.scratch
        done = "coalesce(d.error, '') = '' AND (o.action = 'record' OR d.key IS NOT NULL)"
        keys = scratch.rows(f"SELECT key FROM operations o LEFT JOIN written d USING (key) WHERE {done}")  # noqa: S608
        ledger.drop_entries(store, output_id, [key for (key,) in keys])
        written = (
            "?, key, w.place, w.name, w.mark, coalesce(d.token, o.token), '', w.content FROM operations o"
            f" JOIN wanted w USING (key) LEFT JOIN written d USING (key) WHERE {done}"
        )
        ledger.put_entries(store, scratch, output_id, written)

    def errors(self, plan: Plan) -> list[tuple[str, str]]:
        """Return (name, sentence) of each operation that could not be done; the ledger does not have them."""
        query = (
            "SELECT coalesce(w.name, k.name), d.error FROM written d LEFT JOIN wanted w USING (key)"
            " LEFT JOIN known k USING (key) WHERE d.error != ''"
        )
        return [(str(name), str(error)) for name, error in plan.staged.scratch.rows(query)]

    def close(self) -> None:
        """Close the connection."""
        self._target.close()


def _leave_to_others(staged: Staged) -> list[dict[str, Any]]:
    """Do nothing to entries that another output writes too, and forget those that were ours; return the conflicts."""
    taken, scratch = staged.taken, staged.scratch
    if not taken:
        return []
    conflicts = []
    query = "SELECT w.key, w.place, w.name, k.place FROM wanted w LEFT JOIN known k USING (key) ORDER BY w.sort, w.key"
    for key, place, name, was in list(scratch.rows(query)):
        output = taken.get(place) or taken.get(was or "")
        if output:
            scratch.execute("DELETE FROM operations WHERE key = ?", key)
            reason = ownership.words(output, "target")
            conflicts.append({"name": name, "place": place, "entries": 1, "reason": reason})
    unwanted = scratch.rows("SELECT key, place FROM known WHERE key NOT IN (SELECT key FROM wanted)")
    for key in [key for key, place in unwanted if place in taken]:
        scratch.execute("UPDATE operations SET action = ? WHERE key = ? AND action = ?", RECORD, key, REMOVE)
    return conflicts


def _operations(plan: Plan) -> Iterator[Operation]:
    for row in operations(plan.staged.scratch):
        yield Operation(
            row.action, row.key, row.name, row.place, row.old_place, row.after, row.secret, row.before, row.token
        )


def _known(scratch: Scratch) -> Iterator[Expected]:
    """Yield what the ledger knows, with all that runs were about to write that did not get to their end."""
    for key, place, content, pending in scratch.rows("SELECT key, place, content, pending FROM known"):
        yield Expected(key, place, tuple(json.loads(one) for one in (content, *pending.split("\n")) if one[:1] == "{"))


def _wanted(scratch: Scratch) -> Iterator[Expected]:
    for key, place, content, secret in scratch.rows("SELECT key, place, content, secret FROM wanted"):
        yield Expected(key, place, (json.loads(content),), secret)


def _item(key: str, place: str, name: str, content: str, secret: str) -> Item:
    return Item(key, name, place, json.loads(content), "", secret)


def _set_back_words(names: list[str]) -> str:
    first = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return f"changed by hand in the target, and set back: {first}."
