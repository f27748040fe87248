# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Trying Univention Corporate Server step by step: as any directory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.sources.checking import Sample, Steps
from ansible_collections.telephony.connector.plugins.module_utils.sources.ldap.doctor import examine_directory, suggest
from ansible_collections.telephony.connector.plugins.module_utils.sources.ucs.source import UcsSource


def examine(options: Mapping[str, Any], steps: Steps, wanted: frozenset[str]) -> Sample:
    """See Doctor."""
    return examine_directory(UcsSource(options), options, steps, wanted)


__all__ = ["examine", "suggest"]
