# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Changes of single objects, by a person or because a profile goes: what they are, how they look, writing them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.authentication import passwords
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import (
    Fields,
    differing,
    encode,
    ordered,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, Kind, labels_in
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import (
    HASHED_FIELDS,
    SECRET_FIELDS,
    credentials_of,
    mask,
)
from ansible_collections.telephony.connector.plugins.module_utils.store import journal, writer
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.diff import object_diff

#: What the journal says of a change by a person.
REASON_BY_HAND = "changed by hand"
BROUGHT_BACK = "brought back by hand"
#: Objects removed by one statement; SQLite takes 32,766 values.
_REMOVED_AT_ONCE = 20_000


@dataclass(frozen=True)
class Change:
    """What becomes of one object. `fields` None: it goes; `object_id` None: it is new.

    `returns`: it is a leaver, whom a person brings back, so that it belongs to no profile from then on.
    """

    kind: Kind
    object_id: int | None
    version: int
    old: Fields
    fields: Fields | None
    secrets: dict[str, str]
    reason: str
    returns: bool = False

    @property
    def action(self) -> str:
        """Create, update or remove, in small letters."""
        return "remove" if self.fields is None else "update" if self.object_id else "create"

    @property
    def is_empty(self) -> bool:
        """Whether everything is as it was."""
        return self.fields == self.old and self.object_id is not None and not self.returns

    @property
    def name(self) -> str:
        """What people call the object: after the change, or before its removal."""
        return self.kind.name_of(self.old if self.fields is None else self.fields)

    def parts(self) -> tuple[Fields, Fields]:
        """Return (before, after) of the fields that change, secrets masked."""
        if self.action == "update":
            before, after = differing(self.kind, self.old, self.fields or {})
        else:
            before, after = ordered(self.kind, self.old), ordered(self.kind, self.fields or {})
        if self.returns:
            before, after = {"leaver": True, **before}, {"leaver": False, **after}
        return mask(before), mask(after)

    def as_journal(self, run_id: int, place: int, object_id: int) -> tuple[object, ...]:
        """Return the change as the journal has it."""
        before, after = map(encode, self.parts())
        return (
            run_id, place, self.action, self.kind.name, object_id, self.name, None, self.reason, before, after
        )  # fmt: skip


def diff_of(change: Change) -> dict[str, str]:
    """Return a change as texts for --diff."""
    before, after = change.parts()
    head = {"kind": change.kind.name, "name": change.name, "reason": change.reason}
    return object_diff({**head, "before": before, "after": after})


def removal(store: Store, object_id: int, reason: str) -> Change:
    """Return the removal of an object."""
    objects = store.schema.objects.c
    row = store.connection.execute(sa.select(objects.kind, objects.fields).where(objects.id == object_id)).one()
    return Change(KINDS[row.kind], object_id, 0, json.loads(row.fields), None, {}, reason)


# -- writing ------------------------------------------------------------------------------------------------------


def write(store: Store, change: Change, run_id: int, place: int) -> int:
    """Write one change and its entry in the journal (inside a writing transaction); return the object's id."""
    object_id = change.object_id or store.take_object_ids(1)
    journal.add_changes(store, [change.as_journal(run_id, place, object_id)])
    if change.fields is None:
        writer.remove_by_hand(store, object_id, run_id)
        return object_id
    writer.give_up(store, writer.claims_of(change.old))
    if change.object_id is None:
        writer.insert_object(store, object_id, change.kind.name, change.name, change.fields)
    else:
        writer.update_by_hand(store, [(change.name, change.fields, change.version + 1, object_id)])
    if change.returns:
        writer.end_leaving(store, [object_id])
        writer.remove_links(store, [object_id])  # a sync would miss the record again
    writer.claim(store, object_id, writer.claims_of(change.fields))
    _write_secrets(store, object_id, change)
    writer.ensure_roles_and_labels(store, change.fields.get("roles", ()), labels_in(change.fields))
    return object_id


def remove_all(store: Store, object_ids: Sequence[int], reason: str, run_id: int) -> None:
    """Remove objects of a profile that goes itself, many at a time: one by one they cost a hundred times more."""
    objects = store.schema.objects.c
    query = sa.select(objects.id, objects.kind, objects.fields).order_by(objects.id)
    for start in range(0, len(object_ids), _REMOVED_AT_ONCE):
        ids = object_ids[start : start + _REMOVED_AT_ONCE]
        rows = store.connection.execute(query.where(objects.id.in_(ids))).all()
        entries = [
            Change(KINDS[kind], object_id, 0, json.loads(fields), None, {}, reason).as_journal(run_id, place, object_id)
            for place, (object_id, kind, fields) in enumerate(rows, start + 1)
        ]
        journal.add_changes(store, entries)
        writer.remove_objects(store, ids)


def write_plain(store: Store, changes: Sequence[Change], run_id: int) -> None:
    """Write updates that touch no identifier, secret, role or label: one by one they cost ten times more."""
    entries = [change.as_journal(run_id, place, change.object_id or 0) for place, change in enumerate(changes, 1)]
    journal.add_changes(store, entries)
    writer.update_by_hand(
        store, [(change.name, change.fields or {}, change.version + 1, change.object_id or 0) for change in changes]
    )


def _write_secrets(store: Store, object_id: int, change: Change) -> None:
    _before, after = change.parts()
    writer.keep_credentials(store, object_id, credentials_of(change.fields or {}))
    entries = []
    for name, secret in change.secrets.items():
        if name in SECRET_FIELDS and name not in after:
            continue  # unchanged: what is kept of it is as good
        value = passwords.hash_all([secret])[0] if name in HASHED_FIELDS else store.vault.encrypt(secret)
        entries.append((object_id, name, value, store.vault.fingerprint_of(object_id, name.partition(":")[0], secret)))
    writer.put_credentials(store, entries)
