# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Trying the phonebook of another phone system step by step: another store, or a REST service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.sources.checking import (
    Column,
    Sample,
    Steps,
    access,
    examine_url,
)
from ansible_collections.telephony.connector.plugins.module_utils.sources.column_names import EXTENSIONS, NAMES, folded
from ansible_collections.telephony.connector.plugins.module_utils.sources.pbx import other_store

_ALL = frozenset("*")
#: variable -> the column that the template takes it from
_COLUMNS = {
    "displayname": "display_name",
    "phone": "phone",
    "givenname": "given_name",
    "surname": "surname",
    "organisation": "organisation",
    "email": "email",
    "mobile": "mobile",
    "homephone": "homephone",
    "fax": "fax",
    "notes": "notes",
}


def examine(options: Mapping[str, Any], steps: Steps, wanted: frozenset[str]) -> Sample:
    """See Doctor."""
    if "url" in options:
        return Sample(options, _ALL if examine_url(steps, options["url"], options) else None)
    opened = steps.run("store", lambda: _open(options, wanted))
    return Sample(options, _ALL if opened else None)


def _open(options: Mapping[str, Any], wanted: frozenset[str]) -> str:
    with other_store.reading(options, wanted):
        return "The store can be opened and read."


def suggest(template: str, options: Mapping[str, Any], columns: Sequence[Column]) -> dict[str, Any]:
    """See Doctor. A service has names of its own for what the template calls otherwise."""
    by_name = {folded(column.name): column.name for column in columns}
    made: dict[str, str] = {}
    for variable, own in _COLUMNS.items():
        more = EXTENSIONS if variable == "phone" else ()
        name = next((by_name[folded(one)] for one in (*NAMES[variable], *more) if folded(one) in by_name), None)
        if own not in (column.name for column in columns) and name is not None:
            made[variable] = access(name)
    return {"template": template} | ({"variables": made} if made else {})
