# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Merging a profile's variables and structure over its template's, and checking that every name in them exists."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.devices import (
    CALLS,
    DEVICE_FIELDS,
    TIMES,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, FieldError

WHEN = "when"  # not a field: the condition of an object or of a device
RESERVED = frozenset(
    (
        *("row", "values", "range", "dict", "self", "super", "caller", "loop", "varargs", "kwargs"),
        *("true", "false", "none", "and", "or", "not", "in", "is", "if", "else"),
    )
)


def merge_variables(template: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template's variables with the profile's own over them; null takes one out. DefinitionError."""
    for name, value in own.items():
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", str(name)):
            raise DefinitionError(f'The variable name "{name}" is not a letter followed by letters, digits or "_"')
        if name.lower() in RESERVED:
            raise DefinitionError(f'The variable name "{name}" has a meaning in expressions; choose another one')
        if value is None and name not in template:
            raise DefinitionError(f'There is no variable "{name}" to take out.{nearest(name, template)}')
    merged = {**template, **own}
    return {name: copy.deepcopy(value) for name, value in merged.items() if value is not None}


def merge_structure(
    template: Mapping[str, Mapping[str, Any]], own: Mapping[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """Return kind -> mappings: the template's with the profile's own over them.

    A mapping is merged entry by entry, a list replaces what the template has, null takes an entry or a kind out.
    DefinitionError for a kind or field that does not exist, and for a structure that makes nothing.
    """
    merged = {kind: [copy.deepcopy(dict(fields))] for kind, fields in template.items()}
    for kind, given in own.items():
        if kind not in KINDS:
            raise DefinitionError(f'The option structure has an unknown kind "{kind}".{nearest(kind, KINDS)}')
        if given is None:
            merged.pop(kind, None)
            continue
        for mapping in objects_of(kind, given):
            check_fields(kind, mapping)
        base = merged.get(kind, [{}])[0]
        merged[kind] = [_merge(base, given)] if isinstance(given, Mapping) else [_merge({}, one) for one in given]
    if not any(merged.values()):
        raise DefinitionError("The option structure makes no object; give it at least one kind with its fields")
    for kind, mappings in merged.items():
        _check_required(kind, mappings)
    return merged


def objects_of(kind: str, given: Any) -> list[Mapping[str, Any]]:
    """Return the mappings of a kind, which may be given as one mapping or as a list of them."""
    mappings = [given] if isinstance(given, Mapping) else given
    if not isinstance(mappings, (list, tuple)) or not all(isinstance(mapping, Mapping) for mapping in mappings):
        raise DefinitionError(
            f"The option structure.{kind} must be a mapping of fields to expressions, or a list of such mappings"
        )
    return list(mappings)


def fields_of(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an object in the structure, without its condition."""
    return {name: value for name, value in mapping.items() if name != WHEN}


def check_fields(kind: str, mapping: Mapping[str, Any]) -> None:
    """Raise DefinitionError for a name in an object of the structure that is no field."""
    try:
        flat = KINDS[kind].flatten(fields_of(mapping))
    except FieldError as error:
        raise DefinitionError(f"The option structure.{kind}.{error.field}: {error.rule}") from None
    for name, value in flat.items():
        if name == "devices" and isinstance(value, (list, tuple)):
            for path, part, known in _device_parts(value):
                _check_names(f"structure.{kind}.devices.{path}", part, known)
        elif isinstance(value, Mapping):
            raise DefinitionError(
                f"The option structure.{kind}.{name}: must be an expression or a plain value, not a mapping"
            )


def _device_parts(devices: list[Any] | tuple[Any, ...]) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    """Yield every mapping inside a list of devices: its path, itself, and the names it may have."""
    for index, device in enumerate(devices):
        yield str(index), device, (*DEVICE_FIELDS, WHEN)
        timeouts = device.get("timeouts") if isinstance(device, Mapping) else None
        if isinstance(timeouts, Mapping):
            yield f"{index}.timeouts", timeouts, CALLS
            for call, times in timeouts.items():
                if times is not None:
                    yield f"{index}.timeouts.{call}", times, TIMES


def _check_names(path: str, part: Any, known: tuple[str, ...]) -> None:
    if not isinstance(part, Mapping):
        raise DefinitionError(f"The option {path} must be a mapping with any of {', '.join(known)}")
    for name in part:
        if name not in known:
            raise DefinitionError(f'The option {path} has an unknown entry "{name}".{nearest(str(name), known)}')


def _merge(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Merge mappings deeply; null takes an entry out, and everything that is not a mapping replaces."""
    merged = dict(base)
    for name, value in ((str(key), value) for key, value in own.items()):
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            inner = merged.get(name)
            merged[name] = _merge(inner if isinstance(inner, Mapping) else {}, value)
        else:
            merged[name] = copy.deepcopy(value)
    return merged


def _check_required(kind: str, mappings: list[dict[str, Any]]) -> None:
    for mapping in mappings:
        missing = [name for name in KINDS[kind].required if name not in mapping]
        if missing:
            raise DefinitionError(
                f"The option structure.{kind} sets no {' and no '.join(missing)}, which every {kind} needs"
            )
