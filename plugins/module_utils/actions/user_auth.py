# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Sets how users sign in: named ones, or those of a profile or role; all of them or none (module user_auth)."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, Result, Task, if_given
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import Fields, ordered
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import comparable
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, FieldError, Notices
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import secret_mark
from ansible_collections.telephony.connector.plugins.module_utils.store import (
    clock,
    journal,
    leavers,
    profiles,
    secret_marks,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.objects import find_object, some_logins
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa
from ansible_collections.telephony.connector.plugins.module_utils.sync.counts import Counts
from ansible_collections.telephony.connector.plugins.module_utils.sync.object_changes import (
    REASON_BY_HAND,
    Change,
    diff_of,
    write,
    write_plain,
)

_USER = KINDS["user"]
#: Names that a sentence or a result holds at most.
_SHOWN, _RETURNED = 20, 500

User = tuple[int, int, Fields]


@dataclass(frozen=True)
class UserAuthArguments:
    """Whom to set (one of `users`, `profile`, `role`), and to which method; `password` for one user only."""

    method: str
    users: tuple[str, ...] | None = None
    profile: str | None = None
    role: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> UserAuthArguments:
        """Read the module's options."""
        users = params.get("users")
        return cls(
            method=params["method"],
            users=None if users is None else tuple(users),
            profile=params.get("profile"),
            role=params.get("role"),
            password=params.get("password"),
        )


@dataclass(frozen=True)
class UserAuthResult(Result):
    """Who was changed (the first ones), and how many."""

    changed_users: Sequence[str]
    counts: Mapping[str, int]
    warnings: Sequence[str]
    diff: Sequence[Mapping[str, t.Any]] | None = if_given()


def set_methods(task: Task, wanted: UserAuthArguments) -> UserAuthResult:
    """Set the method of all users that are meant, or of none (DefinitionError)."""
    store = task.store
    with store.snapshot():
        changes, unchanged = _changes(store, wanted)
    if changes and not task.check_mode:
        with store.writing():
            # as the store is now: somebody may have been quicker
            changes, unchanged = _changes(store, wanted)
            _write(store, changes)
    with store.snapshot():
        warnings = _set_back_by(store, changes)
        gone = leavers.among(store, {change.object_id for change in changes if change.object_id})
    if gone:
        named = _names(sorted(one.username for one in gone.values()))
        warnings.append(f"{named} cannot sign in whatever the method: the record is gone from the source (a leaver).")
    if wanted.method == "ldap" and (changes or unchanged):
        warnings += _without_directory(store)
    if not changes and not unchanged:
        chosen = next((name for name in ("profile", "role") if getattr(wanted, name) is not None), "users")
        warnings.append(f"There are no users to set: {chosen} names nobody{' yet' * (chosen == 'profile')}")
    return UserAuthResult(
        changed=bool(changes),
        changed_users=[change.name for change in changes[:_RETURNED]],
        counts={"changed": len(changes), "unchanged": unchanged},
        warnings=warnings,
        diff=[diff_of(change) for change in changes[:_RETURNED]] if task.diff else None,
    )


set_method = Action(UserAuthArguments.from_params, set_methods)


def _write(store: Store, changes: list[Change]) -> None:
    if not changes:
        return
    run = journal.Run(None, journal.MANUAL_MODE, clock.stamp(), "changed")
    run_id = journal.start(store, run, Counts(updated=len(changes)).as_dict())
    if any(change.secrets for change in changes):
        for place, change in enumerate(changes, 1):
            write(store, change, run_id, place)
    else:
        write_plain(store, changes, run_id)


def _changes(store: Store, wanted: UserAuthArguments) -> tuple[list[Change], int]:
    """Return what changes, and how many users have the method already."""
    method, password = wanted.method, wanted.password
    users = _selected(store, wanted)
    if password is not None:
        _check_password(password, wanted, users)
    elif method == "internal":
        _refuse_without_password(users)
    changes = [_change(store, user, method, password) for user in users]
    effective = [change for change in changes if not change.is_empty]
    return effective, len(changes) - len(effective)


def _change(store: Store, user: User, method: str, password: str | None) -> Change:
    object_id, version, old = user
    fields = dict(old)
    if old.get("auth_method") != method:
        fields["auth_method"] = method
    secrets: dict[str, str] = {}
    if password is not None:
        store.vault.required_key()
        kept = secret_marks.kept_of(store, [object_id]).get(object_id, {})
        given = {"password": secret_mark(0, "password")}
        marked, secrets = secret_marks.with_marks(store, object_id, version, old, kept, given, {"password": password})
        fields |= marked
    return Change(_USER, object_id, version, old, ordered(_USER, fields), secrets, REASON_BY_HAND)


def _check_password(password: str, wanted: UserAuthArguments, users: list[User]) -> None:
    if wanted.method != "internal":
        raise DefinitionError(
            f"A password is for the method internal only, and the method is {wanted.method}: leave it out."
        )
    if wanted.users is None or len(users) != 1:
        raise DefinitionError("A password is for one user: name this one alone in users.")
    try:
        if not _USER.clean({"password": password}, Notices(), partial=True):
            raise DefinitionError("The option password is empty: give one of 8 characters or more.")
    except FieldError as error:
        raise DefinitionError(f"The option password: {error.rule}.") from None


def _refuse_without_password(users: list[User]) -> None:
    lacking = [fields["username"] for _id, _version, fields in users if "password" not in fields]
    if lacking:
        raise DefinitionError(
            f"{_names(lacking)} {'has' if len(lacking) == 1 else 'have'} no password, so that the method internal would"
            " let nobody sign in; nothing was changed: give a password with user, or with user_auth for one user.",
            without_password=lacking[:_RETURNED],
        )


# -- who is meant -----------------------------------------------------------------------------------------------------


def _selected(store: Store, wanted: UserAuthArguments) -> list[User]:
    """Return the users that the options name; raises DefinitionError for anybody who is not there."""
    if wanted.users is not None:
        return _named(store, wanted.users)
    if wanted.profile is not None:
        return _of_profile(store, wanted.profile)
    return _of_role(store, wanted.role or "")


def _named(store: Store, names: Iterable[str]) -> list[User]:
    wanted = list(dict.fromkeys(comparable(str(name)) for name in names))
    found = {name: find_object(store, "username", name, "username") for name in wanted}
    unknown = [name for name, user in found.items() if user is None]
    if unknown:
        hint = nearest(unknown[0], some_logins(store)) if len(unknown) == 1 else ""
        hint = hint or " Check the spelling, or import the user first."
        raise DefinitionError(
            f"There is no user {_names(unknown)} in {store.where}; nothing was changed.{hint}",
            unknown_users=unknown[:_RETURNED],
        )
    return [user for user in found.values() if user is not None]


def _of_profile(store: Store, name: str) -> list[User]:
    stored = profiles.find(store, name)
    if stored is None:
        names = [other.name for other in profiles.every(store)]
        raise DefinitionError(
            f'There is no profile "{name}" in {store.where}; nothing was changed.{nearest(name, names)}'
        )
    table, links = store.schema.objects, store.schema.links.c
    query = _users(store).join(store.schema.links, links.object_id == table.c.id).where(links.profile_id == stored.id)
    return [(row[0], row[1], json.loads(row[2])) for row in store.rows(query)]


def _of_role(store: Store, name: str) -> list[User]:
    known = set(store.connection.execute(sa.select(store.schema.roles.c.name)).scalars())
    if name not in known:
        raise DefinitionError(f'There is no role "{name}" in {store.where}; nothing was changed.{nearest(name, known)}')
    quoted = json.dumps(name, ensure_ascii=False)  # as it stands in the stored text
    users = ((row[0], row[1], json.loads(row[2])) for row in store.rows(_users(store)) if quoted in row[2])
    return [user for user in users if name in user[2].get("roles", ())]


def _users(store: Store) -> t.Any:
    table = store.schema.objects
    return sa.select(table.c.id, table.c.version, table.c.fields).where(table.c.kind == "user").order_by(table.c.name)


def _names(names: list[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"


def _without_directory(store: Store) -> list[str]:
    """Warn of users who are to sign in at a directory when none is declared."""
    from ansible_collections.telephony.connector.plugins.module_utils.authentication import settings

    with store.snapshot():
        stored = settings.load(store)
    if stored is not None and stored.settings.enabled:
        return []
    return ["These users cannot sign in yet: no LDAP authentication is enabled. Declare it with the module ldap_auth."]


def _set_back_by(store: Store, changes: list[Change]) -> list[str]:
    """Warn of profiles that set the method themselves, so that their next sync would set it back."""
    if not changes:
        return []
    from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition

    changed = {change.object_id for change in changes}
    warnings = []
    links = store.schema.links.c
    for stored in profiles.every(store):
        try:
            definition = Definition.from_options(stored.options)
        except DefinitionError:
            continue  # it says so itself when it is synced
        maps = any("auth_method" in entry for entry in definition.structure.get("user", ()))
        if not maps or definition.field_policy.get("auth_method", "force") != "force":
            continue
        linked = store.rows(sa.select(links.object_id).where(links.profile_id == stored.id))
        count = sum(1 for (object_id,) in linked if object_id in changed)
        if count:
            warnings.append(
                f'The profile "{stored.name}" sets auth_method itself, so its next sync sets {count} of these users'
                " back: give it field_policy: {auth_method: keep}."
            )
    return warnings
