# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a person asks for when they publish: typed, checked, and without any idea of module options."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.outputs.base import Format
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.dialling import Numbers


@dataclass(frozen=True)
class Guards:
    """What a publication may not do unless a person has seen it: numbers, or percentages of the output's entries."""

    max_removals: str = "20%"
    max_updates: str = "100%"


@dataclass(frozen=True)
class Order:
    """One publication, or one taken away (`absent`; then `format` may be None)."""

    name: str
    format: Format | None
    filter: str | None = None
    numbers: Numbers = field(default_factory=Numbers)
    guards: Guards = field(default_factory=Guards)
    adopt: bool = False
    absent: bool = False
    expect_plan: str | None = None
    changes_limit: int = 500
    diff: bool = False

    def inputs(self, extra: Mapping[str, Any]) -> str:
        """Return a digest of all that decides about the result beside the store's objects."""
        if self.format is None:
            raise AssertionError("an absent output has no inputs")
        parts = [
            self.format.NAME,
            self.format.VERSION,
            {name: value for name, value in self.format.options.items() if not self.is_secret(name)},
            self.format.inputs(),
            self.filter,
            [self.numbers.form, self.numbers.country, self.numbers.international_prefix, self.numbers.outside_line],
            dict(extra),
        ]
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def is_secret(self, option: str) -> bool:
        """Say whether an option of the format must not be shown or kept."""
        if self.format is None:
            raise AssertionError("an absent output has no format")
        return bool(self.format.OPTIONS.get(option, {}).get("no_log"))
