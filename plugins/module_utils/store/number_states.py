# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What is with single numbers: whose they are, why nobody gets them, and who had them when."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Sequence

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.numbers import check_speed_dial
from ansible_collections.telephony.connector.plugins.module_utils.store import leavers, pools, resting_numbers
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.direct_numbers import DirectNumbers
from ansible_collections.telephony.connector.plugins.module_utils.store.leavers import Leaver
from ansible_collections.telephony.connector.plugins.module_utils.store.pools import Pool
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

#: Field that holds a number -> the state of a number in it.
_HELD = {"extension": "user", "fax_extension": "fax_line", "number": "speed_dial"}
#: Numbers looked up at a time.
_CHUNK = 500

Told = dict[str, t.Any]


class Numbers:
    """Tells of numbers, inside one snapshot."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pools = pools.every(store)
        self._direct = DirectNumbers(store)

    def told(self, numbers: Sequence[str]) -> list[Told]:
        """Return what is with each number: number, state, holder, until, pools, did and why (words for a person)."""
        found: list[Told] = []
        for start in range(0, len(numbers), _CHUNK):
            part = numbers[start : start + _CHUNK]
            held, before = self._held(part), self._before(part)
            found += [held.get(number) or self._unheld(number, before.get(number)) for number in part]
        return found

    def _held(self, numbers: Sequence[str]) -> dict[str, Told]:
        """Return the numbers that somebody has."""
        identifiers, objects = self._store.schema.identifiers, self._store.schema.objects.c
        query = (
            sa.select(identifiers.c.value, identifiers.c.field, objects.id, objects.kind, objects.name, objects.fields)
            .join(self._store.schema.objects, objects.id == identifiers.c.object_id)
            .where(identifiers.c.space == "number", identifiers.c.value.in_(numbers))
        )
        rows = self._store.connection.execute(query).all()
        leaving = leavers.among(self._store, {row.id for row in rows if row.kind == "user"})
        return {row.value: self._of_holder(row, leaving.get(row.id)) for row in rows}

    def _of_holder(self, row: t.Any, leaver: Leaver | None) -> Told:
        fields = json.loads(row.fields)
        shown = self._direct.with_did(row.id, fields) if row.field == "extension" else {}
        holder = {
            "kind": row.kind,
            "id": row.id,
            "name": row.name,
            "display_name": fields.get("display_name"),
            "field": row.field,
        }
        state, until = _HELD[row.field], None
        words = f"is in use by the {_TITLES[state]} {row.name}"
        if leaver is not None:
            state, until = "leaver", leaver.until.isoformat() if leaver.until else None
            words = f"is held by the {leaver}: it is that person's again who returns"
        return {**self._entry(row.value, state, words, holder), "did": shown.get("did"), "until": until}

    def _before(self, numbers: Sequence[str]) -> dict[str, t.Any]:
        """Return whose the numbers of removed users were."""
        table = self._store.schema.resting_numbers
        rows = self._store.connection.execute(sa.select(table).where(table.c.number.in_(numbers))).all()
        return {row.number: row for row in rows}

    def _unheld(self, number: str, before: t.Any) -> Told:
        """Return what is with a number that nobody has."""
        try:
            check_speed_dial(number)
        except ValueError as error:
            return self._entry(number, "impossible", f"cannot be anybody's: it {error}")
        containing = [pool for pool in self._pools if _is_in_range(pool, number)]
        giving = [pool for pool in containing if number in pool]
        if before is not None:
            days = max((pool.cooldown_days for pool in giving), default=0)
            until = resting_numbers.until(before.since, days)
            if days and before.since > resting_numbers.since(days):
                return self._resting(number, before, until)
        if containing and not giving:
            return self._entry(number, "reserved", "is reserved: no pool gives it out")
        if giving:
            named = " and ".join(pool.title for pool in giving)
            return self._entry(number, "free", f"is free: {named} may give it out")
        return self._entry(number, "free", "is free, and in no extension pool: only a source or a person can set it")

    def _resting(self, number: str, before: t.Any, until: str) -> Told:
        holder = {
            "kind": "user",
            "id": before.object_id,
            "name": before.username,
            "display_name": None,
            "field": before.field,
        }
        words = (
            f"rests until {until} after the user {before.username} was removed: the same person gets it back, and a"
            " source or a person may set it"
        )
        return {**self._entry(number, "resting", words, holder), "until": until}

    def _entry(self, number: str, state: str, words: str, holder: Told | None = None) -> Told:
        return {
            "number": number,
            "state": state,
            "holder": holder,
            "until": None,
            "pools": [pool.name for pool in self._pools if _is_in_range(pool, number)],
            "did": None,
            "why": words,
        }

    def history(self, number: str) -> list[Told]:
        """Return who had a number when, the last one first, as far back as the journal goes."""
        return _history(self._store, number)


_TITLES = {"user": "user", "fax_line": "user", "speed_dial": "speed dial"}


def _is_in_range(pool: Pool, number: str) -> bool:
    return number.isdecimal() and any(int(number) in part for part in pool.whole_ranges)


# -- history ------------------------------------------------------------------------------------------------------


def _history(store: Store, number: str) -> list[Told]:
    periods: list[Told] = []
    open_ones: dict[tuple[int, str], Told] = {}
    for row in _changes(store, number):
        before, after = (json.loads(text or "{}") for text in (row.before, row.after))
        for field in _HELD:
            had, has = before.get(field) == number, after.get(field) == number
            key = (row.object_id, field)
            if had and not has:
                period = open_ones.pop(key, None)
                if period is None:  # since before the journal begins
                    period = _period(row, field, None)
                    periods.append(period)
                period.update(until=row.finished, name=row.name)
            elif has and not had and key not in open_ones:
                open_ones[key] = _period(row, field, row.finished)
                periods.append(open_ones[key])
    for (object_id, _field), period in open_ones.items():
        objects = store.schema.objects.c
        name = store.connection.scalar(sa.select(objects.name).where(objects.id == object_id))
        period["name"] = name or period["name"]  # as they are called now
    return periods[::-1]


def _period(row: t.Any, field: str, since: str | None) -> Told:
    return {
        "since": since,
        "until": None,
        "kind": row.kind,
        "id": row.object_id,
        "name": row.name,
        "field": field,
        "profile": row.profile,
        "actor": row.actor,
    }


def _changes(store: Store, number: str) -> list[t.Any]:
    """Return the changes by which a number came or went, in their order."""
    runs, changes = store.schema.runs.c, store.schema.changes
    texts = [f'"{field}":{json.dumps(number, ensure_ascii=False)}' for field in _HELD]
    columns = (changes.c.before, changes.c.after)
    concerns = sa.or_(*(column.contains(text, autoescape=True) for text in texts for column in columns))
    query = (
        sa.select(
            changes.c.object_id, changes.c.kind, changes.c.name, changes.c.before, changes.c.after, runs.finished,
            runs.profile, runs.actor,
        )
        .join(store.schema.runs, runs.id == changes.c.run_id)
        .where(changes.c.kind != "phonebook_entry", concerns)
        .order_by(changes.c.run_id, changes.c.seq)
    )  # fmt: skip
    return list(store.connection.execute(query).all())
