# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What compiled expressions see of a record: the columns they use, and the whole record where they ask for it."""

from __future__ import annotations

# pylint: disable=unidiomatic-typecheck  # an heir of str (as Jinja2 and Ansible make them) must become a plain one
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import Notices
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions import compiling
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.compiling import Expression
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.sandbox import (
    NOTICES,
    NUMBERS,
    Missing,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.compiled_profile import (
    CompiledProfile,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.base import Cell

Row = tuple[Cell, ...]


def first(cell: Cell) -> str | None:
    """Return the first value of a cell, None if it has none."""
    return cell if isinstance(cell, str) or cell is None else (cell[0] if cell else None)


def all_values(cell: Cell) -> list[str]:
    """Return all values of a cell; an empty text is none."""
    return list(cell) if isinstance(cell, (list, tuple)) else [cell] if cell else []


def stripped_first(cell: Cell) -> str | None:
    """Return the first value without blanks at its ends."""
    value = first(cell)
    return None if value is None else value.strip()


def stripped_values(cell: Cell) -> list[str]:
    """Return all values without blanks at their ends; one of blanks alone is none."""
    return [text for value in all_values(cell) if (text := value.strip())]


def positions(columns: tuple[str, ...]) -> dict[str, int]:
    """Return where each column is in a row, by its folded name; of columns with the same name the first counts."""
    found: dict[str, int] = {}
    for position, name in enumerate(columns):
        found.setdefault(name.strip().casefold(), position)
    return found


class Inputs:
    """The names that the given expressions use (their variables left aside), filled anew for each row."""

    def __init__(
        self, compiled: CompiledProfile, used: Iterable[Expression], columns: tuple[str, ...], notices: Notices
    ) -> None:
        constants = {name: one.value for name, one in compiled.variables.items() if one.is_constant}
        self.names: dict[str, Any] = {
            **compiling.environment().globals,
            **constants,
            NOTICES: notices,
            NUMBERS: compiled.outside_numbers,
        }
        self._positions = positions(columns)
        self._columns = columns
        self._texts: list[tuple[str, int, Missing]] = []
        self._raws: list[tuple[str, int, Missing]] = []
        self._lists: list[tuple[str, int]] = []
        used = list(used)
        for place in sorted({place for one in used for place in one.texts}):
            self._add_text(place, compiled.columns.names[place])
        for place in sorted({place for one in used for place in one.raws}):
            self._add_raw(place, compiled.columns.names[place])
        for place in sorted({place for one in used for place in one.lists}):
            self._add_list(place, compiled.columns.names[place])
        self._uses_all = any(one.uses_all for one in used)

    def _add_text(self, place: int, column: str) -> None:
        name, missing = compiling.text_name(place), Missing(name=f"row.{column}")
        position = self._positions.get(column.casefold())
        if position is None:
            self.names[name] = missing
        else:
            self._texts.append((name, position, missing))

    def _add_raw(self, place: int, column: str) -> None:
        name, missing = compiling.raw_name(place), Missing(name=f"raw.{column}")
        position = self._positions.get(column.casefold())
        if position is None:
            self.names[name] = missing
        else:
            self._raws.append((name, position, missing))

    def _add_list(self, place: int, column: str) -> None:
        position = self._positions.get(column.casefold())
        if position is None:
            self.names[compiling.list_name(place)] = []
        else:
            self._lists.append((compiling.list_name(place), position))

    def feed(self, row: Row) -> None:
        """Set the names to what a row holds: here, at the door of all expressions, blanks at the ends of texts go."""
        names = self.names
        for name, position, missing in self._texts:
            cell = row[position]
            if type(cell) is not str:
                cell = first(cell)
            names[name] = missing if cell is None else cell.strip()
        for name, position, missing in self._raws:
            value = first(row[position])
            names[name] = missing if value is None else value
        for name, position in self._lists:
            names[name] = stripped_values(row[position])
        if self._uses_all:
            names[compiling.ROW] = _RowView(self._columns, self._positions, row, stripped_first)
            names[compiling.VALUES] = _RowView(self._columns, self._positions, row, stripped_values)
            names[compiling.RAW] = _RowView(self._columns, self._positions, row, first)


class _RowView(Mapping[str, Any]):
    """A record as a mapping, for names that only the record decides; letter case does not matter."""

    def __init__(
        self, columns: tuple[str, ...], positions: Mapping[str, int], row: Row, take: Callable[[Cell], Any]
    ) -> None:
        self._columns, self._positions, self._row, self._take = columns, positions, row, take

    def __getitem__(self, name: object) -> Any:
        position = self._positions.get(str(name).strip().casefold())
        cell = None if position is None else self._row[position]
        value = self._take(cell)
        # no KeyError, after which Jinja2 would look for a method of that name
        return Missing(name=f"row.{name}") if value is None else value

    def get(self, key: object, default: Any = None) -> Any:
        """Return the value of a column, or the default if it is not there."""
        value = self[key]
        return default if isinstance(value, Missing) else value

    def __contains__(self, name: object) -> bool:
        return str(name).strip().casefold() in self._positions

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)
