# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Expressions worked out one by one: slow, for the record that stumbled, and to explain one."""

from __future__ import annotations

from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import shown
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import Notices
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions import compiling
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.compiling import Expression
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.compiled_profile import (
    CompiledProfile,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.record_view import Inputs, Row


class CannotWorkOutError(Exception):
    """An expression failed for this record; the text says which and why, without secrets."""


class Stepwise:
    """The expressions of a profile over one row."""

    def __init__(self, compiled: CompiledProfile, columns: tuple[str, ...], row: Row, notices: Notices) -> None:
        self._compiled = compiled
        used = [*compiled.variables.values(), *compiled.all_expressions()]
        inputs = Inputs(compiled, used, columns, notices)
        inputs.feed(row)
        self._names = inputs.names
        self._context = compiling.new_context(self._names)

    def value(self, expression: Expression) -> Any:
        """Return the value as plain data; raises CannotWorkOutError, which names the variable that failed."""
        raw = self._raw(expression)
        try:
            return compiling.plain(raw)
        except Exception as error:
            raise self._failed(expression, error) from None

    def _raw(self, expression: Expression) -> Any:
        """Return the value as Jinja2 has it; variables are worked out when they are first used."""
        if expression.is_constant:
            return expression.value
        for name in sorted(expression.variables - self._names.keys()):
            self._names[name] = self._raw(self._compiled.variables[name])
        try:
            return next(compiling.alone(expression)(self._context))[0]
        except Exception as error:
            raise self._failed(expression, error) from None

    def _failed(self, expression: Expression, error: Exception) -> CannotWorkOutError:
        why = type(error).__name__
        if not self._compiled.shows_secret(expression) and str(error):
            why = shown(error).rstrip(".")
        return CannotWorkOutError(f"{expression.where} cannot be worked out: {why}")
