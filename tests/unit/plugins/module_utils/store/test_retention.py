# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Old runs go with a later run, never the last of a declared profile, and not when the clock is wrong the other way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import profile_removal, store_settings
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.plugins.module_utils.store.connection import Store
from ansible_collections.telephony.connector.tests.contents import contents

ROW = "username,displayname\n"


@pytest.fixture
def history(system):
    """A phone system with five runs: two of staff, one of another profile, two by hand."""
    system.profile()
    system.import_csv(ROW + "anna,Anna\n")
    system.import_csv(ROW + "anna,Anna B.\n")
    system.by_hand("user", username="ben", display_name="Ben")
    system.by_hand("user", username="ben", display_name="Ben B.")
    system.profile("guests", source={"path": str(system.directory / "guests.csv")})
    system.csv(ROW + "gus,Gus\n", "guests.csv")
    system.sync("guests")
    return system


def aged(system, days, *runs):
    """Make some runs so many days old."""
    then = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    store = Store.open(system.location, system.KEY)
    with store.writing():
        table = store.schema.runs
        chosen = table.c.id.in_(runs) if runs else table.c.id > 0
        store.connection.execute(table.update().where(chosen).values(started=then, finished=then))
    store.close()


def runs_of(system):
    return sorted(row[0] for row in contents(system.location)["runs"])


def settings(system, check=False, **options):
    return system.call(store_settings.store_settings, check, **options)


def test_old_runs_go_with_a_later_run_and_the_last_of_each_profile_stays(history):
    aged(history, 181)
    history.sync(check=True)
    assert runs_of(history) == [1, 2, 3, 4, 5]
    history.by_hand("user", username="carl", display_name="Carl")
    assert runs_of(history) == [2, 5, 6]
    assert {row[0] for row in contents(history.location)["changes"]} == {2, 5, 6}


def test_the_last_run_of_a_profile_that_was_removed_goes_like_any_other(history):
    """It would keep what it says of people for ever."""
    aged(history, 181)
    history.call(profile_removal.forget, name="guests", objects="remove")
    history.sync()
    assert 5 not in runs_of(history)


def test_younger_runs_stay(history):
    aged(history, 179)
    history.sync()
    assert runs_of(history) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(("days", "left"), [(0, [1, 2, 3, 4, 5, 6]), (30, [2, 3, 4, 5, 6]), (10, [2, 4, 5, 6])])
def test_for_how_long_is_a_setting(history, days, left):
    settings(history, journal_days=days)
    aged(history, 4000, 1)
    aged(history, 20, 2, 3)
    history.sync()
    assert runs_of(history) == left


def test_a_run_that_fails_takes_no_run_away(history, monkeypatch):
    from ansible_collections.telephony.connector.plugins.module_utils.store import connection

    aged(history, 181)
    before = contents(history.location)

    def fail(self, *arguments):
        raise RuntimeError("after the journal was written")

    monkeypatch.setattr(connection.Store, "take_object_ids", fail)
    with pytest.raises(RuntimeError):
        history.by_hand("user", username="carl", display_name="Carl")
    assert contents(history.location) == before


def test_runs_from_the_future_stay(history):
    """As they are where the clock was wrong, and was set back."""
    aged(history, -4000)
    history.sync()
    assert runs_of(history) == [1, 2, 3, 4, 5, 6]


def test_settings_are_returned_kept_and_changed_one_by_one(system):
    defaults = {"journal_days": 180, "numbers": {}}
    lines = [{"prefix": "+49 991 2960", "extension_digits": 3}]
    kept = {"country": "DE", "lines": [{"prefix": "+499912960", "extension_digits": 3}]}
    assert settings(system)["settings"] == defaults
    first = settings(system, check=True, numbers={"country": "de", "lines": lines})
    assert (first["changed"], first["settings"]["numbers"]) == (True, kept)
    assert settings(system)["settings"] == defaults
    for changed in (True, False):
        assert settings(system, numbers={"country": "de", "lines": lines})["changed"] is changed
    assert settings(system, journal_days=7)["settings"] == {"journal_days": 7, "numbers": kept}
    assert settings(system, numbers={})["settings"] == {"journal_days": 7, "numbers": {}}


@pytest.mark.parametrize("days", [-1, 36_501, 10**12])
def test_days_that_make_no_sense_are_refused(system, days):
    with pytest.raises(DefinitionError, match="journal_days must be 0"):
        settings(system, journal_days=days)
