# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The private phonebook entries of users whom a plan renames or removes: a part of the plan, whosever they are.

Those of other profiles and by hand are rows of their own, with the action `follow`: an update that makes no link.
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Collection, Mapping

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import encode, with_field
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync import entry_owners
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import PlanContext

_COLUMNS = (
    "action", "kind", "name", "key", "object_id", "reason", "before", "after", "fields", "applied", "version",
    "record",  # the version that the link of the entry gets
)  # fmt: skip


class Followers(t.NamedTuple):
    """How many private entries go with their owner: rows of their own, and rows that had no change before."""

    entries: int = 0
    touched: int = 0


def stage(context: PlanContext, may_rename: bool, removes: bool, reason: str | None = None) -> Followers:
    """Add what becomes of private entries to a plan that is complete otherwise.

    `may_rename`: the plan updates somebody; `removes`: it removes somebody. `reason`: only of those removed for it.
    """
    may_have_heirs = removes or (may_rename and _renames(context))
    heirs = _heirs(context, reason) if may_have_heirs and entry_owners.are_there(context.store) else None
    if heirs is None:
        return Followers()
    own = _OwnRows(context)
    lost: set[str] = set()
    locked = entries = touched = 0
    for found in entry_owners.followed(context.store, lambda logins: _look_up(context, heirs, logins)):
        others = own.take(found)
        _stage_rows(context, others.entries)
        entries += len(others.entries)
        touched += others.touched
        gone = [one.old for one in others.all if one.rename.login is None]
        lost.update(gone)
        locked += len(gone)
    if locked:
        context.findings.warn(entry_owners.warning(lost, locked))
    return Followers(entries, touched)


def _stage_rows(context: PlanContext, entries: list[entry_owners.Followed]) -> None:
    rows = [
        (staging.FOLLOW, entry_owners.KIND.name, one.name, one.rename.key, one.object_id, one.reason,
         encode({"owner": one.old}), encode({"owner": one.new}), encode(one.fields), one.applied, one.version,
         one.link_version)
        for one in entries
    ]  # fmt: skip
    context.staging.add_rows(_COLUMNS, rows)


# -- who is renamed or removed ------------------------------------------------------------------------------------


def _renames(context: PlanContext) -> bool:
    """Say whether a login may be given up, from what costs nothing in most runs."""
    released = context.staging.released.c
    query = sa.select(released.seq).where(released.space == "username").limit(1)
    return context.store.connection.execute(query).first() is not None


def _heirs(context: PlanContext, reason: str | None) -> sa.Table | None:
    """Return the temporary table of the logins that users give up in this plan, None if there are none."""
    staged, released = context.staging.table.c, context.staging.released
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
        .join_from(released, context.staging.table, staged.seq == released.c.seq)
        .where(released.c.space == "username", staged.action == staging.UPDATE, staged.username.is_not(None))
    )
    removed = sa.select(staged.name, sa.null(), staged.key).where(
        staged.action == staging.REMOVE, staged.kind == "user"
    )
    if reason is not None:
        renamed, removed = renamed.where(sa.false()), removed.where(staged.reason == reason)
    execute = context.store.connection.execute
    context.store.connection.exec_driver_sql("DROP TABLE IF EXISTS heirs")
    execute(sa.schema.CreateTable(heirs))
    for query in (renamed, removed):
        execute(heirs.insert().from_select(["login", "heir", "key"], query))
    return heirs if execute(sa.select(heirs.c.login).limit(1)).first() else None


def _look_up(context: PlanContext, heirs: sa.Table, logins: Collection[str]) -> Mapping[str, entry_owners.Rename]:
    query = sa.select(heirs.c.login, heirs.c.heir, heirs.c.key).where(heirs.c.login.in_(logins))
    return {login: entry_owners.Rename(heir, key) for login, heir, key in context.store.connection.execute(query).all()}


# -- entries that the profile itself has in this plan -------------------------------------------------------------


class _Taken(t.NamedTuple):
    entries: list[entry_owners.Followed]  # to be rows of their own
    all: list[entry_owners.Followed]
    touched: int  # rows that had no change before


class _OwnRows:
    """Entries that stand in the plan already, since the profile makes users and entries: changed where they stand."""

    def __init__(self, context: PlanContext) -> None:
        self._context = context
        staged = context.staging.table.c
        query = sa.select(staged.seq).where(staged.kind == entry_owners.KIND.name).limit(1)
        self._are_there = context.store.connection.execute(query).first() is not None
        if self._are_there:
            statement = "CREATE INDEX IF NOT EXISTS staged_object ON staged (object_id) WHERE object_id IS NOT NULL"
            context.store.connection.exec_driver_sql(statement)

    def take(self, found: list[entry_owners.Followed]) -> _Taken:
        """Change the rows of entries that have one; return the other entries."""
        if not self._are_there:
            return _Taken(found, found, 0)
        staged = self._context.staging.table.c
        query = sa.select(
            staged.object_id, staged.seq, staged.action, staged.before, staged.after, staged.fields, staged.applied,
            staged.version, staged.reason,
        ).where(
            staged.object_id.in_([one.object_id for one in found]),
            staged.action.in_((staging.UPDATE, staging.TOUCH, staging.REMOVE)),
        )  # fmt: skip
        rows = {row.object_id: row for row in self._context.store.connection.execute(query).all()}
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
        self._context.staging.change(changes)
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
