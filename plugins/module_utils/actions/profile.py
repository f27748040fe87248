# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Declares and changes profiles, or hands on to their removal (module profile)."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.actions import profile_hold
from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, Result, Task
from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_info import masked
from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import PROFILE_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.mapper import Mapper
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import SignInSource
from ansible_collections.telephony.connector.plugins.module_utils.sources.registry import source_class
from ansible_collections.telephony.connector.plugins.module_utils.store import holds, pools, profiles

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_ldap_auth import FromProfile
    from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_removal import RemovalArguments
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store


@dataclass(frozen=True)
class ProfileArguments:
    """The profile that is wanted; None where only its hold is set or released."""

    name: str
    definition: Definition | None
    hold: profile_hold.Wanted

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> ProfileArguments:
        """Read the module's options; DefinitionError for what is wrong with them."""
        if profile_hold.is_all_that_is_asked(params):
            return cls(params["name"], None, profile_hold.Wanted.from_params(params))
        profile_hold.check_declares(params)
        definition = Definition.from_options({name: params.get(name) for name in PROFILE_SPEC})
        return cls(definition.name, definition, profile_hold.Wanted.from_params(params))


def declare_profile(task: Task, wanted: ProfileArguments) -> profile_hold.ProfileResult:
    """Make or change a profile, or set its hold; nothing is read from its source."""
    if wanted.definition is None:
        return profile_hold.set_hold(task, wanted.name, wanted.hold)
    return _set_profile(task, wanted.definition, wanted.hold)


declare = Action(ProfileArguments.from_params, declare_profile)


def _from_params(params: Mapping[str, t.Any]) -> ProfileArguments | RemovalArguments:
    """Read the module's options; which they are hangs on `state`."""
    if params["state"] == "present":
        return ProfileArguments.from_params(params)
    from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_removal import RemovalArguments

    return RemovalArguments.from_params(params)


def _declare_or_remove(task: Task, wanted: ProfileArguments | RemovalArguments) -> Result:
    """Do what the module is asked for; see `declare_profile` and `remove_profile`."""
    if isinstance(wanted, ProfileArguments):
        return declare_profile(task, wanted)
    from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_removal import remove_profile

    return remove_profile(task, wanted)


declare_or_remove = Action(_from_params, _declare_or_remove)


def _set_profile(task: Task, definition: Definition, hold: profile_hold.Wanted) -> profile_hold.ProfileResult:
    """Make or change a profile, or tell what would be changed."""
    store = task.store
    mapper = Mapper(definition)  # compiles every expression: a bad one fails here, not in the night
    options = definition.as_options()
    secrets = definition.encrypted_options
    # SQLite makes a key file of its own
    if not store.is_sqlite and any(definition.source.get(name) for name in secrets):
        store.vault.required_key()
    with store.snapshot():
        stored = profiles.find(store, definition.name)
        unknown_pools = _unknown_pools(store, definition, mapper, task.check_mode)
        held = holds.state_of(store, stored.id).hold if stored else None
    before = stored.options if stored else None
    changed = before is None or Definition.from_options(before).as_options() != options
    sign_in = _sign_in(store, definition)
    configures = sign_in is not None and sign_in.after is not None
    # an earlier version kept addresses with their keys as they are
    lies_open = stored is not None and not secrets.isdisjoint(stored.unencrypted)
    holding = hold.changes(held)
    if (changed or configures or lies_open or holding) and not task.check_mode:
        with store.writing():
            if changed or lies_open:
                profiles.save(store, definition.name, options, secrets)
            if sign_in is not None:
                sign_in.save(store)
            stored = profiles.find(store, definition.name)
            if holding and stored is not None:
                hold.save(store, stored.id)
    shown_hold = profile_hold.now(store, stored.id if stored else None, hold, held)
    now = (sign_in.after or sign_in.before) if sign_in is not None else None
    warnings = [*unknown_pools, *_unconfigured_sign_in(store, definition), *(sign_in.warnings if sign_in else ())]
    shown: t.Any = None
    if task.diff:
        before_shown = masked(before) if before else {}
        shown = [{"before": before_shown, "after": _with_changed_secrets(options, before, secrets)}]
        shown += [profile_hold.diff(definition.name, held, shown_hold)] if holding else []
        shown += _diff_of_sign_in(sign_in)
    return profile_hold.ProfileResult(
        changed=changed or configures or holding,
        profile=masked(options),
        hold=shown_hold,
        diff=shown[0] if shown and len(shown) == 1 else shown,
        warnings=warnings,
        ldap_auth=now.shown() if now else None,
        is_about_sign_in=sign_in is not None,
    )


def _unknown_pools(store: Store, definition: Definition, mapper: Mapper, check_mode: bool) -> list[str]:
    """Refuse a pool that is not there; a simulation does not see one that the same play declares, so it warns."""
    known = {pool.name for pool in pools.every(store)} | {pools.DEFAULT}
    unknown = sorted(mapper.named_pools - known)
    if not unknown:
        return []
    hint = nearest(unknown[0], known) or f" There are: {', '.join(sorted(known))}."
    words = (
        f'Profile "{definition.name}" ({definition.template}): pool names "{unknown[0]}", but there is no such'
        f" extension pool: declare it with the module extension_pool first.{hint}"
    )
    if check_mode:
        return [words]
    raise DefinitionError(words)


def _unconfigured_sign_in(store: Store, definition: Definition) -> list[str]:
    """Warn of users that are to sign in at a directory which the source does not name, and nobody else has."""
    if not definition.configure_authentication or TEMPLATES[definition.template].authentication != "ldap":
        return []
    if _names_directory(definition):
        return []
    from ansible_collections.telephony.connector.plugins.module_utils.authentication import settings

    with store.snapshot():
        stored = settings.load(store)
    if stored is not None and stored.settings.enabled:
        return []
    warning = (
        "The profile has configure_authentication, so that its users sign in at the directory, but the phone system has"
        " no enabled LDAP authentication: none of them can sign in until ldap_auth declares it."
    )
    return [warning]


def _names_directory(definition: Definition) -> bool:
    """Say whether the profile's source is a directory at which its people can sign in."""
    return hasattr(source_class(definition.family), "authentication")


def _sign_in(store: Store, definition: Definition) -> FromProfile | None:
    """Return what becomes of the store's LDAP settings, None for a profile that has nothing to do with them."""
    if not definition.configure_authentication or TEMPLATES[definition.template].authentication != "ldap":
        return None
    if not _names_directory(definition):
        return None
    from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_ldap_auth import FromProfile
    from ansible_collections.telephony.connector.plugins.module_utils.authentication import settings

    source = t.cast(SignInSource, source_class(definition.family)(definition.source))
    with store.snapshot():
        stored = settings.load(store)
    try:
        return FromProfile(stored, source.authentication(), definition)
    except DefinitionError as error:
        raise DefinitionError(
            f'Profile "{definition.name}" ({definition.template}): configure_authentication: {error.message}'
        ) from None


def _diff_of_sign_in(sign_in: FromProfile | None) -> list[dict[str, t.Any]]:
    if sign_in is None or sign_in.after is None:
        return []
    from ansible_collections.telephony.connector.plugins.module_utils.actions.ldap_auth import diff_of

    return [diff_of(sign_in.before, sign_in.after)]


def _with_changed_secrets(
    options: Mapping[str, t.Any], before: Mapping[str, t.Any] | None, secrets: t.Collection[str]
) -> dict[str, t.Any]:
    """Return the masked options, with secrets that change marked so that the diff shows it."""
    shown = masked(options)
    old, old_shown = (before or {}).get("source") or {}, masked(before or {})["source"]
    for name in secrets:
        new = shown["source"].get(name)
        if name in old and new and old[name] != options["source"][name] and old_shown[name] == new:
            shown["source"][name] = f"{new} (changed)"
    return shown
