# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A phone system in a test: its store, and the tasks of a playbook as methods."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ansible_collections.telephony.connector.plugins.module_utils.actions import (
    extension_pool,
    object_info,
    objects,
    profile,
    sync,
    undo,
)
from ansible_collections.telephony.connector.plugins.module_utils.store import connection
from ansible_collections.telephony.connector.tests.servers.postgres import PASSWORD


class Call:
    """A module call without Ansible: what the engine's functions take."""

    def __init__(self, params: dict[str, Any], store: connection.Store, check_mode: bool, diff: bool) -> None:
        self.params, self.store, self.check_mode, self.diff = params, store, check_mode, diff

    def warn(self, text: str) -> None:
        raise AssertionError(text)


class System:
    """A phone system in a test: its store, and the tasks of a playbook as methods."""

    KEY = "tc1-a_key_of_the_tests_long_enough_0123456789ab"

    def __init__(self, location: str, directory: Path) -> None:
        self.location, self.directory = location, directory

    def call(
        self, function: Callable[[Any], dict[str, Any]], check: bool = False, diff: bool = False, **params: Any
    ) -> dict[str, Any]:
        """Call a function as a module does, with a connection of its own."""
        store = connection.Store.open(self.location, self.KEY, check)
        try:
            return function(Call(params, store, check, diff))
        finally:
            store.close()

    def csv(self, text: str, name: str = "people.csv") -> Path:
        """Write a file for the profiles to read."""
        path = self.directory / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def profile(
        self, name: str = "staff", template: str = "csv_users", check: bool = False, **options: Any
    ) -> dict[str, Any]:
        """Declare a profile that reads the file `people.csv`."""
        options.setdefault("source", {"path": str(self.directory / "people.csv")})
        return self.call(profile.declare, check, **_profile_options(name=name, template=template, **options))

    def sync(self, name: str = "staff", check: bool = False, **options: Any) -> dict[str, Any]:
        """Sync a profile."""
        return self.call(sync.synchronise, check, profile=name, **{"changes_limit": 500, **options})

    def undo(self, run: int, check: bool = False, diff: bool = False, **options: Any) -> dict[str, Any]:
        """Take a run back."""
        return self.call(undo.undo, check, diff, run=run, **{"changes_limit": 500, **options})

    def import_csv(self, text: str, name: str = "staff", **options: Any) -> dict[str, Any]:
        """Write the file and sync."""
        self.csv(text)
        return self.sync(name, **options)

    def pool(self, *ranges: str, reserved: tuple[str, ...] = (), **options: Any) -> dict[str, Any]:
        """Declare an extension pool; `options` may name it."""
        return self.call(extension_pool.declare_pool, ranges=list(ranges), reserved=list(reserved), **options)

    def by_hand(self, kind: str, check: bool = False, **fields: Any) -> dict[str, Any]:
        """Declare an object as the modules user, phonebook_entry and speed_dial do."""
        fields.setdefault("state", "present")
        return self.call(getattr(objects, f"declare_{kind}"), check, **fields)

    def objects(self, kind: str = "user", **options: Any) -> list[dict[str, Any]]:
        """Return the objects of a kind, by name."""
        return list(
            self.call(object_info.object_info, check=True, kind=kind, **{"limit": 10_000, **options})["objects"]
        )

    def names(self, kind: str = "user") -> list[str]:
        """Return what the objects of a kind are called."""
        field = {"user": "username", "phonebook_entry": "display_name", "speed_dial": "number"}[kind]
        return [found[field] for found in self.objects(kind)]

    def user(self, username: str) -> dict[str, Any]:
        """Return one user."""
        (found,) = self.objects("user", username=username)
        return found


def _profile_options(**options: Any) -> dict[str, Any]:
    return {"mode": "mirror", "remove_adopted": False, "configure_authentication": False, **options}


def source_of(system: System, **more: Any) -> dict[str, Any]:
    """Return the options of a pbx source for a system's store; a password goes where it belongs."""
    location = system.location.replace(f":{PASSWORD}@", "@")
    password = {"password": PASSWORD} if location != system.location else {}
    return {"store": location, **password, **more}
