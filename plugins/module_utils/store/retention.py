# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: not an interface for others.
"""For how long runs are kept: old ones go with a later run, but the last one of a declared profile stays."""

from __future__ import annotations

from datetime import timedelta

from ansible_collections.telephony.connector.plugins.module_utils.store import (
    clock,
    past_objects,
    pools,
    resting_numbers,
)
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.plugins.module_utils.store.settings import read_setting
from ansible_collections.telephony.connector.plugins.module_utils.store.sql import sa

SETTING = "journal_days"
#: Days that a run is kept where nothing was set; 0 keeps all.
DEFAULT_DAYS = 180
#: Runs that one transaction takes away at most: the first time there may be years of them, and others wait.
_MOST_RUNS = 1000
#: The fact that says which is the newest run that was taken away.
_FORGOTTEN = "forgotten_runs"


def journal_days(store: Store) -> int:
    """Return for how many days runs are kept; 0 is for ever."""
    days = read_setting(store, SETTING)
    return DEFAULT_DAYS if days is None else int(days)


def forgotten_up_to(store: Store) -> int:
    """Return the newest run that was ever taken away: after an older one nobody knows all that happened."""
    return int(store.facts().get(_FORGOTTEN, 0))


def prune(store: Store) -> int:
    """Take away old runs with their changes (inside a writing transaction); return how many went.

    By the time at which they ended, as the journal keeps it: text of one form, so its order is that of time.
    """
    days = journal_days(store)
    if not days:
        return 0
    if resting_numbers.is_any(store):
        longest = max((pool.cooldown_days for pool in pools.every(store)), default=0)
        resting_numbers.forget(store, resting_numbers.since(max(days, longest)))
    runs = store.schema.runs
    try:
        limit = clock.now() - timedelta(days=days)
    except OverflowError:  # before the first year
        return 0
    declared = sa.select(store.schema.profiles.c.name)
    newest = sa.select(sa.func.max(runs.c.id)).where(runs.c.profile.in_(declared)).group_by(runs.c.profile)
    old = sa.select(runs.c.id).where(runs.c.finished < clock.stamp(limit), runs.c.id.not_in(newest))
    ids = list(store.connection.execute(old.order_by(runs.c.id).limit(_MOST_RUNS)).scalars())
    if ids:
        past_objects.forget(store, ids)
        store.set_fact(_FORGOTTEN, str(max(ids[-1], forgotten_up_to(store))))
        changes = store.schema.changes
        store.connection.execute(changes.delete().where(changes.c.run_id.in_(ids)))
        store.connection.execute(runs.delete().where(runs.c.id.in_(ids)))
    return len(ids)
