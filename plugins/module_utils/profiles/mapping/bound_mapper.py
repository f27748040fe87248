# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Mapping the rows of one source, whose columns are known: the hot path of every sync."""

from __future__ import annotations

# pylint: disable=unidiomatic-typecheck  # an heir of str (as Jinja2 and Ansible make them) must become a plain one
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

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
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.bound_objects import (
    DEVICES,
    BoundDevice,
    BoundObject,
    all_true,
    device_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.cells import (
    CellLayout,
    FailingCells,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.compiled_profile import (
    CompiledProfile,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.explain import explain
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.keys import key_text
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.layout import (
    DeviceLayout,
    ObjectLayout,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.outcomes import (
    Alike,
    Desired,
    Filtered,
    Mapped,
    Outcome,
    Rejected,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.record_name import (
    columns_of,
    name_of,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.record_view import Inputs, Row
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.side_by_side import SideBySide
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.stepwise import (
    CannotWorkOutError,
    Stepwise,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Record

_new = tuple.__new__  # what Mapped(...) and Desired(...) do, without their detour
#: So many records cost less one by one than side by side.
_FEW = 8


class BoundMapper:
    """Maps rows with known columns.

    For every row there is one list of *cells* (see CellLayout). Binding turns each expression into the place of its
    cell, and leaves out what can only be empty with these columns.
    """

    def __init__(self, compiled: CompiledProfile, columns: tuple[str, ...]) -> None:
        self.notices = Notices()
        self._compiled = compiled
        self._columns = columns
        self._cells = CellLayout(compiled, columns)
        self._filter = self._cells.place(compiled.filter)
        self._leaves = None if compiled.leaves is None else self._cells.place(compiled.leaves)
        self._key = self._cells.place(compiled.key)
        self._key_field = compiled.key_field()
        self._pool = None if compiled.pool is None else self._cells.place(compiled.pool)
        self._objects = tuple(self._bind_object(layout) for layout in compiled.objects)
        self._side_by_side = self._bind_side_by_side()
        self._root = compiled.root
        #: whether every record with a key is wanted
        self._takes_all = compiled.leaves is None and is_true(compiled.resolve(compiled.filter).value)
        self._has_early, self._has_late = bool(compiled.early), bool(compiled.late)
        self._inputs = Inputs(compiled, compiled.closure(compiled.early + compiled.late), columns, self.notices)
        self._context = new_context(self._inputs.names)

    # ------------------------------------------------------------------------------------------------------ binding

    def _bind_object(self, layout: ObjectLayout) -> BoundObject:
        devices = [self._bind_device(device) for device in layout.devices or ()]
        usable = tuple(device for device in devices if self._cells.nothing not in device.when)
        # what the source has no column for, it says nothing about: an empty column is another thing
        unknown = {
            name for name, expression in layout.fields.items() if self._compiled.is_absent(expression, self._columns)
        }
        if layout.devices and not usable:
            unknown.add("devices")
        return BoundObject(
            slot=layout.slot,
            kind=layout.kind,
            when=tuple(map(self._cells.place, layout.when)),
            fields=self._with_rules(layout.kind, dict(self._cells.places(layout.fields)), bool(usable)),
            devices=usable,
            mapped=layout.mapped - unknown,
        )

    def _with_rules(self, kind: Kind, places: dict[str, int], has_devices: bool) -> tuple[tuple[str, Rule, int], ...]:
        names = (*places, "devices") if has_devices else tuple(places)
        drops = self._compiled.drops
        return tuple(
            (name, dropping(rule) if drops(name) else rule, places.get(name, DEVICES))
            for name, rule in kind.plan(names)
        )

    def _bind_device(self, layout: DeviceLayout) -> BoundDevice:
        timeouts = ((call, self._cells.places(times)) for call, times in layout.timeouts.items())
        return BoundDevice(
            when=tuple(map(self._cells.place, layout.when)),
            fields=self._cells.places(layout.fields),
            timeouts=tuple((call, times) for call, times in timeouts if times),
        )

    def _bind_side_by_side(self) -> SideBySide | None:
        """Return what makes objects of many records at once: where each has the same one, and no pool of its own."""
        one = self._objects[0]
        if len(self._objects) > 1 or one.when or one.devices or self._pool is not None:
            return None
        return SideBySide(one.slot, one.kind, one.fields, one.mapped, self._key)

    # ------------------------------------------------------------------------------------------------------ mapping

    def map(self, record: Record) -> Outcome:
        """Return what a record becomes; whatever it holds, there is no error."""
        found = self._look_at(record.row)
        return self._make(found) if isinstance(found, list) else found

    def map_many(self, rows: Sequence[Row]) -> Iterator[tuple[Sequence[int], Outcome | Alike]]:
        """Yield what rows (one or more) become, with their places: filtered ones first, those alike together."""
        if self._takes_all and not self._has_early:
            yield from self._all_wanted(rows)
            return
        places: list[int] = []
        wanted: list[list[Any]] = []
        for place, row in enumerate(rows):
            found = self._look_at(row)
            if isinstance(found, list):
                places.append(place)
                wanted.append(found)
                continue
            if not isinstance(found, Filtered):
                yield from self._alike(places, list(zip(*wanted, strict=True)))
                places, wanted = [], []
            yield (place,), found
        yield from self._alike(places, list(zip(*wanted, strict=True)))

    def _all_wanted(self, rows: Sequence[Row]) -> Iterator[tuple[Sequence[int], Outcome | Alike]]:
        """Do it where each record with a key is wanted, and no expression makes the key."""
        cells = self._cells.of_rows(rows)
        if not self._has_late:
            yield from self._alike(range(len(rows)), cells)
            return
        late = map(self._late_cells, cells[self._key], rows)
        for is_wanted, run in groupby(enumerate(late), lambda found: type(found[1]) is list):
            places, made = zip(*run, strict=True)
            if is_wanted:
                of_these = (column[places[0] : places[-1] + 1] for column in cells)
                yield from self._alike(places, [*of_these, *zip(*made, strict=True)])
            else:
                yield from zip(zip(places, strict=True), made, strict=True)

    def _late_cells(self, key: Any, row: Row) -> list[Any] | Outcome:
        """Return the last cells of a record that is wanted, or what becomes of it without them."""
        if self._root is not None and type(key) is str and key.strip():
            try:
                self._inputs.feed(row)
                return [value if type(value) is str else plain(value) for value in next(self._root(self._context))]
            except Exception:  # see `_look_at`
                return self._map_stepwise(row)
        found = self._look_at(row)
        return found[-len(self._compiled.late) :] if isinstance(found, list) else found

    def _alike(
        self, places: Sequence[int], cells: Sequence[Sequence[Any]]
    ) -> Iterator[tuple[Sequence[int], Outcome | Alike]]:
        """Yield what wanted records become whose cells are given by the column; one that is unlike divides them."""
        if self._side_by_side is None or len(places) <= _FEW:
            for place, *of_record in zip(places, *cells, strict=True):
                yield (place,), self._make(of_record)
        elif made := self._side_by_side.make(cells):
            yield places, made
        else:
            half = len(places) // 2
            yield from self._alike(places[:half], [column[:half] for column in cells])
            yield from self._alike(places[half:], [column[half:] for column in cells])

    def explain(self, record: Record) -> dict[str, Any]:
        """Return how a record comes to its objects, secrets masked: row, filter, variables, desired or rejected."""
        again = BoundMapper(self._compiled, self._columns)  # so that notices are counted once, by map
        return explain(self._compiled, self._columns, record.row, again.map(record))

    def name_of(self, row: Row) -> str | None:
        """Return what a person calls a record that cannot be used, None if nothing in it says so."""
        return name_of(self._compiled, self._columns, row)

    def column_of(self, field: str) -> str | None:
        """Return the columns that a field is made of, as the source spells them; None where it is made of none."""
        return columns_of(self._compiled, self._columns, field)

    def _look_at(self, row: Row) -> list[Any] | Outcome:
        """Return the cells of a record that is wanted, or what becomes of it without them."""
        try:
            return self._wanted_cells(row)
        except Exception:  # an expression failed: which one, and does it matter for this record?
            return self._map_stepwise(row)

    def _wanted_cells(self, row: Row) -> list[Any] | Outcome:
        cells = self._cells.of_row(row)
        if self._root is not None:
            self._inputs.feed(row)
            stages = self._root(self._context)
            if self._has_early:
                cells += [value if type(value) is str else plain(value) for value in next(stages)]
        key = key_text(cells[self._key])
        if not is_true(cells[self._filter]):
            return Filtered(key)
        if self._leaves is not None and is_true(cells[self._leaves]):
            return Filtered(key, leaves=True)
        if key is None:
            return self._without_key()
        if self._has_late:
            cells += [value if type(value) is str else plain(value) for value in next(stages)]
        return cells

    def _map_stepwise(self, row: Row) -> Outcome:
        """Do the same with each expression for itself; one that failed counts only when its cell is looked at."""
        cells = FailingCells(self._cells.of_row(row))
        steps = Stepwise(self._compiled, self._columns, row, Notices())
        for expression in self._compiled.early + self._compiled.late:
            try:
                cells.append(steps.value(expression))
            except CannotWorkOutError as error:
                cells.append(FieldError(self._field_of(expression), "", str(error)))
        key, failure = None, None
        try:
            key = key_text(cells[self._key])
        except FieldError as error:
            failure = error
        try:
            if not is_true(cells[self._filter]):
                return Filtered(key)
            if self._leaves is not None and is_true(cells[self._leaves]):
                return Filtered(key, leaves=True)
        except FieldError as error:
            failure = error
        return self._make(cells) if failure is None else _rejected(key, failure)

    def _field_of(self, expression: Expression) -> str:
        """Return the first field that an expression is worked out for."""
        everything = self._compiled.all_expressions()
        return next(one.field for one in everything if self._compiled.resolve(one) is expression)

    def _without_key(self) -> Rejected:
        return Rejected(None, self._key_field, "", "required")

    def _make(self, cells: list[Any]) -> Outcome:
        key = None
        try:
            key = key_text(cells[self._key])
            if key is None:
                return self._without_key()
            objects = [self._desired(one, cells) for one in self._objects if not one.when or all_true(one.when, cells)]
            pool = None if self._pool is None else as_text("pool", cells[self._pool]).strip() or None
        except FieldError as error:
            return _rejected(key, error)
        return _new(Mapped, (key, tuple(objects), pool))

    def _desired(self, one: BoundObject, cells: list[Any]) -> Desired:
        if one.devices:
            devices = [device_of(device, cells) for device in one.devices if all_true(device.when, cells)]
            cells = type(cells)((*cells, devices))
        fields = one.kind.clean_at(one.fields, cells, self.notices)
        return _new(Desired, (one.slot, one.kind.name, fields, one.mapped))


def _rejected(key: str | None, error: FieldError) -> Rejected:
    return Rejected(key, error.field, error.value, error.rule)
