# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Shows the profiles of a store, and the templates they start from."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_specs import OPTIONS, all_options
from ansible_collections.telephony.connector.plugins.module_utils.sources.shared_options import shown as shown_source
from ansible_collections.telephony.connector.plugins.module_utils.store import holds, profiles

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call

#: of every family: an option that families share is a secret in all of them, or in none
_SECRETS = frozenset(name for name, spec in all_options().items() if spec.get("no_log"))


def profiles_info(call: Call) -> dict[str, t.Any]:
    """Return one or all profiles, secrets masked, with the number of their objects (module profile_info)."""
    store, name = call.store, call.params.get("name")
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
    return {"changed": False, "profiles": shown}


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
            "source_options": sorted(OPTIONS[template.family]),
        }
        for template in TEMPLATES.values()
        if name in (None, template.name)
    ]
    return {"changed": False, "templates": shown}


def masked(options: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a profile's options without the secrets of its source."""
    return {**options, "source": shown_source(options.get("source") or {}, _SECRETS)}
