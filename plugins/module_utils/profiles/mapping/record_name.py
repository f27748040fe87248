# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What a person calls a record that cannot be used: its key is often a GUID that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import shown
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.kinds import Notices
from ansible_collections.telephony.connector.plugins.module_utils.profiles.expressions.compiling import Expression
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.compiled_profile import (
    CompiledProfile,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.layout import ObjectLayout
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.record_view import (
    Row,
    first,
    positions,
)
from ansible_collections.telephony.connector.plugins.module_utils.profiles.mapping.stepwise import (
    CannotWorkOutError,
    Stepwise,
)

#: Fields that name an object, if what it is called by is empty or wrong.
_FIELDS = ("username", "display_name", "number", "email")
#: Columns of all sources, folded, that name a record of which nothing else is known.
_COLUMNS = (
    "username", "samaccountname", "uid", "userprincipalname", "displayname", "cn", "name", "fileas", "mail", "email",
    "dn", "distinguishedname",
)  # fmt: skip


def name_of(compiled: CompiledProfile, columns: tuple[str, ...], row: Row) -> str | None:
    """Return what the record's object would be called, else another name of it; None if it has none.

    Never out of a column that may hold a secret. Of a row that broke off, the beginning counts.
    """
    if len(row) > len(columns):
        return None  # nobody knows which cell is whose
    row = (*row, *[None] * (len(columns) - len(row)))
    steps = Stepwise(compiled, columns, row, Notices())
    names = (name for layout in compiled.objects for name in _names(compiled, layout, steps))
    return next((name for name in (*names, *_cells(compiled, columns, row)) if name), None)


def _names(compiled: CompiledProfile, layout: ObjectLayout, steps: Stepwise) -> Iterator[str]:
    wanted = [name for name in _FIELDS if name in layout.fields and not compiled.shows_secret(layout.fields[name])]
    values = {name: _value(layout.fields[name], steps) for name in wanted}
    yield layout.kind.name_of(values)
    yield from values.values()


def _value(expression: Expression, steps: Stepwise) -> str:
    try:
        return _text(steps.value(expression))
    except CannotWorkOutError:
        return ""


def _cells(compiled: CompiledProfile, columns: tuple[str, ...], row: Row) -> Iterator[str]:
    cells = dict(zip((name.strip().casefold() for name in columns), row, strict=False))
    yield from (_text(first(cells[name])) for name in _COLUMNS if name in cells and name not in compiled.secret_columns)


def _text(value: Any) -> str:
    text = str(value) if isinstance(value, (str, int)) else ""
    return shown("".join(letter for letter in text if letter.isprintable()).strip())


def columns_of(compiled: CompiledProfile, columns: tuple[str, ...], field: str) -> str | None:
    """Return the columns that a field is made of, as the source spells them; None where it is made of none."""
    where = positions(columns)
    used = compiled.closure(one for one in compiled.all_expressions() if one.field == field)
    names = {compiled.columns.names[place] for one in used for place in one.columns}
    spelt = sorted(columns[where[name.casefold()]].strip() if name.casefold() in where else name for name in names)
    return ", ".join(spelt) or None
