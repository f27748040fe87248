# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulate, approve, apply: what was approved is carried out, what has changed since is not; and test logins."""

from __future__ import annotations

import json
import re

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
    assert found["result"] == "changed"
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
    nobody = ansible.playbook("telephony.connector.auth_check")
    assert "Say which logins to test in auth_check_logins: a list of username" in nobody.output


@pytest.mark.newest_alone
def test_outputs_are_simulated_approved_and_published(ansible, profiles):
    plans, reports, book = ansible.folder / "plans.json", ansible.folder / "reports", ansible.folder / "book.xml"
    reports.mkdir()
    # passwords count by a fingerprint with the store's key, so a digest is one of a store that is there
    ansible.tasks({"name": "Make the store", "store_settings": {"journal_days": 365}})
    variables = {
        "sync_profiles": profiles,
        "publish_outputs": [{"name": "desk phones", "format": "yealink", "target": {"path": str(book)}}],
        "sync_report_folder": str(reports),
        "publish_report_folder": str(reports),
        "sync_metrics_path": str(ansible.folder / "connector.prom"),
        "connector_result_file": str(plans),
    }

    def simulate():
        done = ansible.playbook("telephony.connector.simulate", variables=variables)
        assert done.returncode == 0, done.output
        assert not re.search(r"(staff|dials|desk phones): \w+:", done.output)  # each says that it is simulated
        assert re.search(r"desk phones: (un)?changed \(simulated\): ", done.output)
        return json.loads(plans.read_text("utf-8"))

    def apply():
        return ansible.playbook(
            "telephony.connector.apply",
            "--extra-vars",
            f"@{plans}",
            variables={**variables, "awx_user_name": "maria"},
        )

    found = simulate()
    # the book would follow from what the profiles change
    assert found["output_plans"] == {}
    assert sorted(path.name for path in reports.iterdir()) == [
        f"{name}.{ending}" for name in ("dials", "output-desk_phones", "staff") for ending in ("html", "md", "xml")
    ]
    assert not book.exists()
    assert not (ansible.folder / "connector.prom").exists()
    applied = apply()
    assert applied.returncode == 0, applied.output
    assert "Anna" in book.read_text("utf-8")
    assert "telephony_connector_profile_last_success" in (ansible.folder / "connector.prom").read_text("utf-8")
    runs = ansible.tasks({"name": "Runs", "run_info": {"profile": "staff"}}).result("Runs")["runs"]
    assert runs[0]["job_user"] == "maria"

    book.unlink()
    found = simulate()
    assert (found["result"], found["needs_approval"]) == ("changed", True)
    assert found["results"] == {"staff": "unchanged", "dials": "unchanged"}
    assert found["output_results"] == {"desk phones": "changed"}
    assert list(found["output_plans"]) == ["desk phones"]
    ansible.tasks({"name": "By hand", "user": {"username": "ben", "display_name": "Ben", "extension": "202"}})
    refused = apply()
    assert refused.returncode != 0
    assert not book.exists()
    assert "desk phones" in refused.output
    simulate()
    assert apply().returncode == 0
    assert "Ben" in book.read_text("utf-8")
    found = simulate()
    assert (found["result"], found["needs_approval"]) == ("unchanged", False)
