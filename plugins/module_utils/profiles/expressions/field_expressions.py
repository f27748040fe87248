# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Expressions over the fields of one object, as filters and columns of outputs use them; the sandbox of profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, capital
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import is_true
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, Notices
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import SECRET_FIELDS
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions import compiling, parsing
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.sandbox import NOTICES, Missing

#: What every object shows, beside the fields of its kind.
_OF_ALL = ("kind", "owner", "labels", "phonebook", "username", "device")
NAMES = (
    frozenset({name.partition(".")[0] for kind in KINDS.values() for name in kind.fields} | set(_OF_ALL))
    - SECRET_FIELDS
)


#: Names under which there are further ones.
_GROUPS = frozenset(("labels", "phonebook"))
#: Types of values that are given as they are.
_PLAIN = frozenset((str, type(None)))
#: Names are not worked out but given.
_FROM_CONTEXT = {name: compiling.Expression(name) for name in NAMES}


class FieldExpressions:
    """Several expressions, worked out together for one object after the other.

    DefinitionError names the expression and the position of a fault.
    """

    def __init__(self, sources: Mapping[str, str], are_conditions: bool = False) -> None:
        """`sources`: what an error calls it -> the expression; `are_conditions`: nothing but their truth counts."""
        self._where = list(sources)
        columns = compiling.Columns()
        parsed = [
            parsing.parse(where, source, columns, NAMES, of_record=False, is_condition=are_conditions)
            for where, source in sources.items()
        ]
        if columns.names:
            raise DefinitionError(
                f"{capital(self._where[0])} uses row.{columns.names[0]}: write the field's name alone, without"
                " row or values."
            )
        self._expressions = parsed
        # a bare name, as most columns are, needs no Jinja2
        self._bare = {place: one.alias for place, one in enumerate(parsed) if one.alias is not None}
        names = [self._bare.get(place, "kind") for place in range(len(parsed))]
        #: where all are bare names of fields, as columns mostly are: these
        self.fields = None if {"kind", *_GROUPS} & {*names} else names
        computed = [one for place, one in enumerate(parsed) if not one.is_constant and place not in self._bare]
        self._used = sorted({name for one in computed for name in one.variables})
        self._names: dict[str, Any] = {**compiling.environment().globals, NOTICES: Notices()}
        self._context = compiling.new_context(self._names)
        self._root = compiling.compile_stages([computed], _FROM_CONTEXT) if computed else None

    def values(self, kind: str, fields: Mapping[str, Any]) -> list[Any]:
        """Return the value of each expression as plain data; DefinitionError when one cannot be worked out."""
        if self.fields is not None:
            found = [*map(fields.get, self.fields)]
            if _PLAIN.issuperset(map(type, found)):
                return found
        for name in self._used:
            self._names[name] = _value(name, kind, fields)
        bare = self._bare
        try:
            results = iter(next(self._root(self._context)) if self._root else ())
            return [
                _bare_value(bare[place], kind, fields)
                if place in bare
                else one.value
                if one.is_constant
                else compiling.plain(next(results))
                for place, one in enumerate(self._expressions)
            ]
        except Exception as error:
            said = f": {error}" if str(error) else ""
            raise DefinitionError(
                f'{capital(", ".join(self._where[:3]))} cannot be worked out for "{fields.get("display_name", "")}"'
                f" ({type(error).__name__}{said}); write an expression that holds for every entry."
            ) from None


class Filter:
    """The expression that decides which objects are published; without one all are."""

    def __init__(self, source: str | None) -> None:
        self._expressions = (
            FieldExpressions({"the filter": source}, are_conditions=True) if source is not None else None
        )

    @property
    def wants_all(self) -> bool:
        """Whether there is no filter."""
        return self._expressions is None

    def wants(self, kind: str, fields: Mapping[str, Any]) -> bool:
        """Say whether an object is published."""
        return self._expressions is None or is_true(self._expressions.values(kind, fields)[0])


def _bare_value(name: str, kind: str, fields: Mapping[str, Any]) -> Any:
    """Return a field as plain data, None where there is none."""
    value = fields.get(name)
    if value is None and name not in _GROUPS and name != "kind":
        return None
    # pylint: disable-next=unidiomatic-typecheck  # an heir of str must become a plain one
    return value if type(value) is str and name != "kind" else compiling.plain(_value(name, kind, fields))


def _value(name: str, kind: str, fields: Mapping[str, Any]) -> Any:
    """Return a field as object_info shows it, nested where it is a group."""
    if name == "kind":
        return kind
    if name in fields:
        return fields[name]
    if name not in _GROUPS:
        return Missing(name=name)
    inner = name + "."
    group = {flat.removeprefix(inner): value for flat, value in fields.items() if flat.startswith(inner)}
    return group or Missing(name=name)
