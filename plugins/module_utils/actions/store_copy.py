# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A whole store in another place: SQLite to PostgreSQL, or back."""

from __future__ import annotations

import os
import typing as t
from contextlib import closing

from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, StoreError
from ansible_collections.telephony.connector.plugins.module_utils.store import copying, sqlite_file
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.locations import DEFAULT_LOCATION, is_sqlite

if t.TYPE_CHECKING:
    from ansible_collections.telephony.connector.plugins.module_utils.module import Call


def store_copy(call: Call) -> dict[str, t.Any]:
    """Copy the store `source` into the empty store `target` (module store_copy)."""
    params = call.params
    location, key = _source(params)
    target = params["target"]
    if not target.strip():
        raise DefinitionError("target must name the store to copy into: a path or a URL.")
    if sqlite_file.is_absent(location):
        raise StoreError(f"There is no store {location} to copy: check the option source.")
    with closing(Store.open(location, key, check_mode=True)) as source:
        target_key = params.get("target_key")
        if target_key is None and not is_sqlite(target) and source.vault.has_key:
            target_key = source.vault.required_key()  # there is no key file beside a PostgreSQL store
        with closing(Store.open(target, target_key, call.check_mode)) as store:
            return _copied(source, store, call)


def _source(params: t.Mapping[str, t.Any]) -> tuple[str, str | None]:
    """Return the location and key of the store to copy: by default the one that all modules use."""
    location = params.get("source") or params.get("store") or os.environ.get("TELEPHONY_CONNECTOR_STORE")
    key = params.get("source_key") or params.get("store_key") or os.environ.get("TELEPHONY_CONNECTOR_STORE_KEY")
    return location or DEFAULT_LOCATION, key or None


def _copied(source: Store, target: Store, call: Call) -> dict[str, t.Any]:
    with target.snapshot():
        is_filled = copying.is_filled(target)
        there = copying.states(target) if is_filled else {}
    with source.snapshot():
        here = copying.states(source)
    if is_filled and there != here:
        raise StoreError(
            f"{target.where} is not empty, so nothing was copied: name an empty database or a new file in target."
        )
    tables = {name: state.rows for name, state in here.items()}
    if not is_filled and not call.check_mode:
        key = target.vault.required_key() if target.vault.has_key else None
        tables = copying.copy(source, target, key, sum(tables.values()))
    result: dict[str, t.Any] = {"changed": not is_filled, "tables": tables, "rows": sum(tables.values())}
    if call.diff:
        before = {name: state.rows for name, state in there.items()} or dict.fromkeys(tables, 0)
        result["diff"] = {"before": before, "after": tables}
    return result
