# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Settings of the store as a whole: how long runs are kept, the outside numbers, and another key."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, Result, Task, if_given
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.phone_system.outside_numbers import OutsideNumbers
from ansible_collections.telephony.connector.plugins.module_utils.store import (
    clock,
    journal,
    retention,
    rotation,
    vault,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.settings import read_setting, write_setting
from ansible_collections.telephony.connector.plugins.module_utils.sync.counts import Counts

#: A key is long random text; a shorter one is a word that somebody made up.
_SHORTEST_KEY = 16
#: A hundred years; the journal's times have four digits for the year.
_MOST_DAYS = 36_500


@dataclass(frozen=True)
class SettingsArguments:
    """The settings that were given, checked; the others stay. `new_key`: the store is to get this one."""

    settings: Mapping[str, t.Any]
    new_key: str | None = field(repr=False)

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> SettingsArguments:
        """Read the module's options; DefinitionError for what cannot be set."""
        new_key = _checked_key(params.get("new_store_key"))
        return cls(_wanted(params), new_key)


@dataclass(frozen=True)
class SettingsResult(Result):
    """The settings as they are, or would be; `secrets`: how many the new key protects."""

    settings: Mapping[str, t.Any]
    key_changed: bool
    secrets: int | None = if_given()
    diff: Mapping[str, t.Any] | None = if_given()


def set_settings(task: Task, wanted: SettingsArguments) -> SettingsResult:
    """Set what was given and leave the rest."""
    new_key = wanted.new_key
    store, has_new_key = _opened(task, new_key)
    with store.snapshot():
        before = _current(store)
    after = {**before, **wanted.settings}
    changes_key = new_key is not None and not has_new_key
    secrets = None
    if not task.check_mode:
        if after != before:
            with store.writing():
                _write(store, after)
        if changes_key and new_key is not None:
            secrets = _change_key(store, new_key)
    return SettingsResult(
        changed=after != before or changes_key,
        settings=after,
        key_changed=changes_key,
        secrets=secrets,
        diff=_diff(before, after, changes_key) if task.diff else None,
    )


store_settings = Action(SettingsArguments.from_params, set_settings)


def _diff(before: Mapping[str, t.Any], after: Mapping[str, t.Any], changes_key: bool) -> dict[str, t.Any]:
    key = ({"store_key": "the old one"}, {"store_key": "the new one"}) if changes_key else ({}, {})
    return {"before": {**before, **key[0]}, "after": {**after, **key[1]}}


def _checked_key(key: str | None) -> str | None:
    if key is not None and (len(key) < _SHORTEST_KEY or key != key.strip()):
        raise DefinitionError(
            f"The option new_store_key must be a long random text of at least {_SHORTEST_KEY} characters without"
            " blanks around it: make one with openssl rand -base64 32."
        )
    return key


def _wanted(params: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the settings that were given, checked."""
    wanted: dict[str, t.Any] = {}
    days = params.get("journal_days")
    if days is not None:
        if not 0 <= days <= _MOST_DAYS:
            raise DefinitionError(f"The option journal_days must be 0 (keep all runs) to {_MOST_DAYS} days.")
        wanted["journal_days"] = days
    if params.get("numbers") is not None:
        wanted["numbers"] = OutsideNumbers.from_options(params["numbers"]).as_options()
    return wanted


def _opened(task: Task, new_key: str | None) -> tuple[Store, bool]:
    """Return the store, and whether it has the new key already, as when the task runs again with the old one given."""
    try:
        store = task.store
    except vault.WrongKeyError:
        if new_key is None:
            raise
        return task.with_key(new_key), True
    return store, new_key is not None and store.vault.has_key and store.vault.required_key() == new_key


def _current(store: Store) -> dict[str, t.Any]:
    return {"journal_days": retention.journal_days(store), "numbers": read_setting(store, "numbers") or {}}


def _write(store: Store, settings: Mapping[str, t.Any]) -> None:
    write_setting(store, retention.SETTING, settings["journal_days"])
    write_setting(store, "numbers", settings["numbers"] or None)


def _change_key(store: Store, new_key: str) -> int:
    run = journal.Run(None, journal.MANUAL_MODE, clock.stamp(), "changed", summary="the store's key was changed")
    count = rotation.change_key(store, new_key, lambda: _noted(store, run))
    store.compact()  # what the old key could read stays in no free page
    return count


def _noted(store: Store, run: journal.Run) -> None:
    journal.start(store, run, Counts().as_dict())
