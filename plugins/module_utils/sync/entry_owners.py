# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Private phonebook entries go with their owner: they follow a new login, and are locked when the owner is removed.

A locked entry stays, since nobody asked for it to be removed, but its owner becomes what no login can be, so that a
later user of the same login does not read it.

The source that an entry is from may go on naming the owner's old login. So the link keeps this one as what the source
said, and beside it (`CURRENT_OWNER`) what it means today: only when the source says something else, it counts again.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import Fields, encode, ordered
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS
from ansible_collections.telephony.connector.plugins.module_utils.store import journal, writer
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.merge import Merged

#: In a link's applied values, which know no such field: what the owner that the source named is called today.
CURRENT_OWNER = "owner_now"
KIND = KINDS["phonebook_entry"]
#: Entries looked at at a time.
_CHUNK = 1000
_SHOWN = 5


class Rename(t.NamedTuple):
    """What becomes of a login: another one, or None for a user who is removed; `key` is that of the user's record."""

    login: str | None
    key: str | None = None


class Followed(t.NamedTuple):
    """One private entry whose owner is renamed or removed, as it will be."""

    object_id: int
    version: int
    name: str
    old: str
    fields: Fields
    rename: Rename
    #: of the link, if there is one: the profile, and what is to be written
    profile_id: int | None = None
    applied: str | None = None
    link_version: int | None = None

    @property
    def new(self) -> str:
        return str(self.fields["owner"])

    @property
    def reason(self) -> str:
        return reason(self.old, self.rename)

    def as_change(self) -> dict[str, t.Any]:
        """Return the change as the journal and --diff have it."""
        return {
            "action": "update",
            "kind": KIND.name,
            "name": self.name,
            "reason": self.reason,
            "before": {"owner": self.old},
            "after": {"owner": self.new},
        }


def reason(login: str, rename: Rename) -> str:
    """Say why an entry changes."""
    return f'its owner "{login}" is removed' if rename.login is None else f'its owner "{login}" is renamed'


def locked(login: str) -> str:
    """Return the owner of a removed user's entries: no login, since it has a blank."""
    return f"{login} (removed)"


def applied_by_heir(applied: Fields, have: str, new: str) -> Fields:
    """Return a link's applied values once the entry's owner `have` is called `new`.

    Where a person had given the entry to somebody else than the source says, they stay: the link is to see that.
    """
    said = applied.get("owner")
    if said is None or have != applied.get(CURRENT_OWNER, said):
        return applied
    others = {name: value for name, value in applied.items() if name != CURRENT_OWNER}
    return others if new == said else {**others, CURRENT_OWNER: new}  # in order: it is the last by name


def merge_with_heir(
    merge: Callable[[Mapping[str, t.Any], Mapping[str, t.Any]], Merged],
    current: Mapping[str, t.Any],
    applied: Mapping[str, t.Any],
    wanted: Mapping[str, t.Any],
    is_word_of_today: bool,
) -> Merged:
    """Merge an entry that has followed its owner; `merge` takes the applied and the wanted values.

    A source that names the same login as the last time means the same person, unless it asks the phone system for the
    logins (`is_word_of_today`).
    """
    now, said = applied[CURRENT_OWNER], applied.get("owner")
    plain = {name: value for name, value in applied.items() if name != CURRENT_OWNER}
    if current.get("owner") != now:
        return merge(plain, wanted)  # changed by hand since
    stays = wanted.get("owner") == said and not is_word_of_today
    merged = merge({**plain, "owner": now}, {**wanted, "owner": now} if stays else wanted)
    if not stays:
        return merged
    return merged._replace(applied=ordered(KIND, {**merged.applied, "owner": said, CURRENT_OWNER: now}))


# -- which entries ------------------------------------------------------------------------------------------------


def followed(
    store: Store, heirs: Callable[[Collection[str]], Mapping[str, Rename]], without: Collection[int] = ()
) -> Iterator[list[Followed]]:
    """Yield the private entries of the owners whom `heirs` knows, some at a time, in the order of ids.

    `heirs` is asked for some logins at a time. `without`: objects that go anyway.
    """
    rows = store.rows(_private_entries(store))
    while chunk := list(islice(rows, _CHUNK)):
        entries = [(*row[:3], json.loads(row[3])) for row in chunk if row[0] not in without]
        known = heirs({fields["owner"] for *_others, fields in entries if "owner" in fields})
        found = [
            Followed(object_id, version + 1, name, fields["owner"], _with_heir(fields, known), known[fields["owner"]])
            for object_id, version, name, fields in entries
            if fields.get("owner") in known
        ]
        if found:
            yield _with_links(store, found)


def are_there(store: Store) -> bool:
    """Say whether there is any private entry."""
    query = _private_entries(store).with_only_columns(sa.literal(1)).order_by(None).limit(1)
    return store.connection.execute(query).first() is not None


def heirs_of(users: Mapping[str, str | None]) -> Callable[[Collection[str]], Mapping[str, Rename]]:
    """Return the look-up that `followed` takes, from logins with the new ones (None: removed)."""
    return lambda logins: {login: Rename(users[login]) for login in logins if login in users}


def _private_entries(store: Store) -> sa.Select[t.Any]:
    objects = store.schema.objects.c
    # not LIKE, which takes three times as long; a quotation mark inside a value would have a backslash before it
    position = sa.func.instr if store.is_sqlite else sa.func.strpos
    is_private = position(objects.fields, '"owner":"') > 0
    query = sa.select(objects.id, objects.version, objects.name, objects.fields)
    return query.where(objects.kind == KIND.name, is_private).order_by(objects.id)


def _with_heir(fields: Fields, known: Mapping[str, Rename]) -> Fields:
    login = fields["owner"]
    return {**fields, "owner": known[login].login or locked(login)}


def _with_links(store: Store, found: list[Followed]) -> list[Followed]:
    links = store.schema.links.c
    query = sa.select(links.object_id, links.profile_id, links.version, links.applied)
    by_object = {
        row[0]: row[1:]
        for row in store.connection.execute(query.where(links.object_id.in_([one.object_id for one in found]))).all()
    }
    return [_with_link(one, *by_object[one.object_id]) if one.object_id in by_object else one for one in found]


def _with_link(one: Followed, profile_id: int, version: int, applied: str | None) -> Followed:
    before = {**one.fields, "owner": one.old}
    now = applied_by_heir(json.loads(applied) if applied else before, one.old, one.new)
    # the following sync of its profile is to see no change by hand. But a locked entry is looked at again: where the
    # source asks the phone system for the logins, the user may be back
    is_clean = version == one.version - 1 and one.rename.login is not None
    return one._replace(
        profile_id=profile_id,
        applied=encode(now),
        link_version=one.version if is_clean else version,
    )


# -- for changes by hand ------------------------------------------------------------------------------------------


def write(store: Store, entries: t.Sequence[Followed], run_id: int, place: int) -> None:
    """Write entries and their changes in the journal, from `place` on (inside a writing transaction)."""
    changes = []
    for seq, one in enumerate(entries, place):
        change = one.as_change()
        values = encode(change["before"]), encode(change["after"])
        changes.append((run_id, seq, change["action"], KIND.name, one.object_id, one.name, None, one.reason, *values))
    journal.add_changes(store, changes)
    writer.update_entries(
        store,
        [(encode(one.fields), one.version, one.object_id) for one in entries],
        [(one.applied, one.link_version, one.object_id) for one in entries if one.profile_id is not None],
    )


def warning(logins: Collection[str], count: int) -> str:
    """Return the sentence about the entries of removed users."""
    shown = ", ".join(f'"{locked(login)}"' for login in sorted(logins)[:_SHOWN])
    more = f" and {len(logins) - _SHOWN} more" if len(logins) > _SHOWN else ""
    entries, they = ("entries", "they are") if count > 1 else ("entry", "it is")
    return (
        f"{count} private phonebook {entries} of removed users stay{'' if count > 1 else 's'}, but nobody can read"
        f" {'them' if count > 1 else 'it'} any more ({they} owned by {shown}{more}): remove"
        f" {'them' if count > 1 else 'it'}, or set another owner, with the module phonebook_entry"
    )
