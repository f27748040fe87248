# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reads the store for lookups: from the controller, without a module call, and without writing anything."""

from __future__ import annotations

import contextlib
import typing as t
from collections.abc import Iterator

from ansible_collections.telephony.connector.plugins.module_utils.actions.object_info import ObjectQuery, find_objects
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, StoreError, nearest
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.fields import comparable
from ansible_collections.telephony.connector.plugins.module_utils.store import leavers, sip_passwords, sqlite_file
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.objects import some_logins


@contextlib.contextmanager
def opened(location: str, key: str | None) -> Iterator[Store]:
    """Open a store that is there, to read it; StoreError when there is none."""
    if sqlite_file.is_absent(location):
        raise StoreError(f"There is no store at {location}: name it in the option store.")
    store = Store.open(location, key or None, check_mode=True)
    try:
        yield store
    finally:
        store.close()


def read_user(location: str, key: str | None, username: str) -> dict[str, t.Any]:
    """Return a user's fields; DefinitionError when there is no such user."""
    with opened(location, key) as store:
        found = find_objects(store, ObjectQuery("user", 2, username=comparable(username))).objects
        if not found:
            with store.snapshot():
                hint = nearest(username, some_logins(store))
            raise DefinitionError(f'There is no user "{username}" in {store.where}.{hint}')
        return found[0]


def read_sip_password(location: str, key: str | None, username: str) -> str:
    """Return the SIP password of a user; DefinitionError when there is no such user, or the user has none."""
    with opened(location, key) as store, store.snapshot():
        found = sip_passwords.read(store, comparable(username))
        leaver = next((one for one in leavers.every(store) if one.username == comparable(username)), None)
        if leaver is not None:
            raise DefinitionError(
                f'The user "{leaver.username}" has no SIP account: the record is gone from its source ({leaver}). Leave'
                " out whose `leaver` is set in what the lookup user returns."
            )
        if found is None:
            raise DefinitionError(
                f'The user "{username}" has no SIP password yet: publish to a SIP server, or set sip_password with the'
                " module user."
            )
        return found


def read_phonebook(location: str, key: str | None, search: str | None, limit: int) -> list[dict[str, t.Any]]:
    """Return entries of the company's phonebook, by name."""
    with opened(location, key) as store:
        query = ObjectQuery("directory", limit, search=(search or "").strip().casefold())
        return find_objects(store, query).objects
