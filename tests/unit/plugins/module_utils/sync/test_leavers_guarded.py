# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Guards, incomplete reads and rejected records: nobody becomes a leaver or is removed by mistake."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.errors import RefusedError

from .leaving_staff import ANNA, HEAD, OTHERS, counts, dates


def test_guards_count_a_disabled_user_as_removed(staffed):
    staffed.profile(leavers={"action": "disable"}, guards={"max_removals": 2})
    staffed.csv(HEAD + "carl,Carl,299,,,\n")
    simulated = staffed.sync(check=True)
    assert simulated["result"] == "refused"
    assert "7 of its 7 objects would be disabled, max_removals (2) allows 2" in simulated["warnings"][-1]
    with pytest.raises(RefusedError, match="max_removals"):
        staffed.sync()
    assert dates(staffed) == {}


def test_guards_count_leavers_whose_days_are_over_by_themselves(staffed, clock):
    staffed.profile(leavers={"action": "disable"}, guards={"max_removals": 2})
    lines = OTHERS.splitlines(keepends=True)
    staffed.import_csv(HEAD + "".join(lines[1:]))
    clock.go(30)
    result = staffed.import_csv(HEAD + "".join(lines[3:]))
    assert counts(result) == {"removed": 2, "disabled": 2}
    staffed.import_csv(HEAD + "".join(lines[5:]))
    clock.go(40)
    with pytest.raises(RefusedError, match="4 of its 5 objects, all leavers, would be removed"):
        staffed.sync()


def test_an_incomplete_read_disables_nobody_and_removes_no_leaver(staffed, clock):
    staffed.import_csv(HEAD + OTHERS)
    clock.go(30)
    staffed.csv(HEAD + OTHERS.replace("user5,User 5", "user9,User 9") + 'broken,"never closed')
    result = staffed.sync()
    assert (result["complete"], result["counts"]["removed"], result["counts"]["disabled"]) == (False, 0, 0)
    assert "anna" in staffed.names()


def test_an_empty_read_removes_no_leaver(staffed, clock):
    staffed.import_csv(HEAD + OTHERS)
    clock.go(30)
    staffed.csv(HEAD)
    with pytest.raises(RefusedError, match="returned no records"):
        staffed.sync()
    assert "anna" in staffed.names()


def test_a_record_that_is_rejected_keeps_its_leaver(staffed, clock):
    staffed.import_csv(HEAD + OTHERS)
    clock.go(30)
    result = staffed.import_csv(HEAD + ANNA.replace("201", "2 0 x") + OTHERS)
    assert counts(result) == {"rejected": 1}
    assert dates(staffed) == {"anna": "2026-03-31"}
    assert counts(staffed.import_csv(HEAD + OTHERS)) == {"removed": 1}


def test_a_suspect_is_not_disabled_and_a_leaver_who_is_due_waits_too(staffed, clock):
    lines = OTHERS.splitlines(keepends=True)
    result = staffed.import_csv(HEAD + lines[0].replace("user0", "") + "".join(lines[1:]))
    assert counts(result) == {"rejected": 1}  # neither user0 nor Anna: it may be theirs
    assert dates(staffed) == {}
    result = staffed.import_csv(HEAD + "".join(lines[1:]))
    assert counts(result) == {"disabled": 2}
    clock.go(30)
    result = staffed.import_csv(HEAD + ANNA.replace("anna", "") + "".join(lines[1:]))
    assert counts(result) == {"rejected": 1}
    assert any("2 objects without a record stay" in warning for warning in result["warnings"])
    assert counts(staffed.sync()) == {"rejected": 1}
    simulated = staffed.sync(check=True)
    assert counts(staffed.sync(expect_plan=simulated["plan_digest"])) == {"rejected": 1, "removed": 2}
