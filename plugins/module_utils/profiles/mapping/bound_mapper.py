# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Mapping the rows of one source, whose columns are known: the hot path of every sync."""

from __future__ import annotations

# pylint: disable=unidiomatic-typecheck  # an heir of str (as Jinja2 and Ansible make them) must become a plain one
from typing import Any, NamedTuple

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import (
    Rule,
    as_text,
    dropping,
    is_true,
)
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import FieldError, Kind, Notices
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.compiling import (
    Expression,
    new_context,
    plain,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.cells import FailingCells, picker
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.compiled_profile import (
    CompiledProfile,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.explain import explain
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.layout import (
    DeviceLayout,
    ObjectLayout,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.outcomes import (
    Desired,
    Filtered,
    Mapped,
    Outcome,
    Rejected,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.record_name import name_of
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.record_view import (
    Inputs,
    Row,
    first,
    positions,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.stepwise import (
    CannotWorkOutError,
    Stepwise,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record

_TEXTS = {str}
_new = tuple.__new__  # what Mapped(...) and Desired(...) do, without their detour
_DEVICES = -1  # the place of an object's devices: behind all other cells
Places = tuple[tuple[str, int], ...]
"""Names, each with the place of its cell."""


class _Device(NamedTuple):
    when: tuple[int, ...]
    fields: Places
    timeouts: tuple[tuple[str, Places], ...]


class _Object(NamedTuple):
    slot: str
    kind: Kind
    when: tuple[int, ...]
    fields: tuple[tuple[str, Rule, int], ...]  # in the kind's order, with the place of the cell
    devices: tuple[_Device, ...]
    mapped: frozenset[str]


class BoundMapper:
    """Maps rows with known columns.

    For every row there is one list of *cells*: the used columns (first values), the constants, columns in lower case,
    and what Jinja2 worked out for filter and key, then for everything else. Binding turns each expression into the
    place of its cell, and leaves out what can only be empty with these columns.
    """

    def __init__(self, compiled: CompiledProfile, columns: tuple[str, ...]) -> None:
        self.notices = Notices()
        self._compiled = compiled
        self._columns = columns
        self._lay_out_cells()
        self._filter = self._place(compiled.filter)
        self._leaves = None if compiled.leaves is None else self._place(compiled.leaves)
        self._key = self._place(compiled.key)
        self._key_field = compiled.key_field()
        self._pool = None if compiled.pool is None else self._place(compiled.pool)
        self._objects = tuple(self._bind_object(layout) for layout in compiled.objects)
        self._root = compiled.root
        self._has_early, self._has_late = bool(compiled.early), bool(compiled.late)
        self._inputs = Inputs(compiled, compiled.closure(compiled.early + compiled.late), columns, self.notices)
        self._context = new_context(self._inputs.names)

    # ------------------------------------------------------------------------------------------------------ binding

    def _lay_out_cells(self) -> None:
        compiled = self._compiled
        where = positions(self._columns)
        found = {
            place: where[name.casefold()]
            for place, name in enumerate(compiled.columns.names)
            if name.casefold() in where
        }
        resolved = dict.fromkeys(map(compiled.resolve, compiled.all_expressions()))
        used = [
            place for place in dict.fromkeys(one.column for one in resolved) if place is not None and place in found
        ]
        constants = [one for one in resolved if one.is_constant]
        lowered = [one for one in resolved if compiled.lowered_column(one) in found]
        self._pick = picker([found[place] for place in used])
        self._constants = (None, *(one.value for one in constants))
        self._nothing = len(used)  # the place of the None
        self._place_of_column = {place: cell for cell, place in enumerate(used)}
        self._lowered = tuple(found[place] for one in lowered if (place := compiled.lowered_column(one)) is not None)
        others = [*constants, *lowered, *compiled.early, *compiled.late]
        self._place_of = {one: self._nothing + 1 + cell for cell, one in enumerate(others)}

    def _place(self, expression: Expression) -> int:
        """Return the place of an expression's cell; that of an absent column is `_nothing`."""
        resolved = self._compiled.resolve(expression)
        if resolved.column is not None:
            return self._place_of_column.get(resolved.column, self._nothing)
        return self._place_of.get(resolved, self._nothing)

    def _places(self, fields: dict[str, Expression]) -> Places:
        """Return the cells of fields, without those that are never filled."""
        places = ((name, self._place(expression)) for name, expression in fields.items())
        return tuple((name, place) for name, place in places if place != self._nothing)

    def _bind_object(self, layout: ObjectLayout) -> _Object:
        devices = [self._bind_device(device) for device in layout.devices or ()]
        usable = tuple(device for device in devices if self._nothing not in device.when)
        # what the source has no column for, it says nothing about: an empty column is another thing
        unknown = {
            name for name, expression in layout.fields.items() if self._compiled.is_absent(expression, self._columns)
        }
        if layout.devices and not usable:
            unknown.add("devices")
        return _Object(
            slot=layout.slot,
            kind=layout.kind,
            when=tuple(map(self._place, layout.when)),
            fields=self._with_rules(layout.kind, dict(self._places(layout.fields)), bool(usable)),
            devices=usable,
            mapped=layout.mapped - unknown,
        )

    def _with_rules(self, kind: Kind, places: dict[str, int], has_devices: bool) -> tuple[tuple[str, Rule, int], ...]:
        names = (*places, "devices") if has_devices else tuple(places)
        drops = self._compiled.drops
        return tuple(
            (name, dropping(rule) if drops(name) else rule, places.get(name, _DEVICES))
            for name, rule in kind.plan(names)
        )

    def _bind_device(self, layout: DeviceLayout) -> _Device:
        timeouts = ((call, self._places(times)) for call, times in layout.timeouts.items())
        return _Device(
            when=tuple(map(self._place, layout.when)),
            fields=self._places(layout.fields),
            timeouts=tuple((call, times) for call, times in timeouts if times),
        )

    # ------------------------------------------------------------------------------------------------------ mapping

    def map(self, record: Record) -> Outcome:
        """Return what a record becomes; whatever it holds, there is no error."""
        try:
            return self._map(record.row)
        except Exception:  # an expression failed: which one, and does it matter for this record?
            return self._map_stepwise(record.row)

    def explain(self, record: Record) -> dict[str, Any]:
        """Return how a record comes to its objects, secrets masked: row, filter, variables, desired or rejected."""
        again = BoundMapper(self._compiled, self._columns)  # so that notices are counted once, by map
        return explain(self._compiled, self._columns, record.row, again.map(record))

    def name_of(self, row: Row) -> str | None:
        """Return what a person calls a record that cannot be used, None if nothing in it says so."""
        return name_of(self._compiled, self._columns, row)

    def column_of(self, field: str) -> str | None:
        """Return the columns that a field is made of, as the source spells them; None where it is made of none."""
        compiled, where = self._compiled, positions(self._columns)
        used = compiled.closure(one for one in compiled.all_expressions() if one.field == field)
        names = {compiled.columns.names[place] for one in used for place in one.columns}
        spelt = sorted(
            self._columns[where[name.casefold()]].strip() if name.casefold() in where else name for name in names
        )
        return ", ".join(spelt) or None

    def _map(self, row: Row) -> Outcome:
        cells = self._known_cells(row)
        if self._root is not None:
            self._inputs.feed(row)
            stages = self._root(self._context)
            if self._has_early:
                cells += [value if type(value) is str else plain(value) for value in next(stages)]
        key = _key_text(cells[self._key])
        if not is_true(cells[self._filter]):
            return Filtered(key)
        if self._leaves is not None and is_true(cells[self._leaves]):
            return Filtered(key, leaves=True)
        if key is not None and self._has_late:
            cells += [value if type(value) is str else plain(value) for value in next(stages)]
        return self._make(key, cells)

    def _map_stepwise(self, row: Row) -> Outcome:
        """Do the same with each expression for itself; one that failed counts only when its cell is looked at."""
        cells = FailingCells(self._known_cells(row))
        steps = Stepwise(self._compiled, self._columns, row, Notices())
        for expression in self._compiled.early + self._compiled.late:
            try:
                cells.append(steps.value(expression))
            except CannotWorkOutError as error:
                cells.append(FieldError(self._field_of(expression), "", str(error)))
        key, failure = None, None
        try:
            key = _key_text(cells[self._key])
        except FieldError as error:
            failure = error
        try:
            if not is_true(cells[self._filter]):
                return Filtered(key)
            if self._leaves is not None and is_true(cells[self._leaves]):
                return Filtered(key, leaves=True)
        except FieldError as error:
            failure = error
        return self._make(key, cells) if failure is None else _rejected(key, failure)

    def _field_of(self, expression: Expression) -> str:
        """Return the first field that an expression is worked out for."""
        everything = self._compiled.all_expressions()
        return next(one.field for one in everything if self._compiled.resolve(one) is expression)

    def _known_cells(self, row: Row) -> list[Any]:
        picked = self._pick(row)
        # most sources give nothing but texts, which one look in C tells
        cells: list[Any] = [*(picked if {*map(type, picked)} == _TEXTS else map(first, picked)), *self._constants]
        for position in self._lowered:
            cell = row[position]
            cells.append((cell if type(cell) is str else first(cell) or "").strip().lower())
        return cells

    def _make(self, key: str | None, cells: list[Any]) -> Outcome:
        if key is None:
            return Rejected(None, self._key_field, "", "required")
        try:
            objects = [self._desired(one, cells) for one in self._objects if not one.when or _all(one.when, cells)]
            pool = None if self._pool is None else as_text("pool", cells[self._pool]).strip() or None
        except FieldError as error:
            return _rejected(key, error)
        return _new(Mapped, (key, tuple(objects), pool))

    def _desired(self, one: _Object, cells: list[Any]) -> Desired:
        if one.devices:
            devices = [_device(device, cells) for device in one.devices if _all(device.when, cells)]
            cells = type(cells)((*cells, devices))
        fields = one.kind.clean_at(one.fields, cells, self.notices)
        return _new(Desired, (one.slot, one.kind.name, fields, one.mapped))


def _all(when: tuple[int, ...], cells: list[Any]) -> bool:
    return all(is_true(cells[place]) for place in when)


def _device(device: _Device, cells: list[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {name: cells[place] for name, place in device.fields}
    if device.timeouts:
        made["timeouts"] = {call: {time: cells[place] for time, place in times} for call, times in device.timeouts}
    return made


def _key_text(value: Any) -> str | None:
    """Return a key as text without blanks at its ends, None for an empty one."""
    return (value if type(value) is str else as_text("key", value)).strip() or None


def _rejected(key: str | None, error: FieldError) -> Rejected:
    return Rejected(key, error.field, error.value, error.rule)
