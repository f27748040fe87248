# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No row refers to what is gone, also where PostgreSQL has no foreign key that would see to it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from ansible_collections.telephony.connector.plugins.module_utils.actions import profile_removal
from ansible_collections.telephony.connector.plugins.module_utils.store import retention
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.unit.plugins.module_utils.store.test_retention import aged

HEAD = "username,displayname,password\n"
SECRET = "correct-horse-battery"


def orphans(system) -> dict[str, int]:
    """Return how many rows of each table name something that is not there."""
    found = {}
    store = Store.open(system.location, system.KEY)
    for table in store.schema.metadata.sorted_tables:
        for key in table.foreign_keys:
            is_there = sa.exists().where(key.column == key.parent)
            query = sa.select(sa.func.count()).select_from(table).where(key.parent.is_not(None), ~is_there)
            found[f"{table.name}.{key.parent.name}"] = int(store.connection.scalar(query) or 0)
    store.close()
    return found


@pytest.fixture
def busy(system):
    """A phone system in which people with passwords came, changed, went and came back, by syncs and by hand."""
    system.profile(guards={"max_removals": 100}, leavers={"action": "disable", "grace_days": 0})
    system.import_csv(HEAD + f"anna,Anna,{SECRET}\nben,Ben,{SECRET}\ncarl,Carl,\n")
    gone = system.import_csv(HEAD + f"anna,Anna A.,other-{SECRET}\ncarl,Carl,\n")
    system.import_csv(HEAD + f"anna,Anna A.,other-{SECRET}\n")
    system.undo(gone["run_id"], hold=False)
    system.by_hand("user", username="dora", display_name="Dora", password=SECRET)
    system.by_hand("user", username="dora", state="absent")
    return system


def test_what_hangs_on_removed_objects_goes_with_them(busy):
    assert "links.object_id" in orphans(busy)
    assert set(orphans(busy).values()) == {0}
    busy.by_hand("user", username="anna", state="absent")
    assert set(orphans(busy).values()) == {0}


def test_what_hangs_on_a_removed_profile_goes_with_it(busy):
    busy.call(profile_removal.forget, name="staff", objects="remove")
    assert set(orphans(busy).values()) == {0}


def test_what_hangs_on_old_runs_goes_with_them(busy):
    aged(busy, 200)
    store = Store.open(busy.location, busy.KEY)
    with store.writing():
        assert retention.prune(store)
    store.close()
    assert set(orphans(busy).values()) == {0}
