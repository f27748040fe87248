# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Carries a plan out: one transaction that writes objects, links, secrets, the run and its changes.

Set-based statements copy from the staging tables, so the time that the store is locked does not hang on Python.
"""

from __future__ import annotations

import json
import typing as t

from ansible_collections.telephony.connector.plugins.module_utils import progress
from ansible_collections.telephony.connector.plugins.module_utils.authentication import passwords
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import (
    HASHED_FIELDS,
    SECRET_FIELDS,
    credentials_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.store import (
    empty_tables,
    holds,
    journal,
    past_objects,
    profiles,
    writer,
)
from ansible_collections.telephony.connector.plugins.module_utils.store import suspects as store_suspects
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import claims, staging, suspects
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan.plan import DEFAULT_REASONS, Plan

Secrets = dict[int, dict[str, str]]
#: The share of a profile's links from which on all of them are gone through to renew some, rather than looked up.
_MANY = 0.25
#: (key, slot, name, secret) -> its hash: a plan that is made twice need not hash twice.
Hashes = dict[tuple[str, str, str, str], str]


def apply(plan: Plan, started: str, result: str, hashes: Hashes) -> int:
    """Write the plan and return the run's id; `StaleError` (nothing written) when the store has changed since.

    `hashes` are those of an earlier attempt; new ones are added.
    """
    return _Application(plan, hashes).write(started, result)


class _Application:
    """One plan on its way into the store."""

    def __init__(self, plan: Plan, hashes: Hashes) -> None:
        self.plan = plan
        self.hashes = hashes
        self.store = plan.operations.store
        self.staging = plan.operations.staging
        self.staged = plan.operations.staging.table.c
        #: whether the profile has the same links as before, for the same objects
        self._links_stay = False

    def write(self, started: str, result: str) -> int:
        plan, store = self.plan, self.store
        secrets = self._protected_secrets()  # before the lock: hashing takes its time
        self.staging.analyse()
        progress.phase("waiting for the store")
        with (
            store.writing(expected_revision=plan.revision, moves=self._changes_something()),
            empty_tables.adding(store, plan.counts.created, is_all=plan.counts.created == plan.total),
        ):
            progress.phase("writing", self.staging.last or None)
            about = plan.definition
            run = journal.Run(about.name, about.mode, started, result, plan.read.complete, plan.digest, plan.summary)
            run_id = journal.start(store, run, plan.counts.as_dict(), plan.warnings, plan.rejected, plan.conflicts)
            first = store.take_object_ids(self.staging.last + 1) if plan.counts.created else 0
            first_id = sa.literal(first, sa.BigInteger)  # beyond 32 bits after years
            self._write_journal(run_id, first_id)
            self._remove()
            self._leave_and_return()
            self._update()
            self._follow()
            self._create(first_id)
            self._claim(first_id)
            self._link(first_id)
            self._forget_secrets()
            self._keep_secrets(secrets, first_id)
            writer.ensure_roles_and_labels(store, plan.read.intake.roles, plan.read.intake.labels)
            self._keep_checkpoint()
            self._remember_suspects(run_id)
            if plan.profile_id is not None and plan.only is None:
                holds.forget_trips(store, plan.profile_id)
            return run_id

    @property
    def _updates(self) -> bool:
        return bool(self.plan.counts.updated or self.plan.counts.returned)

    def _changes_something(self) -> bool:
        """Say whether plans of others may be other ones after this one."""
        plan = self.plan
        if plan.total or plan.releases or plan.followers:
            return True
        return self.staging.has(staging.TOUCH)

    def _ids(self, *actions: str) -> t.Any:
        return sa.select(self.staged.object_id).where(self.staged.action.in_(actions))

    def _object_id(self, first_id: t.Any) -> t.Any:
        """A new object's id is its place in the plan, counted from the ids reserved for this run."""
        return sa.func.coalesce(self.staged.object_id, self.staged.seq + first_id)

    def _write_journal(self, run_id: int, first_id: t.Any) -> None:
        staged = self.staged
        reason = sa.func.coalesce(staged.reason, sa.literal(DEFAULT_REASONS[staging.CREATE]))
        is_create = staged.action == staging.CREATE
        after = sa.case((is_create, sa.func.coalesce(staged.after, staged.fields)), else_=staged.after)
        query = sa.select(
            sa.literal(run_id), staged.seq, self.staging.told(), staged.kind, self._object_id(first_id), staged.name,
            staged.key, reason, staged.before, after,
        ).where(staged.action.in_((*staging.OPERATIONS, staging.RELEASE, staging.FOLLOW)))  # fmt: skip
        plan = self.plan
        is_more = plan.total > plan.counts.created or plan.releases or plan.followers
        if is_more or plan.counts.created:
            journal.add_changes_of(self.store, run_id, query, only_creates=not is_more)
        if plan.profile_id is not None and self.staging.has(staging.TOUCH):
            is_touched = self.store.schema.links.c.object_id.in_(self._ids(staging.TOUCH))
            past_objects.keep_touched(self.store, run_id, plan.profile_id, is_touched)

    def _remove(self) -> None:
        if self.plan.counts.removed:
            writer.remove_objects(self.store, self._ids(staging.REMOVE))
        if self.plan.releases:
            writer.remove_links(self.store, self._ids(staging.RELEASE))

    def _leave_and_return(self) -> None:
        if self.plan.counts.disabled:
            writer.start_leaving(self.store, self._ids(staging.DISABLE))
        if self.plan.counts.returned:
            writer.end_leaving(self.store, self._ids(staging.UPDATE).where(self.staged.returns.is_(True)))

    def _update(self) -> None:
        if not self._updates:
            return
        objects, staged, released = self.store.schema.objects.c, self.staged, self.staging.released.c
        is_meant = (objects.id == staged.object_id) & (staged.action == staging.UPDATE)
        writer.update_objects(self.store, is_meant, fields=staged.fields, name=staged.name, version=staged.version)
        given_up = sa.select(released.space, released.value).join_from(
            self.staging.released, self.staging.table, staged.seq == released.seq
        )
        writer.give_up(self.store, given_up.where(staged.action == staging.UPDATE))

    def _follow(self) -> None:
        """Write the private entries of others that go with their owner."""
        if not self.plan.followers:
            return
        schema, staged = self.store.schema, self.staged
        is_follower = staged.action == staging.FOLLOW
        entries, links = schema.objects.c.id == staged.object_id, schema.links.c.object_id == staged.object_id
        writer.update_objects(self.store, entries & is_follower, fields=staged.fields, version=staged.version)
        writer.update_links(self.store, links & is_follower, applied=staged.applied, version=staged.record)

    def _create(self, first_id: t.Any) -> None:
        if not self.plan.counts.created:
            return
        staged = self.staged
        query = sa.select(staged.seq + first_id, staged.kind, sa.literal(1), staged.name, staged.fields)
        writer.insert_objects(self.store, query.where(staged.action == staging.CREATE))

    def _claim(self, first_id: t.Any) -> None:
        if not claims.are_any(self.staging):
            return
        for part in claims.parts_of_claims(self.staging):
            _seq, space, value, field = part.selected_columns
            writer.claim_all(self.store, part.with_only_columns(space, value, self._object_id(first_id), field))

    def _link(self, first_id: t.Any) -> None:
        """Link the records of what is new, and renew the links of records that are not as they were."""
        plan, staged, renewed = self.plan, self.staged, (staging.UPDATE, staging.TOUCH)
        written: tuple[str, ...] = (staging.CREATE, *renewed)
        if plan.linked:
            count = sum(self.staging.count(*renewed))
            if not count or self._renew_links(is_many=count > plan.linked * _MANY) == count:
                self._links_stay = not (plan.counts.created or plan.counts.removed or plan.releases)
                written = (staging.CREATE,)
            else:  # an object has another key now, or is new to the profile
                writer.remove_links(self.store, self._ids(*renewed))
        if self._links_stay:
            return
        query = sa.select(
            sa.literal(plan.profile_id), staged.key, staged.slot, self._object_id(first_id),
            sa.func.coalesce(staged.version, 1), staged.fingerprint, sa.func.coalesce(staged.origin, "created"),
            staged.applied,
        ).where(staged.action.in_(written))  # fmt: skip
        writer.insert_links(self.store, query)

    def _renew_links(self, is_many: bool) -> int:
        """Write the links of records with the key that they had before, where they lie; return how many there were."""
        staged, links = self.staged, self.store.schema.links.c
        # SQLite looks nothing up by an expression: it goes through the links as they lie where many are renewed,
        # otherwise through what is staged
        profile_id = links.profile_id + 0 if is_many else links.profile_id
        key, object_id = (staged.key, staged.object_id) if is_many else (staged.key + "", staged.object_id + 0)
        is_same = (profile_id == self.plan.profile_id) & (links.key == key)
        is_same &= (links.slot == staged.slot) & (links.object_id == object_id)
        is_same &= staged.action.in_((staging.UPDATE, staging.TOUCH))
        return writer.update_links(
            self.store,
            is_same,
            version=sa.func.coalesce(staged.version, 1),
            fingerprint=staged.fingerprint,
            origin=sa.func.coalesce(staged.origin, "created"),
            applied=staged.applied,
        )

    def _keep_checkpoint(self) -> None:
        plan, store = self.plan, self.store
        if plan.checkpoint and plan.profile_id is not None:
            linked = plan.linked if self._links_stay else profiles.count_links(store, plan.profile_id)
            revision = store.revision()
            kept = {**plan.checkpoint, "linked": linked, "linked_at": revision}
            if plan.read.is_clean:  # what this run changed it has looked at
                kept["clean_at"] = revision
            profiles.save_checkpoint(store, plan.profile_id, kept)

    def _remember_suspects(self, run_id: int) -> None:
        plan = self.plan
        if plan.only is not None or plan.profile_id is None:
            return
        is_mirror = plan.definition.mode == "mirror"
        kept = suspects.to_remember(plan.suspicion, plan.read, is_mirror, plan.suspects, run_id)
        if kept != plan.suspicion.before():
            store_suspects.save(self.store, plan.profile_id, *kept)

    # -- secrets --------------------------------------------------------------------------------------------------

    def _protected_secrets(self) -> Secrets:
        """Return, by staged row, the secrets to write: passwords and PINs hashed, those that devices need encrypted."""
        waiting = self.staging.secrets
        if not waiting:
            return {}
        staged = self.staged
        writing: Secrets = {}
        to_hash: list[tuple[int, tuple[str, str, str, str]]] = []
        for first, last in self.staging.chunks():
            query = sa.select(staged.seq, staged.key, staged.slot, staged.action, staged.after, staged.fields).where(
                staged.seq.between(first, last), staged.action.in_((staging.CREATE, staging.UPDATE))
            )
            for seq, key, slot, action, after, fields in self.store.connection.execute(query).all():
                changed = None if action == staging.CREATE else json.loads(after)
                for name, secret in waiting.get(seq, {}).items():
                    field = "devices" if name.startswith("device:") else name
                    if changed is not None and field not in changed:
                        continue
                    if field in HASHED_FIELDS:
                        to_hash.append((seq, (key, slot, name, secret)))
                    elif field in SECRET_FIELDS or f'"{name.partition(":")[2]}"' in fields:
                        writing.setdefault(seq, {})[name] = self.store.vault.encrypt(secret)
        unknown = [one for _seq, one in to_hash if one not in self.hashes]
        progress.phase("hashing passwords", len(unknown))
        made = passwords.hash_all(secret for *_whose, secret in unknown)
        self.hashes.update(zip(unknown, made, strict=True))
        for seq, one in to_hash:
            writing.setdefault(seq, {})[one[2]] = self.hashes[one]
        return writing

    def _forget_secrets(self) -> None:
        """Remove the secrets that an update takes away."""
        if not self._updates:
            return
        credentials, staged = self.store.schema.credentials, self.staged
        if self.store.connection.scalar(sa.select(credentials.c.object_id).limit(1)) is None:
            return  # to look through all updates for secrets takes longer
        had_secret = sa.or_(*(staged.before.like(f'%"{name}":%') for name in sorted(SECRET_FIELDS)))
        query = (
            sa.select(credentials.c.object_id, credentials.c.field, staged.fields)
            .join(self.staging.table, staged.object_id == credentials.c.object_id)
            .where(staged.action == staging.UPDATE, had_secret)
        )
        rows = self.store.connection.execute(query).all()
        gone = [(row.object_id, row.field) for row in rows if row.field not in credentials_of(json.loads(row.fields))]
        writer.remove_credentials(self.store, gone)

    def _keep_secrets(self, secrets: Secrets, first_id: t.Any) -> None:
        places = sorted(secrets)
        for start in range(0, len(places), staging.CHUNK):
            query = sa.select(self.staged.seq, self._object_id(first_id)).where(
                self.staged.seq.in_(places[start : start + staging.CHUNK])
            )
            rows = self.store.connection.execute(query).all()
            entries = [
                (object_id, name, value, self._fingerprint(seq, object_id, name))
                for seq, object_id in rows
                for name, value in secrets[seq].items()
            ]
            writer.put_credentials(self.store, entries)

    def _fingerprint(self, seq: int, object_id: int, name: str) -> str:
        secret = self.staging.secrets[seq][name]
        return self.store.vault.fingerprint_of(object_id, name.partition(":")[0], secret)
