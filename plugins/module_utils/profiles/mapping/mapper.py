# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""From records to the objects they become: compile a profile once, bind it to a source's columns, map its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, SourceError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.compiling import ALL_COLUMNS
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.bound_mapper import BoundMapper
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.compiled_profile import (
    CompiledProfile,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.outcomes import (
    Alike,
    Desired,
    Filtered,
    Mapped,
    Outcome,
    Rejected,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.record_view import positions

__all__ = ["Alike", "BoundMapper", "Desired", "Filtered", "Mapped", "Mapper", "Outcome", "Rejected"]

_SHOWN_COLUMNS = 20
_OF_A_RECORD = re.compile(r"^\s*[+(]?[0-9][0-9 ()/-]+$|@")  # a number or an e-mail address: no name of a column


class Mapper:
    """A profile, ready for any source.

    `wanted` are the columns it uses, as it spells them; it holds "*" if an expression decides at run time which columns
    it reads (`row[name]`). `columns_hint` says what to do about columns that a source lacks, "" for one whose first
    line names them. DefinitionError for an expression that is not valid or uses a name that does not exist.
    """

    def __init__(self, definition: Definition, columns_hint: str = "") -> None:
        self._title = f'Profile "{definition.name}" ({definition.template})'
        self._hint = f" {columns_hint}" if columns_hint else ""
        try:
            self._compiled = CompiledProfile(definition)
        except DefinitionError as error:
            raise DefinitionError(self._sentence(error.message), **error.details) from None
        names = {self._compiled.columns.names[place] for place in self._compiled.used_columns}
        self.wanted = frozenset(names | {ALL_COLUMNS} if self._compiled.uses_all else names)

    @property
    def named_pools(self) -> frozenset[str]:
        """The extension pools that the profile names in so many words; further ones may come from its records."""
        return frozenset(self._compiled.named_pools)

    def bind(self, columns: tuple[str, ...]) -> BoundMapper:
        """Return the mapper for rows with these columns; SourceError if no record could be used with them."""
        self.check_columns(columns)
        return BoundMapper(self._compiled, columns)

    def unknown_columns(self, columns: tuple[str, ...]) -> list[str]:
        """Return the columns that expressions of the profile's own name, with nothing else to fall back on, but that
        are not there: probably misspelt. What a template asks for besides need not be there.
        """
        found = positions(columns)
        everything = self._compiled.closure(self._compiled.all_expressions())
        places = {place for one in everything if not one.has_fallback for place in one.columns}
        names = sorted(self._compiled.columns.names[place] for place in places)
        return [name for name in names if name.casefold() in self._compiled.own_names - found.keys()]

    def _sentence(self, message: str) -> str:
        return f"{self._title}: {message}" if message.endswith((".", "?")) else f"{self._title}: {message}."

    def check_columns(self, columns: tuple[str, ...]) -> None:
        """Raise SourceError where a column is missing without which no record could be used."""
        found = positions(columns)
        if self.wanted and ALL_COLUMNS not in self.wanted and not any(name.casefold() in found for name in self.wanted):
            names = [self._compiled.columns.names[place] for place in self._compiled.used_columns]
            if not self._hint and any(_OF_A_RECORD.search(name) for name in columns):
                # what stands there is not shown, as it may be a password
                raise SourceError(
                    self._sentence(
                        "The first line looks like a record, not like the names of columns; write the names above it,"
                        f" such as {_listed(names)}"
                    )
                )
            raise SourceError(
                self._sentence(
                    f"The source has none of the columns that the profile uses ({_listed(names)});"
                    f" it has: {_listed(columns)}.{self._hint or _first_line_hint(columns) + _naming_hint(columns)}"
                )
            )
        for what, place in self._needed():
            name = self._compiled.columns.names[place]
            if name.casefold() not in found:
                raise SourceError(
                    self._sentence(
                        f'The source has no column "{name}", which {what} needs; it has: {_listed(columns)}.'
                        f"{nearest(name, columns) or self._hint or _first_line_hint(columns)}"
                    )
                )

    def _needed(self) -> Iterator[tuple[str, int]]:
        """Yield the columns without which no record can be used, with what they are for."""
        for layout in self._compiled.objects:
            for name in layout.kind.required if not layout.when else ():
                place = self._compiled.resolve(layout.fields[name]).column
                if place is not None:
                    yield f"the field {name}", place
        key = self._compiled.key_column()
        if key is not None:
            yield "the key", key
        for place in self._compiled.filter_columns():
            yield "the filter", place


def _listed(columns: Sequence[str]) -> str:
    more = f" and {len(columns) - _SHOWN_COLUMNS} more" if len(columns) > _SHOWN_COLUMNS else ""
    return ", ".join(name[:100] for name in columns[:_SHOWN_COLUMNS]) + more


def _naming_hint(columns: tuple[str, ...]) -> str:
    """Return how columns of other names are used, with one of them."""
    name = next((name for name in columns if name.strip()), "")
    used = f"row.{name}" if name.isidentifier() else f"row[{name!r}]"
    return f" If it does, say in variables what is made of them, such as displayname: {used}; source_test suggests it."


def _first_line_hint(columns: tuple[str, ...]) -> str:
    inside = [separator for separator in (";", ",", "\t", "|") if len(columns) == 1 and separator in columns[0]]
    if inside:
        return f" It is a single column with {inside[0]!r} in its name: is the delimiter right?"
    return " Does the first line hold the names of the columns?"
