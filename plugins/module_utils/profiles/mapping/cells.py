# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The cells of one row: where each lies, how they are taken out of it, and those of a row that stumbled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, TypeGuard

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import FieldError
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.compiling import Expression
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.compiled_profile import (
    CompiledProfile,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.record_view import (
    Row,
    first,
    positions,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell

_TEXTS = {str}
Places = tuple[tuple[str, int], ...]
"""Names, each with the place of its cell."""


class CellLayout:
    """Where the cells of rows with known columns lie.

    The used columns (first values) come first, then None, the constants, columns in lower case, and last what Jinja2
    works out for filter and key, then for everything else. `nothing` is the place of the None, which stands for
    columns that are not there.
    """

    def __init__(self, compiled: CompiledProfile, columns: tuple[str, ...]) -> None:
        self._compiled = compiled
        where = positions(columns)
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
        self._used = [found[place] for place in used]
        self._pick = picker(self._used)
        self._constants = (None, *(one.value for one in constants))
        self.nothing = len(used)
        self._place_of_column = {place: cell for cell, place in enumerate(used)}
        self._lowered = tuple(found[place] for one in lowered if (place := compiled.lowered_column(one)) is not None)
        others = [*constants, *lowered, *compiled.early, *compiled.late]
        self._place_of = {one: self.nothing + 1 + cell for cell, one in enumerate(others)}

    def place(self, expression: Expression) -> int:
        """Return the place of an expression's cell; that of an absent column is `nothing`."""
        resolved = self._compiled.resolve(expression)
        if resolved.column is not None:
            return self._place_of_column.get(resolved.column, self.nothing)
        return self._place_of.get(resolved, self.nothing)

    def places(self, fields: dict[str, Expression]) -> Places:
        """Return the cells of fields, without those that are never filled."""
        places = ((name, self.place(expression)) for name, expression in fields.items())
        return tuple((name, place) for name, place in places if place != self.nothing)

    def of_row(self, row: Row) -> list[Any]:
        """Return the cells of a row but those that Jinja2 works out."""
        picked = self._pick(row)
        # most sources give nothing but texts, which one look in C tells
        cells: list[Any] = [*(picked if {*map(type, picked)} == _TEXTS else map(first, picked)), *self._constants]
        return cells + [_lower(row[position]) for position in self._lowered] if self._lowered else cells

    def of_rows(self, rows: Sequence[Row]) -> list[Sequence[Any]]:
        """Return the same cells of many rows, side by side: for each place a column of them."""
        columns = list(zip(*rows, strict=True))
        picked = (columns[position] for position in self._used)
        return [
            *(column if _are_texts(column) else [*map(first, column)] for column in picked),
            *([value] * len(rows) for value in self._constants),
            *(_lower_all(columns[position]) for position in self._lowered),
        ]


def _lower(cell: Cell) -> str:
    return (cell if isinstance(cell, str) else first(cell) or "").strip().lower()


def _lower_all(column: Sequence[Cell]) -> list[str]:
    return [*map(str.lower, map(str.strip, column))] if _are_texts(column) else [*map(_lower, column)]


def _are_texts(column: Sequence[Cell]) -> TypeGuard[Sequence[str]]:
    """Say whether there is nothing but texts: to join them takes a quarter of the time of asking each."""
    try:
        "".join(column)  # type: ignore[arg-type]  # this is the question
    except TypeError:
        return False
    return True


def picker(places: list[int]) -> Callable[[Row], tuple[Any, ...]]:
    """Return what takes the cells at these places out of a row."""
    if len(places) < 2:  # for one place `itemgetter` gives the item, for none it cannot be made
        return lambda row: tuple([row[place] for place in places])
    return itemgetter(*places)


class FailingCells(list[Any]):
    """Cells of which some may be errors, which are raised when they are looked at."""

    def __getitem__(self, place: Any) -> Any:
        value = super().__getitem__(place)
        if isinstance(value, FieldError):
            raise value
        return value
