# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulate, approve, apply: what was approved is carried out, what has changed since is not; and test logins."""

from __future__ import annotations

import json

import pytest

HEAD = "username,displayname,phone,password\n"


@pytest.fixture
def profiles(ansible):
    """Return two profiles with a file each."""
    (ansible.folder / "staff.csv").write_text(HEAD + "anna,Anna,201,Correct-horse-7\n", encoding="utf-8")
    (ansible.folder / "dials.csv").write_text("speeddial,phone\n801,+49 30 1\n", encoding="utf-8")
    return [
        {"name": "staff", "template": "csv_users", "source": {"path": str(ansible.folder / "staff.csv")}},
        {"name": "dials", "template": "csv_speed_dials", "source": {"path": str(ansible.folder / "dials.csv")}},
    ]


def test_only_what_was_approved_is_applied(ansible, profiles):
    plans = ansible.folder / "plans.json"
    variables = {"sync_profiles": profiles}
    simulated = ansible.playbook(
        "telephony.connector.simulate",
        variables={**variables, "connector_result_file": str(plans)},
        environment={"ANSIBLE_SHOW_CUSTOM_STATS": "true"},
    )
    assert simulated.returncode == 0, simulated.output
    assert not ansible.store.exists()
    found = json.loads(plans.read_text("utf-8"))
    assert found["needs_approval"] is True
    assert found["results"] == {"staff": "changed", "dials": "changed"}
    assert "connector_needs_approval" in simulated.output

    with (ansible.folder / "staff.csv").open("a", encoding="utf-8") as file:
        file.write("ben,Ben,202,Correct-horse-8\n")
    applied = ansible.playbook("telephony.connector.apply", "--extra-vars", f"@{plans}", variables=variables)
    assert applied.returncode != 0
    assert "is not the one that was reviewed" in applied.output
    assert "dials: changed" in applied.output

    again = ansible.playbook(
        "telephony.connector.simulate", variables={**variables, "connector_result_file": str(plans)}
    )
    assert json.loads(plans.read_text("utf-8"))["results"] == {"staff": "changed", "dials": "unchanged"}, again.output
    applied = ansible.playbook("telephony.connector.apply", "--extra-vars", f"@{plans}", variables=variables)
    assert applied.returncode == 0, applied.output
    ansible.playbook("telephony.connector.simulate", variables={**variables, "connector_result_file": str(plans)})
    assert json.loads(plans.read_text("utf-8"))["needs_approval"] is False

    refused = ansible.playbook("telephony.connector.apply", variables=variables)
    assert refused.returncode != 0
    assert "There is no approved plan" in refused.output

    logins = [
        {"username": "anna", "password": "Correct-horse-7"},
        {"username": "anna", "password": "x", "expect": False},
    ]
    checked = ansible.playbook("telephony.connector.auth_check", variables={"auth_check_logins": logins})
    assert checked.returncode == 0, checked.output
    assert "2 logins are as expected" in checked.output
    wrong = ansible.playbook(
        "telephony.connector.auth_check", variables={"auth_check_logins": [{"username": "carl", "password": "y"}]}
    )
    assert wrong.returncode != 0
    assert "Not as expected: carl was refused" in wrong.output
    assert "Correct-horse-7" not in checked.output
