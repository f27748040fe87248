# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Carries a plan out: one transaction that writes objects, links, secrets, the run and its changes.

Set-based statements copy from the staging table, so the time that the store is locked does not hang on Python.
"""

from __future__ import annotations

import contextlib
import json
import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.authentication import passwords
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import SECRET_FIELDS
from ansible_collections.telephony.connector.plugins.module_utils.store import profiles
from ansible_collections.telephony.connector.plugins.module_utils.sync import journal
from ansible_collections.telephony.connector.plugins.module_utils.sync.credentials import credentials_of
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import private_entries, staging, uniqueness
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.context import Work
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.planner import DEFAULT_REASONS, Plan

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

Secrets = dict[int, dict[str, str]]


def apply(plan: Plan, started: str, result: str) -> int:
    """Write the plan and return the run's id; `StaleError` (nothing written) when the store has changed since."""
    work = plan.work
    secrets = _protected_secrets(work)  # before the lock: hashing takes its time
    store = work.store
    with store.writing(expected_revision=plan.revision):
        run = journal.Run(work.definition.name, work.definition.mode, started, result, work.complete, plan.digest)
        run_id = journal.start(store, run, work.findings)
        first_id = store.take_object_ids(work.staging.last + 1)
        _write_journal(work, run_id, first_id)
        _remove(work, plan.releases)
        _update(work)
        private_entries.write(work)
        _create(work, first_id)
        _claim(work, first_id)
        _link(work, first_id)
        _forget_secrets(work)
        _keep_secrets(work, secrets, first_id)
        _fill_catalogues(work)
        if plan.checkpoint and work.profile_id is not None:
            linked = profiles.count_links(store, work.profile_id)
            # what this run changed it has looked at
            clean = {"clean_at": store.revision()} if work.is_clean else {}
            profiles.save_checkpoint(store, work.profile_id, {**plan.checkpoint, "linked": linked, **clean})
        return run_id


def _ids(work: Work, *actions: str) -> t.Any:
    staged = work.staging.table.c
    return sa.select(staged.object_id).where(staged.action.in_(actions))


def _object_id(work: Work, first_id: int) -> t.Any:
    """A new object's id is its place in the plan, counted from the ids reserved for this run."""
    staged = work.staging.table.c
    return sa.func.coalesce(staged.object_id, staged.seq + first_id)


def _write_journal(work: Work, run_id: int, first_id: int) -> None:
    changes, staged = work.schema.changes, work.staging.table.c
    reason = sa.func.coalesce(staged.reason, sa.literal(DEFAULT_REASONS[staging.CREATE]))
    is_create = staged.action == staging.CREATE
    after = sa.case((is_create, sa.func.coalesce(staged.after, staged.fields)), else_=staged.after)
    action = sa.case((staged.action == staging.FOLLOW, sa.literal(staging.UPDATE)), else_=staged.action)
    query = sa.select(
        sa.literal(run_id), staged.seq, action, staged.kind, _object_id(work, first_id), staged.name, staged.key,
        reason, staged.before, after,
    ).where(staged.action.in_((*staging.OPERATIONS, staging.RELEASE, staging.FOLLOW)))  # fmt: skip
    columns = ["run_id", "seq", "action", "kind", "object_id", "name", "key", "reason", "before", "after"]
    work.store.connection.execute(changes.insert().from_select(columns, query))


def _remove(work: Work, releases: int) -> None:
    schema, execute = work.schema, work.store.connection.execute
    if work.findings.counts["removed"]:
        removed = _ids(work, staging.REMOVE)
        for table in (schema.identifiers, schema.credentials, schema.links):
            execute(table.delete().where(table.c.object_id.in_(removed)))
        execute(schema.objects.delete().where(schema.objects.c.id.in_(removed)))
    if releases:
        execute(schema.links.delete().where(schema.links.c.object_id.in_(_ids(work, staging.RELEASE))))


def _update(work: Work) -> None:
    if not work.findings.counts["updated"]:
        return
    objects, staged, released = work.schema.objects, work.staging.table.c, work.staging.released.c
    execute = work.store.connection.execute
    statement = objects.update().where(objects.c.id == staged.object_id, staged.action == staging.UPDATE)
    execute(statement.values(fields=staged.fields, name=staged.name, version=staged.version))
    identifiers = work.schema.identifiers.c
    given_up = sa.select(released.space, released.value).join_from(
        work.staging.released, work.staging.table, staged.seq == released.seq
    )
    held = sa.tuple_(identifiers.space, identifiers.value)
    execute(work.schema.identifiers.delete().where(held.in_(given_up.where(staged.action == staging.UPDATE))))


def _create(work: Work, first_id: int) -> None:
    objects, staged = work.schema.objects, work.staging.table.c
    query = sa.select(staged.seq + first_id, staged.kind, sa.literal(1), staged.name, staged.fields)
    query = query.where(staged.action == staging.CREATE)
    work.store.connection.execute(objects.insert().from_select(["id", "kind", "version", "name", "fields"], query))


def _claim(work: Work, first_id: int) -> None:
    """Write the identifiers."""
    columns = ["space", "value", "object_id", "field"]
    for part in uniqueness.parts_of_claims(work):
        _seq, space, value, field = part.selected_columns
        query = part.with_only_columns(space, value, _object_id(work, first_id), field)
        work.store.connection.execute(work.schema.identifiers.insert().from_select(columns, query))


def _link(work: Work, first_id: int) -> None:
    links, staged = work.schema.links, work.staging.table.c
    renewed = (staging.UPDATE, staging.TOUCH)
    if work.linked:
        work.store.connection.execute(links.delete().where(links.c.object_id.in_(_ids(work, *renewed))))
    query = sa.select(
        sa.literal(work.profile_id), staged.key, staged.slot, _object_id(work, first_id),
        sa.func.coalesce(staged.version, 1), staged.fingerprint, sa.func.coalesce(staged.origin, "created"),
        staged.applied,
    ).where(staged.action.in_((staging.CREATE, *renewed)))  # fmt: skip
    columns = ["profile_id", "key", "slot", "object_id", "version", "fingerprint", "origin", "applied"]
    work.store.connection.execute(links.insert().from_select(columns, query))


def _protected_secrets(work: Work) -> Secrets:
    """Return, by staged row, the secrets to write: passwords and PINs hashed, those that devices need encrypted."""
    if not work.secrets:
        return {}
    staged = work.staging.table.c
    writing: Secrets = {}
    to_hash: list[tuple[int, str, str]] = []
    for first, last in work.staging.chunks():
        query = sa.select(staged.seq, staged.action, staged.after, staged.fields).where(
            staged.seq.between(first, last), staged.action.in_((staging.CREATE, staging.UPDATE))
        )
        for seq, action, after, fields in work.store.connection.execute(query).all():
            changed = None if action == staging.CREATE else json.loads(after)
            for name, secret in work.secrets.get(seq, {}).items():
                field = "devices" if name.startswith("device:") else name
                if changed is not None and field not in changed:
                    continue
                if field in SECRET_FIELDS:
                    to_hash.append((seq, name, secret))
                elif name.partition(":")[2] in fields:
                    writing.setdefault(seq, {})[name] = work.store.vault.encrypt(secret)
    for (seq, name, _secret), hashed in zip(
        to_hash, passwords.hash_all(secret for _seq, _name, secret in to_hash), strict=True
    ):
        writing.setdefault(seq, {})[name] = hashed
    return writing


def _forget_secrets(work: Work) -> None:
    """Remove the secrets that an update takes away: a password that is gone must not open anything."""
    if not work.findings.counts["updated"]:
        return
    credentials, staged = work.schema.credentials, work.staging.table.c
    execute = work.store.connection.execute
    had_secret = staged.before.like('%"password":%') | staged.before.like('%"pin":%')
    query = (
        sa.select(credentials.c.object_id, credentials.c.field, staged.fields)
        .join(work.staging.table, staged.object_id == credentials.c.object_id)
        .where(staged.action == staging.UPDATE, had_secret)
    )
    gone = [
        {"old_id": row.object_id, "old_field": row.field}
        for row in execute(query).all()
        if row.field not in credentials_of(json.loads(row.fields))
    ]
    if gone:
        execute(_one_credential(work), gone)


def _one_credential(work: Work) -> t.Any:
    credentials = work.schema.credentials
    return credentials.delete().where(
        credentials.c.object_id == sa.bindparam("old_id"), credentials.c.field == sa.bindparam("old_field")
    )


def _keep_secrets(work: Work, secrets: Secrets, first_id: int) -> None:
    credentials, staged = work.schema.credentials, work.staging.table.c
    execute = work.store.connection.execute
    places = sorted(secrets)
    for start in range(0, len(places), staging.CHUNK):
        query = sa.select(staged.seq, _object_id(work, first_id)).where(
            staged.seq.in_(places[start : start + staging.CHUNK])
        )
        entries = [
            {"object_id": object_id, "field": name, "value": value}
            for seq, object_id in execute(query).all()
            for name, value in secrets[seq].items()
        ]
        execute(
            _one_credential(work), [{"old_id": entry["object_id"], "old_field": entry["field"]} for entry in entries]
        )
        execute(credentials.insert(), entries)


def _fill_catalogues(work: Work) -> None:
    """Make the roles and labels that the records name and that are not there yet."""
    for table, names in ((work.schema.roles, work.roles), (work.schema.labels, work.labels)):
        known = set(work.store.connection.execute(sa.select(table.c.name)).scalars()) if names else set()
        fresh = sorted(names - known)
        if fresh:
            work.store.connection.execute(table.insert(), [{"name": name} for name in fresh])
