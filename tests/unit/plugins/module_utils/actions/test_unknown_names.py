# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks for something that is not there is told so, with what was meant."""

from __future__ import annotations

import re

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.actions import option_errors, report, run_info
from ansible_collections.telephony.connector.plugins.module_utils.actions.lookups import read_sip_password
from ansible_collections.telephony.connector.plugins.module_utils.errors import DefinitionError
from ansible_collections.telephony.connector.tests.system import System

PEOPLE = "username,displayname,phone\nanna,Anna,200\nben,Ben,201\n"


@pytest.fixture
def staff(tmp_path) -> System:
    system = System(str(tmp_path / "store.db"), tmp_path)
    system.profile(leavers={"action": "disable"}, guards={"max_removals": "100%"})
    system.import_csv(PEOPLE)
    return system


def history(system, **of):
    return system.call(run_info.run_info, check=True, limit=10, **of)


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ({"name": "annna"}, 'There is no object called "annna" in .*, and .* knows of none. Did you mean "anna"?'),
        ({"name": "%"}, 'There is no object called "%"'),
        ({"object_id": 999}, "There is no object with the id 999 in"),
    ],
)
def test_a_history_of_nobody_is_told_as_such(staff, of, words):
    told = history(staff, **of)
    assert told["changes"] == []
    (warning,) = told["warnings"]
    assert re.match(words, warning)


def test_a_history_of_somebody_warns_of_nothing(staff):
    assert "warnings" not in history(staff, name="ANNA")
    assert "warnings" not in history(staff, name="200")


def test_a_leaver_has_no_sip_password_to_be_read(staff):
    staff.by_hand("user", username="anna", sip_password="secret-of-anna")
    assert read_sip_password(staff.location, staff.KEY, "Anna") == "secret-of-anna"
    staff.import_csv(PEOPLE.replace("anna,Anna,200\n", ""))
    with pytest.raises(DefinitionError, match='The user "anna" has no SIP account: the record is gone') as caught:
        read_sip_password(staff.location, staff.KEY, "Anna")
    assert "secret-of-anna" not in caught.value.message
    staff.import_csv(PEOPLE)
    assert read_sip_password(staff.location, staff.KEY, "anna") == "secret-of-anna"


def test_options_of_the_profile_are_said_to_belong_there():
    message = (
        "Unsupported parameters for (telephony.connector.sync) module: guards. Supported parameters include: profile,"
        " definition."
    )
    told = option_errors.of_profile(message, {"profile": "staff", "guards": {}})
    assert told == (
        'Profile "staff": The module sync has no option "guards": it belongs to the profile, so give it to the module'
        " profile, or in definition."
    )


def test_a_hold_beside_half_a_profile_is_told(staff):
    with pytest.raises(
        DefinitionError, match=r"hold stands beside filter, but no template\. To set or release the hold"
    ):
        staff.profile(template=None, source=None, hold="staff list is wrong", filter="true")


def test_a_misspelt_row_is_told_as_row(staff):
    with pytest.raises(DefinitionError, match=r'unknown name "rwo" at position 1. Did you mean "row"\?\.?$'):
        staff.profile(variables={"x": "rwo.x"})


@pytest.mark.parametrize("number", [2**31, 2**70, -1])
def test_a_run_and_an_entry_with_a_number_that_none_can_have_are_not_there(system, number):
    system.by_hand("speed_dial", number="*1", destination="0049 89 1")
    told = f"There is no run {number} in"
    with pytest.raises(DefinitionError, match=told):
        system.call(run_info.run_info, check=True, run_id=number, limit=1)
    with pytest.raises(DefinitionError, match=told):
        system.call(report.report_run, check=True, run=number, path=str(system.directory / "report.html"))
    with pytest.raises(DefinitionError, match=f"There is no phonebook entry with the id {number}"):
        system.by_hand("phonebook_entry", id=number, phone="1")
    assert not system.by_hand("phonebook_entry", id=number, state="absent")["changed"]


def test_a_run_that_has_not_changed_somebody_is_no_journal_that_knows_nothing(system):
    system.by_hand("user", username="anna", display_name="Anna")
    system.by_hand("speed_dial", number="*1", destination="0049 89 1")
    told = system.call(run_info.run_info, run_id=2, name="anna", limit=9)["warnings"]
    assert told == [
        'Run 2 has changed nothing of the object called "anna", but others have: leave run_id out to see them.'
    ]
    system.profile()
    told = system.call(run_info.run_info, profile="staff", object_id=system.user("anna")["id"], limit=9)["warnings"]
    assert told[0].startswith('The runs of the profile "staff" have changed nothing of the object with the id ')
