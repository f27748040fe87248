# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""Reads what a person configured for the phone system as a whole."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa


def read_setting(store: Store, name: str) -> t.Any:
    """Return one setting as data, None when it is not set."""
    settings = store.schema.settings.c
    text = store.connection.scalar(sa.select(settings.value).where(settings.name == name))
    return None if text is None else json.loads(text)


def write_setting(store: Store, name: str, value: t.Any) -> None:
    """Keep one setting (inside a writing transaction); None takes it away."""
    table = store.schema.settings
    if value is None:
        store.connection.execute(table.delete().where(table.c.name == name))
    else:
        store.put(table, name, json.dumps(value, ensure_ascii=False))
