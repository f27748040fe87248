# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small conditions that much hangs on: what a person typed stays, and the mode of a profile is part of what counts."""

from __future__ import annotations

import pytest

from ansible_collections.telephony.connector.plugins.module_utils.profiles.definition import Definition
from ansible_collections.telephony.connector.plugins.module_utils.store.profiles import Stored
from ansible_collections.telephony.connector.plugins.module_utils.sync.plan import checkpoint

HEADER = "username,displayname,mobile\n"


@pytest.mark.parametrize("policy", ["force", "keep"])
def test_what_a_person_typed_over_a_value_of_the_source_stays_when_the_source_empties_it(system, policy):
    system.profile(field_policy={"phonebook.mobile": policy})
    system.import_csv(HEADER + "anna,Anna,+49 171 1\n")
    system.by_hand("user", username="anna", phonebook={"mobile": "+49 171 2"})
    system.import_csv(HEADER + "anna,Anna,\n")
    assert system.user("anna")["phonebook"]["mobile"] == "+49 171 2"
    system.import_csv(HEADER + "anna,Anna A.,\n")
    assert system.user("anna")["phonebook"]["mobile"] == "+49 171 2"


def definition(mode, path="people.csv"):
    return Definition.from_options({"name": "staff", "template": "csv_users", "mode": mode, "source": {"path": path}})


def test_a_checkpoint_of_one_mode_is_of_no_use_to_the_other():
    kept = {"belongs_to": checkpoint._belongs_to(definition("create_update"))}
    stored = Stored(1, "staff", {}, kept)
    assert checkpoint.usable(stored, definition("create_update")) == kept
    assert checkpoint.usable(stored, definition("mirror")) is None


def test_the_same_operations_in_another_mode_are_another_plan(system):
    digests = set()
    system.csv(HEADER + "anna,Anna,\n")
    for mode in ("mirror", "create_update"):
        system.profile(mode=mode)
        digests.add(system.sync(check=True)["plan_digest"])
    assert len(digests) == 2


def set_back(system):
    (warning,) = (text for text in system.sync(full=True)["warnings"] if "by hand" in text)
    return warning.partition(" set back to what the source says ")[2]


def test_the_fields_of_all_objects_that_are_set_back_can_be_kept(system):
    system.profile()
    system.import_csv(HEADER + "anna,Anna,+49 171 1\nbert,Bert,+49 171 2\n")
    system.by_hand("user", username="anna", display_name="A.")
    system.by_hand("user", username="bert", phonebook={"mobile": "+49 171 9"})
    assert set_back(system) == (
        "(user anna: display_name; user bert: phonebook.mobile); field_policy: {display_name: keep,"
        " phonebook.mobile: keep} in the profile keeps such changes"
    )


def test_only_what_was_changed_by_hand_is_named_and_no_policy_that_the_profile_has(system):
    system.profile(field_policy={"display_name": "keep"})
    system.import_csv(HEADER + "anna,Anna,+49 171 1\n")
    system.by_hand("user", username="anna", phonebook={"mobile": "+49 171 9"})
    system.csv(HEADER + "anna,Anna A.,+49 171 1\n")
    assert set_back(system) == (
        "(user anna: phonebook.mobile); field_policy: {phonebook.mobile: keep} in the profile keeps such changes"
    )
    assert system.user("anna")["display_name"] == "Anna A."


def test_roles_are_merged_by_any_policy_so_that_none_is_recommended(system):
    system.profile()
    system.import_csv("username,displayname,roles\nanna,Anna,Sales\n")
    system.by_hand("user", username="anna", roles=[])
    assert set_back(system) == "(user anna: roles)"
