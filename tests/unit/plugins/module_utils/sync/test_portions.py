# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of more rows than are looked at, or changed, at a time."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.store import bulk
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import staging

PEOPLE = 50
FILE = "username,displayname,mobile\n" + "".join(f"u{n},User {n},+49 151 {n:06}\n" for n in range(PEOPLE))


@pytest.fixture
def company(system, monkeypatch):
    """A phone system with fifty people, in portions of seven."""
    monkeypatch.setattr(staging, "CHUNK", 7)
    monkeypatch.setattr(bulk, "_FEW", 2)
    system.profile()
    assert system.import_csv(FILE)["counts"]["created"] == PEOPLE
    return system


def test_another_definition_of_the_same_outcome_changes_nobody(company):
    before = company.objects()
    company.profile(variables={"unused": "row.mobile"})
    counts = company.sync()["counts"]
    assert (counts["unchanged"], counts["updated"], counts["created"]) == (PEOPLE, 0, 0)
    assert company.objects() == before
    assert company.sync()["counts"]["unchanged"] == PEOPLE


def test_another_definition_changes_everybody_and_is_undone(company):
    before = company.objects()
    company.profile(variables={"mobile": "'x' ~ row.username"}, structure={"user": {"phonebook": {"notes": "mobile"}}})
    run = company.sync()
    assert run["counts"]["updated"] == PEOPLE
    changed = company.objects()
    assert [user["phonebook"]["notes"] for user in changed] == [f"x{user['username']}" for user in before]
    assert company.sync()["counts"]["unchanged"] == PEOPLE
    assert company.undo(run["run_id"], hold=False)["counts"]["restored"] == PEOPLE
    assert company.objects() == before


def test_some_of_many_change_in_every_portion(company):
    """Those that say what they said, by another definition, beside some with another value and another number."""
    company.profile(variables={"unused": "row.mobile"})
    lines = FILE.splitlines(keepends=True)
    changed = [line.replace("151", "170") if place % 5 == 3 else line for place, line in enumerate(lines)]
    counts = company.import_csv("".join(changed))["counts"]
    assert (counts["updated"], counts["unchanged"]) == (10, PEOPLE - 10)
    assert sum("170" in user["phonebook"]["mobile"] for user in company.objects()) == 10
