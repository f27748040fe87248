# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Trying users of Microsoft 365 as a source step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.numbers import check_extension
from ansible_collections.telephony.connector.plugins.module_utils.sources.checking import Column, Sample, Steps, access
from ansible_collections.telephony.connector.plugins.module_utils.sources.m365.tenant_doctor import examine_tenant


def examine(options: Mapping[str, Any], steps: Steps, wanted: frozenset[str]) -> Sample:
    """See Doctor."""
    reached = examine_tenant(options, steps)
    return Sample(options, frozenset({*wanted, "*"}) if reached else None)


def suggest(template: str, options: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """See Doctor. Some tenants keep the extension in one of fifteen attributes of their own."""
    filled = max((column.filled for column in columns), default=0)
    own = [column for column in columns if column.name.startswith("extensionAttribute") and 2 * column.filled >= filled]
    column = next((one for one in own if one.values and all(map(_is_extension, one.values))), None)
    return {"template": template} | ({"variables": {"phone": access(column.name)}} if column else {})


def _is_extension(value: str) -> bool:
    try:
        check_extension(value.strip())
    except ValueError:
        return False
    return True
