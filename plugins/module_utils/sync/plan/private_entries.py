# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The private phonebook entries of users whom a plan renames or removes: a part of the plan, whosever they are.

Those of other profiles and by hand are rows of their own, with the action `follow`: an update that makes no link.
"""

from __future__ import annotations

import contextlib
import json
import typing as t
from collections.abc import Collection, Mapping

from ansible_collections.telephony.connector.plugins.module_utils.sync import entry_owners
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import Work
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.merge import encode, with_field

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

_COLUMNS = (
    "action", "kind", "name", "key", "object_id", "reason", "before", "after", "fields", "applied", "version",
    "record",  # the version that the link of the entry gets
)  # fmt: skip


def stage(work: Work) -> None:
    """Add what becomes of private entries to a plan that is complete otherwise, and counted."""
    counts = work.findings.counts
    heirs = _heirs(work) if _may_have_heirs(work) and entry_owners.are_there(work.store) else None
    if heirs is None:
        return
    own = _OwnRows(work)
    lost: set[str] = set()
    locked = 0
    for found in entry_owners.followed(work.store, lambda logins: _look_up(work, heirs, logins)):
        others = own.take(found)
        _stage_rows(work, others.entries)
        counts["updated"] += len(others.entries) + others.touched
        counts["unchanged"] -= others.touched
        work.followers += len(others.entries)
        gone = [one.old for one in others.all if one.heir.login is None]
        lost.update(gone)
        locked += len(gone)
    if locked:
        work.findings.warn(entry_owners.warning(lost, locked))


def _stage_rows(work: Work, entries: list[entry_owners.Followed]) -> None:
    rows = [
        (staging.FOLLOW, entry_owners.KIND.name, one.name, one.heir.key, one.object_id, one.reason,
         encode({"owner": one.old}), encode({"owner": one.new}), encode(one.fields), one.applied, one.version,
         one.link_version)
        for one in entries
    ]  # fmt: skip
    work.staging.add_rows(_COLUMNS, rows)


# -- who is renamed or removed ------------------------------------------------------------------------------------


def _may_have_heirs(work: Work) -> bool:
    """Say whether a user may be renamed or removed, from what costs nothing in most runs."""
    released = work.staging.released.c
    renamed = sa.select(released.seq).where(released.space == "username").limit(1)
    counts = work.findings.counts
    return bool(counts["removed"] or (counts["updated"] and work.store.connection.execute(renamed).first()))


def _heirs(work: Work) -> sa.Table | None:
    """Return the temporary table of the logins that users give up in this plan, None if there are none."""
    staged, released = work.staging.table.c, work.staging.released
    heirs = sa.Table(
        "heirs",
        sa.MetaData(),
        sa.Column("login", sa.Text, primary_key=True),
        sa.Column("heir", sa.Text),
        sa.Column("key", sa.Text),
        prefixes=["TEMPORARY"],
    )
    renamed = (
        sa.select(released.c.value, staged.username, staged.key)
        .join_from(released, work.staging.table, staged.seq == released.c.seq)
        .where(released.c.space == "username", staged.action == staging.UPDATE, staged.username.is_not(None))
    )
    removed = sa.select(staged.name, sa.null(), staged.key).where(
        staged.action == staging.REMOVE, staged.kind == "user"
    )
    execute = work.store.connection.execute
    work.store.connection.exec_driver_sql("DROP TABLE IF EXISTS heirs")
    execute(sa.schema.CreateTable(heirs))
    for query in (renamed, removed):
        execute(heirs.insert().from_select(["login", "heir", "key"], query))
    return heirs if execute(sa.select(heirs.c.login).limit(1)).first() else None


def _look_up(work: Work, heirs: sa.Table, logins: Collection[str]) -> Mapping[str, entry_owners.Heir]:
    query = sa.select(heirs.c.login, heirs.c.heir, heirs.c.key).where(heirs.c.login.in_(logins))
    return {login: entry_owners.Heir(heir, key) for login, heir, key in work.store.connection.execute(query).all()}


# -- entries that the profile itself has in this plan -------------------------------------------------------------


class _Taken(t.NamedTuple):
    entries: list[entry_owners.Followed]  # to be rows of their own
    all: list[entry_owners.Followed]
    touched: int  # rows that had no change before


class _OwnRows:
    """Entries that stand in the plan already, since the profile makes users and entries: changed where they stand."""

    def __init__(self, work: Work) -> None:
        self._work = work
        staged = work.staging.table.c
        query = sa.select(staged.seq).where(staged.kind == entry_owners.KIND.name).limit(1)
        self._are_there = work.store.connection.execute(query).first() is not None
        if self._are_there:
            statement = "CREATE INDEX staged_object ON staged (object_id) WHERE object_id IS NOT NULL"
            work.store.connection.exec_driver_sql(statement)

    def take(self, found: list[entry_owners.Followed]) -> _Taken:
        """Change the rows of entries that have one; return the other entries."""
        if not self._are_there:
            return _Taken(found, found, 0)
        staged = self._work.staging.table.c
        query = sa.select(
            staged.object_id, staged.seq, staged.action, staged.before, staged.after, staged.fields, staged.applied,
            staged.version, staged.reason,
        ).where(
            staged.object_id.in_([one.object_id for one in found]),
            staged.action.in_((staging.UPDATE, staging.TOUCH, staging.REMOVE)),
        )  # fmt: skip
        rows = {row.object_id: row for row in self._work.store.connection.execute(query).all()}
        changes, kept = [], []
        touched = 0
        for one in found:
            row = rows.get(one.object_id)
            if row is None:
                kept.append(one)
            elif row.action != staging.REMOVE and "owner" not in json.loads(row.after or "{}"):
                kept.append(one)
                changes.append(_with_heir(row, one))
                touched += row.action == staging.TOUCH
        self._work.staging.change(changes)
        return _Taken([one for one in kept if one.object_id not in rows], kept, touched)


def _with_heir(row: t.Any, one: entry_owners.Followed) -> dict[str, t.Any]:
    """Return the change that gives a staged update, or touch, of an entry the new owner."""

    def add(text: str | None, owner: str) -> str:
        return with_field(entry_owners.KIND, text, "owner", owner)

    applied = entry_owners.applied_by_heir(json.loads(row.applied or row.fields), one.old, one.new)
    is_update = row.action == staging.UPDATE
    return {
        "row": row.seq,
        "action": staging.UPDATE,
        "reason": row.reason if is_update else one.reason,
        "before": add(row.before, one.old),
        "after": add(row.after if is_update else None, one.new),
        "fields": add(row.fields, one.new),
        "applied": encode(applied),
        "version": row.version if is_update else row.version + 1,
    }


# -- writing ----------------------------------------------------------------------------------------------------------


def write(work: Work) -> None:
    """Write the entries that are rows of their own; the journal has them from the plan as it has the others."""
    if not work.followers:
        return
    schema, staged, execute = work.schema, work.staging.table.c, work.store.connection.execute
    is_follower = staged.action == staging.FOLLOW
    objects, links = schema.objects, schema.links
    statement = objects.update().where(objects.c.id == staged.object_id, is_follower)
    execute(statement.values(fields=staged.fields, version=staged.version))
    statement = links.update().where(links.c.object_id == staged.object_id, is_follower)
    execute(statement.values(applied=staged.applied, version=staged.record))
