# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter misspelt names typing errors, and neither variables of others nor those that a role makes itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.telephony.connector.plugins.filter.misspelt import misspelt

ROLES = Path(__file__).parents[4] / "roles"
OPTIONS = ["store_location", "store_owner", "store_key_file", "store_backup_keep", "store_backup_directory"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("store_locatoin", "store_location"),
        ("store_backup_keeps", "store_backup_keep"),
        ("store_backup_dir", OPTIONS[-1]),
    ],
)
def test_a_typing_error_is_named_with_what_is_meant(name, meant):
    assert misspelt([*OPTIONS, name], OPTIONS) == f'variable "{name}". Did you mean "{meant}"?'


def test_variables_of_others_are_left_alone():
    assert not misspelt(["store_id", "store_name", "store_key", "store_opening_hours", *OPTIONS], OPTIONS)
    assert not misspelt(["groups", "omit", "environment", "role_name", "play_hosts", "hostvars"], ["run", "only"])
    assert misspelt(["runn"], ["run", "only"]) == 'variable "runn". Did you mean "run"?'


@pytest.mark.parametrize("role", ["schedule", "store", "phonebook_server"])
def test_what_a_role_makes_itself_is_not_taken_for_a_typing_error(role):
    tasks = "\n".join(path.read_text("utf-8") for path in (ROLES / role / "tasks").glob("*.yml"))
    made = re.findall(rf"^ *(?:register: )?({role}_\w+):?", tasks, re.MULTILINE)
    values = yaml.safe_load((ROLES / role / "vars/main.yml").read_text("utf-8"))
    spec = yaml.safe_load((ROLES / role / "meta/argument_specs.yml").read_text("utf-8"))["argument_specs"]
    options = sorted({name for one in spec.values() for name in one["options"]})
    assert made
    assert not misspelt(made, options, [*values, *values[f"{role}_own_names"]])
