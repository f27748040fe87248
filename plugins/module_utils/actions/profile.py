# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Declares profiles."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.actions import profile_hold
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
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store


def declare(call: Call) -> dict[str, t.Any]:
    """Make or change a profile (module profile, state present); nothing is read from its source."""
    if profile_hold.is_all_that_is_asked(call.params):
        return profile_hold.set_hold(call)
    profile_hold.check_declares(call.params)
    definition = Definition.from_options({name: call.params.get(name) for name in PROFILE_SPEC})
    mapper = Mapper(definition)  # compiles every expression: a bad one fails here, not in the night
    options = definition.as_options()
    secrets = definition.encrypted_options
    store = call.store
    # SQLite makes a key file of its own
    if not store.is_sqlite and any(definition.source.get(name) for name in secrets):
        store.vault.required_key()
    with store.snapshot():
        stored = profiles.find(store, definition.name)
        unknown_pools = _unknown_pools(call, definition, mapper)
        held = holds.state_of(store, stored.id).hold if stored else None
    hold = profile_hold.Wanted.from_params(call.params)
    before = stored.options if stored else None
    changed = before is None or Definition.from_options(before).as_options() != options
    sign_in = _sign_in(store, definition)
    configures = sign_in is not None and sign_in.after is not None
    # an earlier version kept addresses with their keys as they are
    lies_open = stored is not None and not secrets.isdisjoint(stored.unencrypted)
    holding = hold.changes(held)
    if (changed or configures or lies_open or holding) and not call.check_mode:
        with store.writing():
            if changed or lies_open:
                profiles.save(store, definition.name, options, secrets)
            if sign_in is not None:
                sign_in.save(store)
            stored = profiles.find(store, definition.name)
            if holding and stored is not None:
                hold.save(store, stored.id)
    shown_hold = profile_hold.now(store, stored.id if stored else None, hold, held)
    result: dict[str, t.Any] = {
        "changed": changed or configures or holding,
        "profile": masked(options),
        "hold": shown_hold,
    }
    if call.diff:
        shown = masked(before) if before else {}
        result["diff"] = {"before": shown, "after": _with_changed_secrets(options, before, secrets)}
        if holding:
            result["diff"] = [result["diff"], profile_hold.diff(definition.name, held, shown_hold)]
    if warnings := [*unknown_pools, *_unconfigured_sign_in(store, definition)]:
        result["warnings"] = warnings
    if sign_in is not None:
        _tell_sign_in(call, sign_in, result)
    return result


def _unknown_pools(call: Call, definition: Definition, mapper: Mapper) -> list[str]:
    """Refuse a pool that is not there; a simulation does not see one that the same play declares, so it warns."""
    known = {pool.name for pool in pools.every(call.store)} | {pools.DEFAULT}
    unknown = sorted(mapper.named_pools - known)
    if not unknown:
        return []
    hint = nearest(unknown[0], known) or f" There are: {', '.join(sorted(known))}."
    words = (
        f'profile "{definition.name}" ({definition.template}): pool names "{unknown[0]}", but there is no such'
        f" extension pool: declare it with the module extension_pool first.{hint}"
    )
    if call.check_mode:
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
        "the profile has configure_authentication, so that its users sign in at the directory, but the phone system has"
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
            f'profile "{definition.name}" ({definition.template}): configure_authentication: {error.message}'
        ) from None


def _tell_sign_in(call: Call, sign_in: FromProfile, result: dict[str, t.Any]) -> None:
    now = sign_in.after or sign_in.before
    result["ldap_auth"] = now.shown() if now else None
    result["warnings"] = [*result.get("warnings", ()), *sign_in.warnings]
    if call.diff and sign_in.after is not None:
        from ansible_collections.telephony.connector.plugins.module_utils.actions.ldap_auth import diff_of

        earlier = result["diff"] if isinstance(result["diff"], list) else [result["diff"]]
        result["diff"] = [*earlier, diff_of(sign_in.before, sign_in.after)]


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
