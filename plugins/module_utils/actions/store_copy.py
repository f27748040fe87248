# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""A whole store in another place: SQLite to PostgreSQL, or back."""

from __future__ import annotations

import os
import typing as t
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field

from ansible_collections.telephony.connector.plugins.module_utils.actions.action import Action, Result, Task, if_given
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError, StoreError, capital
from ansible_collections.telephony.connector.plugins.module_utils.store import copying, sqlite_file
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.locations import DEFAULT_LOCATION, is_sqlite


@dataclass(frozen=True)
class CopyArguments:
    """The store to copy, by default the one that all modules use, and the one to copy into; with their keys."""

    source: str
    source_key: str | None = field(repr=False)
    target: str
    target_key: str | None = field(repr=False)

    @classmethod
    def from_params(cls, params: Mapping[str, t.Any]) -> CopyArguments:
        """Read the module's options, and what of the environment stands for them."""
        location = params.get("source") or params.get("store") or os.environ.get("TELEPHONY_CONNECTOR_STORE")
        key = params.get("source_key") or params.get("store_key") or os.environ.get("TELEPHONY_CONNECTOR_STORE_KEY")
        if not params["target"].strip():
            raise DefinitionError("The option target must name the store to copy into: a path or a URL.")
        return cls(location or DEFAULT_LOCATION, key or None, params["target"], params.get("target_key"))


@dataclass(frozen=True)
class CopyResult(Result):
    """How many rows each table has, and all together."""

    tables: Mapping[str, int]
    rows: int
    diff: Mapping[str, t.Any] | None = if_given()


def copy_store(task: Task, wanted: CopyArguments) -> CopyResult:
    """Copy the store `source` into the empty store `target`; StoreError where that cannot be."""
    if sqlite_file.is_absent(wanted.source):
        raise StoreError(f"There is no store {wanted.source} to copy: check the option source.")
    with closing(Store.open(wanted.source, wanted.source_key, check_mode=True)) as source:
        target_key = wanted.target_key
        if target_key is None and not is_sqlite(wanted.target) and source.vault.has_key:
            target_key = source.vault.required_key()  # there is no key file beside a PostgreSQL store
        with closing(Store.open(wanted.target, target_key, task.check_mode)) as store:
            return _copied(source, store, task)


store_copy = Action(CopyArguments.from_params, copy_store)


def _copied(source: Store, target: Store, task: Task) -> CopyResult:
    with target.snapshot():
        is_filled = copying.is_filled(target)
        there = copying.states(target) if is_filled else {}
    with source.snapshot():
        here = copying.states(source)
    if is_filled and there != here:
        raise StoreError(
            f"{capital(target.where)} is not empty, so nothing was copied: name an empty database or a new"
            " file in target."
        )
    tables = {name: state.rows for name, state in here.items()}
    if not is_filled and not task.check_mode:
        key = target.vault.required_key() if target.vault.has_key else None
        tables = copying.copy(source, target, key, sum(tables.values()))
    before = {name: state.rows for name, state in there.items()} or dict.fromkeys(tables, 0)
    return CopyResult(
        changed=not is_filled,
        tables=tables,
        rows=sum(tables.values()),
        diff={"before": before, "after": tables} if task.diff else None,
    )
