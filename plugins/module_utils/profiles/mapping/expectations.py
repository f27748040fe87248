# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Comparing what a record becomes with what a test expects of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.devices import DEVICE_FIELDS
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import KINDS, FieldError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.secrets import MASK, is_secret, mask
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.outcomes import (
    Desired,
    Filtered,
    Outcome,
    Rejected,
)

REJECTED = "rejected"


class Difference(NamedTuple):
    """One thing that is not as expected: where ("user.extension"), what was expected and what there is (both shown)."""

    where: str
    expected: Any
    actual: Any


class Expectation:
    """What one row should become: nothing, a rejection for a field, or objects of which some fields are given.

    Made from one entry of `expect`: None, `{"rejected": field}`, `{kind: {field: value}}`, or a list of the latter.
    Raises DefinitionError (a sentence that begins with `where`) for a kind or field that does not exist.
    """

    def __init__(self, where: str, given: Any) -> None:
        self._rejected: str | None = None
        self._objects: list[tuple[str, dict[str, Any]]] = []
        self._is_filtered = given is None
        if isinstance(given, Mapping) and REJECTED in given:
            if len(given) > 1 or not isinstance(given[REJECTED], str):
                raise DefinitionError(f"{where}: rejected takes the name of one field and stands alone.")
            self._rejected = given[REJECTED]
        elif given is not None:
            self._objects = list(_objects(where, given))
            if not self._objects:
                raise DefinitionError(f"{where} is empty: write null for a record that the filter leaves out.")

    def differences(self, outcome: Outcome) -> list[Difference]:
        """Return in what an outcome differs, in the order of the expectation; secrets are masked."""
        if isinstance(outcome, Filtered):
            return [] if self._is_filtered else [Difference("the record", self._words(), "filtered")]
        if isinstance(outcome, Rejected):
            return self._of_rejection(outcome)
        if self._is_filtered or self._rejected is not None:
            return [Difference("the record", self._words(), " and ".join(one.kind for one in outcome.objects))]
        return list(self._of_objects(outcome.objects))

    def _words(self) -> str:
        if self._is_filtered:
            return "filtered"
        if self._rejected is not None:
            return f"rejected ({self._rejected})"
        return " and ".join(kind for kind, _fields in self._objects)

    def _of_rejection(self, outcome: Rejected) -> list[Difference]:
        if self._rejected == outcome.field:
            return []
        value = f" {outcome.value!r}" if outcome.value else ""
        return [Difference("the record", self._words(), f"rejected ({outcome.field}{value}: {outcome.rule})")]

    def _of_objects(self, made: tuple[Desired, ...]) -> Iterator[Difference]:
        """Objects of one kind are compared in the order of the structure."""
        left = list(made)
        for kind, fields in self._objects:
            found = next((one for one in left if one.kind == kind), None)
            if found is None:
                yield Difference(kind, fields and _shown(fields), None)
                continue
            left.remove(found)
            for name, value in fields.items():
                yield from _compare(f"{kind}.{name}", name, value, found.fields.get(name))
        for one in left:
            yield Difference(one.kind, None, KINDS[one.kind].nest(mask(one.fields)))


def _objects(where: str, given: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (kind, flat fields) of everything in one expectation."""
    for item in given if isinstance(given, (list, tuple)) else [given]:
        if not isinstance(item, Mapping):
            raise DefinitionError(
                f"{where} must be null, rejected with a field, or a kind with its fields, such as"
                " {user: {extension: 217}}."
            )
        for kind, fields in item.items():
            if kind not in KINDS:
                raise DefinitionError(f'{where} has an unknown kind "{kind}".{nearest(str(kind), KINDS)}')
            for one in fields if isinstance(fields, (list, tuple)) else [fields]:
                yield kind, _flat(f"{where}: {kind}", kind, one or {})


def _flat(where: str, kind: str, fields: Any) -> dict[str, Any]:
    if not isinstance(fields, Mapping):
        raise DefinitionError(f"{where} must be a mapping of fields to values.")
    try:
        flat = KINDS[kind].flatten(fields)
    except FieldError as error:
        raise DefinitionError(f"{where}.{error.field}: {error.rule}") from None
    devices = flat.get("devices")
    for device in devices if isinstance(devices, (list, tuple)) else ():
        for name in device if isinstance(device, Mapping) else ():
            if name not in DEVICE_FIELDS:
                raise DefinitionError(
                    f'{where}.devices has an unknown field "{name}".{nearest(str(name), DEVICE_FIELDS)}'
                )
    return flat


def _compare(where: str, path: str, expected: Any, actual: Any) -> Iterator[Difference]:
    """Compare one value; of mappings only what is expected, of lists every item."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name, value in expected.items():
            yield from _compare(f"{where}.{name}", f"{path}.{name}", value, actual.get(name))
    elif _is_list(expected) and _is_list(actual) and len(expected) == len(actual) and _has_mappings(expected):
        for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
            yield from _compare(f"{where}.{index}", f"{path}.{index}", one, other)
    elif _plain(expected) != _plain(actual):
        secret = is_secret(path)
        yield Difference(where, _masked(expected, secret), _masked(actual, secret))


def _plain(value: Any) -> Any:
    """Return a value so that 217 and "217", and an empty text and no value, are the same."""
    if value is None or value in ("", [], {}):
        return None
    if _is_list(value):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return str(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _has_mappings(values: Any) -> bool:
    return all(isinstance(value, Mapping) for value in values)


def _masked(value: Any, secret: bool) -> Any:
    if secret:
        return MASK if value not in (None, "") else None
    return [_without_password(item) for item in value] if _is_list(value) else value


def _without_password(item: Any) -> Any:
    return {**item, "password": MASK} if isinstance(item, Mapping) and item.get("password") else item


def _shown(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _masked(value, is_secret(name)) for name, value in fields.items()}
