# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The option `report` of sync, publish and undo: where a report goes, and what of the task's options it repeats."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass

#: option -> how it is called in the command that applies the plan
_NAMED_BY = ("profile", "run", "name")


@dataclass(frozen=True)
class ReportRequest:
    """A report that a task is asked for.

    `named` are the options that say what is reported on, as the command that applies the plan has them.
    """

    module: str
    path: str
    named: Mapping[str, t.Any]

    @classmethod
    def from_params(cls, module: str, params: Mapping[str, t.Any]) -> ReportRequest | None:
        """Read the options; None when no report is asked for."""
        path = params.get("report")
        if not path:
            return None
        named = {name: params[name] for name in _NAMED_BY if params.get(name) is not None}
        location = params.get("store")
        if location and "@" not in location:  # one with a password has no place in a report
            named["store"] = location
        return cls(module, path, named)
