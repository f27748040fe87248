# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A profile with all its expressions parsed and compiled, before any column is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.numbers import is_pool_name
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import SECRET_FIELDS, is_secret
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions import compiling, parsing
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.compiling import Expression
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.layout import read_structure
from ansible_collections.telephony.connector.plugins.module_utils.profiles.policies import policy_of
from ansible_collections.telephony.connector.plugins.module_utils.profiles.structure import WHEN
from ansible_collections.telephony.connector.plugins.module_utils.profiles.templates.registry import TEMPLATES

#: What expressions are for of which nothing but the truth counts.
_CONDITIONS = ("filter", "leavers.when", WHEN)


class CompiledProfile:
    """The expressions of a profile: what they use, and the one function that works them out.

    `early` are the expressions that Jinja2 works out for filter and key, `late` those for the objects; bare columns,
    bare variables that stand for such, and constants are in neither. DefinitionError (without the profile's name) for
    what cannot be compiled.
    """

    def __init__(self, definition: Definition) -> None:
        self.columns = compiling.Columns()
        self._names = frozenset(definition.variables)
        self._on_invalid = definition.on_invalid
        self.outside_numbers = definition.outside_numbers
        self.variables = {
            name: self._parse(f'variable "{name}"', "", source) for name, source in definition.variables.items()
        }
        compiling.in_order(self.variables, self.variables)  # refuses circles, in unused variables too
        wanted = True if definition.filter is None else definition.filter
        self.filter = self._parse("the filter", "filter", wanted)
        leaves = definition.leavers.when
        self.leaves = None if leaves is None else self._parse("the option leavers.when", "leavers.when", leaves)
        self.key = self._parse("the key", "key", definition.key)
        if self.resolve(self.key).is_constant:
            raise DefinitionError("The key is the same for every record; make it of a column or variable")
        self.pool = self._parse_pool(definition.pool)
        self.named_pools = self._named_pools()  # before Jinja2 compiles, and changes, the expressions
        self.objects = read_structure(definition.structure, self._parse, TEMPLATES[definition.template].variables)
        #: columns and variables, folded, that expressions of the profile's own name, and not its template alone
        self.own_names = self._own_names(definition)
        self._compile()
        self._find_columns()
        self._find_secrets()

    def _parse(self, where: str, field: str, source: Any) -> Expression:
        expression = parsing.parse(where, source, self.columns, self._names, is_condition=field in _CONDITIONS)
        expression.field = field
        return expression

    def _parse_pool(self, source: str | None) -> Expression | None:
        """Parse the option pool: the name of a pool, or an expression that gives one, as a variable's name is."""
        if source is None:
            return None
        is_name = is_pool_name(source) and source not in self._names
        return self._parse("the option pool", "pool", repr(source) if is_name else source)

    def _named_pools(self) -> set[str]:
        """Return the pools that the profile names in so many words."""
        if self.pool is None:
            return set()
        resolved = self.resolve(self.pool)
        if resolved.is_constant:
            return {resolved.value} if isinstance(resolved.value, str) else set()
        return compiling.named_texts(resolved.node)

    def _own_names(self, definition: Definition) -> set[str]:
        options = definition.options
        own = [self.variables[name] for name in options.get("variables", {}) if name in self.variables]
        own += [one for one in (self.filter, self.key, self.pool) if one and one.field in options]
        own += [self.leaves] if self.leaves else []
        for layout in self.objects:
            own += layout.own_expressions(options.get("structure", {}).get(layout.kind.name))
        columns = {self.columns.names[place] for one in own for place in one.columns}
        return {name.casefold() for name in columns.union(*(one.variables for one in own))}

    def _compile(self) -> None:
        self.early = self._computed((*self.conditions(), self.key))
        self.late = [one for one in self._computed(self._late_ones()) if one not in self.early]
        stages = [stage for stage in (self.early, self.late) if stage]
        self.root = compiling.compile_stages(stages, self.variables) if stages else None

    def _find_columns(self) -> None:
        used = self.closure(self.all_expressions())
        self.used_columns = sorted({place for one in used for place in one.columns})
        self.uses_all = any(one.uses_all for one in used)

    def _find_secrets(self) -> None:
        """Note the columns that feed secret fields or are called like one, and the variables that use them."""
        feeding = self.closure(self.secret_expressions())
        self.secret_columns = {self.columns.names[place].casefold() for one in feeding for place in one.columns}
        self.secret_columns |= SECRET_FIELDS
        self.secret_variables = {
            name for name, one in self.variables.items() if one in feeding or self.shows_secret(one)
        }

    def secret_expressions(self) -> list[Expression]:
        """Return the expressions that make passwords and PINs."""
        return [one for one in self._of_objects() if is_secret(one.field)]

    def plain_columns(self) -> set[str]:
        """Return the columns, folded, that expressions name which make no secret."""
        others = self.closure(one for one in self.all_expressions() if not is_secret(one.field))
        return {self.columns.names[place].casefold() for one in others for place in one.columns}

    def _late_ones(self) -> Iterator[Expression]:
        yield from self._of_objects()
        if self.pool is not None:
            yield self.pool

    def _of_objects(self) -> Iterator[Expression]:
        for layout in self.objects:
            yield from layout.expressions()

    def _computed(self, wanted: Iterable[Expression]) -> list[Expression]:
        """Return the expressions that Jinja2 has to work out, each once."""
        resolved = dict.fromkeys(map(self.resolve, wanted))
        return [
            one for one in resolved if not one.is_constant and one.column is None and self.lowered_column(one) is None
        ]

    def resolve(self, expression: Expression) -> Expression:
        """Follow bare variables to the constant, column or real expression they stand for."""
        return compiling.resolve(expression, self.variables)

    def lowered_column(self, expression: Expression) -> int | None:
        """Return the place of the column if this is nothing but its value in lower case, as many keys are."""
        inner = compiling.lowered(expression)
        if inner is None:
            return None
        return self.resolve(self.variables[inner]).column if isinstance(inner, str) else inner

    def is_absent(self, expression: Expression, columns: Iterable[str]) -> bool:
        """Say whether an expression is made of columns of which none is among these, and has no other value."""
        used = self.closure([expression])
        names = {self.columns.names[place].casefold() for one in used for place in one.columns}
        has_other = any(one.uses_all or one.has_fallback for one in used)
        return bool(names) and not has_other and names.isdisjoint(name.strip().casefold() for name in columns)

    def filter_columns(self) -> list[int]:
        """Return the columns (their places) without which the filter would decide about nothing."""
        used = self.closure([self.filter])
        if any(one.uses_all or one.has_fallback for one in used):
            return []
        return sorted({place for one in used for place in one.columns})

    def conditions(self) -> tuple[Expression, ...]:
        """Return what decides whether a record is wanted: the filter, and by what somebody has left."""
        return (self.filter,) if self.leaves is None else (self.filter, self.leaves)

    def all_expressions(self) -> Iterator[Expression]:
        """Yield every expression that a record goes through, the variables they use left aside."""
        yield from self.conditions()
        yield self.key
        yield from self._late_ones()

    def drops(self, field: str) -> bool:
        """Say whether a value that the field cannot take is left out, rather than the record."""
        return policy_of(field, self._on_invalid, "reject") == "drop"

    def closure(self, wanted: Iterable[Expression]) -> list[Expression]:
        """Return expressions together with all variables they use, directly or through others."""
        given = list(wanted)
        names = compiling.in_order((name for one in given for name in sorted(one.variables)), self.variables)
        return given + [self.variables[name] for name in names]

    def shows_secret(self, expression: Expression) -> bool:
        """Say whether the value of this expression, or an error about it, could repeat a secret column."""
        used = self.closure([expression])
        names = {self.columns.names[place].casefold() for one in used for place in one.columns}
        return any(one.uses_all for one in used) or not names.isdisjoint(self.secret_columns)

    def key_column(self) -> int | None:
        """Return the column (its place) without which there is no key, if there is one."""
        used = self.closure([self.key])
        places = {place for one in used for place in one.columns}
        return places.pop() if len(places) == 1 and not any(one.has_fallback for one in used) else None

    def key_field(self) -> str:
        """Return the field that an empty key is reported for: the first with a column of the key, else "key"."""
        places = {place for one in self.closure([self.key]) for place in one.columns}
        fields = (one.field for one in self._of_objects() if self.resolve(one).column in places)
        return next(fields, "key")
