# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""How a record comes to its objects, in a form that may be shown: every secret is masked."""

from __future__ import annotations

from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import is_true
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, Notices
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK, mask
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.compiling import Expression
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.compiled_profile import (
    CompiledProfile,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.outcomes import (
    Mapped,
    Outcome,
    Rejected,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.record_view import Row
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.stepwise import (
    CannotWorkOutError,
    Stepwise,
)


def explain(compiled: CompiledProfile, columns: tuple[str, ...], row: Row, outcome: Outcome) -> dict[str, Any]:
    """Return row, filter verdict (None if it failed), variables, and what became of it: `desired` or `rejected`."""
    steps = Stepwise(compiled, columns, row, Notices())
    explained: dict[str, Any] = {
        "row": {
            name: _masked(cell, name.strip().casefold() in compiled.secret_columns)
            for name, cell in zip(columns, row, strict=False)
        },
        "filter": _verdict(steps, compiled.filter),
        "variables": {
            name: _masked(_value_or_reason(steps, variable), name in compiled.secret_variables)
            for name, variable in compiled.variables.items()
        },
    }
    if isinstance(outcome, Rejected):
        explained["rejected"] = {"field": outcome.field, "value": outcome.value, "rule": outcome.rule}
    else:
        objects = outcome.objects if isinstance(outcome, Mapped) else ()
        explained["desired"] = [
            {"kind": one.kind, "slot": one.slot, "fields": KINDS[one.kind].nest(mask(one.fields))} for one in objects
        ]
    return explained


def _masked(value: Any, is_secret: bool) -> Any:
    return MASK if is_secret and value not in (None, "", []) else value


def _verdict(steps: Stepwise, condition: Expression) -> bool | None:
    try:
        return is_true(steps.value(condition))
    except CannotWorkOutError:
        return None


def _value_or_reason(steps: Stepwise, variable: Expression) -> Any:
    try:
        return steps.value(variable)
    except CannotWorkOutError as error:
        return f"({error})"
