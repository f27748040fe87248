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
    secrets = _Secrets(compiled, steps)
    explained: dict[str, Any] = {
        "row": {
            name: _masked(cell, secrets.has_column(name) or secrets.shows(cell))
            for name, cell in zip(columns, row, strict=False)
        },
        "filter": _verdict(steps, compiled.filter),
        **({} if compiled.leaves is None else {"leaves": _verdict(steps, compiled.leaves)}),
        "variables": {
            name: _masked(value, name in compiled.secret_variables or secrets.shows(value))
            for name, value in ((name, _value_or_reason(steps, one)) for name, one in compiled.variables.items())
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


class _Secrets:
    """What of one record must not be shown.

    A column that an expression names at run time (`row['xp' ~ 'in']`) is not known. So where a secret is made that way,
    columns are shown only if another expression names them, and nothing is shown that holds the secret's value.
    """

    def __init__(self, compiled: CompiledProfile, steps: Stepwise) -> None:
        self._compiled = compiled
        feeding = compiled.secret_expressions()
        self._is_known = not any(one.uses_all for one in compiled.closure(feeding))
        values = (_value_or_reason(steps, one) for one in feeding)
        self._texts = {text for value in values for text in _texts(value) if text.strip()}

    def has_column(self, name: str) -> bool:
        """Say whether a column is, or may be, one of a secret."""
        folded = name.strip().casefold()
        hidden = self._compiled.secret_columns
        return folded in hidden or not (self._is_known or folded in self._compiled.plain_columns())

    def shows(self, value: Any) -> bool:
        """Say whether a value holds a secret, or a secret holds it."""
        if self._is_known:
            return False  # its columns are masked by name, and a short value may stand in others by chance
        return any(secret in text or text in secret for text in _texts(value) if text for secret in self._texts)


def _texts(value: Any) -> list[str]:
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in _texts(item)]
    return [] if value is None else [str(value)]


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
