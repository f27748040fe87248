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
