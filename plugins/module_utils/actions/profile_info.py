# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Shows the profiles of a store, and the templates they start from."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, OneName, Result, Task
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_specs import OPTIONS, all_options
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import shown as shown_source
from ansible_collections.telephony.connector.plugins.module_utils.store import holds, profiles

#: of every family: an option that families share is a secret in all of them, or in none
_SECRETS = frozenset(name for name, spec in all_options().items() if spec.get("no_log"))


@dataclass(frozen=True)
class ProfileList(Result):
    """Profiles, their secrets masked, with the number of their objects and their hold."""

    profiles: Sequence[Mapping[str, t.Any]]


@dataclass(frozen=True)
class TemplateList(Result):
    """Templates in full."""

    templates: Sequence[Mapping[str, t.Any]]


def list_profiles(task: Task, wanted: OneName) -> ProfileList:
    """Return one or all profiles, secrets masked, with the number of their objects (module profile_info)."""
    store, name = task.store, wanted.name
    with store.snapshot():
        found = [profile for profile in profiles.every(store) if name is None or profile.name == name]
        held = holds.every(store)
        shown = [
            {
                **masked(profile.options),
                "linked_objects": profile.count_links(store),
                "hold": held[profile.name].as_dict() if profile.name in held else None,
            }
            for profile in found
        ]
    return ProfileList(False, shown)


profiles_info = Action(OneName.from_params, list_profiles)


def list_templates(_task: Task, wanted: OneName) -> TemplateList:
    """Return one or all templates in full (module template_info)."""
    name = wanted.name
    if name is not None and name not in TEMPLATES:
        raise DefinitionError(
            f'There is no template "{name}"; there are {", ".join(sorted(TEMPLATES))}.{nearest(name, TEMPLATES)}'
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
            "source_options": sorted(OPTIONS[template.family]),
        }
        for template in TEMPLATES.values()
        if name in (None, template.name)
    ]
    return TemplateList(False, shown)


templates_info = Action(OneName.from_params, list_templates)


def masked(options: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a profile's options without the secrets of its source."""
    return {**options, "source": shown_source(options.get("source") or {}, _SECRETS)}
