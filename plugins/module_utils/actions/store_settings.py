# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Settings of the store as a whole: how long runs are kept, the outside numbers, and another key."""

from __future__ import annotations

import typing as t

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

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call

#: A key is long random text; a shorter one is a word that somebody made up.
_SHORTEST_KEY = 16
#: A hundred years; the journal's times have four digits for the year.
_MOST_DAYS = 36_500


def store_settings(call: Call) -> dict[str, t.Any]:
    """Set what was given and leave the rest (module store_settings); returns the settings as they are, or would be."""
    new_key = _checked_key(call.params.get("new_store_key"))
    wanted = _wanted(call.params)
    store, has_new_key = _opened(call, new_key)
    with store.snapshot():
        before = _current(store)
    after = {**before, **wanted}
    changes_key = new_key is not None and not has_new_key
    result: dict[str, t.Any] = {
        "changed": after != before or changes_key,
        "settings": after,
        "key_changed": changes_key,
    }
    if not call.check_mode:
        if after != before:
            with store.writing():
                _write(store, after)
        if changes_key and new_key is not None:
            result["secrets"] = _change_key(store, new_key)
    if call.diff:
        key = {"store_key": "the old one"}, {"store_key": "the new one"}
        result["diff"] = {
            "before": {**before, **(key[0] if changes_key else {})},
            "after": {**after, **(key[1] if changes_key else {})},
        }
    return result


def _checked_key(key: str | None) -> str | None:
    if key is not None and (len(key) < _SHORTEST_KEY or key != key.strip()):
        raise DefinitionError(
            f"new_store_key must be a long random text of at least {_SHORTEST_KEY} characters without blanks around it:"
            " make one with openssl rand -base64 32."
        )
    return key


def _wanted(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the settings that were given, checked."""
    wanted: dict[str, t.Any] = {}
    days = params.get("journal_days")
    if days is not None:
        if not 0 <= days <= _MOST_DAYS:
            raise DefinitionError(f"journal_days must be 0 (keep all runs) to {_MOST_DAYS} days.")
        wanted["journal_days"] = days
    if params.get("numbers") is not None:
        wanted["numbers"] = OutsideNumbers.from_options(params["numbers"]).as_options()
    return wanted


def _opened(call: Call, new_key: str | None) -> tuple[Store, bool]:
    """Return the store, and whether it has the new key already, as when the task runs again with the old one given."""
    try:
        store = call.store
    except vault.WrongKeyError:
        if new_key is None:
            raise
        call.params["store_key"] = new_key
        return call.store, True
    return store, new_key is not None and store.vault.has_key and store.vault.required_key() == new_key


def _current(store: Store) -> dict[str, t.Any]:
    return {"journal_days": retention.journal_days(store), "numbers": read_setting(store, "numbers") or {}}


def _write(store: Store, settings: t.Mapping[str, t.Any]) -> None:
    write_setting(store, retention.SETTING, settings["journal_days"])
    write_setting(store, "numbers", settings["numbers"] or None)


def _change_key(store: Store, new_key: str) -> int:
    run = journal.Run(None, journal.MANUAL_MODE, clock.stamp(), "changed", summary="the store's key was changed")
    count = rotation.change_key(store, new_key, lambda: _noted(store, run))
    store.compact()  # what the old key could read stays in no free page
    return count


def _noted(store: Store, run: journal.Run) -> None:
    journal.start(store, run, Counts().as_dict())
