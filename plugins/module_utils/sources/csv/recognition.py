# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""What profile fits a CSV file, by the names of its columns and the values of its first records."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.numbers import check_extension
from ansible_collections.telephony.connector.plugins.module_utils.sources.checking import Column, access
from ansible_collections.telephony.connector.plugins.module_utils.sources.column_names import (
    EXTENSIONS,
    NAMES,
    OF_USERS,
    folded,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.column_words import by_words

EMPTY = "''"
_USERS, _PHONEBOOK, _SPEED_DIALS = "csv_users", "csv_phonebook", "csv_speed_dials"
#: Google's pairs: "Phone 1 - Label" (before 2024 "Phone 1 - Type") says what "Phone 1 - Value" is; the variables that
#: labels are for, with the pattern that finds them
_LABELS = (
    ("mobile", "mobil|cell|handy"),
    ("fax", "fax"),
    ("homephone", "home|privat"),
    ("phone", "work|main|arbeit|gesch|haupt|büro"),
)
_OF_TEMPLATE: dict[str, tuple[str, ...]] = {
    _USERS: (
        "displayname", "username", "password", "pin", "phone", "givenname", "surname", "organisation", "email",
        "mobile", "homephone", "fax", "job", "phonemac", "phoneip", "phoneuser", "phonepass", "roles",
    ),
    _PHONEBOOK: ("displayname", "phone", "givenname", "surname", "organisation", "email", "mobile", "homephone", "fax"),
    _SPEED_DIALS: ("displayname", "speeddial", "phone"),
}  # fmt: skip


def suggest(template: str, columns: Sequence[Column]) -> dict[str, Any]:
    """Return the options of `profile` for these columns, without name and source.

    The template is another than the one given where the columns are those of another sort of objects.
    """
    found = _found(columns)
    inner = _named(columns, EXTENSIONS) or found.pop("extension", None)
    template = _template(template, columns, found, inner)
    variables = {name: access(found[name].name) for name in _OF_TEMPLATE[template] if name in found}
    variables |= _labelled(columns)
    if template == _SPEED_DIALS:
        parts = [access(found[name].name) for name in ("givenname", "surname") if name in found]
        if "displayname" not in variables and parts:
            variables["displayname"] = _joined(parts)
        return _with({"template": template}, _changed(variables))
    if template == _USERS:
        variables |= _of_users(inner or found.get("phone"), variables)
    if template == _PHONEBOOK and "phone" not in variables and inner:
        variables["phone"] = access(inner.name)
    if name := _display_name(variables):
        own = found.get("displayname")
        variables["displayname"] = f"{access(own.name)} or {name}" if own else name
    if "email" in variables and "E-mail 1 - Value" in variables["email"]:
        variables["email"] = _first_value("E-mail 1 - Value")
    options: dict[str, Any] = {"template": template}
    if template == _PHONEBOOK:
        options["filter"] = "displayname"  # exports have rows with nothing to call them by
    options = _with(options, _changed(variables))
    if template == _PHONEBOOK and "notes" in found:
        options["structure"] = {"phonebook_entry": {"notes": access(found["notes"].name)}}
    return options


def _found(columns: Sequence[Column]) -> dict[str, Column]:
    """Return variable -> the column that fills it; each column once, and a filled one before an empty one."""
    by_name = {folded(column.name): column for column in reversed(columns)}
    found: dict[str, Column] = {}
    used: set[str] = set()
    for variable, names in NAMES.items():
        hits = [by_name[folded(name)] for name in names if folded(name) in by_name and folded(name) not in used]
        if hits:
            best = next((column for column in hits if column.filled), hits[0])
            found[variable] = best
            used.add(folded(best.name))
    _name_beside_given_name(found)
    known = {folded(name) for name in EXTENSIONS}
    taken = {column.name for column in columns if folded(column.name) in known}
    return {**found, **by_words(columns, found, taken | {column.name for column in found.values()})}


def _name_beside_given_name(found: dict[str, Column]) -> None:
    """In a German list, "Name" beside "Vorname" is the surname."""
    name = found.get("displayname")
    if name is not None and folded(name.name) == "name" and "givenname" in found and "surname" not in found:
        found["surname"] = found.pop("displayname")


def _template(template: str, columns: Sequence[Column], found: Mapping[str, Column], inner: Column | None) -> str:
    names = {folded(column.name) for column in columns}
    if "speeddial" in found:
        return _SPEED_DIALS
    is_of_users = inner is not None or not names.isdisjoint(map(folded, OF_USERS))
    if not is_of_users and (phone := found.get("phone")):  # a list of staff, of numbers that are dialled inside
        is_of_users = bool(phone.filled) and all(map(_is_extension, filter(str.strip, phone.values)))
    return _USERS if is_of_users and template == _USERS else _PHONEBOOK


def _changed(variables: Mapping[str, str]) -> dict[str, str]:
    """Leave out what the template says itself: columns that are called as its variables."""
    return {name: value for name, value in variables.items() if value != f"row.{name}"}


def _with(options: dict[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    return {**options, "variables": dict(variables)} if variables else options


def _display_name(variables: Mapping[str, str]) -> str:
    """Return the expression of a name out of its parts, else of what else there is to call somebody."""
    parts = [name for name in ("givenname", "surname") if name in variables]
    rest = [name for name in ("organisation", "email", "phone", "mobile") if name in variables]
    return " or ".join([*([_joined(parts)] if parts else []), *rest])


def _joined(parts: Sequence[str]) -> str:
    return f"([{', '.join(f'{name} or {EMPTY}' for name in parts)}] | join(' ') | trim)"


def _of_users(inner: Column | None, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for extension and login, which exports have under names of their own, or not at all."""
    made: dict[str, str] = {}
    if inner is not None:
        made["phone"] = extension_of(inner)
    if "username" not in variables:
        made["username"] = _login(variables, inner)
    return made


def extension_of(column: Column) -> str:
    """Return the expression of an extension: the column itself, or only what in it is one."""
    if all(map(_is_extension, column.values)):
        return access(column.name)
    return f"{access(column.name)} | default('') | regex_search('^ *[1-9][0-9]{{1,5}} *$')"


def _named(columns: Sequence[Column], names: Sequence[str]) -> Column | None:
    by_name = {folded(column.name): column for column in columns}
    return next((by_name[folded(name)] for name in names if folded(name) in by_name), None)


def _is_extension(value: str) -> bool:
    try:
        check_extension(value.strip())
    except ValueError:
        return False
    return True


def _login(variables: Mapping[str, str], inner: Column | None) -> str:
    if "email" in variables:
        return "email | default('') | lower | regex_replace('@.*$', '')"
    if "surname" in variables and "givenname" in variables:
        return "([givenname or '', surname or ''] | join('.') | lower | ascii | regex_replace('[^a-z0-9.]', ''))"
    return access(inner.name) if inner is not None else "displayname | lower | ascii | regex_replace('[^a-z0-9]+', '.')"


def _labelled(columns: Sequence[Column]) -> dict[str, str]:
    """Return the expressions of numbers whose sort stands in a column beside them (Google, FreePBX)."""
    names = {column.name: column for column in columns}
    pairs = [pair for name in names if (pair := _pair(name, names))]
    made: dict[str, str] = {}
    for variable, pattern in _LABELS if pairs else ():
        options = [
            f"({_first_value(number)} if {access(label)} | default('') | regex_search('(?i){pattern}') else '')"
            for label, number in pairs
        ]
        made[variable] = " or ".join(options)
    if pairs and "phone" in made:  # a number without a label is a phone, too
        plain = [f"({_first_value(number)} if not {access(label)} else '')" for label, number in pairs]
        made["phone"] = " or ".join([made["phone"], *plain])
    return made


def _pair(name: str, names: Mapping[str, Column]) -> tuple[str, str] | None:
    """Return (column of the label, column of the number) for the column of a number."""
    if match := re.fullmatch(r"(Phone \d+) - Value", name):
        label = next((f"{match[1]} - {word}" for word in ("Label", "Type") if f"{match[1]} - {word}" in names), "")
    elif match := re.fullmatch(r"(phone_\d+)_number", name):
        label = f"{match[1]}_type" if f"{match[1]}_type" in names else ""
    else:
        return None
    return (label, name) if label else None


def _first_value(name: str) -> str:
    """Google puts several values into one cell, with ::: between them."""
    return f"({access(name)} | default('') | regex_replace(' ::: .*$', ''))"
