# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""The number that reaches a user from outside: what is set, else what follows from the extension and the lines."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Mapping

from ansible_collections.telephony.connector.plugins.module_utils.phone_system.outside_numbers import OutsideNumbers
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.settings import read_setting
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


class DirectNumbers:
    """The outside numbers of a store, looked up once (inside a snapshot).

    Users of a profile with numbers of its own are on its lines, all others on those of the phone system.
    """

    def __init__(self, store: Store) -> None:
        self._of_store = OutsideNumbers.of_stored(read_setting(store, "numbers"))
        self._of_objects = _of_profiles(store)

    def with_did(self, object_id: int | None, fields: Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return a user's flat fields with `did`, where there is one."""
        shown = dict(fields)
        if "did" not in shown and "extension" in shown and (did := self._did_of(object_id, shown["extension"])):
            shown["did"] = did
        return shown

    def entry_with_did(self, object_id: int, kind: str, entry: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return an object's entry in the company's phonebook, a user's with `did`, where there is one."""
        if (
            kind == "user"
            and "did" not in entry
            and "phone" in entry
            and (did := self._did_of(object_id, entry["phone"]))
        ):
            entry["did"] = did
        return entry

    def _did_of(self, object_id: int | None, extension: str) -> str | None:
        numbers = self._of_store if object_id is None else self._of_objects.get(object_id, self._of_store)
        return numbers.number_of(extension)


def _of_profiles(store: Store) -> dict[int, OutsideNumbers]:
    """Return the users of profiles with numbers of their own, which most stores have not."""
    profiles, links = store.schema.profiles.c, store.schema.links.c
    rows = store.connection.execute(sa.select(profiles.id, profiles.options)).all()
    own = {row.id: json.loads(row.options).get("numbers") for row in rows}
    numbers = {profile: OutsideNumbers.of_stored(options) for profile, options in own.items() if options}
    if not numbers:
        return {}
    query = sa.select(links.object_id, links.profile_id).where(links.profile_id.in_(numbers))
    return {object_id: numbers[profile] for object_id, profile in store.rows(query)}
