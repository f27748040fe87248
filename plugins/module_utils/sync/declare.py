# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Declares, removes and lists profiles, and shows the templates they start from."""

from __future__ import annotations

import contextlib
import typing as t
from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.authentication import settings
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping import Mapper
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates import TEMPLATES
from ansible_collections.telephony.connector.plugins.module_utils.sources import source_class
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import SignInSource
from ansible_collections.telephony.connector.plugins.module_utils.store import profiles
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.sync import journal, objects
from ansible_collections.telephony.connector.plugins.module_utils.sync.findings import Findings
from ansible_collections.telephony.connector.plugins.module_utils.sync.ldap_auth import FromProfile, diff_of
from ansible_collections.telephony.connector.plugins.module_utils.sync.specs import PROFILE_SPEC

with contextlib.suppress(ImportError):  # said in words by Store.open
    import sqlalchemy as sa

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call


def declare(call: Call) -> dict[str, t.Any]:
    """Make or change a profile (module profile, state present); nothing is read from its source."""
    definition = Definition.from_options({name: call.params.get(name) for name in PROFILE_SPEC})
    Mapper(definition)  # compiles every expression: a bad one fails here, not in the night
    options = definition.as_options()
    secrets = source_class(definition.family).SECRETS
    store = call.store
    with store.snapshot():
        stored = profiles.find(store, definition.name)
    before = stored.options if stored else None
    changed = before is None or Definition.from_options(before).as_options() != options
    sign_in = _sign_in(store, definition)
    configures = sign_in is not None and sign_in.after is not None
    if (changed or configures) and not call.check_mode:
        with store.writing():
            if changed:
                profiles.save(store, definition.name, options, secrets)
            if sign_in is not None:
                sign_in.save(store)
    result: dict[str, t.Any] = {"changed": changed or configures, "profile": _masked(options, secrets)}
    if call.diff:
        shown = _masked(before, secrets) if before else {}
        result["diff"] = {"before": shown, "after": _with_changed_secrets(options, before, secrets)}
    if sign_in is not None:
        _tell_sign_in(call, sign_in, result)
    return result


def _sign_in(store: Store, definition: Definition) -> FromProfile | None:
    """Return what becomes of the store's LDAP settings, None for a profile that has nothing to do with them."""
    if not definition.configure_authentication or TEMPLATES[definition.template].authentication != "ldap":
        return None
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
    result["warnings"] = sign_in.warnings
    if call.diff and sign_in.after is not None:
        result["diff"] = [result["diff"], diff_of(sign_in.before, sign_in.after)]


def forget(call: Call) -> dict[str, t.Any]:
    """Remove a profile (state absent): its objects stay, or go with `objects: remove` unless a person had made them."""
    name, store = call.params["name"], call.store
    with store.snapshot():
        stored = profiles.find(store, name)
        going = _created_by(store, stored.id) if stored and call.params["objects"] == "remove" else []
    changes = [objects.removal(store, object_id, f'the profile "{name}" was removed') for object_id in going[:500]]
    if stored and not call.check_mode:
        with store.writing():
            going = _created_by(store, stored.id) if call.params["objects"] == "remove" else []
            _remove_profile(store, stored, going)
    result: dict[str, t.Any] = {"changed": stored is not None, "profile": None, "removed_objects": len(going)}
    if call.diff:
        secrets = source_class(Definition.from_options(stored.options).family).SECRETS if stored else frozenset()
        profile_diff = {"before": _masked(stored.options, secrets) if stored else {}, "after": {}}
        result["diff"] = [profile_diff, *(objects.diff_of(change) for change in changes)]
    return result


def _created_by(store: Store, profile_id: int) -> list[int]:
    links = store.schema.links.c
    query = sa.select(links.object_id).where(links.profile_id == profile_id, links.origin == "created")
    return list(store.connection.execute(query.order_by(links.object_id)).scalars())


def _remove_profile(store: Store, stored: profiles.Stored, going: list[int]) -> None:
    """Remove a profile with the objects that go with it, and keep a run that tells."""
    counts = Findings()
    counts.counts["removed"] = len(going)
    run = journal.Run(stored.name, journal.BY_HAND, journal.now(), "changed")
    run_id = journal.start(store, run, counts)
    for place, object_id in enumerate(going, 1):
        change = objects.removal(store, object_id, f'the profile "{stored.name}" was removed')
        objects.write(store, change, run_id, place)
    table = store.schema.profiles
    store.connection.execute(store.schema.links.delete().where(store.schema.links.c.profile_id == stored.id))
    store.connection.execute(table.delete().where(table.c.id == stored.id))


def profiles_info(call: Call) -> dict[str, t.Any]:
    """Return one or all profiles, secrets masked, with the number of their objects (module profile_info)."""
    store, name = call.store, call.params.get("name")
    with store.snapshot():
        found = [profile for profile in profiles.every(store) if name is None or profile.name == name]
        shown = [{**_declared(profile), "linked_objects": profile.count_links(store)} for profile in found]
    return {"changed": False, "profiles": shown}


def _declared(profile: profiles.Stored) -> dict[str, t.Any]:
    definition = Definition.from_options(profile.options)
    return _masked(profile.options, source_class(definition.family).SECRETS)


def templates_info(call: Call) -> dict[str, t.Any]:
    """Return one or all templates in full (module template_info)."""
    name = call.params.get("name")
    if name is not None and name not in TEMPLATES:
        raise DefinitionError(
            f'there is no template "{name}"; there are {", ".join(sorted(TEMPLATES))}.{nearest(name, TEMPLATES)}'
        )
    shown = [
        {
            "name": template.name,
            "title": template.title,
            "family": template.family,
            "version": template.version,
            "variables": dict(template.variables),
            "structure": dict(template.structure),
            "key": template.key,
            "match": [list(rule) if isinstance(rule, tuple) else rule for rule in template.match],
            "filter": template.filter,
            "source_options": sorted(source_class(template.family).OPTIONS),
        }
        for template in TEMPLATES.values()
        if name in (None, template.name)
    ]
    return {"changed": False, "templates": shown}


def _masked(options: Mapping[str, t.Any], secrets: t.Collection[str]) -> dict[str, t.Any]:
    source = options.get("source") or {}
    return {**options, "source": {name: MASK if name in secrets and value else value for name, value in source.items()}}


def _with_changed_secrets(
    options: Mapping[str, t.Any], before: Mapping[str, t.Any] | None, secrets: t.Collection[str]
) -> dict[str, t.Any]:
    """Return the masked options, with secrets that change marked so that the diff shows it."""
    shown = _masked(options, secrets)
    old = (before or {}).get("source") or {}
    for name in secrets:
        if name in old and name in shown["source"] and old[name] != options["source"][name]:
            shown["source"][name] = f"{MASK} (changed)"
    return shown
