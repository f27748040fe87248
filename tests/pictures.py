# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of what a SQLite store holds, in a form in which two stores, or one before and after, can be compared."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from ansible_collections.telephony.connector.tests.contents import Contents, contents


def picture(location: str) -> dict[str, list[Any]]:
    """Return the objects, what is unique about them, and the links, by names instead of ids.

    Left out are ids, versions, the journal, and the order of roles. A link's applied values are written out.
    """
    found = contents(location)
    fields = {row[0]: _without_order(json.loads(row[4])) for row in found["objects"]}
    names = {row[0]: (row[1], row[3], json.dumps(fields[row[0]], sort_keys=True)) for row in found["objects"]}
    links = [
        (profile, key, slot, names[object_id], origin, _without_order(json.loads(applied)) if applied else None)
        for profile, key, slot, object_id, _version, _mark, origin, applied in found["links"]
    ]
    return {
        "objects": sorted(names.values()),
        "identifiers": sorted((space, value, field, names[id_]) for space, value, id_, field in found["identifiers"]),
        "credentials": sorted((names[object_id], field) for object_id, field, _value in found["credentials"]),
        "links": sorted((*link[:5], _applied_of(link)) for link in links),
    }


def _applied_of(link: tuple[Any, ...]) -> str:
    """Return what a link's profile applied last; where the link does not keep it, it is what the object has."""
    return json.dumps(link[5] if link[5] is not None else json.loads(link[3][2]), sort_keys=True)


def rows_of(location: str, object_ids: Collection[int]) -> Contents:
    """Return every row that is about some objects, with everything in it."""
    place = {"objects": 0, "identifiers": 2, "credentials": 0, "links": 3}
    found = contents(location)
    return {table: [row for row in found[table] if row[at] in object_ids] for table, at in place.items()}


def free_number(location: str) -> str:
    """Return an extension that nobody has, maybe one that the next file gives to somebody."""
    held = {value for _space, value, _object_id, _field in contents(location)["identifiers"]}
    return next(number for number in map(str, range(204, 300)) if number not in held)


def _without_order(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: sorted(value) if name == "roles" else value for name, value in fields.items()}
