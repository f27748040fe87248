# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Records that have a link: each is staged as what becomes of its object, whatever name and number it has now.

Rows are written once that way: to read them again and to change them takes twice as long as all the rest.
"""

from __future__ import annotations

import typing as t
from collections import defaultdict
from collections.abc import Mapping, Sequence

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import decode, encode
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.store import secret_marks
from ansible_collections.telephony.connector.plugins.module_utils.store.bulk import Row
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import (
    links,
    repetitions,
    staging,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.digest import operation_hash
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.findings import RecordRef
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.known_records import KnownRecords
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.quick_changes import (
    PlainFields,
    plain_fields,
)
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.read_outcome import Intake
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.staging import Columns

#: Where these values stand in a row that is about to be staged.
_KEY, _SLOT, _CLAIMS = map(staging.PLAIN.index, ("key", "slot", "username"))
_ACTION, _LACKS_NUMBER, _POOL = map(staging.COLUMNS.index, ("action", "lacks_number", "pool"))
#: Columns that stay as they are of a row that is turned into something else.
_STAYS = staging.PLAIN[:_CLAIMS]
_MORE_STAYS = ("lacks_number", "pool")
#: Columns that a touch sets, and an update that claims nothing anew.
_TOUCHED = ("action", "object_id", "version", "origin")
_UPDATED = (*_TOUCHED, "reason", "before", "after")

#: A link, and its object as it is: (key, slot, applied, link's version, origin, object's id, its version, its fields);
#: `applied` and fields are texts, `applied` None where the profile had set all fields as they are.
_Link = Sequence[t.Any]
_ID = 5
_Links = Mapping[tuple[str, str], _Link]


class Follower:
    """Turns rows that are about to be staged into updates, or touches where nothing changes."""

    def __init__(self, context: PlanContext, mapped: links.Mapped) -> None:
        """`mapped` is filled while records come, for the slots of those that are staged."""
        self._context = context
        self._mapped = mapped
        self._plain: dict[str, PlainFields] = {}
        self._released: list[dict[str, t.Any]] = []

    def follow(self, rows: Mapping[Columns, Sequence[Row]]) -> dict[Columns, list[Row]]:
        """Return what rows become, both by the columns that they have the values of."""
        every = [row for some in rows.values() for row in some]
        found = self._links_of([*dict.fromkeys(row[_KEY] for row in every if row[_SLOT] is not None)])
        kept = self._kept_secrets(every, found)
        made: dict[Columns, list[Row]] = defaultdict(list)
        for columns, some in rows.items():
            for row, link in self._take_plain(columns, some, found, made):
                changed = self._merged(dict(zip(columns, row, strict=True)), link, kept)
                made[tuple(changed)].append(tuple(changed.values()))
        if self._released:
            self._context.store.connection.execute(self._context.staging.released.insert(), self._released)
            self._released = []
        return made

    def _links_of(self, keys: Sequence[str]) -> _Links:
        """Return the profile's links of some keys by key and slot."""
        context, link, objects = self._context, self._context.schema.links, self._context.schema.objects
        wanted = context.store.texts(keys)
        # outer joins, so that each key is looked up: SQLite would go through all links otherwise
        is_wanted = (link.c.profile_id == context.profile_id) & (link.c.key == wanted.c.value)
        joined = wanted.outerjoin(link, is_wanted).outerjoin(objects, objects.c.id == link.c.object_id)
        query = sa.select(
            link.c.key, link.c.slot, link.c.applied, link.c.version, link.c.origin,
            objects.c.id, objects.c.version, objects.c.fields,
        ).select_from(joined)  # fmt: skip
        with context.store.looking_up():
            return {row[:2]: row for row in context.store.rows(query) if row[0] is not None}

    def _kept_secrets(self, rows: Sequence[Row], found: _Links) -> Mapping[int, secret_marks.Kept]:
        """Return what is kept of the secrets of the objects that these rows are of, where a row has a secret."""
        waiting = self._context.staging.secrets
        if not waiting:
            return {}
        have = [found.get((row[_KEY], row[_SLOT])) for row in rows if row[0] in waiting]
        return secret_marks.kept_of(self._context.store, [link[_ID] for link in have if link is not None])

    def _take_plain(
        self, columns: Columns, rows: Sequence[Row], found: _Links, made: dict[Columns, list[Row]]
    ) -> list[tuple[Row, _Link]]:
        """Add to `made` the rows without a link, touches, and updates of plain fields; return all others.

        The path of these is short on purpose: another definition brings a million of them.
        """
        tables, is_plain = self._context.staging, columns == staging.PLAIN
        stays = _STAYS if is_plain else (*_STAYS, *_MORE_STAYS)
        unlinked, touches, updates = made[columns], made[(*stays, *_TOUCHED)], made[(*stays, *_UPDATED)]
        others: list[tuple[Row, _Link]] = []
        for row in rows:
            link = found.get((row[_KEY], row[_SLOT]))
            if link is None or (not is_plain and row[_ACTION] != staging.CREATE):
                unlinked.append(row)
                continue
            _key, _slot, applied, link_version, origin, object_id, version, have = link
            seq, _record, key, slot, kind, name, wanted, _mark = about = row[:_CLAIMS]
            if applied is not None or seq in tables.secrets:
                others.append((row, link))
                continue
            if not is_plain:
                about = (*about, row[_LACKS_NUMBER], row[_POOL])
            if wanted == have and link_version == version:
                # the same text, from a record or by a definition that reads otherwise
                touches.append((*about, staging.TOUCH, object_id, version, origin))
                continue
            plain = self._plain.get(slot) or self._plain_fields(slot)
            texts = plain.changed(have, wanted)
            if texts is None:
                others.append((row, link))
                continue
            tables.marks.set(seq, operation_hash(key, slot, kind, staging.UPDATE, name, *texts))
            updates.append((*about, staging.UPDATE, object_id, version + 1, origin, plain.reason, *texts))
        return others

    def _plain_fields(self, slot: str) -> PlainFields:
        return self._plain.setdefault(slot, plain_fields(self._context, self._mapped[slot]))

    def _merged(self, staged: dict[str, t.Any], link: _Link, kept: Mapping[int, secret_marks.Kept]) -> dict[str, t.Any]:
        """Return the columns of a row once its fields are merged with those of the object that its link is for."""
        context, seq, slot = self._context, staged["seq"], staged["slot"]
        _key, _slot, applied, link_version, origin, object_id, version, fields = link
        wanted = decode(staged["fields"])
        if seq in context.staging.secrets:
            wanted = links.with_secret_marks(context, seq, wanted, object_id, version, fields, kept)
            staged["fields"] = encode(wanted)
            if applied is None and staged["fields"] == fields and link_version == version:
                touch = dict(zip(_TOUCHED, (staging.TOUCH, object_id, version, origin), strict=True))
                return {**staged, **touch, **dict.fromkeys(("username", "number", "fax_number"))}
        have = decode(fields)
        current = links.Current(object_id, version, have, decode(applied) if applied else have, origin)
        update = links.become_update(context, self._mapped[slot], seq, KINDS[staged["kind"]], wanted, current)
        self._released += update.pop("released")
        del update["row"]
        if update["action"] == staging.UPDATE and seq not in context.staging.secrets:
            told = (update["name"], update["before"], update["after"])
            mark = operation_hash(staged["key"], slot, staged["kind"], staging.UPDATE, *told)
            context.staging.marks.set(seq, mark)
        return {**staged, **update}


def find_second_forms(context: PlanContext, intake: Intake, known: KnownRecords) -> list[RecordRef]:
    """Find the rows whose link has a record that came as it was, too: one record in two forms, or twice the same.

    Neither form is used; return those that are the same as another one.
    """
    if not intake.unchanged or not context.linked:
        return []
    staged, link = context.staging.table.c, context.schema.links.c
    is_link = (link.profile_id == context.profile_id) & (link.key == staged.key) & (link.slot == staged.slot)
    query = (
        sa.select(staged.seq, staged.record, staged.key, staged.name, link.fingerprint, staged.fingerprint)
        .select_from(context.staging.table.outerjoin(context.schema.links, is_link))
        .where(staged.action.in_((staging.UPDATE, staging.TOUCH)))
        .order_by(staged.seq)
    )
    repeated: list[RecordRef] = []
    changes: list[dict[str, t.Any]] = []
    for seq, record, key, name, old_mark, mark in list(context.store.rows(query)):
        if old_mark is None or not known.has_seen(bytes(old_mark)):
            continue
        who = RecordRef(record, key, name)
        if bytes(mark) == bytes(old_mark):
            repeated.append(who)
            changes.append(repetitions.repetition(seq))
        else:  # which of them is right?
            context.findings.conflict(who, f'the record with the key "{key}" stands in the source twice')
            changes.append({"row": seq, "action": staging.CONFLICT, "reason": staging.DUPLICATE_KEY})
    context.staging.change(changes)
    return repeated
