# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an undo needs: it is there after copies and new keys, goes with the run, and shows no secret."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import run_info, store_settings
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.tests.contents import contents
from ansible_collections.telephony.connector.tests.system import System

from .staff import HEADER, MANY, PEOPLE, last_run, person, release


def test_a_removed_profile_gets_its_people_back_when_it_is_declared_again(staff: System) -> None:
    before = {one["username"]: one for one in staff.objects()}
    from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_removal import forget

    staff.call(forget, name="staff", objects="remove")
    run = last_run(staff)
    assert staff.names() == []
    staff.profile(**MANY)
    assert staff.undo(run)["counts"]["restored"] == 4
    release(staff)
    assert {one["username"]: one for one in staff.objects()} == before
    assert staff.import_csv(PEOPLE)["result"] == "unchanged"


def test_links_that_went_with_a_profile_come_back(staff: System) -> None:
    from ansible_collections.telephony.connector.plugins.module_utils.actions.profile_removal import forget

    staff.call(forget, name="staff", objects="keep")
    run = last_run(staff)
    staff.profile(**MANY)
    undone = staff.undo(run)
    assert any("4 objects belong to their profile again" in warning for warning in undone["warnings"])
    assert staff.import_csv(PEOPLE)["counts"]["unchanged"] == 4


def test_a_run_after_which_runs_are_forgotten_is_not_taken_back(staff: System) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201))
    staff.by_hand("user", username="eva", display_name="Eva")
    forgotten = last_run(staff)
    from ansible_collections.telephony.connector.plugins.module_utils.store import retention
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

    staff.call(store_settings.store_settings, journal_days=1)
    store = Store.open(staff.location, staff.KEY)
    try:
        with store.writing():
            runs = store.schema.runs
            store.connection.execute(
                runs.update().where(runs.c.id == forgotten).values(finished="2020-01-01T00:00:00Z")
            )
            assert retention.prune(store) == 1
    finally:
        store.close()
    with pytest.raises(DefinitionError, match="later runs are no longer in the journal"):
        staff.undo(bad["run_id"])


def test_what_an_undo_needs_goes_with_the_run(staff: System) -> None:
    staff.import_csv(HEADER + person("ben", 201))
    from ansible_collections.telephony.connector.plugins.module_utils.store import retention
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

    store = Store.open(staff.location, staff.KEY)
    try:
        with store.writing():
            runs = store.schema.runs
            store.connection.execute(runs.update().values(finished="2020-01-01T00:00:00Z", profile=None))
            assert retention.prune(store) == 2
    finally:
        store.close()
    found = contents(staff.location)
    assert {name for name in found if name.startswith(("past_", "touched_")) and found[name]} == set()


def test_after_a_change_of_the_key_and_a_copy_it_works_the_same(staff: System, tmp_path: Any) -> None:
    """The kept secrets follow the key, and the copy."""
    before = {one["username"]: one for one in staff.objects()}
    bad = staff.import_csv(HEADER + person("ben", 201, phonepass="another"))
    undone = staff.undo(bad["run_id"])
    again = staff.undo(undone["run_id"])
    from ansible_collections.telephony.connector.plugins.module_utils.store import copying, rotation
    from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store

    new_key = "tc1-another_key_of_the_tests_long_enough_012345678"
    store, copy = Store.open(staff.location, staff.KEY), Store.open(str(tmp_path / "copy.db"), new_key)
    try:
        rotation.change_key(store, new_key)
        copying.copy(store, copy, new_key)
    finally:
        store.close()
        copy.close()
    for location in (staff.location, str(tmp_path / "copy.db")):
        there = System(location, staff.directory)
        there.KEY = new_key
        assert there.undo(again["run_id"])["counts"] == undone["counts"]
        release(there)
        assert {one["username"]: one for one in there.objects()} == before
        assert there.import_csv(PEOPLE)["result"] == "unchanged"


def test_no_secret_is_in_what_is_told_or_kept_in_the_open(staff: System) -> None:
    bad = staff.import_csv(HEADER + person("ben", 201, password="Second-Secret-2", phonepass="second-device"))
    undone = staff.undo(bad["run_id"], diff=True)
    told = str(undone) + str(staff.call(run_info.run_info, check=True, run_id=undone["run_id"], limit=10))
    for word in ("Secret-anna", "Second-Secret", "device-anna", "second-device", "argon2", "gAAAA"):
        assert word not in told
        kept = {name: rows for name, rows in contents(staff.location).items() if "credentials" not in name}
        assert word not in str({name: rows for name, rows in kept.items() if name != "meta"})
