# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""An object before and after as Ansible shows it with --diff."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.field_text import encode
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS


def object_diff(change: Mapping[str, t.Any]) -> dict[str, str]:
    """Return one object's change (flat fields) as texts for --diff, a line a field."""
    kind = KINDS[change["kind"]]
    header = f"{change['kind']} {change['name']} ({change['reason']})"
    before, after = change["before"], change["after"]
    names = [name for name in kind.fields if name in before or name in after]
    names += sorted(name for name in {**before, **after} if name not in kind.fields)
    # a secret looks the same before and after
    marks = {name: " (changed)" for name in names if name in before and before[name] == after.get(name)}
    return {
        "before_header": header,
        "after_header": header,
        "before": _lines(before, names, {}),
        "after": _lines(after, names, marks),
    }


def _lines(fields: Mapping[str, t.Any], names: list[str], marks: Mapping[str, str]) -> str:
    texts = ((name, fields[name]) for name in names if name in fields)
    return "".join(
        f"{name}: {value if isinstance(value, str) else encode(value)}{marks.get(name, '')}\n" for name, value in texts
    )
