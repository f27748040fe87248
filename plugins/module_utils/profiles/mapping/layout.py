# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The structure of a profile, parsed: which objects, fields and devices come from which expression."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, capital
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.devices import (
    DEVICE_FIELDS,
    PAIRINGS,
    TYPES,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import (
    AUTH_METHODS,
    Rule,
    plain_text,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import (
    KINDS,
    FieldError,
    Kind,
    Notices,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.compiling import Expression
from ansible_collections.telephony.connector.plugins.module_utils.profiles.structure import WHEN, fields_of

#: Field of an expression -> the words it may have.
CHOICES = {"devices.type": TYPES, "devices.pairing": PAIRINGS, "auth_method": AUTH_METHODS}

Parse = Callable[[str, str, Any], Expression]
"""Parses one expression: takes what errors call it, the field it is for, and its source."""

Times = dict[str, dict[str, Expression]]


@dataclass(frozen=True, eq=False)
class DeviceLayout:
    """One device in the structure: it exists when all conditions hold."""

    when: tuple[Expression, ...]
    fields: dict[str, Expression]
    timeouts: Times

    def expressions(self) -> Iterator[Expression]:
        """Yield all expressions of this device."""
        yield from self.when
        yield from self.fields.values()
        for times in self.timeouts.values():
            yield from times.values()


@dataclass(frozen=True, eq=False)
class ObjectLayout:
    """One object in the structure. `fields` are flat; `devices` is None unless the structure lists devices."""

    slot: str
    kind: Kind
    when: tuple[Expression, ...]
    fields: dict[str, Expression]
    devices: tuple[DeviceLayout, ...] | None
    mapped: frozenset[str]

    def expressions(self) -> Iterator[Expression]:
        """Yield all expressions of this object, in the order in which they are worked out."""
        yield from self.when
        yield from self.fields.values()
        for device in self.devices or ():
            yield from device.expressions()

    def own_expressions(self, given: Any) -> list[Expression]:
        """Return those that a profile has `given` for this kind of object, rather than its template."""
        if not isinstance(given, Mapping):  # a list replaces what the template has
            return list(self.expressions()) if given else []
        names = self.kind.flatten(fields_of(given))
        devices = [one for device in self.devices or () for one in device.expressions()] if "devices" in names else []
        own = [one for name, one in self.fields.items() if name in names]
        return [*own, *(self.when if WHEN in given else ()), *devices]


def read_structure(
    structure: Mapping[str, list[dict[str, Any]]], parse: Parse, variables: Collection[str] = ()
) -> tuple[ObjectLayout, ...]:
    """Return the objects of a merged structure; DefinitionError for a bad expression or an impossible constant.

    `variables` are those of the template, of which none holds a word of a choice.
    """

    def parse_word(where: str, field: str, source: Any) -> Expression:
        return parse(where, field, _quoted(where, field, source, variables))

    return tuple(
        _object(kind if index == 0 else f"{kind}:{index}", KINDS[kind], mapping, parse_word)
        for kind, mappings in structure.items()
        for index, mapping in enumerate(mappings)
    )


def _object(slot: str, kind: Kind, mapping: Mapping[str, Any], parse: Parse) -> ObjectLayout:
    flat = kind.flatten(fields_of(mapping))
    listed = flat.pop("devices") if isinstance(flat.get("devices"), (list, tuple)) else None
    fields = {name: parse(f'structure field "{slot}.{name}"', name, source) for name, source in flat.items()}
    for name, expression in fields.items():
        rule = kind.fields[name].rule if name in kind.fields else plain_text
        _check_constant(expression, rule)
    devices = (
        None if listed is None else tuple(_device(slot, index, device, parse) for index, device in enumerate(listed))
    )
    return ObjectLayout(
        slot=slot,
        kind=kind,
        when=_conditions(f'the condition (when) of "{slot}"', mapping, parse),
        fields=fields,
        devices=devices,
        mapped=frozenset(fields) | ({"devices"} if devices is not None else set()),
    )


def _device(slot: str, index: int, device: Mapping[str, Any], parse: Parse) -> DeviceLayout:
    path = f"{slot}.devices.{index}"
    fields: dict[str, Expression] = {}
    for name, source in device.items():
        if source is not None and name not in (WHEN, "timeouts"):
            fields[name] = parse(f'structure field "{path}.{name}"', f"devices.{name}", source)
            _check_constant(fields[name], DEVICE_FIELDS[name])
    if "type" not in fields:
        raise DefinitionError(f'Structure field "{path}" needs a type')
    timeouts: Times = {}
    for call, times in (device.get("timeouts") or {}).items():
        for time, source in (times or {}).items():
            if source is not None:
                where = f'structure field "{path}.timeouts.{call}.{time}"'
                timeouts.setdefault(call, {})[time] = parse(where, f"devices.timeouts.{call}.{time}", source)
    return DeviceLayout(_conditions(f'the condition (when) of "{path}"', device, parse), fields, timeouts)


def _quoted(where: str, field: str, source: Any, variables: Collection[str]) -> Any:
    """Let the words of a choice be written bare: `type: mobile` is the type of a device, not the variable mobile.

    Another word that is a variable of the template is meant as a type, too, and would reject every record.
    """
    choices = CHOICES.get(field, ())
    word = source.strip() if choices and isinstance(source, str) else ""
    if word in choices:
        return f"'{word}'"
    if word in variables:
        raise DefinitionError(
            f'{capital(where)}: "{word}" is none of {", ".join(choices)} but a variable of the template; write one of'
            " these words, or an expression that gives one."
        )
    return source


def _conditions(where: str, mapping: Mapping[str, Any], parse: Parse) -> tuple[Expression, ...]:
    """Read `when`: one condition, or a list of conditions that must all hold."""
    given = mapping.get(WHEN)
    if given is None:
        return ()
    return tuple(
        parse(where, WHEN, condition) for condition in (given if isinstance(given, (list, tuple)) else [given])
    )


def _check_constant(expression: Expression, rule: Rule) -> None:
    """Refuse at once a constant that its field would refuse for every record."""
    if not expression.is_constant or expression.value in (None, "", []):
        return
    try:
        rule(expression.field, expression.value, Notices())
    except FieldError as error:
        raise DefinitionError(f"{capital(expression.where)}: {error.rule}") from None
