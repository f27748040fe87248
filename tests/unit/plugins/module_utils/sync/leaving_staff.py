# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Staff that leave, the day that the store goes by, and what the store has of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ansible_collections.telephony.connector.plugins.module_utils.store import clock as store_clock
from ansible_collections.telephony.connector.plugins.module_utils.store import leavers

HEAD = "username,displayname,phone,email,password,roles\n"
ANNA = "anna,Anna Alt,201,anna@corp.example,secret-1234,sales\n"
OTHERS = "".join(f"user{n},User {n},{300 + n},user{n}@corp.example,secret-1234,\n" for n in range(6))
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """The day that the store goes by."""

    def __init__(self, monkeypatch):
        self.time = START
        monkeypatch.setattr(store_clock, "now", lambda: self.time)

    def go(self, days):
        self.time += timedelta(days=days)


def everything(system):
    """Return all rows that make up users, their secrets and links."""

    def read(call):
        schema = call.store.schema
        tables = (schema.objects, schema.identifiers, schema.credentials, schema.links)
        with call.store.snapshot():
            rows = [call.store.connection.execute(table.select()).all() for table in tables]
        return [sorted(repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]) for row in part)
                for part in rows]  # fmt: skip

    return system.call(read, check=True)


def counts(result):
    return {name: count for name, count in result["counts"].items() if count and name not in ("read", "unchanged")}


def dates(system):
    def read(call):
        with call.store.snapshot():
            return {one.username: str(one.until) for one in leavers.every(call.store)}

    return system.call(read, check=True)
