# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Words for options that Ansible's own check refuses: whose profile it is, and what that profile could have said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.actions.specs import PROFILE_SPEC
from ansible_collections.telephony.connector.plugins.module_utils.errors import nearest
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES
from ansible_collections.telephony.connector.plugins.module_utils.sources.option_specs import OPTIONS

# compiled when there is an error: most tasks have none
_UNKNOWN = r"Unsupported parameters for \(\S+\) module: ([\w.]+?)(?:, [\w., ]+)?\. Supported parameters include"


def of_profile(message: str, params: Mapping[str, Any]) -> str:
    """Return a message about the options of `profile`, or of `sync` with its `definition`, in words of that profile.

    Ansible names neither the profile nor its template, and lists the source options of every family.
    """
    definition = params.get("definition")
    options = definition if isinstance(definition, Mapping) else params
    name = params.get("profile") or params.get("name")
    template = str(options.get("template") or "")
    profile = f'Profile "{name}"' if name else "The profile"
    whose = f"{profile} ({template})" if template in TEMPLATES else profile
    unknown = re.match(_UNKNOWN, message)
    path = unknown[1].removeprefix("definition.") if unknown else ""
    option = path.removeprefix("source.")
    if path.startswith("source.") and template in TEMPLATES and "." not in option:
        known = OPTIONS[TEMPLATES[template].family]
        return (
            f'{whose}: The source has no option "{option}".{nearest(option, known)}'
            f" The options of this source are: {', '.join(sorted(known))}."
        )
    if unknown and params.get("profile") and unknown[1] in PROFILE_SPEC:
        message = (
            f'The module sync has no option "{unknown[1]}": it belongs to the profile, so give it to the module'
            " profile, or in definition."
        )
    return f"{whose}: {message}" if name else message
